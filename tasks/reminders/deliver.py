"""Delivering: one e-mail a person and day with everything that is still true, sent until it is accepted.

A worker takes a digest with a lease; a worker that dies gives it back when the lease ends. A digest keeps
one Message-ID for ever, so that a mail server that accepted it twice can tell. *Sent* is written only after
the other side accepted. What was settled meanwhile is left out, and an empty mail is never sent.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from branches.access import actor_for
from branches.models import Organization
from tasks.models import Delivery, Notification
from tasks.reminders.lines import Line, lines
from tasks.reminders.plan import DIGEST_LOOKS_BACK

log = logging.getLogger(__name__)

#: A worker that has not answered for so long is taken for dead. Far above the time one mail may take.
LEASE = timedelta(minutes=5)
#: Seconds the mail server may take to answer.
MAIL_TIMEOUT = 20
#: Minutes to the next attempt after the first, second, … failure; the last one repeats.
BACKOFF = (1, 5, 15, 60, 180, 360)
#: With the pauses above: given up after about a day and a half.
MOST_ATTEMPTS = 10
#: Digests one call takes before it gives way to the next sweep.
MOST_AT_ONCE = 200


def deliver(at: datetime, most: int = MOST_AT_ONCE) -> int:
    """Send the digests that are due. The number of those accepted by the mail server."""
    accepted = 0
    mail: BaseEmailBackend | None = None
    for _number in range(most):
        taken = take(at)
        if taken is None:
            break
        if mail is None:
            mail = get_connection(timeout=MAIL_TIMEOUT)
        accepted += _send(taken, at, mail)
    if mail is not None:
        mail.close()
    return accepted


def take(at: datetime) -> Delivery | None:
    """Take one digest that is due and that nobody else holds, with a lease from ``at``."""
    due = Delivery.objects.filter(
        Q(next_try_at__isnull=True) | Q(next_try_at__lte=at),
        Q(leased_until__isnull=True) | Q(leased_until__lt=at),
        state=Delivery.State.WAITING,
    ).order_by("next_try_at", "pk")
    lease = {"leased_until": at + LEASE, "attempts": F("attempts") + 1}
    while True:
        with transaction.atomic():
            rows = due
            if connection.features.has_select_for_update_skip_locked:
                rows = due.select_for_update(skip_locked=True)
            pk = rows.values_list("pk", flat=True).first()
            if pk is None:
                return None
            # The condition once more in the UPDATE: where rows cannot be locked, the first one wins.
            if due.order_by().filter(pk=pk).update(**lease):
                return Delivery.objects.select_related("recipient__user").get(pk=pk)


def _send(taken: Delivery, at: datetime, mail: BaseEmailBackend) -> bool:
    """Write and send one digest; whether it was accepted."""
    try:
        made = _live(taken, timezone.localdate(at))
        if not made:
            _finish(taken, state=Delivery.State.DROPPED, error="")
            return False
        mail.send_messages([message(taken, made)])
    except Exception as error:  # a mail server can fail in any way; the digest waits for its next attempt
        _put_off(taken, at, error)
        # A connection that broke is opened anew for the next digest.
        mail.close()
        return False
    return bool(_finish(taken, state=Delivery.State.SENT, sent_at=timezone.now(), error=""))


def _live(taken: Delivery, on: date) -> list[Line]:
    """The unread reminders this digest carries, those settled or out of reach meanwhile left out."""
    first = taken.day - timedelta(days=DIGEST_LOOKS_BACK)
    free = Q(delivery__isnull=True) | Q(delivery__state=Delivery.State.FAILED)
    waiting = Notification.objects.filter(
        free, recipient=taken.recipient_id, planned_on__lte=taken.day, planned_on__gt=first
    )
    Notification.objects.filter(pk__in=list(waiting.values_list("pk", flat=True))).update(delivery=taken)
    carried = taken.notifications.unread().order_by("rule", "due_on", "pk")
    with translation.override(_language(taken)):
        made = lines(list(carried), on, actor_for(taken.recipient, on))
    return [line for line in made if not line.settled]


def message(taken: Delivery, made: list[Line]) -> EmailMessage:
    """The e-mail of a digest, in the recipient's language."""
    with translation.override(_language(taken)):
        context: dict[str, Any] = {
            "person": taken.recipient,
            "day": taken.day,
            "lines": made,
            "site": settings.SITE_URL.rstrip("/"),
            "site_name": Organization.objects.institute_name(),
        }
        subject = " ".join(render_to_string("emails/digest_subject.txt", context).split())
        body = render_to_string("emails/digest.txt", context)
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return EmailMessage(
        subject=subject,
        body=body,
        to=[taken.recipient.email],
        headers={"Message-ID": f"<{taken.message_id}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def _language(taken: Delivery) -> str:
    user = taken.recipient.user
    return user.language if user else settings.LANGUAGE_CODE


def _put_off(taken: Delivery, at: datetime, error: Exception) -> None:
    """Note the failure and the next attempt; after the last one it is given up, for the office to see."""
    said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    log.warning("Digest %s, attempt %s: %s", taken.pk, taken.attempts, said)
    if taken.attempts >= MOST_ATTEMPTS:
        _finish(taken, state=Delivery.State.FAILED, error=said)
        return
    wait = BACKOFF[min(taken.attempts, len(BACKOFF)) - 1]
    _finish(taken, error=said, next_try_at=at + timedelta(minutes=wait))


def _finish(taken: Delivery, **values: Any) -> int:
    """Write the outcome and give the lease back, unless somebody else has taken the digest over since."""
    mine = Delivery.objects.filter(pk=taken.pk, state=Delivery.State.WAITING, leased_until=taken.leased_until)
    return mine.update(leased_until=None, **values)
