"""Saving the settings of one kind."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from agentbox_sync.models import SETTINGS, Connection, Decision, KindSettings
from agentbox_sync.models.audit import Action
from agentbox_sync.services import audit, chosen, preview
from agentbox_sync.services.locks import locked

log = logging.getLogger(__name__)

SWITCHED_OFF = "switched_off"


class Stale(Exception):
    """Somebody saved these settings meanwhile; show what is there now before saving again."""


def current(connection: Connection, kind: str) -> KindSettings:
    """Return the settings as they are saved; the defaults where nobody has chosen yet."""
    model = SETTINGS[kind]
    found = model.objects.filter(connection=connection).first()
    return found or chosen.fresh(connection, kind)


def configure(
    user: AbstractBaseUser,
    connection: Connection,
    kind: str,
    values: Mapping[str, Any],
    version: int,
) -> KindSettings:
    """Save validated ``values`` if the settings are still at ``version``.

    Settings that decide something else than before need a new go: what they would do is looked up
    at once. Saving what is there already changes nothing. Where a kind is switched off, what people
    have decided and no run has carried out is closed: whoever switches it on again, months later
    perhaps, finds the items waiting. Raises Stale, and ValueError for what no person may choose.
    """
    with transaction.atomic():
        locked(connection)
        # An account that was connected before the kind came has no row of it yet.
        rows = SETTINGS[kind].objects.select_for_update()
        settings, _is_new = rows.get_or_create(
            connection=connection, defaults=chosen.beginning(kind)
        )
        if settings.version != version:
            raise Stale(kind)
        if strange := values.keys() - set(settings.DECIDING):
            raise ValueError(f"not for a person to choose: {sorted(strange)}")
        if all(getattr(settings, name) == value for name, value in values.items()):
            _look(user, connection, settings)
            return settings
        before = {name: getattr(settings, name) for name in values}
        changed = {name: value for name, value in values.items() if value != before[name]}
        for name, value in values.items():
            setattr(settings, name, value)
        settings.version += 1
        settings.save()
        if not settings.is_on:
            Decision.objects.filter(connection=connection, kind=kind, closed_at=None).update(
                closed_at=timezone.now(), outcome=SWITCHED_OFF
            )
        Connection.objects.filter(pk=connection.pk).update(wants_full=True, wake=True)
        audit.record(
            user,
            Action.CONFIGURED,
            connection=connection,
            kind=kind,
            before={name: before[name] for name in changed},
            after=changed,
        )
        _look(user, connection, settings)
    log.info("user %s changed %s of connection %s", user.pk, kind, connection.pk)
    return settings


def _look(user: AbstractBaseUser, connection: Connection, settings: KindSettings) -> None:
    """Let a worker look at what a go would do, where one is needed."""
    if settings.is_on and not settings.is_approved:
        preview.ask(connection, [settings.KIND], user)
    else:
        preview.withdraw(connection.pk, [settings.KIND])
