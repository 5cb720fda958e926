"""The inbox: one's own reminders, why they came, reading them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from branches.models import Term
from plans.models import ActivityKind, Requirement
from tasks.models import Delivery, Extension, LedgerItem, Notification, ReminderRule
from tests.tasks.reminding import add_item, finish_all, keep_contact, noon, run

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture(autouse=True)
def _few_ladders(db):
    ReminderRule.objects.exclude(subject__in=["item", "extension", "term"]).update(active=False)


def speaking_english(client_of, who):
    type(who.user).objects.filter(pk=who.user.pk).update(language="en")
    client = client_of(who)
    client.cookies["django_language"] = "en"
    return client


def test_everyone_sees_only_their_own(institute, client_of, today) -> None:
    add_item(institute, today, title="我的事项")
    run(today)
    assert "我的事项" in client_of(institute.member).get(reverse("inbox")).content.decode()
    assert "我的事项" not in client_of(institute.office).get(reverse("inbox")).content.decode()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads a small table whole")
@pytest.mark.parametrize("show", ["week", "unread", "all"])
def test_no_page_sorts_or_fetches_all_that_one_ever_got(institute, client_of, today, show) -> None:
    """The list comes in the order of its index, every number of the page from an index alone."""
    add_item(institute, today)
    run(today)
    client = client_of(institute.member)
    with CaptureQueriesContext(connection) as ran:
        client.get(reverse("inbox"), {"show": show})
    asked = [query["sql"] for query in ran if '"tasks_notification"."recipient_id" = ' in query["sql"]]
    assert len(asked) == 3
    for sql in asked:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = " ".join(row[3] for row in cursor.fetchall())
        assert "SCAN" not in plan and "TEMP B-TREE" not in plan, sql
        assert "COVERING INDEX" in plan or "COUNT(" not in sql, sql


def test_it_says_why_it_came_and_who_was_reminded_before(institute, client_of, today) -> None:
    keep_contact(institute)
    add_item(institute, today - 10 * DAY)
    for days in range(11):
        run(today - 10 * DAY + days * DAY)
    page = (
        speaking_english(client_of, institute.committee).get(reverse("inbox") + "?show=all").content.decode()
    )
    assert "you keep contact with 激光技术党支部" in page
    assert "reminded before: 郑知行 " in page
    assert ", 林若溪 " in page


def test_opening_a_reminder_marks_it_read_and_leads_to_the_item(institute, client_of, today) -> None:
    item = add_item(institute, today)
    run(today)
    found = Notification.objects.get(recipient=institute.member, subject_kind="item")
    answer = client_of(institute.member).get(reverse("reminder", args=[found.pk]))
    assert answer.status_code == 302
    assert answer.url == item.get_absolute_url()
    found.refresh_from_db()
    assert found.read_at is not None


def test_somebody_elses_reminder_does_not_exist(institute, client_of, today) -> None:
    add_item(institute, today)
    run(today)
    found = Notification.objects.get(recipient=institute.member, subject_kind="item")
    stranger = client_of(institute.deputy)
    assert stranger.get(reverse("reminder", args=[found.pk])).status_code == 404
    assert stranger.post(reverse("reminder_mark", args=[found.pk]), {"read": "1"}).status_code == 404
    found.refresh_from_db()
    assert found.read_at is None


def test_read_and_unread_again(institute, client_of, today) -> None:
    add_item(institute, today)
    run(today)
    found, client = Notification.objects.get(recipient=institute.member), client_of(institute.member)
    address = reverse("reminder_mark", args=[found.pk])
    client.post(address, {"read": "1"})
    found.refresh_from_db()
    assert found.read_at is not None
    client.post(address, {"read": "0"})
    found.refresh_from_db()
    assert found.read_at is None


def test_all_are_marked_read_but_only_ones_own(institute, client_of, today) -> None:
    for owner in (institute.member, institute.member, institute.deputy):
        add_item(institute, today, owner=owner)
    run(today)
    client_of(institute.member).post(reverse("reminders_read"))
    assert Notification.objects.unread().count() == 1


@pytest.mark.parametrize("name", ["reminders_read", "reminder_mark"])
def test_marking_is_posted(institute, client_of, today, name) -> None:
    add_item(institute, today)
    run(today)
    found = Notification.objects.get(recipient=institute.member)
    address = reverse(name, args=[found.pk] if name == "reminder_mark" else [])
    assert client_of(institute.member).get(address).status_code == 405


def test_marking_leads_back_only_to_our_own_pages(institute, client_of, today) -> None:
    client = client_of(institute.member)
    assert client.post(reverse("reminders_read"), {"next": "https://elsewhere.example/"}).url == reverse(
        "inbox"
    )
    assert (
        client.post(reverse("reminders_read"), {"next": "/reminders/?show=all"}).url == "/reminders/?show=all"
    )


def test_what_moved_out_of_reach_has_no_title(institute, client_of, today) -> None:
    add_item(institute, today, title="机密感的标题")
    run(today)
    LedgerItem.objects.update(lead=institute.other_branch, owner=institute.other_secretary)
    client = client_of(institute.member)
    assert "机密感的标题" not in client.get(reverse("inbox")).content.decode()
    found = Notification.objects.get(recipient=institute.member)
    assert client.get(reverse("reminder", args=[found.pk])).url == reverse("inbox")


def test_what_is_completed_says_so_and_asks_nothing(institute, client_of, today) -> None:
    add_item(institute, today)
    run(today)
    finish_all()
    client = speaking_english(client_of, institute.member)
    groups = client.get(reverse("inbox")).context["groups"]
    (line,) = groups[0][2]
    assert line.settled
    assert line.act == ""


def test_the_number_unread_is_the_title_and_the_dot(institute, client_of, today) -> None:
    add_item(institute, today)
    add_item(institute, today)
    run(today)
    page = speaking_english(client_of, institute.member).get(reverse("inbox")).content.decode()
    assert "2 unread reminders" in page
    assert "bar-dot" in page


@pytest.mark.parametrize(
    ("show", "number"), [("week", 1), ("unread", 2), ("act", 2), ("all", 2), ("nonsense", 1)]
)
def test_the_choices_above_the_list(institute, client_of, today, show, number) -> None:
    long_ago = today - 30 * DAY
    add_item(institute, long_ago)
    run(long_ago)
    finish_all()
    add_item(institute, today)
    run(today)
    page = client_of(institute.member).get(reverse("inbox"), {"show": show}).context["page"]
    assert len(page.rows) == number


def test_my_rung_is_marked_on_the_ladder(institute, client_of, today) -> None:
    add_item(institute, today)
    run(today)
    ladder = client_of(institute.member).get(reverse("inbox")).context["ladder"]
    assert [step.offset for step in ladder] == [-7, -3, -1, 0, 1, 3, 7]
    assert [step.offset for step in ladder if step.mine] == [0]


def test_an_extension_is_shown_as_waiting_for_a_decision(institute, client_of, today) -> None:
    item = add_item(institute, today + 5 * DAY)
    Extension.objects.create(
        item=item,
        due_before=item.due_on,
        due_requested=today + 30 * DAY,
        reason="流片推迟",
        requested_by=institute.member,
        requested_at=noon(today - 10 * DAY),
    )
    run(today)
    (line,) = client_of(institute.office).get(reverse("inbox")).context["groups"][0][2]
    assert (line.light, line.url) == ("purple", item.get_absolute_url())


def test_a_term_names_the_organization_and_the_days(institute, client_of, today) -> None:
    Term.objects.create(organization=institute.branch, starts_on=today - 1000 * DAY, due_on=today + 90 * DAY)
    run(today)
    page = speaking_english(client_of, institute.secretary).get(reverse("inbox")).content.decode()
    assert "The term of 激光技术党支部 ends in 90 days" in page


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"state": "sent"}, False),
        ({"state": "waiting", "error": "OSError", "attempts": 2}, True),
        ({"state": "failed", "error": "OSError", "attempts": 10}, True),
    ],
)
def test_delivery_says_how_the_mail_stands(institute, client_of, today, values, expected) -> None:
    times = {"sent_at": noon(today), "next_try_at": noon(today)}
    Delivery.objects.create(recipient=institute.member, day=today, **times, **values)
    arrivals = client_of(institute.member).get(reverse("inbox")).context["arrivals"]
    assert [arrival.failed for arrival in arrivals] == [False, expected]


def test_a_page_costs_the_same_with_thirty_reminders(
    institute, client_of, today, django_assert_max_num_queries
):
    keep_contact(institute)
    fill(institute, today, 3)
    client = client_of(institute.member)
    client.get(reverse("inbox"))
    with django_assert_max_num_queries(40) as few:
        client.get(reverse("inbox"), {"size": 50})
    fill(institute, today, 30)
    with django_assert_max_num_queries(len(few)):
        page = client.get(reverse("inbox"), {"size": 50}).context["page"]
    assert len(page.rows) > 30


def fill(institute, today, number: int) -> None:
    """Reminders of several kinds for the member, planned as rows."""
    rules = {rule.subject: rule for rule in ReminderRule.objects.all()}
    for _ in range(number):
        item, name = add_item(institute, today), f"k{ActivityKind.objects.count()}"
        kind = ActivityKind.objects.create(code=name, name_zh=name, name_en=name)
        requirement = Requirement.objects.create(
            organization=institute.branch,
            activity_kind=kind,
            period="month",
            source="条例",
            effective_from=today.replace(day=1),
        )
        for subject, key in (("item", item.pk), ("requirement", requirement.pk)):
            Notification.objects.create(
                subject_kind=subject,
                subject_id=key,
                subject_part=institute.branch.pk if subject == "requirement" else 0,
                rule=rules[subject],
                rung=0,
                due_on=today,
                recipient=institute.member,
                audience="secretary",
                planned_on=today,
            )


def test_a_requirement_names_branch_and_meeting_and_leads_to_the_log(institute, client_of, today) -> None:
    kind = ActivityKind.objects.create(code="k", name_zh="主题党日甲", name_en="Party day A")
    requirement = Requirement.objects.create(
        organization=institute.branch,
        activity_kind=kind,
        period="year",
        source="条例",
        effective_from=today.replace(month=1, day=1),
    )
    end = today.replace(month=12, day=31)
    Notification.objects.create(
        subject_kind="requirement",
        subject_id=requirement.pk,
        subject_part=institute.branch.pk,
        rule=ReminderRule.objects.get(subject="requirement"),
        rung=-5,
        due_on=end,
        recipient=institute.secretary,
        audience="secretary",
        planned_on=today,
    )
    (line,) = client_of(institute.secretary).get(reverse("inbox")).context["groups"][0][2]
    assert "激光技术党支部 · " in line.title
    assert line.url.startswith(reverse("activity_log"))
