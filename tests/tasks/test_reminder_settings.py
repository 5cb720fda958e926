"""Settings: ladders on and off, rungs, the table of 调休, dry run, digests in trouble. The office only."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from tasks.lights import turning_days
from tasks.models import CalendarDay, Delivery, LedgerItem, Notification, ReminderRule, ReminderRung
from tasks.models.calendar import current_calendar
from tests.sending import anew
from tests.tasks.reminding import THURSDAY, add_item, noon

pytestmark = pytest.mark.django_db


def rule(subject: str = "item") -> ReminderRule:
    return ReminderRule.objects.get(subject=subject)


@pytest.fixture
def office(institute, client_of):
    return client_of(institute.office)


@pytest.mark.parametrize("name", ["reminder_settings", "calendar_days", "reminder_dry_run"])
@pytest.mark.parametrize("who", ["secretary", "member", "committee"])
def test_settings_are_the_offices(institute, client_of, name, who) -> None:
    assert client_of(getattr(institute, who)).get(reverse(name)).status_code == 403


def test_every_ladder_is_shown_with_its_rungs(office) -> None:
    page = office.get(reverse("reminder_settings"))
    assert [entry["rule"].subject for entry in page.context["rules"]] == list(ReminderRule.Subject)
    assert len(page.context["rules"][0]["rungs"]) == ReminderRung.objects.filter(rule=rule()).count() == 13


def test_the_shipped_ladder_of_an_item() -> None:
    ladder: dict[int, set[str]] = {}
    for rung in rule().rungs.all():
        ladder.setdefault(rung.offset, set()).add(rung.audience)
    assert ladder == {
        -7: {"owner"},
        -3: {"owner"},
        -1: {"owner"},
        0: {"owner"},
        1: {"owner", "secretary"},
        3: {"owner", "secretary", "liaison"},
        7: {"owner", "secretary", "liaison", "office"},
    }


def test_a_ladder_is_turned_off_and_on_with_history(office, institute) -> None:
    for active in (False, True):
        found = rule()
        office.post(
            reverse("reminder_switch", args=[found.pk]),
            {"version": found.version, "active": str(int(active))},
        )
        assert rule().active is active
    events = AuditEvent.objects.of(rule())
    assert [event.changes["active"] for event in events] == [[False, True], [True, False]]
    assert events[0].actor == institute.office.user


def test_a_rung_is_added_and_removed_with_history(office) -> None:
    found = rule()
    office.post(
        reverse("rung_add", args=[found.pk]),
        {"version": found.version, "offset": "14", "audience": "office"},
    )
    rung = found.rungs.get(offset=14)
    office.post(reverse("rung_remove", args=[rung.pk]), {"version": rule().version})
    assert not found.rungs.filter(offset=14).exists()
    assert AuditEvent.objects.of(found).count() == 2


@pytest.mark.parametrize(
    ("offset", "audience"),
    [("", "owner"), ("abc", "owner"), ("400", "owner"), ("1", "nobody"), ("0", "owner")],
)
def test_a_rung_that_makes_no_sense_is_refused_beside_its_field(office, offset, audience) -> None:
    found, before = rule(), ReminderRung.objects.count()
    page = office.post(
        reverse("rung_add", args=[found.pk]),
        {"version": found.version, "offset": offset, "audience": audience},
    )
    assert page.status_code == 200
    assert "invalid-feedback" in page.content.decode()
    assert ReminderRung.objects.count() == before


def test_a_term_has_no_rung_for_a_person_responsible(office) -> None:
    found = rule("term")
    office.post(
        reverse("rung_add", args=[found.pk]), {"version": found.version, "offset": "-60", "audience": "owner"}
    )
    assert not found.rungs.filter(offset=-60).exists()


@pytest.mark.parametrize("name", ["reminder_switch", "rung_add", "rung_remove"])
def test_a_stale_page_changes_nothing_and_shows_the_ladder_as_it_stands(office, name) -> None:
    found = rule()
    ReminderRule.objects.filter(pk=found.pk).update(version=found.version + 1)
    rung = found.rungs.first()
    before = list(found.rungs.values_list("pk", flat=True))
    page = office.post(
        reverse(name, args=[rung.pk if name == "rung_remove" else found.pk]),
        {"version": found.version, "active": "0", "offset": "99", "audience": "owner"},
    )
    assert page.status_code == 409
    assert rule().active
    assert list(found.rungs.values_list("pk", flat=True)) == before


@pytest.mark.parametrize("who", ["secretary", "committee"])
def test_only_the_office_changes_a_ladder(institute, client_of, who) -> None:
    found = rule()
    client = client_of(getattr(institute, who))
    answer = client.post(
        reverse("reminder_switch", args=[found.pk]), {"version": found.version, "active": "0"}
    )
    assert answer.status_code == 403
    assert rule().active


def test_steps_are_posted(institute, office) -> None:
    rung = rule().rungs.first()
    day = CalendarDay.objects.create(day=THURSDAY, working=False)
    digest = Delivery.objects.create(recipient=institute.member, day=THURSDAY)
    for name, key in (
        ("reminder_switch", rule().pk),
        ("rung_add", rule().pk),
        ("rung_remove", rung.pk),
        ("calendar_day_remove", day.pk),
        ("delivery_retry", digest.pk),
    ):
        assert office.get(reverse(name, args=[key])).status_code == 405


def test_a_day_of_the_calendar_moves_the_lights_of_the_items_around_it(institute, office) -> None:
    item = add_item(institute, date(2026, 8, 31), begun=date(2026, 6, 1))
    far = add_item(institute, date(2027, 8, 31), begun=date(2027, 6, 1))
    for row in (item, far):
        row.yellow_on, row.red_on = turning_days(current_calendar(), row.starts_on, row.due_on, 0)
        row.save()
    before = item.yellow_on
    for number in range(10):
        day = date(2026, 6, 1) + timedelta(days=number)
        office.post(reverse("calendar_days"), {"day": day.isoformat(), "working": "0", "name": "停工检修"})
    item.refresh_from_db()
    assert item.yellow_on > before
    assert item.yellow_on == turning_days(current_calendar(), item.starts_on, item.due_on, 0)[0]
    far_before = far.yellow_on
    far.refresh_from_db()
    assert far.yellow_on == far_before
    for row in CalendarDay.objects.all():
        office.post(reverse("calendar_day_remove", args=[row.pk]))
    item.refresh_from_db()
    assert item.yellow_on == before
    assert CalendarDay.objects.count() == 0


def test_many_items_are_rewritten_in_chunks(institute, office, monkeypatch) -> None:
    monkeypatch.setattr("tasks.recomputing.CHUNK", 2)
    for _ in range(5):
        add_item(institute, date(2026, 8, 31), begun=date(2026, 6, 1), yellow_on=date(2020, 1, 1))
    office.post(reverse("calendar_days"), {"day": "2026-07-01", "working": "0", "name": ""})
    assert not LedgerItem.objects.filter(yellow_on=date(2020, 1, 1)).exists()


@pytest.mark.parametrize("day", ["2026-02-31", "", "31/12"])
def test_a_day_that_is_none_is_refused_and_nothing_typed_is_lost(office, day) -> None:
    page = office.post(reverse("calendar_days"), {"day": day, "working": "1", "name": "补班"})
    assert page.status_code == 200
    assert "补班" in page.content.decode()
    assert CalendarDay.objects.count() == 0


def test_the_same_day_twice_is_said_beside_the_field(office) -> None:
    for _ in range(2):
        sent = anew({"day": "2026-10-10", "working": "1", "name": "补班"})
        page = office.post(reverse("calendar_days"), sent)
    assert page.status_code == 200
    assert page.context["form"].errors["day"]
    assert CalendarDay.objects.count() == 1


def test_a_day_taken_off_twice_is_not_found(office) -> None:
    day = CalendarDay.objects.create(day=THURSDAY, working=False)
    assert office.post(reverse("calendar_day_remove", args=[day.pk])).status_code == 302
    assert office.post(reverse("calendar_day_remove", args=[day.pk])).status_code == 404


def test_the_dry_run_shows_people_and_reasons_and_writes_nothing(institute, office) -> None:
    ReminderRule.objects.exclude(subject="item").update(active=False)
    item = add_item(institute, THURSDAY)
    page = office.get(reverse("reminder_dry_run"), {"on": "2026-06-18"})
    assert page.context["total"] == 1
    assert item.title in page.content.decode()
    assert Notification.objects.count() == Delivery.objects.count() == 0


def test_a_dry_run_for_no_day_says_what_to_do(office) -> None:
    page = office.get(reverse("reminder_dry_run"), {"on": "2026-02-31"})
    assert page.status_code == 200
    assert "invalid-feedback" in page.content.decode()


def test_a_digest_in_trouble_is_shown_and_sent_again(institute, office) -> None:
    digest = Delivery.objects.create(
        recipient=institute.member,
        day=THURSDAY,
        state="failed",
        error="SMTPServerDisconnected",
        attempts=10,
        next_try_at=noon(THURSDAY),
    )
    assert "SMTPServerDisconnected" in office.get(reverse("reminder_settings")).content.decode()
    office.post(reverse("delivery_retry", args=[digest.pk]))
    digest.refresh_from_db()
    assert (digest.state, digest.attempts) == ("waiting", 0)
    assert digest.next_try_at <= timezone.now()


def test_a_digest_that_arrived_is_not_sent_again(institute, office) -> None:
    digest = Delivery.objects.create(
        recipient=institute.member, day=THURSDAY, state="sent", sent_at=noon(THURSDAY)
    )
    office.post(reverse("delivery_retry", args=[digest.pk]))
    digest.refresh_from_db()
    assert digest.state == "sent"


def test_settings_cost_the_same_with_many_rungs_and_troubles(
    institute, office, django_assert_max_num_queries
):
    office.get(reverse("reminder_settings"))
    with django_assert_max_num_queries(30) as few:
        office.get(reverse("reminder_settings"))
    for offset in range(20, 60):
        rule().rungs.create(offset=offset, audience="owner")
    for days in range(15):
        Delivery.objects.create(
            recipient=institute.member, day=THURSDAY + timedelta(days=days), state="failed", error="x"
        )
    with django_assert_max_num_queries(len(few) + 1):
        office.get(reverse("reminder_settings"))


def test_the_calendar_costs_the_same_with_thirty_days(office, django_assert_max_num_queries) -> None:
    CalendarDay.objects.create(day=THURSDAY, working=False)
    with django_assert_max_num_queries(30) as few:
        office.get(reverse("calendar_days"))
    for days in range(1, 31):
        CalendarDay.objects.create(day=THURSDAY + timedelta(days=days), working=False)
    with django_assert_max_num_queries(len(few)):
        office.get(reverse("calendar_days"))
