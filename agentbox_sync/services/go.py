"""Saying go to exactly what a preview has shown."""

from __future__ import annotations

import logging
from enum import StrEnum

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from agentbox_sync.core.actions import Side
from agentbox_sync.core.groups import Group
from agentbox_sync.core.safety import plan_hash
from agentbox_sync.models import SETTINGS, Connection, KindSettings, Preview, Review
from agentbox_sync.models.audit import Action
from agentbox_sync.permissions import can_let_go
from agentbox_sync.services import audit, preview, sync
from agentbox_sync.services.locks import locked

log = logging.getLogger(__name__)


class Why(StrEnum):
    """Why a go was not taken."""

    CHANGED = "changed"
    """The settings are not those that the preview was made for."""
    STALE = "stale"
    """The preview is too old."""
    OVERTAKEN = "overtaken"
    """Another preview has taken the place of the one that was seen."""
    NOT_READY = "not_ready"
    GUARDED = "guarded"
    """It removes more than the guard lets go: a Master User has to look."""


class Refused(Exception):
    """The go was not taken, and nothing has happened; ``why`` says what to do next."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def seal(row: Preview) -> str:
    """Return a name for exactly what a person sees: another making has another name."""
    return f"{row.pk}.{row.made_at.timestamp():.6f}" if row.made_at else ""


def go(user: AbstractBaseUser, connection: Connection, kind: str, seen: str) -> None:
    """Approve the settings of the preview that was ``seen``, and ask for the run.

    The run may remove what the preview listed and nothing else. Raises Refused; a second press
    of the same go changes nothing.
    """
    with transaction.atomic():
        locked(connection)
        settings = SETTINGS[kind].objects.select_for_update().filter(connection=connection).first()
        row = Preview.objects.select_for_update().filter(connection=connection, kind=kind).first()
        if row is not None and settings is not None and _was_given(row, settings, seen):
            return
        why = _what_is_wrong(row, settings, seen, user)
        if why is None and row is not None and settings is not None:
            _give(user, row, settings)
            sync.begin(connection, [kind], user=user)
            log.info(
                "user %s said go to %s of connection %s (preview %s)",
                *(user.pk, kind, connection.pk, row.pk),
            )
            return
    if why in (Why.CHANGED, Why.STALE):
        preview.ask(connection, [kind], user)
    raise Refused(why or Why.NOT_READY)


def _was_given(row: Preview, settings: KindSettings, seen: str) -> bool:
    return row.state in preview.ENDED and settings.is_approved and seal(row) == seen


def _what_is_wrong(
    row: Preview | None, settings: KindSettings | None, seen: str, user: AbstractBaseUser
) -> Why | None:
    if row is None or settings is None or not settings.is_on:
        return Why.CHANGED
    if row.fingerprint != settings.fingerprint:
        return Why.CHANGED
    if row.state != Preview.State.READY:
        return Why.NOT_READY
    if preview.is_stale(row, timezone.now()):
        return Why.STALE
    if seal(row) != seen:
        return Why.OVERTAKEN
    return Why.GUARDED if row.held and not can_let_go(user) else None


def _give(user: AbstractBaseUser, row: Preview, settings: KindSettings) -> None:
    now = timezone.now()
    sync.give(settings, user)
    audit.record(
        user,
        Action.APPROVED,
        connection=row.connection,
        kind=row.kind,
        settings=settings.fingerprint,
        preview=row.pk,
        removals=row.held,
    )
    Preview.objects.filter(pk=row.pk).update(state=Preview.State.GIVEN)
    stops = Review.objects.filter(connection=row.connection_id, kind=row.kind, closed_at=None)
    if not row.held:
        return
    # What the guard would stop is let go with the same press: exactly this list, once.
    stops.exclude(plan_hash=row.plan_hash).update(closed_at=now)
    if stops.update(approved_by=user.pk, approved_at=now):
        return
    Review.objects.create(
        connection_id=row.connection_id,
        kind=row.kind,
        plan_hash=row.plan_hash,
        rows=_removals(row),
        limit=row.limit,
        opened_at=now,
        approved_by_id=user.pk,
        approved_at=now,
    )


def _removals(row: Preview) -> list[dict[str, str]]:
    """Return the list that the guard would stop: on one side, on the other, or on both."""
    shown = row.rows.filter(group=Group.REMOVED.value).order_by("number")
    rows = [preview.row_of(stored) for stored in shown.iterator()]
    for sides in ([Side.REMOTE], [Side.LOCAL], [Side.REMOTE, Side.LOCAL]):
        held = [one for one in rows if any(one.removes(side) for side in sides)]
        if plan_hash(held) == row.plan_hash:
            return [
                {
                    "model": one.key.model,
                    "pk": one.key.pk,
                    "action": str(one.action),
                    "cause": one.cause,
                }
                for one in held
            ]
    raise AssertionError("a preview that does not hold the list which it names")
