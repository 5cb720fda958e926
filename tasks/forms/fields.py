"""Fields in which people and organizations are typed by name, with the browser's own list of suggestions.

One list a page (``components/names.html``) serves every field on it, however many rows a form has.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from branches.models import Organization, Person

SEPARATOR = " · "


def label_of(row: Person | Organization) -> str:
    """How a row is written in such a field: its name and the number or code that tells namesakes apart."""
    return SEPARATOR.join([row.name, row.employee_number if isinstance(row, Person) else row.code])


def names_nothing(form: forms.Form) -> bool:
    """Whether the address asks for the rows of something, by its key, that is not there for this reader.

    A word that makes no sense is left out of a list of filters; a key that names nothing has no rows. Left
    out as well, it would lead from one organization's number to everybody's rows.
    """
    return any(
        _is_key(form.data.get(name, ""))
        for name in form.errors
        if isinstance(form.fields.get(name), forms.ModelChoiceField)
    )


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit()


class NamedField(forms.CharField):
    """A text field whose value is a row found by its name, its code, or both."""

    model: type[models.Model]
    code: str
    names: tuple[str, ...]
    list_id: str
    unknown: str

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 160)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "list": self.list_id, "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return label_of(value) if isinstance(value, Person | Organization) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def rows(self) -> models.QuerySet[Any]:
        raise NotImplementedError

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self.find(text) if text else None

    def find(self, text: str) -> Any:
        """The one row meant. Raises ``ValidationError`` when there is none or more than one."""
        name, _separator, code = text.rpartition(SEPARATOR)
        chosen = self.rows().filter(**{self.code: code.strip()}).first() if name else None
        if chosen is not None:
            return chosen
        named = models.Q(pk__in=[])
        for column in (*self.names, self.code):
            named |= models.Q(**{column: text})
        found = list(self.rows().filter(named)[:2])
        if not found:
            raise ValidationError(self.unknown % {"name": text}, "unknown")
        if len(found) > 1:
            raise ValidationError(
                _("More than one is called “%(name)s”. Choose from the list, with the number.")
                % {"name": text},
                "ambiguous",
            )
        return found[0]


class PersonField(NamedField):
    """A person in service, by name and employee number."""

    model, code, names, list_id = Person, "employee_number", ("name",), "names-people"

    @property
    def unknown(self) -> str:  # type: ignore[override]
        return _("Nobody is called “%(name)s”. Choose from the list.")

    def rows(self) -> models.QuerySet[Any]:
        return Person.objects.filter(active=True)


class OrganizationField(NamedField):
    """An organization at work, by name, short name or code."""

    model, code, names, list_id = Organization, "code", ("name", "short_name"), "names-organizations"

    @property
    def unknown(self) -> str:  # type: ignore[override]
        return _("No organization is called “%(name)s”. Choose from the list.")

    def rows(self) -> models.QuerySet[Any]:
        found: models.QuerySet[Any] = Organization.objects.filter(active=True)
        return found


class OrganizationsField(OrganizationField):
    """Several organizations, separated by 、 or a comma or a new line."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) or value is None:
            return value
        return "、".join(label_of(row) for row in value)

    def clean(self, value: Any) -> Any:
        text = forms.CharField.clean(self, value)
        parts = [
            part.strip()
            for part in text.replace("，", "、").replace(",", "、").replace("\n", "、").split("、")
        ]
        found = [self.find(part) for part in parts if part]
        return list({row.pk: row for row in found}.values())


def names_for_lists() -> dict[str, list[str]]:
    """The suggestions of a page: ``{"people": […], "organizations": […]}``, two queries."""
    people = Person.objects.filter(active=True).order_by("name", "pk").values_list("name", "employee_number")
    organizations = Organization.objects.filter(active=True).values_list("name", "code")
    return {
        "people": [SEPARATOR.join(pair) for pair in people],
        "organizations": [SEPARATOR.join(pair) for pair in organizations],
    }
