"""The run that takes what we put there out of a mailbox, and what comes after it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from agentbox_sync.core.actions import Action, Outcome, Side
from agentbox_sync.core.changes import Cause, LinkState
from agentbox_sync.core.report import Report
from agentbox_sync.engine import Depth, Part, leaving
from agentbox_sync.models import SETTINGS, Change, Connection, KindSettings, Link, LocalChange
from agentbox_sync.models.audit import Doorway
from agentbox_sync.services.disconnect import disconnect
from agentbox_sync.services.tallies import OURS

log = logging.getLogger(__name__)

# What could not be removed is tried again at this distance, until a person decides.
PAUSE = timedelta(minutes=15)

MakePart = Callable[[Connection, KindSettings, Depth], Part]


def parts(connection: Connection, make: MakePart) -> list[Part]:
    """Return a part for each kind of which anything is linked, whatever its settings say."""
    links = Link.objects.filter(connection=connection).exclude(state=LinkState.DEAD)
    kinds = set(links.order_by().values_list("kind", flat=True).distinct())
    found = []
    for kind in sorted(kinds & SETTINGS.keys()):
        settings = SETTINGS[kind].objects.get_or_create(connection=connection)[0]
        part = make(connection, settings, Depth.FULL)
        found.append(leaving(part, _still_allowed(connection, kind)))
    return found


def last_parts(connection: Connection, make: MakePart) -> list[Part]:
    """Return :func:`parts` when whatever was edited in the mailbox has been taken in.

    From here on that is not done again: an item whose removal was not answered would look as if
    it had to come back. What is noticed in the CRM is no matter any more.
    """
    Connection.objects.filter(pk=connection.pk).update(leaving_merged=True)
    LocalChange.objects.filter(connection=connection).delete()
    return parts(connection, make)


def first_parts(
    connection: Connection, settings: Iterable[KindSettings], make: MakePart
) -> list[Part]:
    """Return the parts that take in what was edited in the mailbox, before anything is removed."""
    made = [make(connection, row, Depth.INCREMENTAL) for row in settings]
    # What a preview has shown does not hold anything up: all of it goes, as was confirmed.
    return [replace(part, foreseen=lambda: None) for part in made]


def _still_allowed(connection: Connection, kind: str) -> int:
    """Return how many removals are left of those that a person has confirmed."""
    done = Change.objects.filter(
        connection=connection,
        kind=kind,
        cause=Cause.DETACHED.value,
        action=Action.DELETE.value,
        side=Side.REMOTE.value,
        outcome=Outcome.DONE.value,
        at__gte=connection.leaving_at,
    )
    return max(0, int(connection.leaving_amounts.get(kind, 0)) - done.count())


def end(connection: Connection, report: Report) -> None:
    """Disconnect when nothing of ours is left; else try again later, or when a person says so."""
    if report.unfinished:
        return  # the next run goes on, soon
    if not Link.objects.filter(OURS, connection=connection).exists():
        disconnect(connection.leaving_by, connection, Doorway.WORKER)
        return
    log.warning("connection %s: something could not be removed", connection.pk)
    still = Connection.objects.filter(pk=connection.pk).exclude(leaving_at=None)
    still.update(not_before=timezone.now() + PAUSE, wake=True)
