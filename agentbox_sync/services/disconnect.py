"""Ending a connection: tokens are forgotten, links rest, items stay where they are."""

from __future__ import annotations

import logging

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from agentbox_sync.core.rules import Status
from agentbox_sync.models import SETTINGS, Connection, Decision, LocalChange
from agentbox_sync.models.audit import Action, Doorway
from agentbox_sync.services import audit, preview, states
from agentbox_sync.services.cut_off import cut_off
from agentbox_sync.services.locks import locked_with_lease

log = logging.getLogger(__name__)

CUT_OFF = "disconnected"


def disconnect(
    user: AbstractBaseUser | None, connection: Connection, doorway: Doorway | None = None
) -> None:
    """Disconnect a mailbox; every kind is Disabled from here on.

    A run in progress loses its lease, so that it cannot write after this returns. What people
    have decided and no run has carried out is closed: whoever connects the mailbox again, months
    later perhaps, finds the items waiting and decides with their own eyes. Whoever wants
    what we put there removed as well begins with :mod:`agentbox_sync.services.leave`.
    """
    with transaction.atomic():
        if locked_with_lease(connection).is_live:  # of two who press at once, one has done it
            audit.record(user, Action.DISCONNECTED, connection=connection, doorway=doorway)
        cut_off(connection.pk, error=CUT_OFF)
        Connection.objects.filter(pk=connection.pk).update(
            state=Connection.State.DISCONNECTED,
            reason="",
            reason_parameters={},
            tokens="",
            not_before=None,
            wake=False,
            leaving_at=None,
            leaving_by=None,
            disconnected_at=timezone.now(),
            **states.over(),
        )
        for model in SETTINGS.values():
            model.objects.filter(connection=connection).update(
                status=Status.DISABLED.value, approved="", version=F("version") + 1
            )
        LocalChange.objects.filter(connection=connection).delete()
        Decision.objects.filter(connection=connection, closed_at=None).update(
            closed_at=timezone.now(), outcome=CUT_OFF
        )
        preview.withdraw(connection.pk, SETTINGS)
    connection.refresh_from_db()
    log.info("connection %s ended by user %s", connection.pk, user.pk if user else None)


def forget_staff(staff: models.Model) -> None:
    """Disconnect whatever a staff record that is being deleted was connected to."""
    for connection in Connection.objects.filter(staff=staff.pk).exclude(
        state=Connection.State.DISCONNECTED
    ):
        disconnect(None, connection, Doorway.HOST)
