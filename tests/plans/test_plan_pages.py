"""Plans in force: the list, the document, corrections with history, withdrawal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AuditEvent
from plans.importing.apply import apply
from plans.importing.lines import split
from plans.importing.parser import parse
from plans.models import ActionPlan, ActivityKind, PlanDraft, Requirement
from tests.conftest import Institute
from tests.plans.conftest import SAMPLES

SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def office(institute: Institute, client_of: SignIn) -> Client:
    institute.office.user.language = "en"
    institute.office.user.save()
    client = client_of(institute.office)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def plan(institute: Institute, points_text: str) -> ActionPlan:
    source = split(points_text)
    return apply(source, parse(source), at=timezone.now(), by=institute.office)


def test_everyone_with_content_sees_the_plans_and_administrators_do_not(
    plan: ActionPlan, institute: Institute, client_of: SignIn
) -> None:
    for person in (institute.office, institute.committee, institute.secretary, institute.member):
        page = client_of(person).get(reverse("plans"))
        assert str(plan) in page.content.decode()
    assert client_of(institute.system_admin).get(reverse("plans")).status_code == 403


def test_of_many_documents_being_read_in_the_older_are_folded(office: Client) -> None:
    PlanDraft.objects.bulk_create([PlanDraft(sha256=f"{n:064}", file_name=f"doc{n}.txt") for n in range(23)])
    page = office.get(reverse("plans")).content.decode()
    assert all(f"doc{n}.txt" in page for n in range(23))
    before, fold, _after = page.partition("18 more documents")
    assert fold and before.count('class="rows-title"') == 5


def test_an_empty_list_says_what_to_do_next(office: Client) -> None:
    page = office.get(reverse("plans")).content.decode()
    assert reverse("plan_import") in page
    assert "No plan yet" in page


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_asks_no_more_of_the_database_for_more_rows(
    count: int, office: Client, django_assert_max_num_queries
) -> None:
    for i in range(count):
        ActionPlan.objects.create(
            title=f"计划{i}",
            kind="action_plan",
            starts_on=date(2025, 1, 1),
            sha256=f"{i}",
            confirmed_at=timezone.now(),
        )
    with django_assert_max_num_queries(14):
        office.get(reverse("plans"))


def test_the_document_is_shown_clause_by_clause(
    plan: ActionPlan, institute: Institute, client_of: SignIn
) -> None:
    page = client_of(institute.member).get(reverse("plan_document", args=[plan.pk])).content.decode()
    assert "一、加强思想引领，凝聚职工奋进力量" in page
    assert "林致平平同志" in page
    assert reverse("plan_correct", args=[plan.pk]) not in page


def test_a_long_document_asks_the_same_number_of_questions(
    plan: ActionPlan, office: Client, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(14):
        office.get(reverse("plan_document", args=[plan.pk]))


def correct(client: Client, plan: ActionPlan, **values: object):
    data = {
        "title": plan.title,
        "working_title": plan.working_title,
        "document_number": plan.document_number,
        "issuer": plan.issuer,
        "letterhead": plan.letterhead,
        "kind": plan.kind,
        "system": plan.system,
        "issued_on": "2021-04-12",
        "starts_on": "2021-04-12",
        "ends_on": "2021-12-31",
        "version": plan.version,
        **values,
    }
    return client.post(reverse("plan_correct", args=[plan.pk]), data)


def test_a_plan_is_corrected_with_history(office: Client, plan: ActionPlan) -> None:
    assert correct(office, plan, working_title="群团要点").status_code == 302
    plan.refresh_from_db()
    assert plan.working_title == "群团要点"
    event = AuditEvent.objects.of(plan).first()
    assert event is not None
    assert event.changes == {"working_title": ["清岚半导体研究所2021年群团工作要点", "群团要点"]}
    assert "群团要点" in office.get(reverse("plan_document", args=[plan.pk])).content.decode()


def test_an_old_copy_of_a_plan_is_answered_with_both_texts(office: Client, plan: ActionPlan) -> None:
    correct(office, plan, working_title="先改的")
    response = correct(office, plan, working_title="后改的")
    assert response.status_code == 409
    assert [(pair.now, pair.mine) for pair in response.context["differences"]] == [("先改的", "后改的")]
    page = response.content.decode()
    assert "先改的" in page
    assert "后改的" in page
    plan.refresh_from_db()
    again = correct(office, plan, working_title="后改的")
    assert again.status_code == 302


def test_an_end_before_the_start_is_said_beside_the_field(office: Client, plan: ActionPlan) -> None:
    response = correct(office, plan, ends_on="2020-01-01")
    assert response.status_code == 422
    assert "before the start" in response.context["form"].errors["ends_on"][0]


def clause_data(clause, **values: object) -> dict[str, object]:
    measure = clause.measure
    return {
        "title": clause.title,
        "text": clause.text,
        "version": clause.version,
        "working_title": measure.working_title,
        "lead": measure.lead_id or "",
        "leader": measure.leader_id or "",
        "measure_version": measure.version,
        **values,
    }


def test_a_clause_and_its_measure_are_corrected_with_history(
    office: Client, plan: ActionPlan, institute: Institute
) -> None:
    clause = plan.measures.get(code="2.8").clause
    url = reverse("clause_correct", args=[clause.pk])
    assert office.get(url).status_code == 200
    changed = clause_data(
        clause,
        text="改正后的文字。",
        working_title="工会组织",
        lead=institute.union.pk,
        leader=institute.committee.employee_number,
    )
    response = office.post(url, changed)
    assert response["Location"] == f"{reverse('plan_document', args=[plan.pk])}#c{clause.position}"
    clause.refresh_from_db()
    measure = plan.measures.get(code="2.8")
    assert clause.text == "改正后的文字。"
    assert (measure.working_title, measure.lead, measure.leader) == (
        "工会组织",
        institute.union,
        institute.committee,
    )
    assert AuditEvent.objects.of(clause).get().changes["text"][1] == "改正后的文字。"
    assert set(AuditEvent.objects.of(measure).get().changes) == {"working_title", "lead", "leader"}


def test_an_old_copy_of_a_clause_changes_neither_wording_nor_measure(
    office: Client, plan: ActionPlan
) -> None:
    clause = plan.measures.get(code="2.8").clause
    url, old = reverse("clause_correct", args=[clause.pk]), clause_data(clause)
    office.post(url, {**old, "working_title": "先改的"})
    response = office.post(url, {**old, "text": "后改的", "working_title": "后改的"})
    assert response.status_code == 409
    assert [(pair.now, pair.mine) for pair in response.context["differences"]] == [
        (clause.text, "后改的"),
        ("先改的", "后改的"),
    ]
    assert "先改的" in response.content.decode()
    clause.refresh_from_db()
    assert clause.text != "后改的"


def test_a_clause_is_never_empty(office: Client, plan: ActionPlan) -> None:
    clause = plan.measures.get(code="2.8").clause
    response = office.post(
        reverse("clause_correct", args=[clause.pk]), clause_data(clause, title="", text=" ")
    )
    assert response.status_code == 422


def withdraw(client: Client, plan: ActionPlan, **values: object):
    plan.refresh_from_db()
    data = {"reason": "另行印发", "version": plan.version, **values}
    return client.post(reverse("plan_withdraw", args=[plan.pk]), data, follow=True)


def test_a_plan_on_which_nothing_depends_is_withdrawn_and_may_come_again(
    office: Client, plan: ActionPlan, institute: Institute, client_of: SignIn, points_text: str
) -> None:
    withdraw(office, plan)
    plan.refresh_from_db()
    assert plan.status == "withdrawn"
    event = AuditEvent.objects.of(plan).first()
    assert event is not None
    assert (event.verb, event.note) == ("withdraw", "另行印发")
    assert client_of(institute.member).get(reverse("plan_document", args=[plan.pk])).status_code == 404
    assert office.get(reverse("plan_document", args=[plan.pk])).status_code == 200
    response = office.post(reverse("plan_import"), {"text": points_text, "unclassified": "on"})
    assert "/plans/drafts/" in response["Location"]


def test_a_plan_on_which_work_depends_stays(office: Client, plan: ActionPlan, institute: Institute) -> None:
    Requirement.objects.create(
        measure=plan.measures.get(code="1.1"),
        organization_kind="branch",
        activity_kind=ActivityKind.objects.first(),
        period="month",
        source="要点",
        effective_from=date(2021, 1, 1),
    )
    page = withdraw(office, plan).content.decode()
    plan.refresh_from_db()
    assert plan.status == "confirmed"
    assert "Work already depends on this plan" in page


def test_a_withdrawal_wants_a_reason_and_the_present_version(office: Client, plan: ActionPlan) -> None:
    withdraw(office, plan, reason="")
    correct(office, plan, working_title="新名")
    withdraw(office, plan, version=1)
    plan.refresh_from_db()
    assert plan.status == "confirmed"


@pytest.mark.parametrize(
    ("case", "status", "said"),
    [
        ("empty", 422, "Say why the plan is withdrawn"),
        ("long", 422, "At most 500 characters; there are 501."),
        ("stale", 409, "Someone else changed this first"),
        ("depends", 422, "Work already depends on this plan"),
    ],
)
def test_what_keeps_a_plan_from_being_withdrawn_is_said_beside_the_reason_that_stays(
    office: Client, plan: ActionPlan, institute: Institute, case: str, status: int, said: str
) -> None:
    if case == "depends":
        test_a_plan_on_which_work_depends_stays(office, plan, institute)
    if case == "stale":
        correct(office, plan, working_title="新名")
    reason = {"empty": "", "long": "由" * 501}.get(case, "另行印发")
    page = withdraw(office, plan, reason=reason, **({"version": 1} if case == "stale" else {}))
    form = page.context["withdraw"]
    assert (page.status_code, form["reason"].value()) == (status, reason)
    assert said in " ".join(form.errors["reason"]) and said in page.content.decode()
    plan.refresh_from_db()
    assert plan.status == "confirmed" and str(form["version"].value()) == str(plan.version)


def test_a_withdrawn_plan_is_neither_corrected_nor_withdrawn_again(office: Client, plan: ActionPlan) -> None:
    withdraw(office, plan)
    plan.refresh_from_db()
    assert correct(office, plan, working_title="新名").status_code == 422
    clause = plan.measures.get(code="2.8").clause
    assert (
        office.post(reverse("clause_correct", args=[clause.pk]), clause_data(clause, text="新")).status_code
        == 422
    )
    assert "This plan is withdrawn" in withdraw(office, plan).content.decode()


@pytest.mark.parametrize("name", ["plan_correct", "plan_withdraw", "clause_correct"])
def test_only_the_party_office_changes_plans(
    name: str, plan: ActionPlan, institute: Institute, client_of: SignIn
) -> None:
    key = plan.clauses.first().pk if name == "clause_correct" else plan.pk
    for person in (institute.committee, institute.secretary, institute.member, institute.audit_admin):
        assert client_of(person).post(reverse(name, args=[key])).status_code == 403


def test_a_withdrawal_is_posted(office: Client, plan: ActionPlan) -> None:
    assert office.get(reverse("plan_withdraw", args=[plan.pk])).status_code == 405


def test_the_command_writes_a_plan_once(db: None) -> None:
    path = str(SAMPLES / "guiding_opinions.txt")
    call_command("import_plan", path)
    call_command("import_plan", path)
    plan = ActionPlan.objects.get()
    assert plan.measures.count() == 11
    assert AuditEvent.objects.of(plan).get().verb == "import"


@pytest.mark.parametrize(
    "text",
    ["关于放假的通知\n放假。", "秘密\n行动计划\n一、甲\n1.乙。丙", "行动计划" * 100 + "\n一、甲\n1.乙。丙"],
)
def test_the_command_writes_nothing_for_what_is_no_plan(db: None, tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text, "utf-8")
    with pytest.raises(CommandError) as caught:
        call_command("import_plan", str(path))
    assert caught.value.returncode == 3
    assert not ActionPlan.objects.exists()
