"""Fields that name a row: a person by name or employee number, an organization by its place in the tree."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from branches.models import Organization, Person

#: Above this many people the browser gets no list to choose from; name and number are typed.
LISTED = 1000


class PersonInput(forms.TextInput):
    """A text field with the people as suggestions; works as plain text everywhere."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.people: Any = ()

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        people = list(self.people)[: LISTED + 1]
        if not people or len(people) > LISTED:
            return super().render(name, value, attrs, renderer)
        listed = f"{(attrs or {}).get('id', name)}_people"
        box = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}">', ((spoken(person),) for person in people))
        return format_html('{}<datalist id="{}">{}</datalist>', box, listed, options)


def spoken(person: Person) -> str:
    """林若溪（0012）: a name that names one person."""
    return f"{person.name}（{person.employee_number}）"


class PersonField(forms.CharField):
    """Cleans to a ``Person``. Takes a name, an employee number, or both; two of one name are asked about."""

    widget = PersonInput

    def __init__(self, *, people: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 100)
        super().__init__(**kwargs)
        self.people = people

    @property
    def people(self) -> Any:
        return self._people

    @people.setter
    def people(self, rows: Any) -> None:
        """Who may be named (a queryset)."""
        self._people = rows
        if rows is not None and isinstance(self.widget, PersonInput):
            self.widget.people = rows

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = Person.objects.filter(pk=value).first()
        return spoken(value) if isinstance(value, Person) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self._find(text) if text else None

    def _find(self, text: str) -> Person:
        rows = self.people if self.people is not None else Person.objects.active()
        both = re.fullmatch(r"(.*?)\s*[（(]([^（()）]+)[)）]", text)
        if both:
            found = list(rows.filter(name=both[1], employee_number=both[2])[:2])
        else:
            found = list(rows.filter(employee_number=text)[:1]) or list(rows.filter(name=text)[:6])
        if len(found) == 1:
            person: Person = found[0]
            return person
        if not found:
            raise ValidationError(_("Nobody here has this name or employee number."), code="nobody")
        numbers = _(", ").join(person.employee_number for person in found)
        raise ValidationError(
            _("Several people have this name. Type the employee number: %(numbers)s.") % {"numbers": numbers},
            code="several",
        )


class OrganizationField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A select of organizations, indented like the tree."""

    def label_from_instance(self, obj: Any) -> str:
        organization: Organization = obj
        return "\u3000" * (organization.depth - 1) + organization.name
