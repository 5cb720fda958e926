"""The plan as it stands: words untouched, duties underlined by light, what is beside a measure, who sees."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
import time_machine

from branches.access import actor_for
from common.workdays import Calendar
from plans.models import ActivityKind, Clause, Requirement
from reviews.figures.coverage import coverage
from reviews.figures.plan_text import plan_text
from reviews.views.plan import title_parts
from tests.conftest import Institute, add_organization
from tests.reviews.plans import MEASURE_TEXT, add_plan
from tests.reviews.test_dashboard_page import log
from tests.tasks.items import add_item

ON = date(2026, 6, 18)
START = date(2026, 6, 1)
LATE = date(2026, 6, 10)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def today() -> Any:
    with time_machine.travel("2026-06-18 10:00 +0800", tick=False):
        yield


def text(institute: Institute, small: Any, chosen: str = "", who: Any = None) -> Any:
    return plan_text(small.plan, actor_for(who or institute.office, ON), Calendar(), ON, chosen)


def line_of(found: Any, measure: Any) -> Any:
    return next(line for line in found.lines if line.clause.pk == measure.clause_id)


def plain(html: str) -> str:
    html = re.sub(r'<span class="visually-hidden">.*?</span>', "", html)
    return re.sub(r"\s", "", unescape(re.sub(r"<[^>]+>", "", html)))


def test_every_word_of_the_document_stands_in_order(institute: Institute, client_of: Any) -> None:
    small = add_plan()
    add_item(institute, "in_progress", START, measure=small.measures[0], phrase="建立难题清单")
    page = plain(client_of(institute.member).get(small.plan.get_absolute_url()).content.decode())
    at = 0
    for clause in Clause.objects.filter(plan=small.plan).order_by("position"):
        for words in filter(None, (clause.title, clause.text)):
            at = page.index(words, at)


def test_a_phrase_that_became_an_item_carries_its_light_and_leads_to_it(institute: Institute) -> None:
    small = add_plan()
    late = add_item(
        institute, "in_progress", START, due_on=LATE, measure=small.measures[0], phrase="建立难题清单"
    )
    add_item(institute, "completed", START, measure=small.measures[0], phrase="选树先进典型")
    segments = line_of(text(institute, small), small.measures[0]).segments
    assert [(s.text, s.light) for s in segments] == [
        ("1.举措1之1。每季度开展一次专题研讨，", ""),
        ("建立难题清单", "red"),
        ("，", ""),
        ("选树先进典型", "blue"),
        ("，形成攻坚合力。", ""),
    ]
    assert segments[1].url == late.get_absolute_url()


def test_several_items_of_one_phrase_show_the_most_urgent_light_and_lead_to_all(
    institute: Institute, client_of: Any
) -> None:
    small = add_plan()
    for state, due in (("completed", date(2026, 7, 1)), ("in_progress", LATE)):
        add_item(institute, state, START, due_on=due, measure=small.measures[0], phrase="建立难题清单")
    (duty,) = [s for s in line_of(text(institute, small), small.measures[0]).segments if s.light]
    assert duty.light == "red"
    assert f"measure={small.measures[0].pk}" in duty.url
    assert client_of(institute.office).get(duty.url).context["page"].total >= 1


def test_overlapping_and_unknown_phrases_leave_the_text_whole(institute: Institute) -> None:
    small = add_plan()
    add_item(
        institute,
        "in_progress",
        START,
        due_on=LATE,
        measure=small.measures[0],
        phrase="建立难题清单，选树先进",
    )
    add_item(institute, "assigned", START, measure=small.measures[0], phrase="清单，选树先进典型")
    add_item(institute, "assigned", START, measure=small.measures[0], phrase="文中没有的话")
    segments = line_of(text(institute, small), small.measures[0]).segments
    assert "".join(s.text for s in segments) == f"1.举措1之1。{MEASURE_TEXT}"
    assert [s.text for s in segments if s.light] == ["建立难题清单，选树先进"]


def test_everyone_sees_the_light_but_only_those_in_scope_are_led_to_the_item(
    institute: Institute, client_of: Any
) -> None:
    small = add_plan()
    item = add_item(
        institute, "in_progress", START, due_on=LATE, measure=small.measures[0], phrase="建立难题清单"
    )
    outside = client_of(institute.outsider).get(small.plan.get_absolute_url()).content.decode()
    assert "duty-red" in outside and item.get_absolute_url() not in outside
    inside = client_of(institute.member).get(small.plan.get_absolute_url()).content.decode()
    assert item.get_absolute_url() in inside


def test_what_is_counted_beside_a_measure_is_what_its_links_list_for_the_reader(
    institute: Institute, client_of: Any
) -> None:
    small = add_plan()
    measure = small.measures[0]
    add_item(institute, "in_progress", START, due_on=LATE, measure=measure, lead=institute.party,
             owner=institute.office)  # fmt: skip
    add_item(institute, "assigned", START, measure=measure)
    for organization in (institute.branch, institute.other_branch):
        log(institute, date(2026, 5, 9), organization=organization).measures.add(measure)
    expected = {
        "office": (2, 2),
        "committee": (2, 2),
        "secretary": (1, 1),
        "member": (1, 1),
        "outsider": (0, 0),
    }
    for who, counted in expected.items():
        client = client_of(getattr(institute, who))
        found = client.get(small.plan.get_absolute_url()).context["text"]
        standing = line_of(found, measure).standing
        assert (standing.items, standing.activities) == counted, who
        assert found.items == counted[0]
        links = [(standing.items_url, standing.items), (standing.activities_url, standing.activities)]
        for url, number in links + [(light.url, light.count) for light in standing.lights]:
            assert client.get(url).context["page"].total == number, (who, url)
        figure = client.get(f"/measures/{measure.pk}/").context["figure"]
        assert (figure.items.value, figure.activities.value) == counted
        assert figure.whole.meter == standing.meter
        # The light is for everyone, whatever of it they may see.
        assert standing.shown == {"red", "grey"}
        assert (standing.hidden_light == "red") is (counted[0] < 2)


def test_a_light_of_the_plan_counts_the_measures_it_keeps_to(institute: Institute) -> None:
    small = add_plan()
    for _n in range(3):
        add_item(institute, "in_progress", START, due_on=LATE, measure=small.measures[0])
    add_item(institute, "in_progress", START, due_on=LATE, measure=small.measures[2])
    for who in (institute.office, institute.outsider):
        (red,) = text(institute, small, who=who).lights
        kept = text(institute, small, "red", who).lines
        assert (
            (red.value, red.count) == ("red", 2) == ("red", sum(line.standing is not None for line in kept))
        )


def test_a_draft_promises_nothing_and_underlines_nothing(institute: Institute) -> None:
    small = add_plan()
    add_item(institute, "draft", START, measure=small.measures[0], phrase="建立难题清单")
    line = line_of(text(institute, small), small.measures[0])
    assert not any(s.light for s in line.segments)
    assert line.standing.items == 0


def test_beside_a_measure_stands_what_carries_it_out(institute: Institute) -> None:
    small = add_plan()
    add_item(institute, "in_progress", START, due_on=date(2026, 6, 30), measure=small.measures[0])
    Requirement.objects.create(
        measure=small.measures[0], organization_kind="branch", period="quarter", source="举措1之1",
        activity_kind=ActivityKind.objects.get(code="discussion"), effective_from=date(2026, 1, 1),
    )  # fmt: skip
    log(institute, date(2026, 5, 9)).measures.add(small.measures[0])
    log(institute, date(2026, 5, 10), "submitted").measures.add(small.measures[0])
    standing = line_of(text(institute, small), small.measures[0]).standing
    assert (standing.items, standing.requirements, standing.activities) == (1, 1, 1)
    assert standing.decomposed
    # 1 to 18 June are 14 of 21 working days: the 19th is a holiday.
    assert (standing.meter.accepted, standing.meter.expected) == (0, 67)
    bare = line_of(text(institute, small), small.measures[1]).standing
    assert not bare.decomposed and bare.meter is None


def test_a_measure_with_only_a_standing_requirement_is_decomposed(institute: Institute) -> None:
    small = add_plan()
    Requirement.objects.create(
        measure=small.measures[2], organization_kind="branch", period="year", source="x",
        activity_kind=ActivityKind.objects.get(code="discussion"), effective_from=date(2026, 1, 1),
    )  # fmt: skip
    assert text(institute, small).undecomposed == 2
    Requirement.objects.update(active=False)
    assert text(institute, small).undecomposed == 3


def test_a_light_keeps_to_its_clauses_and_their_headings(institute: Institute, client_of: Any) -> None:
    small = add_plan()
    add_item(institute, "in_progress", START, due_on=LATE, measure=small.measures[2])
    found = text(institute, small, "red")
    assert [line.clause.title for line in found.lines] == [
        "具体举措",
        "加强第2项深度融合，确保“干成事”",
        "举措2之1",
    ]
    missing = text(institute, small, "none")
    assert [line.clause.kind for line in missing.lines] == ["section", "pillar", "measure", "measure"]
    client = client_of(institute.office)
    page = client.get(small.plan.get_absolute_url() + "?light=purple").content.decode()
    assert 'class="empty"' in page
    whole = client.get(small.plan.get_absolute_url() + "?light=nonsense")
    assert len(whole.context["text"].lines) == 8


def test_what_a_pillar_has_not_decomposed_leads_to_its_own_measures(
    institute: Institute, client_of: Any
) -> None:
    small = add_plan()
    add_item(institute, "in_progress", START, measure=small.measures[0])
    client = client_of(institute.office)
    for pillar in client.get("/dashboard/").context["figure"].pillars:
        found = client.get(pillar.undecomposed_url).context["text"]
        bare = [line.standing for line in found.lines if line.standing]
        assert len(bare) == pillar.undecomposed == found.undecomposed == 1
        assert {standing.measure.pillar.name for standing in bare} == {pillar.name}
        assert found.measures == pillar.measures
        assert client.get(found.items_url).context["page"].total == found.items == pillar.items.value
        again = client.get(found.undecomposed_url).context["text"]
        assert [line.clause.pk for line in again.lines] == [line.clause.pk for line in found.lines]


def test_the_contents_show_the_most_urgent_light_below_each_heading(institute: Institute) -> None:
    small = add_plan()
    add_item(institute, "in_progress", START, due_on=LATE, measure=small.measures[0])
    add_item(institute, "assigned", START, measure=small.measures[1])
    add_item(institute, "completed", START, measure=small.measures[2])
    found = {entry.label: entry.light for entry in text(institute, small).contents}
    assert found == {"二、主要目标": "", "三、具体举措": "red", "（一）方向正": "red", "（二）干成事": ""}


def test_a_heading_with_text_on_its_line_is_a_heading_and_a_paragraph(
    institute: Institute, client_of: Any
) -> None:
    small = add_plan()
    clause = Clause.objects.get(plan=small.plan, title="具体举措")
    clause.text = "围绕思路，推进各项举措。"
    clause.save()
    found = text(institute, small)
    line = next(line for line in found.lines if line.clause == clause)
    assert (line.heading, [s.text for s in line.segments], line.body) == (1, ["三、具体举措"], clause.text)
    assert "三、具体举措" in [entry.label for entry in found.contents]
    page = client_of(institute.member).get(small.plan.get_absolute_url()).content.decode()
    assert f'id="c{clause.pk}">三、具体举措</h2>' in page and page.count(clause.text) == 1


def test_the_title_is_broken_between_the_issuer_and_the_matter() -> None:
    assert title_parts("中共某所委员会关于实施计划的意见") == ["中共某所委员会", "关于实施计划的意见"]
    assert title_parts("关于实施计划的意见") == ["关于实施计划的意见"]
    assert title_parts("2026年群团工作要点") == ["2026年群团工作要点"]


def test_only_the_office_is_led_from_the_plan_to_decomposing(institute: Institute, client_of: Any) -> None:
    small = add_plan()
    for who, led in (("office", True), ("committee", False)):
        page = client_of(getattr(institute, who)).get(small.plan.get_absolute_url()).content.decode()
        assert (f'href="/decompose/{small.measures[0].pk}/"' in page) is led
        assert f'href="/measures/{small.measures[0].pk}/"' in page


def test_only_the_office_is_offered_to_decompose(institute: Institute, client_of: Any) -> None:
    small = add_plan()
    for who, offered in (("office", True), ("committee", False), ("member", False)):
        page = client_of(getattr(institute, who)).get(small.plan.get_absolute_url())
        assert page.context["may_decompose"] is offered
        assert ("btn-primary" in page.content.decode()) is offered


def test_administrators_see_no_plan_and_an_unknown_one_is_not_found(
    institute: Institute, client_of: Any
) -> None:
    small = add_plan()
    assert client_of(institute.system_admin).get(small.plan.get_absolute_url()).status_code == 403
    assert client_of(institute.member).get("/plans/999999/").status_code == 404
    assert client_of(institute.member).post(small.plan.get_absolute_url()).status_code == 405


def test_coverage_counts_who_leads_an_item_or_has_an_approved_record(
    institute: Institute, client_of: Any
) -> None:
    small = add_plan()
    office = actor_for(institute.office, ON)
    found = coverage(small.plan, office)
    assert (found.covered, len(found.rows)) == (0, 2)
    add_item(institute, "assigned", START, measure=small.measures[0])
    held = log(institute, date(2026, 5, 9), organization=institute.other_branch)
    held.measures.set(small.measures[:2])
    log(institute, date(2026, 5, 9), "submitted", organization=institute.branch).measures.set(small.measures)
    found = coverage(small.plan, office)
    cells = {row.organization.pk: [(c.items, c.activities) for c in row.cells] for row in found.rows}
    assert cells == {institute.branch.pk: [(1, 0), (0, 0)], institute.other_branch.pk: [(0, 1), (0, 0)]}
    assert found.covered == 2
    client = client_of(institute.office)
    assert client.get(f"/plans/{small.plan.pk}/coverage/").status_code == 200
    urls = [url for row in found.rows for c in row.cells for url in (c.items_url, c.activities_url)]
    assert [client.get(url).context["page"].total for url in urls] == [1, 0, 0, 0, 0, 1, 0, 0]


def test_coverage_counts_the_records_its_link_lists_those_of_groups_and_partners_too(
    institute: Institute, client_of: Any
) -> None:
    small = add_plan()
    institute.branch.refresh_from_db()
    groups = [
        add_organization(institute.branch, system="party", kind="group", name=f"第{n}党小组", code=f"G{n}")
        for n in (1, 2)
    ]
    day = date(2026, 5, 9)
    # By the branch; by a group; by both groups; by the branch with its group; by another with the branch.
    held = [log(institute, day), log(institute, day, organization=groups[0])]
    for host, partners in (
        (groups[0], groups[1:]),
        (institute.branch, groups[:1]),
        (institute.other_branch, [institute.branch, groups[0]]),
    ):
        held.append(log(institute, day, organization=host))
        held[-1].partners.set(partners)
    for activity in held:
        activity.measures.set(small.measures[:2])
    found = coverage(small.plan, actor_for(institute.office, ON))
    counted = {row.organization.pk: row.cells[0] for row in found.rows}
    assert counted[institute.branch.pk].activities == 5
    assert counted[institute.other_branch.pk].activities == 1
    client = client_of(institute.office)
    for cell in counted.values():
        assert client.get(cell.activities_url).context["page"].total == cell.activities


def test_coverage_says_to_everyone_who_carries_what_and_links_only_what_they_may_see(
    institute: Institute, client_of: Any
) -> None:
    small = add_plan()
    for organization in (institute.branch, institute.other_branch):
        add_item(institute, "assigned", START, measure=small.measures[0], lead=organization)
        log(institute, date(2026, 5, 9), organization=organization).measures.add(small.measures[0])
    client = client_of(institute.secretary)
    page = unescape(client.get(f"/plans/{small.plan.pk}/coverage/").content.decode())
    assert f"unit={institute.branch.pk}" in page and f"unit={institute.other_branch.pk}" not in page
    assert page.count("承担该项") == 1
    for url in re.findall(r'href="(/(?:items|activities)/\?[^"]*unit=[^"]+)"', page):
        assert client.get(url).context["page"].total == 1


def test_the_plan_costs_the_same_queries_with_few_items_and_with_many(
    institute: Institute, client_of: Any, django_assert_max_num_queries: Any
) -> None:
    small = add_plan()
    client = client_of(institute.secretary)

    def fill(number: int) -> None:
        for n in range(number):
            add_item(institute, "in_progress", START, measure=small.measures[n % 3], phrase="建立难题清单")

    fill(3)
    with django_assert_max_num_queries(30) as few:
        client.get(small.plan.get_absolute_url())
    fill(27)
    with django_assert_max_num_queries(30) as many:
        client.get(small.plan.get_absolute_url())
    assert len(many.captured_queries) <= len(few.captured_queries)
