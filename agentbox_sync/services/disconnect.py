"""Ending a connection: tokens are forgotten, links rest, items stay where they are."""

from __future__ import annotations

import logging

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from agentbox_sync.core.rules import Status
from agentbox_sync.models import SETTINGS, Connection, Lease, LocalChange, Run
from agentbox_sync.services.execute import lease_key

log = logging.getLogger(__name__)


def disconnect(user: AbstractBaseUser | None, connection: Connection) -> None:
    """Disconnect a mailbox; every kind is Disabled from here on.

    A run in progress loses its lease, so that it cannot write after this returns.
    """
    with transaction.atomic():
        # Waits for the transaction of a running worker, then fences it off.
        list(Lease.objects.select_for_update().filter(key=lease_key(connection.pk)))
        Lease.objects.filter(key=lease_key(connection.pk)).update(
            token=F("token") + 1, owner="", until=None
        )
        Connection.objects.filter(pk=connection.pk).update(
            state=Connection.State.DISCONNECTED,
            reason="",
            reason_parameters={},
            tokens="",
            not_before=None,
            wake=False,
            disconnected_at=timezone.now(),
        )
        for model in SETTINGS.values():
            model.objects.filter(connection=connection).update(
                status=Status.DISABLED.value, approved="", version=F("version") + 1
            )
        LocalChange.objects.filter(connection=connection).delete()
        Run.objects.filter(connection=connection).exclude(state=Run.State.FINISHED).update(
            state=Run.State.FINISHED, finished_at=timezone.now(), error="disconnected"
        )
    connection.refresh_from_db()
    log.info("connection %s ended by user %s", connection.pk, user.pk if user else None)


def forget_staff(staff: models.Model) -> None:
    """Disconnect whatever a staff record that is being deleted was connected to."""
    for connection in Connection.objects.filter(staff=staff.pk).exclude(
        state=Connection.State.DISCONNECTED
    ):
        disconnect(None, connection)
