"""Celery: the queue is a doorbell, the database is the truth.

Every job can be lost or rung twice without harm: what is to be done stands in rows, jobs take them with a
lease, and the sweeps below come by again. Without ``REDIS_URL`` the bell is a folder (kombu's filesystem
transport under ``var/broker``), with it Redis.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celery import Celery
from celery.contrib.django.task import DjangoTask
from celery.schedules import crontab
from django.db import transaction

if TYPE_CHECKING:
    _DjangoTask = DjangoTask[Any, Any]
else:
    _DjangoTask = DjangoTask

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

VISIBILITY_TIMEOUT = 3600
"""Seconds after which Redis hands an unacknowledged job to another worker; far above the longest job."""

# A sweep that could not start before the next one is due is not worth starting.
BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "plan the reminders of the day": {
        "task": "tasks.jobs.plan_reminders",
        "schedule": crontab(hour="7", minute="0"),
        "options": {"expires": 3600},
    },
    # Whatever the morning run missed: planning is idempotent by its unique key.
    "plan what was missed": {
        "task": "tasks.jobs.plan_reminders",
        "schedule": crontab(minute="30", hour="8-20"),
        "options": {"expires": 3000},
    },
    "deliver what is waiting": {
        "task": "tasks.jobs.deliver_notifications",
        "schedule": crontab(),
        "options": {"expires": 55},
    },
}


class Doorbell(_DjangoTask):
    """A task whose enqueuing may fail: the row is committed, and the next sweep finds it without the bell."""

    abstract = True

    # The stub promises a result; Celery itself returns none from here.
    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Ring after the commit; an unreachable broker is logged, never raised at the person who acted."""
        transaction.on_commit(lambda: self.delay(*args, **kwargs), robust=True)


def configuration(redis_url: str, var_dir: Path) -> dict[str, Any]:
    """Celery's settings for a broker: Redis when ``redis_url`` is given, else a folder under ``var_dir``."""
    common: dict[str, Any] = {
        "timezone": "Asia/Shanghai",
        "beat_schedule": BEAT_SCHEDULE,
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0.1},
        "worker_prefetch_multiplier": 1,
        "worker_enable_remote_control": False,
        "worker_hijack_root_logger": False,
        "broker_connection_retry_on_startup": True,
    }
    if redis_url:
        return common | {
            "broker_url": redis_url,
            "task_acks_late": True,
            "task_reject_on_worker_lost": True,
            "broker_transport_options": {
                "visibility_timeout": VISIBILITY_TIMEOUT,
                "socket_connect_timeout": 2,
                "socket_timeout": 10,
            },
        }
    folder = var_dir / "broker"
    for name in ("messages", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return common | {
        "broker_url": "filesystem://localhost",
        "broker_transport_options": {
            "data_folder_in": str(folder / "messages"),
            "data_folder_out": str(folder / "messages"),
            "control_folder": str(folder / "control"),
            "polling_interval": 0.2,
        },
    }


def _from_settings() -> dict[str, Any]:
    from django.conf import settings

    return configuration(settings.REDIS_URL, settings.VAR_DIR)


app = Celery("gongjian", task_cls=Doorbell)
app.add_defaults(_from_settings)
app.autodiscover_tasks(related_name="jobs")
