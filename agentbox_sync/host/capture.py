"""Noticing changes in the CRM: signals write a hint into the outbox, in the CRM's transaction.

Signals miss ``update()``, bulk operations and raw SQL; the full scan is the truth. What they do
catch travels within a minute instead of an hour. A failure here must never fail the host's save.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete

from agentbox_sync.core.changes import LinkState
from agentbox_sync.core.rules import Status
from agentbox_sync.host.adapter import KindSource
from agentbox_sync.host.registry import get_sources
from agentbox_sync.models import SETTINGS, Connection, Link, LocalChange

log = logging.getLogger(__name__)


def connect() -> None:
    """Connect the signals of every source that the host declares."""
    for kind, source in get_sources().items():
        model = source.get_model()
        uid = f"agentbox_sync.{kind}"
        for signal in (post_save, pre_delete, post_delete):
            signal.connect(
                partial(_on_row, source, "pk"), sender=model, weak=False, dispatch_uid=uid
            )
        for label, attribute in source.depends_on.items():
            for signal in (post_save, post_delete):
                signal.connect(
                    partial(_on_row, source, attribute),
                    sender=apps.get_model(label),
                    weak=False,
                    dispatch_uid=f"{uid}.{label}",
                )
        for name in source.m2m:
            m2m_changed.connect(
                partial(_on_m2m, source),
                sender=getattr(model, name).through,
                weak=False,
                dispatch_uid=f"{uid}.{name}",
            )


def _on_row(source: KindSource, attribute: str, instance: models.Model, **_: Any) -> None:
    notice(source, [getattr(instance, attribute)])


def _on_m2m(
    source: KindSource,
    instance: models.Model,
    action: str,
    reverse: bool,
    pk_set: set[Any] | None,
    **_: Any,
) -> None:
    if action.startswith("post_") or action == "pre_clear":
        # Cleared from the other end: which items it concerned is not told any more.
        notice(source, (pk_set or ()) if reverse else [instance.pk])


def notice(source: KindSource, pks: Iterable[Any]) -> None:
    """Write a hint for every connection that an item concerns, and wake it."""
    try:
        with transaction.atomic():
            for pk in pks:
                _notice(source, pk)
    except DatabaseError:
        # The host's own save goes first; the next full scan finds the change without the hint.
        log.exception("could not notice a change of %s", source.model)


def _notice(source: KindSource, pk: Any) -> None:
    label = source.get_model()._meta.label_lower
    linked = Link.objects.filter(kind=source.kind, local_model=label, local_pk=str(pk)).exclude(
        state=LinkState.DEAD.value
    )
    concerned = models.Q(staff__in=list(source.concerned_staff(pk))) | models.Q(
        pk__in=linked.values("connection_id")
    )
    switched_on = SETTINGS[source.kind].objects.exclude(status=Status.DISABLED.value)
    live = Connection.objects.exclude(state=Connection.State.DISCONNECTED).filter(
        concerned, pk__in=switched_on.values("connection_id")
    )
    connections = list(live.values_list("pk", flat=True))
    if not connections:
        return
    LocalChange.objects.bulk_create(
        LocalChange(connection_id=connection, kind=source.kind, local_model=label, local_pk=str(pk))
        for connection in connections
    )
    Connection.objects.filter(pk__in=connections).update(wake=True)
