"""What the views of this app share: who acts, a step with its refusals in the form, two texts at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from branches.models import Person
from branches.request import ActorRequest
from common.forms import LookMixin, ModelForm
from common.steps import Stale, StepForbidden, StepRefused


def acting(request: ActorRequest) -> Person:
    """The person who acts; an account without one takes no step."""
    if request.actor.person is None:
        raise PermissionDenied
    return request.actor.person


def done(form: LookMixin, step: Callable[[], Any]) -> bool:
    """Take a step; ``True`` when it was taken. What it refused stands in the form. ``Stale`` is passed on."""
    try:
        step()
    except StepForbidden as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Stale:
        raise
    except StepRefused as refusal:
        form.take(ValidationError(str(refusal)))
    except ValidationError as refusal:
        form.take(refusal)
    except IntegrityError:
        form.take(ValidationError(_("Someone else saved something like this at the same moment. Try again.")))
    else:
        return True
    return False


@dataclass(frozen=True)
class Difference:
    """One field of a stale form: what stands now, what the person typed."""

    label: str
    now: str
    mine: str


def conflict(
    request: ActorRequest,
    template: str,
    make: Callable[[Any, Any], ModelForm],
    row: models.Model,
    context: dict[str, Any],
) -> HttpResponse:
    """409: the form again as typed, and beside it what someone else wrote; saving once more keeps one's own.

    ``make(data, instance)`` builds the form; ``row`` is read afresh here.
    """
    row.refresh_from_db()
    standing = make(None, row)
    data = request.POST.copy()
    data["version"] = str(getattr(row, "version", ""))
    typed = make(data, row)
    found = differences(standing, typed)
    return render(request, template, {**context, "form": typed, "differences": found}, status=409)


def differences(standing: Any, typed: Any) -> list[Difference]:
    """Where two copies of a form differ: one filled with what stands now, one as it was sent."""
    pairs = [
        Difference(str(bound.label), _text(bound, bound.initial), _text(typed[name], typed[name].value()))
        for name, bound in ((name, standing[name]) for name in standing.fields)
        if not bound.is_hidden
    ]
    return [pair for pair in pairs if pair.now != pair.mine]


def _text(bound: Any, value: Any) -> str:
    """A field's value as a reader sees it."""
    value = bound.field.prepare_value(value)
    if value in (None, ""):
        return ""
    if isinstance(value, bool) or bound.field.__class__.__name__ == "BooleanField":
        return _("yes") if value else _("no")
    choices = getattr(bound.field, "choices", None)
    if choices is not None:
        return next((str(label).strip() for key, label in choices if str(key) == str(value)), str(value))
    return str(value)
