"""A plan whose clauses have no number, from the draft to everything that is built on its measures."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from plans.importing.lines import compact
from plans.models import ActionPlan, PlanDraft
from plans.models.measure import cited
from tasks.models import LedgerItem
from tests.conftest import Institute
from tests.plans.conftest import flat
from tests.plans.unnumbered import BODY, OUTLINE, TITLE, styled


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def office(institute: Institute, client_of: Callable[..., Client]) -> Client:
    institute.office.user.language = "en"
    institute.office.user.save()
    client = client_of(institute.office)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def plan(office: Client) -> ActionPlan:
    upload = SimpleUploadedFile("计划.docx", styled((None, TITLE), *BODY))
    page = office.post(reverse("plan_import"), {"file": upload, "unclassified": "on"}, follow=True)
    assert "3 measures" in page.content.decode()
    draft = PlanDraft.objects.get()
    # The draft keeps the styles: read again it has the same outline.
    assert flat(draft.parsed().to_json()) == OUTLINE
    office.post(reverse("plan_draft_confirm", args=[draft.pk]), {"version": draft.version})
    return ActionPlan.objects.get()


def test_measures_without_a_number_have_codes_of_their_own_and_are_cited_by_them(plan: ActionPlan) -> None:
    measures = plan.measures.select_related("clause", "pillar__clause")
    assert [(measure.code, measure.reference, measure.clause.number) for measure in measures] == [
        ("1.1", "1.1", ""),
        ("1.2", "1.2", ""),
        ("2.1", "2.1", ""),
    ]


@pytest.mark.parametrize(
    ("number", "pillar", "said"),
    [
        ("1", "（二）", "（二）-1"),
        ("1", None, "1"),
        ("", None, "2.1"),
        ("", "（二）", "2.1"),
        ("1", "", "2.1"),
    ],
)
def test_a_measure_is_cited_so_that_only_it_can_be_meant(number: str, pillar: str | None, said: str) -> None:
    assert cited("2.1", number, pillar) == said


def test_every_page_of_a_plan_without_numbers_reads_well(office: Client, plan: ActionPlan) -> None:
    measure = plan.measures.get(code="1.2")
    pages = [
        reverse("plan_document", args=[plan.pk]),
        reverse("plan", args=[plan.pk]),
        reverse("measure", args=[measure.pk]),
        reverse("clause_correct", args=[measure.clause_id]),
        reverse("decompose_queue"),
        reverse("decompose", args=[measure.pk]),
    ]
    for url in pages:
        response = office.get(url)
        assert response.status_code == 200, url
        text = compact(re.sub(r"<[^>]*>", "", response.content.decode()))
        assert "集中研讨" in text, url
        assert re.findall(r"[、\-）](?:集中研讨|重点任务)|1\.2-|-1\.2", text) == [], url


def test_a_measure_without_a_number_is_decomposed_listed_and_exported(
    office: Client, plan: ActionPlan, institute: Institute
) -> None:
    measure = plan.measures.get(code="1.2")
    office.post(
        reverse("decompose", args=[measure.pk]),
        {
            "version": measure.version,
            "then": "assign",
            "measure-working_title": measure.working_title,
            "measure-lead": institute.branch.name,
            "items-INITIAL_FORMS": 0,
            "items-TOTAL_FORMS": 1,
            "items-0-title": "开展研讨",
            "items-0-lead": institute.branch.name,
            "items-0-owner": institute.member.name,
            "items-0-due_on": "2099-06-28",
            "requirements-INITIAL_FORMS": 0,
            "requirements-TOTAL_FORMS": 0,
        },
    )
    item = LedgerItem.objects.get(measure=measure)
    assert " · 1.2" in office.get(reverse("items")).content.decode()
    for url in (item.get_absolute_url(), reverse("item_notice", args=[item.pk])):
        assert "1.2" in office.get(url).content.decode()
    response = office.get(reverse("item_export"))
    content = b"".join(response.streaming_content) if response.streaming else response.content
    header, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[header.index("Measure")] for row in rows] == ["1.2"]
