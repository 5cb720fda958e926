"""Wires everything together; nothing imports it but the doors (manage.py, wsgi, the Celery worker)."""

from __future__ import annotations

from config.celery import app as celery_app

__all__ = ["celery_app"]
