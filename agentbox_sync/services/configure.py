"""Saving the settings of one kind."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from agentbox_sync.models import SETTINGS, Connection, KindSettings

log = logging.getLogger(__name__)


class Stale(Exception):
    """Somebody saved these settings meanwhile; show what is there now before saving again."""


def configure(
    user: AbstractBaseUser,
    connection: Connection,
    kind: str,
    values: Mapping[str, Any],
    version: int,
) -> KindSettings:
    """Save validated ``values`` if the settings are still at ``version``.

    Settings that decide something else than before need a new go. Raises Stale.
    """
    with transaction.atomic():
        settings = SETTINGS[kind].objects.select_for_update().get(connection=connection)
        if settings.version != version:
            raise Stale(kind)
        for name, value in values.items():
            setattr(settings, name, value)
        settings.version += 1
        settings.save()
        Connection.objects.filter(pk=connection.pk).update(wants_full=True, wake=True)
    log.info("user %s changed %s of connection %s", user.pk, kind, connection.pk)
    return settings
