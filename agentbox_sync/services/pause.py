"""Pausing a connection, and resuming it: until then no doorway reads or writes anything.

A run in progress loses its lease, as with a disconnect: what was answered and remembered stays,
what was under way is looked up by the next run, and nothing is written after the pause. What
changes in the CRM meanwhile is still noticed, and what changes in Exchange waits in its feed, so
that resuming goes on where the pause began.
"""

from __future__ import annotations

import logging

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from agentbox_sync.models import Connection
from agentbox_sync.models.audit import Action
from agentbox_sync.services import audit, chosen, preview, states, sync
from agentbox_sync.services.cut_off import cut_off
from agentbox_sync.services.locks import locked, locked_with_lease

log = logging.getLogger(__name__)

PAUSED = "paused"


def pause(connection: Connection, user: AbstractBaseUser | None) -> bool:
    """Let nothing be read or written until somebody resumes it; tell whether that is new.

    What is disconnected, or being disconnected, is left alone.
    """
    with transaction.atomic():
        now = locked_with_lease(connection)
        if not now.is_live or now.is_leaving or now.is_paused:
            return False
        now.paused_state, now.state = now.state, Connection.State.PAUSED
        now.paused_at, now.paused_by_id = timezone.now(), user.pk if user else None
        now.save(update_fields=["state", "paused_state", "paused_at", "paused_by"])
        cut_off(now.pk, error=PAUSED, unfinished=True)
        audit.record(user, Action.PAUSED, connection=now)
    connection.refresh_from_db()
    log.info("user %s paused connection %s", user.pk if user else None, connection.pk)
    return True


def resume(connection: Connection, user: AbstractBaseUser | None) -> bool:
    """Go on in the state that is true now, with a run at once; tell whether it was paused.

    Where Microsoft needs a sign-in, or has asked for a pause of its own, that comes first.
    """
    with transaction.atomic():
        now = locked(connection)
        if not now.is_paused:
            return False
        now.state = now.paused_state or Connection.State.CONNECTED
        for column, value in states.over().items():
            setattr(now, column, value)
        now.wake = True
        now.save(update_fields=["state", "wake", *states.over()])
        if now.state == Connection.State.CONNECTED:
            if kinds := _approved(now):
                sync.begin(now, kinds, user=user)
            preview.hand_over_due(now.pk)
        audit.record(user, Action.RESUMED, connection=now)
    connection.refresh_from_db()
    log.info(
        "user %s resumed connection %s: %s",
        *(user.pk if user else None, connection.pk, connection.state),
    )
    return True


def _approved(connection: Connection) -> list[str]:
    return chosen.running([connection.pk]).get(connection.pk, [])
