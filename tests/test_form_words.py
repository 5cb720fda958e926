"""What a form says of a value it cannot take: our words, the same in every form, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import get_password_validators
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from common.forms import DateField, FormSet, LookMixin
from tasks.models import ReminderRule
from tests.tasks.items import add_item, add_ledger, add_measure

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "branches", "plans", "tasks", "reviews")
#: What Django would say, in either language.
WOODEN = re.compile(
    r"确保|选择一个有效的|这个字段是必填|输入一个有效|输入整数|请提交不超过|不允许是用空字符串"
    r"|Ensure th|Select a valid|This field is required|Enter a valid|Enter a whole|Please submit at most|Null char"
)

ITEM = {"then": "draft", "title": "一件事"}
REQUIREMENT = {
    "organization_kind": "branch",
    "period": "quarter",
    "minimum": "1",
    "condition": "always",
    "source": "本单位规定",
    "effective_from": "2026-01-01",
}
LEDGER = {"name": "上级交办", "year": "2026", "source": "superior"}
ROUND = {"year": "2025", "confirm_due_on": "2026-01-12", "written_limit": "4000"}
ROWS = {
    "measure-working_title": "x",
    "items-INITIAL_FORMS": 0,
    "requirements-INITIAL_FORMS": 0,
    "items-TOTAL_FORMS": 0,
    "requirements-TOTAL_FORMS": 0,
}

#: Page, what is sent, what a reader of Chinese and one of English is told.
FAULTS = [
    ("item_add", {**ITEM, "title": "长" * 5000}, "最多 200 字，现有 5000 字。", "At most 200 characters"),
    ("item_add", {**ITEM, "ledger": "zz"}, "没有这个选项", "not one of the choices"),
    (
        "item_add",
        {**ITEM, "ledger": "LEDGER", "due_on": "9999-12-31"},
        "1900 至 2200",
        "between 1900 and 2200",
    ),
    ("requirement_add", {**REQUIREMENT, "period": "zz"}, "没有这个选项", "not one of the choices"),
    ("requirement_add", {**REQUIREMENT, "minimum": "zz"}, "请填写整数。", "not a whole number"),
    ("requirement_add", {**REQUIREMENT, "source": ""}, "请填写。", "please fill it in"),
    ("requirement_add", {**REQUIREMENT, "activity_kind": ""}, "请选择。", "please choose one"),
    ("requirement_add", {**REQUIREMENT, "effective_from": ""}, "请选日期。", "Choose a day."),
    ("ledgers", {**LEDGER, "name": ""}, "请填写。", "please fill it in"),
    ("ledgers", {**LEDGER, "source": "zz"}, "没有这个选项", "not one of the choices"),
    ("ledgers", {**LEDGER, "year": "1999"}, "不能小于 2000。", "At least 2000."),
    ("ledgers", {**LEDGER, "default_days": "1001"}, "不能大于 1000。", "At most 1000."),
    ("review_round_new", {**ROUND, "written_limit": "499"}, "不能小于 500。", "At least 500."),
    ("review_round_new", {**ROUND, "confirm_due_on": "9999-12-31"}, "1900 至 2200", "between 1900 and 2200"),
    (
        "person_add",
        {"name": "长" * 61, "employee_number": "1"},
        "最多 60 字，现有 61 字。",
        "At most 60 char",
    ),
    (
        "person_add",
        {"name": "苏", "employee_number": "1", "email": "x"},
        "不是有效的电子邮箱",
        "not an e-mail",
    ),
    ("rung_add", {"offset": "366", "audience": "owner"}, "不能大于 365。", "At most 365."),
    ("calendar_days", {"day": "2026-05-01", "working": "zz"}, "没有这个选项", "not one of the choices"),
    ("decompose", {**ROWS, "items-TOTAL_FORMS": 41}, "一次最多 40 行。", "At most 40 rows"),
    (
        "decompose",
        {**ROWS, "measure-working_title": "长" * 61},
        "最多 60 字，现有 61 字。",
        "At most 60 char",
    ),
    ("decompose", {}, "提交的表单不完整", "arrived incomplete"),
    (
        "decompose",
        {**ROWS, "requirements-TOTAL_FORMS": 1, "requirements-0-activity_kind": "zz"},
        "没有这个选项",
        "not one of the choices",
    ),
    ("item_step", {"progress": "101", "text": "做了"}, "不能大于 100。", "At most 100."),
    (
        "item_step",
        {"progress": "50", "text": "长" * 1001},
        "最多 1000 字，现有 1001 字。",
        "At most 1000 char",
    ),
    ("plan_import", {"text": "一、\x00", "unclassified": "on"}, "无法显示的字符", "cannot be shown"),
]


@pytest.mark.parametrize(("page", "sent", "chinese", "english"), FAULTS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_form_says_what_is_wrong_in_our_words(
    institute, client_of, page, sent, chinese, english, language
) -> None:
    User.objects.update(language=language)
    who = institute.member if page == "item_step" else institute.office
    sent = {name: add_ledger().pk if value == "LEDGER" else value for name, value in sent.items()}
    if page == "item_step":
        item = add_item(institute, "in_progress")
        address, sent = reverse(page, args=[item.pk, "report"]), {**sent, "version": item.version}
    elif page == "rung_add":
        rule = ReminderRule.objects.get(subject="item")
        address, sent = reverse(page, args=[rule.pk]), {**sent, "version": rule.version}
    else:
        address = reverse(page, args=[add_measure().pk] if page == "decompose" else [])
    client = client_of(who)
    client.cookies["django_language"] = language
    answer = client.post(address, sent)
    text = unescape(answer.content.decode())
    assert answer.status_code in (200, 422)
    assert (chinese if language == "zh-hans" else english) in text
    assert WOODEN.findall(text) == []


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("items", "ledger=zz&state=zz&due_from=9999-12-31&q=" + "x" * 101),
        ("activities", "status=zz&month=9999-12&year=1&kind=zz"),
        ("organizations", "kind=zz&q=" + "x" * 61),
        ("people", "organization=zz"),
        ("posts", "state=zz"),
        ("reminder_dry_run", "on=9999-12-31"),
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_filter_speaks_like_a_form(institute, client_of, page, query, language) -> None:
    User.objects.update(language=language)
    client = client_of(institute.office)
    client.cookies["django_language"] = language
    answer = client.get(f"{reverse(page)}?panel=1&{query}")
    assert answer.status_code == 200
    form = answer.context["filters"].form if page == "items" else answer.context.get("filters")
    said = (form or answer.context["form"]).errors
    assert said
    with translation.override(language):
        assert WOODEN.findall(str(said)) == []


# No form beside them -----------------------------------------------------


def defined(base: type) -> Iterator[type]:
    """Every class of the product below one of Django's."""
    for path in [
        path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
    ]:
        if re.search(r"\bForm|forms\b", path.read_text("utf-8")) and path.name != "__main__.py":
            import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    left, seen = [base], set()
    while left:
        for found in left.pop().__subclasses__():
            if found not in seen:
                seen.add(found)
                left.append(found)
    return (found for found in seen if found.__module__.split(".")[0] in APPS)


def test_every_form_and_every_day_is_of_our_making() -> None:
    found = list(defined(forms.BaseForm))
    assert len(found) > 50
    assert [form for form in found if not issubclass(form, LookMixin)] == []
    assert [form for form in defined(forms.BaseFormSet) if not issubclass(form, FormSet)] == []
    days = [
        (form.__name__, name)
        for form in found
        for name, field in form.base_fields.items()
        if isinstance(field, forms.DateField | forms.DateTimeField) and not isinstance(field, DateField)
    ]
    assert days == []


# Passwords ---------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_rule_of_a_password_speaks_the_readers_language(db, language) -> None:
    user = User(username="linruoxi", display_name="林若溪", email="ruoxi@example.org")
    rules = get_password_validators(settings.AUTH_PASSWORD_VALIDATORS)
    # Each breaks one rule or more; together they break every one.
    refused = {}
    with translation.override(language):
        for word in ("Ab1-", "password", "linruoxi1", "qqzzvvkkpp"):
            for rule in rules:
                try:
                    rule.validate(word, user)
                except ValidationError as error:
                    refused[type(rule).__name__] = "".join(error.messages)
        told = list(refused.values()) + [rule.get_help_text() for rule in rules]
    assert set(refused) == {type(rule).__name__ for rule in rules}
    for text in told:
        assert bool(re.search("[一-鿿]", text)) == (language == "zh-hans"), text


def test_a_short_password_is_refused_in_chinese(institute, client_of) -> None:
    answer = client_of(institute.office).post(
        reverse("account_change_password"),
        {"oldpassword": "Right-Horse-42", "password1": "Ab1-", "password2": "Ab1-"},
    )
    assert "密码至少要有 8 个字符。" in answer.content.decode()
