"""What a sync would do: asked for, handed to the queue, and how long it counts."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.utils import timezone
from django_q.tasks import async_task

from agentbox_sync.core.actions import Action, Row, Side
from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.groups import Group
from agentbox_sync.core.safety import foreseen_by
from agentbox_sync.models import SETTINGS, Connection, KindSettings, Preview, PreviewRow
from agentbox_sync.services.schedule import LOST

log = logging.getLogger(__name__)

# After a day both sides have moved on so far that a person should look again.
FRESH = timedelta(days=1)
OPEN = (Preview.State.ASKED, Preview.State.MAKING)
ENDED = (Preview.State.GIVEN, Preview.State.DONE)
CHUNK = 1000


def ask(
    connection: Connection,
    kinds: Iterable[str],
    user: AbstractBaseUser | None = None,
    *,
    anew: bool = False,
) -> list[Preview]:
    """Ask for a preview of each kind that is switched on, and hand the work to the queue.

    One that was made for the present settings, or is being made, is kept; ``anew`` makes another
    one of what is there already. Asked twice, it is made once.
    """
    now = timezone.now()
    asked: list[Preview] = []
    with transaction.atomic():
        for kind in kinds:
            settings = SETTINGS[kind].objects.filter(connection=connection).first()
            if settings is None or not settings.is_on:
                continue
            fresh = {
                "fingerprint": settings.fingerprint,
                "state": Preview.State.ASKED,
                "asked_by_id": user.pk if user else None,
                "asked_at": now,
                "queued_at": None,
                "error": "",
                "counts": {},
            }
            row, is_new = Preview.objects.select_for_update().get_or_create(
                connection=connection, kind=kind, defaults=fresh
            )
            if not is_new and _is_needed(row, settings, now, anew=anew):
                Preview.objects.filter(pk=row.pk).update(**fresh)
                row.refresh_from_db()
            asked.append(row)
        if any(_is_for_the_queue(row, now) for row in asked):
            hand_over(connection.pk)
    return asked


def _is_needed(row: Preview, settings: KindSettings, now: datetime, *, anew: bool) -> bool:
    if row.fingerprint != settings.fingerprint:
        return True
    if row.state in OPEN:
        return False
    return anew or row.state != Preview.State.READY or is_stale(row, now)


def _is_for_the_queue(row: Preview, now: datetime) -> bool:
    lost = row.queued_at is None or row.queued_at <= now - LOST
    return row.state == Preview.State.ASKED and lost


def is_stale(row: Preview, now: datetime) -> bool:
    """Tell whether a preview that was made is too old to say go to."""
    return row.made_at is None or now - row.made_at >= FRESH


def shown(previews: Iterable[Preview], settings: KindSettings, now: datetime) -> Preview | None:
    """Return the preview that speaks of these settings now: open, failed, or fresh enough."""
    for row in previews:
        if row.kind != settings.KIND or row.fingerprint != settings.fingerprint:
            continue
        if row.state in (*OPEN, Preview.State.FAILED):
            return row
        if row.state == Preview.State.READY and not is_stale(row, now):
            return row
    return None


_COLUMNS = ("id", "state", "fingerprint", "asked_at", "made_at", "counts", "error")


def beside(rows: models.QuerySet[Connection]) -> models.QuerySet[Connection]:
    """Let connections carry what :func:`all_of` would ask for: no query of its own.

    A join for each kind, of which there is one preview at most: a subquery for each column made
    PostgreSQL expect so much work that it compiled the statement, for two seconds (``jit``).
    """
    ahead = models.Q(previews__state__in=[x for x in Preview.State if x not in ENDED])
    joins = {
        f"ahead_{kind}": models.FilteredRelation(
            "previews", condition=models.Q(previews__kind=kind) & ahead
        )
        for kind in SETTINGS
    }
    columns = {
        f"preview_{kind}_{name}": models.F(f"ahead_{kind}__{name}")
        for kind in SETTINGS
        for name in _COLUMNS
    }
    return rows.annotate(**joins, **columns)


def carried_by(connection: Connection) -> list[Preview]:
    """Return the previews of a connection that comes from :func:`beside`."""
    found = (
        Preview(
            connection_id=connection.pk,
            kind=kind,
            **{name: getattr(connection, f"preview_{kind}_{name}") for name in _COLUMNS},
        )
        for kind in SETTINGS
    )
    return sorted((row for row in found if row.pk is not None), key=lambda row: row.pk)


def all_of(connection: Connection) -> list[Preview]:
    """Return the previews of a connection that are not behind it, oldest first; one query."""
    rows = Preview.objects.filter(connection=connection).exclude(state__in=ENDED)
    return list(rows.order_by("pk"))


def find(connection: Connection, kind: str) -> tuple[Preview | None, KindSettings | None]:
    """Return the preview of a kind, whatever its state, and the settings; one query or two."""
    model = SETTINGS[kind]
    name = f"connection__{model._meta.model_name}__approved_by"
    rows = Preview.objects.select_related(name).defer("connection__tokens")
    row = rows.filter(connection=connection, kind=kind).first()
    if row is None:
        settings = model.objects.select_related("approved_by")
        return None, settings.filter(connection=connection).first()
    return row, getattr(row.connection, str(model._meta.model_name), None)


def withdraw(connection_id: int, kinds: Iterable[str]) -> None:
    """Forget previews that nobody needs any more: the go was given otherwise, or it is off."""
    for row in Preview.objects.filter(connection_id=connection_id, kind__in=list(kinds)):
        empty(row.pk)
        row.delete()


def empty(preview_id: int) -> None:
    """Delete the rows of a preview, some at a time."""
    rows = PreviewRow.objects.filter(preview_id=preview_id)
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        PreviewRow.objects.filter(pk__in=ids).delete()


# ------------------------------------------------------------------------------- the queue


def hand_over(connection_id: int) -> None:
    """Put the making of what was asked for into the queue, with the transaction that asked."""
    with transaction.atomic():
        waiting = Preview.objects.filter(connection_id=connection_id, state__in=OPEN)
        waiting.update(queued_at=timezone.now())
        async_task("agentbox_sync.jobs.foresee", connection_id, group="agentbox_sync")


def hand_over_due(*among: int) -> int:
    """Put every preview into the queue that nobody is at, or whose job was lost; return how many.

    ``among`` narrows it to these connections.
    """
    now = timezone.now()
    waiting = (
        Preview.objects.filter(
            state__in=OPEN,
            connection__state=Connection.State.CONNECTED,
            connection__leaving_at=None,
        )
        .filter(
            models.Q(connection__not_before=None) | models.Q(connection__not_before__lte=now),
            models.Q(queued_at=None) | models.Q(queued_at__lte=now - LOST),
        )
        .order_by("asked_at", "pk")
        .values_list("connection_id", flat=True)
    )
    ids = list(dict.fromkeys(waiting.filter(connection__in=among) if among else waiting))
    for connection_id in ids:
        hand_over(connection_id)
    return len(ids)


# --------------------------------------------------------------------- what a run asks of it


def foreseen(settings: KindSettings) -> frozenset[str] | None:
    """Return the removals that were shown to whoever said go; ``None`` when no go is under way."""
    given = Preview.objects.filter(
        connection=settings.connection_id,
        kind=settings.KIND,
        state=Preview.State.GIVEN,
        fingerprint=settings.fingerprint,
    ).first()
    if given is None:
        return None
    removed = given.rows.filter(group=Group.REMOVED.value)
    return foreseen_by(row_of(stored) for stored in removed.iterator(chunk_size=CHUNK))


def carried_out(connection_id: int, kinds: Sequence[str]) -> None:
    """Take note that a run has been through the whole plan: the go is used up."""
    given = Preview.objects.filter(connection_id=connection_id, state=Preview.State.GIVEN)
    given.filter(kind__in=kinds).update(state=Preview.State.DONE)


def row_of(stored: PreviewRow) -> Row:
    """Return a stored row as the plan had it."""
    return Row(
        action=Action(stored.action),
        cause=stored.cause,
        key=LocalKey(stored.local_model, stored.local_pk),
        link_id=stored.link_id,
        remote_id=stored.remote_id,
        push=tuple(stored.push),
        pull=tuple(stored.pull),
        blanks=frozenset(Side(side) for side in stored.blanks),
        conflicts=tuple(stored.conflicts),
    )
