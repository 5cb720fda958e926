"""The reporting burden of an organization in a month, counted from what its people really entered."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, IntegerField, Q, Sum, Value, When

from branches.models import Organization
from tasks.models import Activity, Attendance, Extension, ProgressReport

#: What one input is reckoned to take, in seconds: the product's promise is ten inputs in under four minutes.
SECONDS_PER_INPUT = 20
#: Inputs of a progress report (percent, text) and of an extension request (date, reason).
REPORT_INPUTS = 2


@dataclass(frozen=True)
class Burden:
    """Records, inputs and minutes asked in a month."""

    records: int
    inputs: int

    @property
    def minutes(self) -> int:
        return round(self.inputs * SECONDS_PER_INPUT / 60)


def burden(organization: Organization, month: date) -> Burden:
    """What the organization entered in the month of a day. Four queries."""
    first = month.replace(day=1)
    last = month.replace(day=monthrange(month.year, month.month)[1])
    activities = Activity.objects.filter(organization=organization, created_at__date__range=(first, last))
    filled = sum(
        (
            Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
            for condition in (~Q(place=""), ~Q(result=""), Q(host__isnull=False))
        ),
        # Kind, topic and date are always there.
        start=Value(3, output_field=IntegerField()),
    )
    sums = activities.annotate(filled=filled).aggregate(records=Count("pk"), inputs=Sum("filled"))
    # On the roster only those who were not there cost an input.
    away = (
        Attendance.objects.filter(activity__in=activities).exclude(status=Attendance.Status.PRESENT).count()
    )
    reports = ProgressReport.objects.filter(
        item__lead=organization, reported_at__date__range=(first, last)
    ).count()
    requests = Extension.objects.filter(
        item__lead=organization, requested_at__date__range=(first, last)
    ).count()
    return Burden(
        records=sums["records"] + reports + requests,
        inputs=(sums["inputs"] or 0) + away + REPORT_INPUTS * (reports + requests),
    )


def minutes_less(organization: Organization, on: date) -> int:
    """Minutes less than in the same month of last year (negative when it is more)."""
    before = date(on.year - 1, on.month, 1)
    return burden(organization, before).minutes - burden(organization, on).minutes
