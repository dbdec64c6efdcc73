"""What is forgotten by itself: the log behind its retention time."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import models
from django.utils import timezone

from agentbox_sync import conf
from agentbox_sync.models import Change, Heartbeat, Review, Run

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
    return trim()


def trim() -> int:
    """Delete changes, finished runs and closed reviews that are older than the retention time.

    Before-images hold what people typed: they are kept for as long as ``CHANGE_RETENTION_DAYS``
    says and no longer. Links and their bases are not part of the log and stay.
    """
    before = timezone.now() - timedelta(days=int(conf.option("CHANGE_RETENTION_DAYS")))
    gone = (
        _delete(Change.objects.filter(at__lt=before))
        + _delete(Run.objects.filter(finished_at__lt=before))
        + _delete(Review.objects.filter(closed_at__lt=before))
    )
    if gone:
        log.info("%s rows of the log were older than its retention time", gone)
    return gone


def _delete(rows: models.QuerySet[models.Model]) -> int:
    gone = 0
    while gone < MOST:
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not ids:
            break
        rows.model.objects.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone
