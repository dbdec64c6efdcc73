"""Leaving a mailbox with what we put there: a worker removes it, then the connection ends.

The removal is a run of the engine like any other (:mod:`agentbox_sync.engine.leaving`). It
survives restarts, because ``Connection.leaving_at`` says what is under way.
"""

from __future__ import annotations

import logging

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from agentbox_sync.models import Connection, Run
from agentbox_sync.models.audit import Action
from agentbox_sync.services import audit, schedule, sync
from agentbox_sync.services.cut_off import cut_off
from agentbox_sync.services.holdings import holdings
from agentbox_sync.services.locks import locked_with_lease

log = logging.getLogger(__name__)


class NotReachable(Exception):
    """Nothing can be removed in this ``state``: paused, or Microsoft does not let us in."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class AmountsChanged(Exception):
    """The number that a person confirmed is not the number that would be removed now."""


def begin(user: AbstractBaseUser, connection: Connection, confirmed: int) -> None:
    """Begin to remove what we put into the mailbox; its end is the disconnect.

    ``confirmed`` is the number that the person has read. Raises AmountsChanged when it is not
    the number any more, NotReachable where a sign-in comes first. A second call changes nothing.
    """
    with transaction.atomic():
        locked = locked_with_lease(connection)
        if locked.leaving_at is not None or not locked.is_live:
            return
        if locked.state != Connection.State.CONNECTED:
            raise NotReachable(locked.state)
        amounts = holdings(locked)
        if amounts.removable != confirmed:
            raise AmountsChanged(amounts.removable)
        locked.leaving_at, locked.leaving_by_id = timezone.now(), user.pk
        locked.leaving_amounts = dict(amounts.ours)
        locked.leaving_merged = False
        locked.wake = True
        locked.save(
            update_fields=["leaving_at", "leaving_by", "leaving_amounts", "leaving_merged", "wake"]
        )
        sync.forget_own_pause(connection.pk)
        cut_off(connection.pk, error="leaving")
        Run.objects.create(
            connection=locked,
            cause=Run.Cause.PERSON,
            kinds=sorted(amounts.ours),
            asked_by_id=user.pk,
            asked_at=timezone.now(),
        )
        audit.record(user, Action.LEAVING, connection=locked, amounts=amounts.ours)
        schedule.hand_over(connection.pk)
    connection.refresh_from_db()
    log.info("user %s: connection %s leaves with %s items", user.pk, connection.pk, confirmed)


def cancel(user: AbstractBaseUser, connection: Connection) -> None:
    """Stop the removal and stay connected; what is gone comes back with the next run."""
    with transaction.atomic():
        locked = locked_with_lease(connection)
        if locked.leaving_at is None or not locked.is_live:
            return
        cut_off(connection.pk, error="leaving_cancelled")
        locked.leaving_at = locked.leaving_by = None
        locked.wake = locked.wants_full = True
        locked.save(update_fields=["leaving_at", "leaving_by", "wake", "wants_full"])
        audit.record(user, Action.STAYED, connection=locked)
    connection.refresh_from_db()
    log.info("user %s: connection %s stays", user.pk, connection.pk)
