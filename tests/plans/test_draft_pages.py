"""From a chosen document to a plan in force, through the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AuditEvent
from plans.importing.lines import MAX_CHARACTERS, split
from plans.models import ActionPlan, Clause, Measure, Pillar, PlanDraft
from tests.conftest import Institute
from tests.plans.docx_files import typed

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


def paste(client: Client, text: str, **more: str):
    return client.post(reverse("plan_import"), {"text": text, "unclassified": "on", **more})


@pytest.fixture
def draft(office: Client, opinions_text: str) -> PlanDraft:
    response = paste(office, opinions_text)
    assert response.status_code == 302
    return PlanDraft.objects.get()


def decide(client: Client, draft: PlanDraft, act: str):
    return client.post(reverse("plan_draft_decide", args=[draft.pk]), {"act": act, "show": "look"})


def confirm(client: Client, draft: PlanDraft) -> ActionPlan | None:
    draft.refresh_from_db()
    client.post(reverse("plan_draft_confirm", args=[draft.pk]), {"version": draft.version})
    draft.refresh_from_db()
    return draft.plan


def test_a_file_becomes_a_draft_with_the_original_beside_the_outline(
    office: Client, points_text: str
) -> None:
    upload = SimpleUploadedFile("要点.docx", typed(points_text.splitlines()))
    response = office.post(reverse("plan_import"), {"file": upload, "unclassified": "on"}, follow=True)
    page = response.content.decode()
    assert "要点.docx" in page
    assert "15 measures" in page
    assert "Not a word is lost" in page
    assert AuditEvent.objects.filter(verb="import").count() == 1


def test_what_to_look_at_is_asked_and_the_answer_is_kept(office: Client, draft: PlanDraft) -> None:
    url = reverse("plan_draft", args=[draft.pk])
    before = office.get(url).context["page"].open
    join = draft.parsed().joins[0]
    response = decide(office, draft, f"join:{join.next}")
    assert response["Location"] == f"{url}?show=look#n{join.next}"
    assert office.get(url).context["page"].open == before - 1


def test_a_join_turned_down_and_taken_back(office: Client, draft: PlanDraft) -> None:
    goal = next(join for join in draft.parsed().joins if join.after.startswith("证的全部"))
    decide(office, draft, f"apart:{goal.next}")
    draft.refresh_from_db()
    assert len(draft.parsed().goals) == 4
    decide(office, draft, f"join:{goal.next}")
    draft.refresh_from_db()
    assert len(draft.parsed().goals) == 3


def test_every_join_is_accepted_at_once(office: Client, draft: PlanDraft) -> None:
    decide(office, draft, "join_all")
    page = office.get(reverse("plan_draft", args=[draft.pk]))
    assert {ask.kind for ask in page.context["page"].asks if not ask.done} == {
        "ends_in_comma",
        "half_width_number",
        "markup",
        "single_quotes",
    }


def test_a_note_is_left_as_it_is(office: Client, draft: PlanDraft) -> None:
    note = next(note for note in draft.parsed().warnings if note.kind == "markup")
    decide(office, draft, f"seen:markup:{note.line}")
    page = office.get(reverse("plan_draft", args=[draft.pk])).context["page"]
    assert next(ask for ask in page.asks if ask.kind == "markup").done


def test_an_answer_that_names_no_question_is_refused_kindly(office: Client, draft: PlanDraft) -> None:
    for act in ("", "join:", "drop table", "heading:3", "seen:x"):
        assert decide(office, draft, act).status_code == 302
    draft.refresh_from_db()
    assert draft.version == 1


def test_a_duty_is_made_a_measure_and_its_section_a_pillar(office: Client, draft: PlanDraft) -> None:
    duty = draft.parsed().duties[0]
    decide(office, draft, f"measure:{duty.key}")
    plan = confirm(office, draft)
    assert plan is not None
    assert plan.measures.count() == 12
    assert plan.measures.get(code="5.1").clause.title.startswith("所党委委员按照分工")


def test_a_running_head_is_put_back(office: Client, opinions_text: str) -> None:
    lines = opinions_text.replace("确保“干成事”\n", "确保“干成事”\n\n— 3 —\n")
    paste(office, lines)
    draft = PlanDraft.objects.get()
    dropped = draft.parsed().dropped[0]
    assert dropped.reason == "page"
    decide(office, draft, f"keep:{dropped.line}")
    draft.refresh_from_db()
    assert draft.parsed().dropped == ()


def edit(client: Client, draft: PlanDraft, line: int, **values: object):
    draft.refresh_from_db()
    data = {"level": 3, "kind": "", "title": "", "version": draft.version, **values}
    return client.post(reverse("plan_draft_line", args=[draft.pk, line]), data)


def test_a_title_is_changed_and_the_page_says_that_it_is_ours(office: Client, draft: PlanDraft) -> None:
    node = next(node for node in draft.parsed().walk() if node.kind == "measure")
    assert edit(office, draft, node.line, title="第一议题").status_code == 302
    page = office.get(reverse("plan_draft", args=[draft.pk])).content.decode()
    assert "1 title is yours" in page
    plan = confirm(office, draft)
    assert plan is not None
    assert plan.measures.get(code="1.1").working_title == "第一议题"


def test_a_title_cut_short_gives_the_rest_to_the_text(office: Client, draft: PlanDraft) -> None:
    node = next(node for node in draft.parsed().walk() if node.kind == "measure")
    edit(office, draft, node.line, title="落实")
    page = office.get(reverse("plan_draft", args=[draft.pk])).content.decode()
    assert "Not a word is lost" in page
    plan = confirm(office, draft)
    assert plan is not None
    assert plan.measures.get(code="1.1").clause.text.startswith("“第一议题”制度。所党委会")


def test_a_line_is_made_running_text_and_a_heading_again(office: Client, draft: PlanDraft) -> None:
    node = next(node for node in draft.parsed().walk() if node.kind == "measure")
    edit(office, draft, node.line, level=0)
    draft.refresh_from_db()
    assert draft.parsed().count("measure") == 10
    edit(office, draft, node.line, level=3)
    draft.refresh_from_db()
    assert draft.parsed().count("measure") == 11
    assert draft.parsed().lossless


def test_a_kind_is_chosen_by_hand(office: Client, draft: PlanDraft) -> None:
    node = next(node for node in draft.parsed().walk() if node.kind == "measure")
    edit(office, draft, node.line, kind="paragraph")
    draft.refresh_from_db()
    assert draft.parsed().count("measure") == 10


def test_an_old_copy_of_a_line_is_answered_with_both_texts(office: Client, draft: PlanDraft) -> None:
    node = next(node for node in draft.parsed().walk() if node.kind == "measure")
    old = draft.version
    edit(office, draft, node.line, title="甲的标题")
    response = edit(office, draft, node.line, title="乙的标题", version=old)
    page = response.content.decode()
    assert response.status_code == 409
    assert "甲的标题" in page
    assert "乙的标题" in page


HEAD = {
    "title": "行动计划",
    "working_title": "计划",
    "document_number": "",
    "issuer": "清岚所党委",
    "letterhead": "",
    "kind": "action_plan",
    "system": "party",
    "issued_on": "2024-03-18",
    "starts_on": "2024-03-18",
    "ends_on": "",
}


def test_what_is_said_of_the_plan_is_corrected(office: Client, draft: PlanDraft) -> None:
    url = reverse("plan_draft_head", args=[draft.pk])
    assert "清半党字〔2024〕15号" in office.get(url).content.decode()
    assert office.post(url, {**HEAD, "version": draft.version}).status_code == 302
    plan = confirm(office, draft)
    assert plan is not None
    assert (plan.title, plan.issuer, plan.kind) == ("行动计划", "清岚所党委", "action_plan")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("issued_on", "2024-02-31", "not a day of the calendar"),
        ("ends_on", "2023-01-01", "before the start"),
        ("title", "长" * 5000, "300"),
        ("title", "", "required"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    office: Client, draft: PlanDraft, field: str, value: str, said: str
) -> None:
    url = reverse("plan_draft_head", args=[draft.pk])
    response = office.post(url, {**HEAD, field: value, "version": draft.version})
    assert response.status_code == 422
    assert any(said in error for error in response.context["form"].errors[field])
    assert "清岚所党委" in response.content.decode()


def test_confirming_writes_the_plan_its_clauses_pillars_and_measures(
    office: Client, draft: PlanDraft
) -> None:
    plan = confirm(office, draft)
    assert plan is not None
    assert (plan.kind, plan.document_number) == ("guiding_opinions", "清半党字〔2024〕15号")
    assert plan.working_title == "“党建促攻坚”行动计划"
    assert [(p.position, p.assurance) for p in plan.pillars.all()] == [
        (1, "方向正"),
        (2, "干成事"),
        (3, "有潜力"),
        (4, "可持续"),
    ]
    assert [m.code for m in plan.measures.all()] == (
        ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "3.1", "3.2", "4.1", "4.2", "4.3"]
    )
    kinds = list(plan.clauses.values_list("kind", flat=True))
    counted = {kind: kinds.count(kind) for kind in set(kinds)}
    assert counted == {"preamble": 1, "section": 4, "goal": 3, "pillar": 4, "measure": 11, "paragraph": 2}
    assert [c.position for c in plan.clauses.all()] == list(range(1, 26))
    assert plan.measures.get(code="2.2").clause.parent == plan.pillars.get(position=2).clause
    assert "所属" not in plan.wrapper and "现将" in plan.wrapper
    assert AuditEvent.objects.of(plan).get().verb == "confirm"


def test_sections_of_work_points_are_pillars_and_codes_keep_the_running_number(
    office: Client, points_text: str
) -> None:
    paste(office, points_text)
    plan = confirm(office, PlanDraft.objects.get())
    assert plan is not None
    assert plan.pillars.count() == 4
    assert [m.code for m in plan.measures.all()][6:9] == ["1.7", "2.8", "2.9"]
    assert plan.measures.get(code="2.8").reference == "二-8"
    assert (plan.system, plan.ends_on.isoformat()) == ("union", "2021-12-31")


def test_the_clauses_of_a_plan_hold_the_document_word_for_word(office: Client, draft: PlanDraft) -> None:
    plan = confirm(office, draft)
    assert plan is not None
    kept = "".join(f"{clause.title}{clause.text}" for clause in plan.clauses.all())
    for line in split("\n".join(row[1] for row in draft.lines)).lines[10:]:
        words = line.text.strip().lstrip("一二三四五、（）()1234. ")
        assert words.replace("。", "").replace(" ", "")[:12] in kept.replace("。", "").replace(
            "\n", ""
        ).replace(" ", "")


def test_confirming_twice_makes_one_plan(office: Client, draft: PlanDraft) -> None:
    version = draft.version
    url = reverse("plan_draft_confirm", args=[draft.pk])
    for _ in range(2):
        assert office.post(url, {"version": version}).status_code == 302
    assert ActionPlan.objects.count() == 1


def test_a_draft_changed_by_a_colleague_is_not_confirmed_unseen(office: Client, draft: PlanDraft) -> None:
    old = draft.version
    decide(office, draft, "join_all")
    response = office.post(reverse("plan_draft_confirm", args=[draft.pk]), {"version": old}, follow=True)
    assert "Someone else changed this draft first" in response.content.decode()
    assert ActionPlan.objects.count() == 0


def test_a_head_that_cannot_stand_leads_back_to_its_form(office: Client) -> None:
    paste(office, "一、任务\n1.学习。每月。\n2.检查。每季度。\n二、要求\n3.落实。好。")
    draft = PlanDraft.objects.get()
    response = office.post(reverse("plan_draft_confirm", args=[draft.pk]), {"version": draft.version})
    assert response["Location"] == reverse("plan_draft_head", args=[draft.pk])
    assert not ActionPlan.objects.exists()
    assert not Clause.objects.exists()


def test_the_same_document_is_read_in_once_and_imported_once(
    office: Client, draft: PlanDraft, opinions_text: str
) -> None:
    respaced = opinions_text.replace("\n\n", "\n")
    assert paste(office, respaced)["Location"] == reverse("plan_draft", args=[draft.pk])
    plan = confirm(office, draft)
    assert plan is not None
    assert paste(office, opinions_text)["Location"] == reverse("plan_document", args=[plan.pk])
    assert PlanDraft.objects.count() == 1
    assert office.get(reverse("plan_draft", args=[draft.pk]))["Location"] == reverse(
        "plan_document", args=[plan.pk]
    )


def test_a_draft_is_thrown_away(office: Client, draft: PlanDraft) -> None:
    office.post(reverse("plan_draft_discard", args=[draft.pk]))
    assert not PlanDraft.objects.exists()
    assert AuditEvent.objects.filter(verb="delete", target_type="plans.plandraft").exists()


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({"unclassified": "on"}, "file", "Choose a file"),
        ({"text": "行动计划\n一、甲\n1.乙。丙"}, "unclassified", "Confirm this"),
        ({"text": "管理办法\n第一条 甲。\n第二条 乙。", "unclassified": "on"}, "text", "regulation"),
        ({"text": "关于放假的通知\n放假。", "unclassified": "on"}, "text", "notice"),
        ({"text": "随便写写。", "unclassified": "on"}, "text", "no numbered clauses"),
        ({"text": "机密★5年\n行动计划\n一、甲\n1.乙。丙", "unclassified": "on"}, "text", "Classified matter"),
        ({"text": "行动计划\n一、甲\x07", "unclassified": "on"}, "text", "control character"),
    ],
)
def test_what_cannot_be_imported_is_said_beside_the_field(
    office: Client, data: dict[str, str], field: str, said: str
) -> None:
    response = office.post(reverse("plan_import"), data)
    assert response.status_code == 422
    assert any(said in error for error in response.context["form"].errors[field])
    assert data.get("text", "") in response.content.decode()
    assert not PlanDraft.objects.exists()


def test_a_bad_file_is_refused_beside_its_field(office: Client) -> None:
    for name, data, said in (
        ("a.doc", b"x", "paste"),
        ("a.txt", b"", "empty"),
        ("a.docx", b"PK\x03\x04", "damaged"),
    ):
        upload = SimpleUploadedFile(name, data)
        response = office.post(reverse("plan_import"), {"file": upload, "unclassified": "on"})
        assert any(said in error for error in response.context["form"].errors["file"])


def test_a_person_may_say_that_it_is_a_plan_all_the_same_but_not_for_marked_matter(office: Client) -> None:
    text = "关于做好党建工作的通知\n一、任务\n1.学习。每月学习。"
    response = paste(office, text)
    assert 'type="checkbox" name="even_if"' in response.content.decode()
    assert paste(office, text, even_if="on").status_code == 302
    assert confirm(office, PlanDraft.objects.get()) is not None
    marked = paste(office, "秘密\n" + text + "好。", even_if="on")
    assert marked.status_code == 422


def test_ten_thousand_measures_are_kept_and_shown_in_pages(office: Client) -> None:
    text = "清岚所2025年攻坚行动计划\n一、任务\n" + "".join(
        f"{i}.任务{i}。每月检查。\n" for i in range(1, 2001)
    )
    paste(office, text)
    draft = PlanDraft.objects.get()
    response = office.get(reverse("plan_draft", args=[draft.pk]))
    assert len(response.context["page"].lines) == 400
    assert response.context["page"].next == 401
    plan = confirm(office, draft)
    assert plan is not None
    assert Measure.objects.filter(plan=plan).count() == 2000
    assert Pillar.objects.filter(plan=plan).count() == 1
    page = office.get(reverse("plan_document", args=[plan.pk]))
    assert len(page.context["clauses"]) == 400


PAGES = [
    ("plan_import", "GET"),
    ("plan_draft", "GET"),
    ("plan_draft_line", "GET"),
    ("plan_draft_head", "GET"),
    ("plan_draft_decide", "POST"),
    ("plan_draft_confirm", "POST"),
    ("plan_draft_discard", "POST"),
]


@pytest.mark.parametrize(("name", "method"), PAGES)
def test_only_the_party_office_reads_documents_in(
    name: str, method: str, draft: PlanDraft, institute: Institute, client_of: SignIn
) -> None:
    args = {"plan_import": [], "plan_draft_line": [draft.pk, 25]}.get(name, [draft.pk])
    for person in (institute.committee, institute.secretary, institute.member, institute.system_admin):
        response = getattr(client_of(person), method.lower())(reverse(name, args=args))
        assert response.status_code == 403
    draft.refresh_from_db()


@pytest.mark.parametrize("name", [name for name, method in PAGES if method == "POST"])
def test_steps_are_posted(office: Client, draft: PlanDraft, name: str) -> None:
    assert office.get(reverse(name, args=[draft.pk])).status_code == 405


def test_a_draft_that_is_not_there_is_not_found(office: Client) -> None:
    assert office.get(reverse("plan_draft", args=[999])).status_code == 404


def test_a_person_who_left_the_office_takes_no_step(draft: PlanDraft, institute: Institute) -> None:
    from common.steps import StepForbidden

    with pytest.raises(StepForbidden):
        draft.confirm(institute.secretary, timezone.now(), draft.version)


def test_a_paste_that_is_too_long_is_told_so_beside_the_field(office: Client) -> None:
    long = "一、总体要求" + "字" * (MAX_CHARACTERS + 1)
    data = urlencode({"text": long, "unclassified": "on"})
    page = office.post(reverse("plan_import"), data, content_type="application/x-www-form-urlencoded")
    assert page.status_code == 422
    assert "more than 4000000 characters" in str(page.context["form"].errors["text"])


def test_the_kind_of_a_clause_with_a_very_long_title_is_saved(office: Client) -> None:
    long = "加强　学习" + "长" * 5000
    paste(office, f"清岚所2025年工作要点\n一、甲\n1.乙。丙。\n2.{long}\n二、丁\n1.戊。己。")
    draft = PlanDraft.objects.get()
    line = next(node.line for node in draft.parsed().walk() if len(node.title) > 5000)
    url = reverse("plan_draft_line", args=[draft.pk, line])
    title = office.get(url).context["form"]["title"].value()
    response = office.post(url, {"level": 3, "kind": "paragraph", "title": title, "version": draft.version})
    assert response.status_code == 302
    draft.refresh_from_db()
    node = next(node for node in draft.parsed().walk() if node.line == line)
    assert (node.kind, node.retitled, node.title) == ("paragraph", "", title)
