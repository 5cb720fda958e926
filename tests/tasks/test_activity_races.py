"""The same form twice at the same moment, two people deciding at once: one row, one decision."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from common.files import Checked
from common.steps import StepRefused
from plans.models import ActivityKind
from tasks.models import Activity, Evidence
from tasks.recording import Record, log

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TOGETHER = 6


def together(step: Callable[[int], Any]) -> list[Any]:
    """The same act from several threads that start at the same moment, each with a connection of its own."""
    gate = Barrier(TOGETHER)

    def one(number: int) -> Any:
        gate.wait()
        try:
            return step(number)
        except StepRefused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(one, range(TOGETHER)))


@pytest.fixture
def record(institute) -> Record:
    kind, _made = ActivityKind.objects.get_or_create(
        code="party_day", defaults={"name_zh": "主题党日", "name_en": "themed Party day"}
    )
    upload = Checked("记录.txt", "txt", "text/plain", b"x", "0" * 64)
    return Record(
        kind=kind,
        organization=institute.branch,
        title="重走首条外延线",
        held_on=timezone.localdate(),
        uploads=[upload],
    )


def test_a_form_sent_many_times_at_once_is_one_record_with_one_file(institute, record, settings):
    token, at = uuid4(), timezone.now()
    found = together(lambda _n: log(record, token=token, by=institute.secretary, at=at, submit=True))
    assert sorted(new for _activity, new in found) == [False] * (TOGETHER - 1) + [True]
    assert Activity.objects.count() == Evidence.objects.count() == 1
    assert Activity.objects.get().events.count() == 2
    files = [path for path in Path(settings.PRIVATE_FILES_DIR).rglob("*") if path.is_file()]
    assert len(files) == 1


def test_of_many_decisions_at_once_one_is_taken(institute, record):
    activity, _new = log(record, token=uuid4(), by=institute.secretary, at=timezone.now(), submit=True)
    people = [institute.office, institute.office_colleague]

    def decide(number: int) -> Activity:
        mine = Activity.objects.get(pk=activity.pk)
        if number % 2:
            return mine.approve(by=people[0], at=timezone.now())
        return mine.send_back(by=people[1], at=timezone.now(), reason="补结果")

    taken = [answer for answer in together(decide) if not isinstance(answer, StepRefused)]
    activity.refresh_from_db()
    assert len(taken) == 1
    assert activity.version == 3
    assert [event.step for event in activity.events.all()][1:] == ["submit", "log"]
