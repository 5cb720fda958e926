"""The same form twice at the same moment, two people deciding at once: one row, one decision."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from common.steps import StepRefused
from plans.models import ActivityKind
from tasks.models import Activity, Evidence
from tests.tasks.activity_forms import form_data, logged

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


@pytest.fixture(autouse=True)
def party_day(db) -> ActivityKind:
    """What ships is gone with the transaction of the test before."""
    names = {"name_zh": "主题党日", "name_en": "themed Party day"}
    return ActivityKind.objects.get_or_create(code="party_day", defaults=names)[0]


def test_a_form_sent_many_times_at_once_is_one_record_with_one_file(institute, client_of, settings):
    data = form_data(institute.branch, not_classified="on")
    clients = [client_of(institute.secretary) for _number in range(TOGETHER)]

    def send(number: int) -> str:
        upload = SimpleUploadedFile("记录.txt", "到会十二人。".encode())
        return clients[number].post(reverse("activity_log"), {**data, "uploads": [upload]})["Location"]

    assert len(set(together(send))) == 1
    assert Activity.objects.count() == Evidence.objects.count() == 1
    assert Activity.objects.get().events.count() == 2
    files = [path for path in Path(settings.PRIVATE_FILES_DIR).rglob("*") if path.is_file()]
    assert len(files) == 1


def test_of_many_decisions_at_once_one_is_taken(institute):
    activity = logged(institute.branch, institute.secretary)
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
