"""The queue is a doorbell: either broker is configured whole, and a bell that fails hurts nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings as django_settings
from django.db import transaction

from config import celery_app
from config.celery import VISIBILITY_TIMEOUT, Doorbell, configuration


def application(redis_url: str, var: Path) -> Celery:
    app = Celery("tests", task_cls=Doorbell, set_as_current=False)
    app.add_defaults(configuration(redis_url, var))
    return app


def test_without_redis_the_broker_is_a_folder_that_is_made(tmp_path: Path) -> None:
    app = application("", tmp_path)
    app.send_task("anything", [7])
    assert len(list((tmp_path / "broker" / "messages").iterdir())) == 1
    assert app.conf.broker_transport_options["polling_interval"] == 0.2


def test_with_redis_a_job_is_acknowledged_late_and_given_back_when_its_worker_dies(tmp_path: Path) -> None:
    conf = application("redis://127.0.0.1:6379/15", tmp_path).conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.broker_transport_options["visibility_timeout"] == VISIBILITY_TIMEOUT
    assert not (tmp_path / "broker").exists()


@pytest.mark.redis
def test_a_job_travels_through_redis(tmp_path: Path) -> None:
    app = application(django_settings.REDIS_URL, tmp_path)
    queue = f"test-{tmp_path.name}"
    app.send_task("anything", [7], queue=queue)
    with app.connection_for_read() as connection, connection.SimpleQueue(queue) as bell:
        message = bell.get(timeout=5)
        assert message.payload[0] == [7]
        message.ack()


def test_a_bell_nobody_can_ring_is_logged_and_not_raised(
    tmp_path: Path, db, django_capture_on_commit_callbacks, caplog
) -> None:
    app = application("redis://127.0.0.1:1/0", tmp_path)

    @app.task
    def job() -> None: ...

    with django_capture_on_commit_callbacks(execute=True) as rung, transaction.atomic():
        job.delay_on_commit()
    assert len(rung) == 1
    assert any("Error calling" in record.message for record in caplog.records)


def test_every_scheduled_job_exists() -> None:
    celery_app.loader.import_default_modules()
    for entry in celery_app.conf.beat_schedule.values():
        assert entry["task"] in celery_app.tasks
