"""A row of the list of activities, on the page and in its export."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from common.exporting import Cell
from plans.models import Measure
from tasks.models import Activity, Attendance

HEADERS = (
    gettext_lazy("Date"),
    pgettext_lazy("activity", "Kind"),
    gettext_lazy("Topic"),
    gettext_lazy("Organization"),
    gettext_lazy("Held together with"),
    gettext_lazy("Place"),
    gettext_lazy("Host"),
    gettext_lazy("Due"),
    gettext_lazy("Present"),
    gettext_lazy("First Agenda Item"),
    gettext_lazy("Lag in days"),
    gettext_lazy("Measures served"),
    gettext_lazy("Result"),
    gettext_lazy("Status"),
    gettext_lazy("Decided by"),
)


def _number(rows: QuerySet[Attendance]) -> Coalesce:
    """How many rows hang on each activity, as a subquery (so that a page counts only its own rows)."""
    counted = rows.order_by().values("activity").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def for_list(rows: QuerySet[Activity]) -> QuerySet[Activity]:
    """With everything a row shows, in a constant number of queries. ``due`` and ``present`` are annotated."""
    due = Attendance.objects.filter(activity=OuterRef("pk"))
    present = due.filter(status=Attendance.Status.PRESENT)
    return (
        rows.select_related("kind", "organization", "host", "decided_by")
        .annotate(due=_number(due), present=_number(present))
        .prefetch_related(
            "partners",
            "first_agenda_items",
            Prefetch("measures", Measure.objects.select_related("clause", "pillar__clause")),
        )
    )


def cells(activity: Activity) -> list[Cell]:
    """The row of the export, column by column as in ``HEADERS``."""
    first = next(iter(activity.first_agenda_items.all()), None)
    lag = (activity.held_on - first.material_on).days if first and first.material_on else None
    due = activity.due  # type: ignore[attr-defined]
    return [
        activity.held_on,
        activity.kind.name,
        activity.title,
        activity.organization.label,
        pgettext("list", ", ").join(partner.label for partner in activity.partners.all()),
        activity.place,
        activity.host.name if activity.host else "",
        due or None,
        activity.present if due else None,  # type: ignore[attr-defined]
        first.title if first else "",
        lag,
        pgettext("list", ", ").join(str(measure.reference) for measure in activity.measures.all()),
        activity.result,
        activity.get_status_display(),
        activity.decided_by.name if activity.decided_by else "",
    ]
