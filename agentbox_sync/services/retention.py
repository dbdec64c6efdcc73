"""What is forgotten by itself: the log behind its retention time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from agentbox_sync import conf
from agentbox_sync.models import (
    AuditEntry,
    Change,
    Decision,
    Heartbeat,
    Invitation,
    Review,
    Run,
)
from agentbox_sync.services import forget

log = logging.getLogger(__name__)

NAME = "retention"
EVERY = timedelta(days=1)
# Rows a transaction: SQLite's one writer is not held longer than a page of a sync holds it.
CHUNK = 100
MOST = 50_000  # rows a day and kind of row; a backlog is worked off over some days


def trim_daily() -> int:
    """Trim once a day; return how many rows went."""
    now = timezone.now()
    last = Heartbeat.objects.filter(name=NAME).values_list("beaten_at", flat=True).first()
    if last is not None and now - last < EVERY:
        return 0
    Heartbeat.objects.update_or_create(name=NAME, defaults={"beaten_at": now})
    return trim() + forget.old_previews()


def trim() -> int:
    """Delete changes, finished runs, closed reviews and decisions older than the retention time.

    Before-images hold what people typed: they are kept for as long as ``CHANGE_RETENTION_DAYS``
    says and no longer. Who did what holds none of it and is kept for ``AUDIT_RETENTION_DAYS``.
    Links and their bases are not part of the log and stay.
    """
    before = _days_ago("CHANGE_RETENTION_DAYS")
    gone = (
        _delete(Change.objects.filter(at__lt=before))
        + _delete(Run.objects.filter(finished_at__lt=before))
        + _delete(Decision.objects.filter(closed_at__lt=before))
        + _delete(Review.objects.filter(closed_at__lt=before))
        + _delete(Invitation.objects.filter(expires_at__lt=before))
        # Through the base manager: every other way to delete an entry of the trail is barred.
        + _delete(AuditEntry._base_manager.filter(at__lt=_days_ago("AUDIT_RETENTION_DAYS")))
    )
    if gone:
        log.info("%s rows of the log were older than its retention time", gone)
    return gone


def _days_ago(option: str) -> datetime:
    return timezone.now() - timedelta(days=int(conf.option(option)))


def _delete(rows: models.QuerySet[models.Model]) -> int:
    gone = 0
    while gone < MOST:
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not ids:
            break
        rows.model._base_manager.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone
