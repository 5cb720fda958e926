"""The ledger in the browser: list, filters, paging, export, the page of an item, forms, notices, to-do."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tasks.models import Evidence, Ledger, LedgerItem
from tests.sending import anew
from tests.tasks.items import add_item, add_ledger, add_measure, at


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def sheet_rows(response) -> list[list]:
    """The rows of a downloaded workbook below its head."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(body(response)))
    return book.get_sheet_by_index(0).to_python()[1:]


def long_ago(institute, state="in_progress", **values) -> LedgerItem:
    """An item of sixty days ago whose deadline passed yesterday."""
    today = timezone.localdate()
    return add_item(
        institute, state, on=today - timedelta(days=60), due_on=today - timedelta(days=1), **values
    )


# The list -------------------------------------------------------------------


def test_the_head_counts_and_each_view_lists_its_own(institute, client_of):
    titles = {
        "open": add_item(institute, "in_progress", title="在办的"),
        "unsigned": add_item(institute, "assigned", title="没签收的"),
        "clearing": add_item(institute, "completed", title="待销号的"),
        "overdue": long_ago(institute, title="过了时限的"),
        "draft": add_item(institute, "draft", title="还是草拟"),
    }
    add_item(institute, "cleared", title="已销号的")
    client = client_of(institute.office)
    for view, item in titles.items():
        assert item.title in text(client.get(reverse("items"), {"view": view}))
    opened = text(client.get(reverse("items")))
    assert "没签收的" in opened and "过了时限的" in opened
    assert "待销号的" not in opened and "还是草拟" not in opened and "已销号的" not in opened
    everything = text(client.get(reverse("items"), {"view": "all"}))
    assert "已销号的" in everything and "还是草拟" not in everything
    month = text(client.get(reverse("items"), {"view": "month"}))
    assert "没签收的" not in month


def test_filters_stand_in_the_address(institute, client_of):
    measure = add_measure("1.1")
    inspected = add_ledger(name="巡视整改", source=Ledger.Source.INSPECTION)
    add_item(institute, "in_progress", title="整改一件", ledger=inspected)
    add_item(institute, "in_progress", title="举措一件", measure=measure, lead=institute.other_branch)
    late = long_ago(institute, title="逾期一件")
    add_item(institute, "cleared", title="办完一件")
    client = client_of(institute.office)

    def shown(**query) -> set[str]:
        page = text(client.get(reverse("items"), query))
        return {title for title in ("整改一件", "举措一件", "逾期一件", "办完一件") if f">{title}<" in page}

    assert shown(source="inspection") == {"整改一件"}
    assert shown(source="inspection,plan") == {"整改一件", "举措一件", "逾期一件"}
    assert shown(light="red,blue") == {"逾期一件", "办完一件"}
    assert shown(state="cleared") == {"办完一件"}
    assert shown(lead=institute.other_branch.pk) == {"举措一件"}
    assert shown(lead=institute.party.pk) == {"整改一件", "举措一件", "逾期一件"}
    assert shown(measure=measure.pk) == {"举措一件"}
    assert shown(plan=measure.plan_id) == {"举措一件"}
    assert shown(ledger=inspected.pk) == {"整改一件"}
    assert shown(due_to=late.due_on.isoformat()) == {"逾期一件"}
    assert shown(due_from=late.due_on.isoformat(), due_to="2000-01-01") == set()
    assert shown(q="整改") == {"整改一件"}
    assert shown(q=late.number) == {"逾期一件"}
    assert shown(q=f"郑知行 {late.number}") == {"逾期一件"}


def test_a_filter_that_makes_no_sense_is_said_and_left_out(institute, client_of):
    add_item(institute, "in_progress", title="还看得见")
    page = text(
        client_of(institute.office).get(reverse("items"), {"due_from": "2026-02-31", "light": "mauve"})
    )
    assert "还看得见" in page
    assert page.count("invalid-feedback") == 2
    assert "2026-02-31" in page


@pytest.mark.parametrize("name", ["lead", "unit", "ledger", "plan", "measure", "pillar"])
def test_a_key_that_names_nothing_has_no_rows(institute, client_of, name):
    add_item(institute, "in_progress")
    page = client_of(institute.office).get(reverse("items"), {name: "999999"}).context["page"]
    assert (page.total, len(page)) == (0, 0)


def test_pages_follow_one_another_without_gap_or_repeat(institute, client_of):
    today = timezone.localdate()
    for number in range(45):
        LedgerItem.objects.create(
            ledger=add_ledger(),
            number=f"N-{number:03d}",
            title=f"第{number:03d}件",
            state="registered",
            lead=institute.branch,
            owner=institute.member,
            due_on=today + timedelta(days=number // 10),
            yellow_on=today,
            red_on=today + timedelta(days=number // 10 + 1),
        )
    client, seen = client_of(institute.office), []
    for sort in ("due", "-due", "light", "number", "-number"):
        address, seen = reverse("items") + f"?size=20&sort={sort}", []
        while address:
            response = client.get(address)
            seen += [line.number for line in response.context["lines"]]
            address = (
                response.context["page"].next_url and reverse("items") + response.context["page"].next_url
            )
        assert len(seen) == len(set(seen)) == 45


def test_the_list_costs_the_same_with_thirty_items_as_with_three(
    institute, client_of, django_assert_max_num_queries
):
    measure = add_measure("1.1")
    client = client_of(institute.office)

    def fill(count: int) -> None:
        for _number in range(count):
            item = add_item(institute, "in_progress", measure=measure)
            item.report(by=institute.member, at=timezone.now(), progress=10, text="做了。")

    for count in (3, 27):
        fill(count)
        with django_assert_max_num_queries(17):
            client.get(reverse("items"))
        with django_assert_max_num_queries(24):
            client.get(reverse("items"), {"panel": "1", "light": "green", "q": "事项"})
        with django_assert_max_num_queries(12):
            body(client.get(reverse("item_export")))


def test_a_branch_sees_its_own_and_what_it_cooperates_on(institute, client_of):
    add_item(institute, "in_progress", title="本支部的")
    shared = add_item(institute, "in_progress", title="配合的", lead=institute.other_branch)
    shared.cooperating.add(institute.branch)
    foreign = add_item(
        institute, "in_progress", title="别人的", lead=institute.other_branch, owner=institute.other_secretary
    )
    draft = add_item(institute, "draft", title="办公室的草拟")
    shared_owner = LedgerItem.objects.filter(pk=shared.pk)
    shared_owner.update(owner=institute.other_secretary)
    client = client_of(institute.secretary)
    page = text(client.get(reverse("items"), {"view": "all"}))
    assert "本支部的" in page and "配合的" in page and "别人的" not in page
    for hidden in (foreign, draft):
        assert client.get(hidden.get_absolute_url()).status_code == 404
        assert client.get(reverse("item_notice", args=[hidden.pk])).status_code == 404
    rows = sheet_rows(client.get(reverse("item_export"), {"view": "all"}))
    assert {row[1] for row in rows} == {"本支部的", "配合的"}


@pytest.mark.parametrize("admin", ["system_admin", "security_admin", "audit_admin"])
def test_administrators_see_none_of_it(admin, institute, client_of):
    item = add_item(institute, "in_progress")
    client = client_of(getattr(institute, admin))
    for address in (reverse("items"), item.get_absolute_url(), reverse("item_export"), reverse("todo")):
        assert client.get(address).status_code == 403


def test_the_workbook_holds_exactly_what_is_seen_in_its_order(institute, client_of):
    measure = add_measure("1.1")
    for number in range(25):
        add_item(
            institute,
            "in_progress",
            title=f"=第{number}件",
            measure=measure,
            due_on=timezone.localdate() + timedelta(days=40 - number),
        )
    add_item(institute, "cleared", title="不在所见之中")
    client = client_of(institute.committee)
    seen = [line.number for line in client.get(reverse("items"), {"size": "50"}).context["lines"]]
    response = client.get(reverse("item_export"))
    assert response["Content-Disposition"].startswith("attachment")
    rows = sheet_rows(response)
    assert [row[0] for row in rows] == seen
    assert rows[0][1] == "=第24件"
    assert rows[0][16] == LedgerItem.objects.get(number=seen[0]).due_on
    chosen = LedgerItem.objects.get(number=seen[3])
    only = sheet_rows(client.get(reverse("item_export"), {"item": chosen.pk}))
    assert [row[0] for row in only] == [chosen.number]


# Urging several, notices ----------------------------------------------------


def test_picked_items_are_urged_and_what_was_not_is_said(institute, client_of):
    first, second = add_item(institute, "in_progress"), add_item(institute, "assigned")
    done = add_item(institute, "cleared")
    client = client_of(institute.office)
    where = reverse("items") + "?view=all"
    answer = client.post(
        reverse("items_urge"), {"item": [first.pk, second.pk, done.pk], "next": where}, follow=True
    )
    assert answer.redirect_chain == [(where, 302)]
    assert done.number in text(answer).split('id="messages"')[1].split("</div>")[1]
    assert (first.urges.count(), second.urges.count(), done.urges.count()) == (1, 1, 0)
    assert client.get(reverse("items_urge")).status_code == 405
    away = client.post(reverse("items_urge"), {"next": "https://evil.example/"})
    assert away["Location"] == reverse("items")


def test_a_branch_urges_nobody(institute, client_of):
    item = add_item(institute, "in_progress")
    client_of(institute.secretary).post(reverse("items_urge"), {"item": item.pk})
    assert not item.urges.exists()


def test_a_notice_carries_number_requirement_deadline_and_a_reply_slip(institute, client_of):
    measure = add_measure("1.1")
    item = add_item(
        institute, "in_progress", title="形成办法", requirement="先摸底，再会签。", measure=measure
    )
    page = text(client_of(institute.office).get(reverse("item_notice", args=[item.pk])))
    for part in (
        item.number,
        "形成办法",
        "先摸底，再会签。",
        "激光技术党支部",
        "郑知行",
        "清半党字〔2026〕3号",
    ):
        assert part in page
    other = add_item(institute, "in_progress")
    several = text(
        client_of(institute.office).get(reverse("item_notices"), {"item": [item.pk, other.pk, "x"]})
    )
    assert several.count('class="notice-sheet"') == 2
    draft = add_item(institute, "draft")
    assert client_of(institute.office).get(reverse("item_notice", args=[draft.pk])).status_code == 404


# The page of an item --------------------------------------------------------


def test_the_page_tells_where_the_item_stands_and_what_happened(institute, client_of):
    measure = add_measure("2.2")
    today = timezone.localdate()
    begun = today - timedelta(days=30)
    item = add_item(
        institute,
        "in_progress",
        on=begun,
        measure=measure,
        phrase="发挥桥梁纽带作用",
        leader=institute.committee,
    )
    item.report(by=institute.member, at=at(begun, 9), progress=30, text="召开联席会。")
    item.accept_report(by=institute.office, at=at(begun, 10))
    item.report(by=institute.member, at=at(begun, 11), progress=50, text="正在推进")
    item.return_report(by=institute.office, at=at(begun, 12), reply="请补本月做了哪几步。")
    item.request_extension(
        by=institute.member, at=at(begun, 13), due_on=today + timedelta(days=90), reason="评审顺延。"
    )
    response = client_of(institute.committee).get(item.get_absolute_url())
    page = text(response)
    for part in ("发挥桥梁纽带作用", "召开联席会。", "正在推进", "请补本月做了哪几步。", "评审顺延。"):
        assert part in page
    shown = response.context["page"]
    assert (shown.standing.light, shown.standing.accepted) == ("purple", 30)
    assert shown.decision.step == "decide_extension"
    assert [stage.mark for stage in shown.stages] == ["done", "done", "done", "now", "", "", ""]
    assert reverse("measure", args=[measure.pk]) in page
    # An owner is not offered to decide what they asked for.
    assert "/decide_extension/" not in text(client_of(institute.member).get(item.get_absolute_url()))


def test_the_page_costs_the_same_however_long_the_history(
    institute, client_of, django_assert_max_num_queries
):
    item = add_item(institute, "in_progress", measure=add_measure("2.2"))
    client = client_of(institute.office)

    def exchange(count: int) -> None:
        for _number in range(count):
            item.report(by=institute.member, at=timezone.now(), progress=10, text="做了。")
            item.accept_report(by=institute.office, at=timezone.now())

    for count in (2, 20):
        exchange(count)
        with django_assert_max_num_queries(24):
            client.get(item.get_absolute_url())


def test_evidence_needs_the_confirmation_and_comes_back_only_to_who_may_see_the_item(institute, client_of):
    item = add_item(institute, "in_progress")
    client = client_of(institute.member)
    address = reverse("item_step", args=[item.pk, "report"])

    def send(**more):
        upload = io.BytesIO("会议纪要：三个支部各提两条意见。".encode())
        upload.name = "纪要.txt"
        data = {"version": item.version, "progress": "30", "text": "见附件。", "file": upload, **more}
        return client.post(address, data)

    refused = send()
    assert refused.status_code == 200
    assert "见附件。" in refused.content.decode()
    assert not item.reports.exists()
    assert send(confirmed="on", happened_on="2026-06-01").status_code == 302
    kept = Evidence.objects.get()
    assert (kept.report.item, kept.name, str(kept.happened_on)) == (item, "纪要.txt", "2026-06-01")
    assert "纪要.txt" in text(client.get(item.get_absolute_url()))
    download = reverse("evidence", args=[kept.pk])
    assert "三个支部" in body(client.get(download)).decode()
    assert client_of(institute.other_secretary).get(download).status_code == 404


def test_a_file_with_a_secrecy_mark_is_refused_beside_its_field_and_the_report_waits(institute, client_of):
    item = add_item(institute, "in_progress")
    upload = io.BytesIO("机密★10年\n内容".encode())
    upload.name = "x.txt"
    data = {"version": item.version, "progress": "30", "text": "不能丢。", "file": upload, "confirmed": "on"}
    response = client_of(institute.member).post(reverse("item_step", args=[item.pk, "report"]), data)
    assert "不能丢。" in text(response) and "report_file_error" in text(response)
    assert not Evidence.objects.exists() and not item.reports.exists()


# Entering and editing -------------------------------------------------------


def entered(institute, **values) -> dict:
    return {
        "title": "形成联合申报协调办法",
        "ledger": add_ledger().pk,
        "lead": "激光技术党支部",
        "owner": "郑知行 · member",
        "due_on": (timezone.localdate() + timedelta(days=40)).isoformat(),
        "then": "assign",
        **values,
    }


@pytest.mark.parametrize(
    ("then", "state"), [("draft", "draft"), ("register", "registered"), ("assign", "assigned")]
)
def test_an_item_is_entered_registered_or_assigned_at_once(then, state, institute, client_of):
    measure = add_measure("2.2")
    data = entered(institute, then=then, measure=measure.pk, cooperating="微波器件党支部、科研管理处 · A01")
    response = client_of(institute.office).post(reverse("item_add"), data)
    item = LedgerItem.objects.get()
    assert response["Location"] == item.get_absolute_url()
    assert (item.state, item.number, item.lead, item.owner) == (
        state,
        "2026-2.2-01",
        institute.branch,
        institute.member,
    )
    assert set(item.cooperating.all()) == {institute.other_branch, institute.department}
    assert item.events.last().step == "create"


def test_numbers_follow_one_another_and_never_repeat(institute, client_of):
    measure = add_measure("2.2")
    client = client_of(institute.office)
    for _number in range(3):
        client.post(reverse("item_add"), anew(entered(institute, measure=measure.pk)))
    add_item(institute, number="2026-2.2-99")
    client.post(reverse("item_add"), anew(entered(institute, measure=measure.pk)))
    client.post(reverse("item_add"), anew(entered(institute, measure=measure.pk)))
    client.post(reverse("item_add"), entered(institute))
    assert list(LedgerItem.objects.order_by("pk").values_list("number", flat=True)) == [
        "2026-2.2-01",
        "2026-2.2-02",
        "2026-2.2-03",
        "2026-2.2-99",
        "2026-2.2-100",
        "2026-2.2-101",
        "2026-J-01",
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "长" * 5000}, "title"),
        ({"due_on": "2026-02-31"}, "due_on"),
        ({"due_on": ""}, "due_on"),
        ({"lead": "没有这个支部"}, "lead"),
        ({"owner": ""}, "owner"),
        ({"starts_on": "2030-01-02", "due_on": "2030-01-01"}, "due_on"),
        ({"ledger": "99999"}, "ledger"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(wrong, field, institute, client_of):
    data = entered(institute, requirement="这段话要留下", **wrong)
    response = client_of(institute.office).post(reverse("item_add"), data)
    page = text(response)
    assert f'id="id_{field}_error"' in page
    assert "这段话要留下" in page
    assert not LedgerItem.objects.exists()


def test_a_phrase_stands_in_its_clause_word_for_word(institute, client_of):
    measure = add_measure("2.2")
    client = client_of(institute.office)
    client.post(reverse("item_add"), entered(institute, measure=measure.pk, phrase="自己编的一句话"))
    assert not LedgerItem.objects.exists()
    client.post(reverse("item_add"), entered(institute, measure=measure.pk, phrase="发挥桥梁纽带 作用"))
    assert LedgerItem.objects.exists()


def test_namesakes_are_told_apart_by_their_number(institute, client_of):
    from tests.conftest import add_person

    add_person("郑知行", "A7")
    client = client_of(institute.office)
    page = text(client.post(reverse("item_add"), entered(institute, owner="郑知行")))
    assert 'id="id_owner_error"' in page
    client.post(reverse("item_add"), entered(institute, owner="郑知行 · A7"))
    assert LedgerItem.objects.get().owner.employee_number == "A7"


def test_only_the_office_enters_and_edits(institute, client_of):
    item = add_item(institute, "registered")
    for person in (institute.committee, institute.secretary, institute.member):
        assert client_of(person).get(reverse("item_add")).status_code == 403
        assert client_of(person).get(reverse("item_edit", args=[item.pk])).status_code == 403
    assert client_of(institute.office).get(reverse("item_edit", args=[item.pk])).status_code == 200


def test_an_edit_is_kept_with_old_and_new(institute, client_of):
    item = add_item(institute, "registered", title="旧名")
    client = client_of(institute.office)
    data = entered(institute, title="新名", version=item.version)
    assert client.post(reverse("item_edit", args=[item.pk]), data).status_code == 302
    item.refresh_from_db()
    assert item.title == "新名"
    assert item.events.first().data["title"] == {"old": "旧名", "new": "新名"}
    page = text(client.get(item.get_absolute_url()))
    assert "旧名" in page and "新名" in page


def test_after_assignment_an_edit_cannot_move_the_deadline(institute, client_of):
    item = add_item(institute, "in_progress")
    due = item.due_on
    client = client_of(institute.office)
    assert 'name="due_on"' not in text(client.get(reverse("item_edit", args=[item.pk])))
    client.post(
        reverse("item_edit", args=[item.pk]),
        entered(institute, title="改了字", version=item.version, due_on="2099-01-01"),
    )
    item.refresh_from_db()
    assert (item.title, item.due_on) == ("改了字", due)


def test_a_stale_edit_shows_both_texts_and_can_be_saved_over(institute, client_of):
    item = add_item(institute, "registered", title="原来的")
    seen = item.version
    item.edit(by=institute.office_colleague, at=timezone.now(), values={"title": "同事改的"})
    client = client_of(institute.office)
    address = reverse("item_edit", args=[item.pk])
    response = client.post(address, entered(institute, title="我改的", version=seen))
    page = response.content.decode()
    assert response.status_code == 409
    assert "同事改的" in page and "我改的" in page
    client.post(address, entered(institute, title="我改的", version=item.version))
    item.refresh_from_db()
    assert item.title == "我改的"


def test_a_draft_kept_by_the_browser_is_dropped_once_it_was_accepted(institute, client_of):
    client = client_of(institute.office)
    page = text(client.post(reverse("item_add"), entered(institute), follow=True))
    assert 'data-draft-done="item-add"' in page
    item = LedgerItem.objects.get()
    assert "data-draft-done" not in text(client.get(item.get_absolute_url()))
    assert 'data-draft="item-add"' in text(client.get(reverse("item_add")))


# Ledgers --------------------------------------------------------------------


def test_a_ledger_is_added_changed_and_named_once_a_year(institute, client_of):
    client = client_of(institute.office)
    data = {"name": "会议决定", "year": 2026, "source": "decision", "default_days": 20}
    assert client.post(reverse("ledgers"), data).status_code == 302
    assert "invalid-feedback" in text(client.post(reverse("ledgers"), anew(data)))
    ledger = Ledger.objects.get(name="会议决定")
    assert (
        client.post(reverse("ledger_edit", args=[ledger.pk]), data | {"default_days": 15}).status_code == 302
    )
    ledger.refresh_from_db()
    assert ledger.default_days == 15
    assert "invalid-feedback" in text(client.post(reverse("ledgers"), data | {"name": "乙", "year": 1}))
    assert client_of(institute.committee).get(reverse("ledgers")).status_code == 403
    proposed = client.get(reverse("item_add")).context["form"].initial["due_on"]
    assert proposed == timezone.localdate() + timedelta(days=15)


# My to-do -------------------------------------------------------------------


def waiting(client: Client) -> dict[str, set[str]]:
    groups = client.get(reverse("todo")).context["groups"]
    return {group.name: {row.item.title for row in group.rows} for group in groups}


def test_everyone_finds_what_waits_for_them_and_nothing_else(institute, client_of):
    now = timezone.now()
    add_item(institute, "assigned", title="待签收")
    long_ago(institute, title="该反馈")
    pending = add_item(institute, "in_progress", title="待核")
    pending.report(by=institute.member, at=now, progress=20, text="做了。")
    asked = add_item(institute, "in_progress", title="待批", leader=institute.committee)
    asked.request_extension(
        by=institute.member, at=now, due_on=timezone.localdate() + timedelta(days=99), reason="顺延"
    )
    returned = add_item(institute, "in_progress", title="被退回")
    returned.report(by=institute.member, at=now, progress=20, text="推进中")
    returned.return_report(by=institute.office, at=now, reply="补")
    add_item(institute, "completion_requested", title="待办结")
    add_item(institute, "completed", title="待销号")
    add_item(institute, "registered", title="待交办")
    add_item(institute, "in_progress", title="一切正常")

    for person in (institute.member, institute.secretary):
        assert waiting(client_of(person)) == {"sign": {"待签收"}, "report": {"该反馈", "被退回"}}
    assert waiting(client_of(institute.committee)) == {"decide": {"待批"}}
    assert waiting(client_of(institute.office)) == {
        "decide": {"待批"},
        "answer": {"待核"},
        "complete": {"待办结"},
        "clear": {"待销号"},
        "assign": {"待交办"},
    }
    assert waiting(client_of(institute.other_secretary)) == {}
    assert "待销号" not in str(waiting(client_of(institute.commission)))


def test_what_waits_and_what_the_page_offers_agree(institute, client_of):
    """Whoever finds an item among their to-do is offered the act on its page."""
    steps = {
        "decide": "decide_extension",
        "answer": "accept_report",
        "complete": "complete",
        "clear": "clear",
        "sign": "sign_for",
        "report": "report",
        "assign": "assign",
    }
    add_item(institute, "assigned", leader=institute.committee)
    add_item(institute, "completed", leader=institute.committee)
    add_item(institute, "completion_requested", leader=institute.committee)
    add_item(institute, "registered")
    long_ago(institute)
    found = 0
    for person in (institute.office, institute.committee, institute.member, institute.secretary):
        client = client_of(person)
        for group in client.get(reverse("todo")).context["groups"]:
            for row in group.rows:
                found += 1
                assert f"/{steps[group.name]}/" in text(client.get(row.item.get_absolute_url()))
    assert found >= 8


def test_the_to_do_costs_the_same_with_thirty_items_as_with_three(
    institute, client_of, django_assert_max_num_queries
):
    client = client_of(institute.office)
    for count in (1, 9):
        for _number in range(count):
            for state in ("registered", "completion_requested", "completed"):
                add_item(institute, state)
        with django_assert_max_num_queries(24):
            client.get(reverse("todo"))
