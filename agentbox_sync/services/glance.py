"""Looking at many idle mailboxes of an organisation at once: one request for up to twenty.

A look ends the poll of those in which nothing is to be done, on either side. Whatever else is found
(a change, a refusal, a pause) is left to a run of that mailbox alone, which meets it again: nothing
here decides anything about an item.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from agentbox_sync import conf
from agentbox_sync.core.errors import LeaseLost, SyncError, Throttled
from agentbox_sync.graph import batch, delta
from agentbox_sync.graph.glance import Seen, Watched, glance
from agentbox_sync.memory.collections import as_chain
from agentbox_sync.memory.lease import OrmLease
from agentbox_sync.memory.store import OrmMemory
from agentbox_sync.models import (
    Collection,
    Connection,
    Decision,
    Inbox,
    Intent,
    LocalChange,
    Run,
)
from agentbox_sync.ports import Page
from agentbox_sync.services import chosen, microsoft, turns
from agentbox_sync.services import clock as clocks
from agentbox_sync.services.organisation import clients

log = logging.getLogger(__name__)

LEAST = 2  # fewer are not worth a look of their own


@dataclass(frozen=True, slots=True)
class _Mailbox:
    """A connection in which nothing waits on our side, and its feeds."""

    connection: Connection
    chains: tuple[Collection, ...]


def groups(ids: Iterable[int]) -> list[tuple[int, ...]]:
    """Return those of ``ids`` that can be looked at together, as many as one request takes."""
    if not delta.DELTA_LINK_WORKS_IN_BATCH:
        return []
    by_organisation: dict[int, list[list[_Mailbox]]] = defaultdict(lambda: [[]])
    for mailbox in _idle(ids):
        groups_ = by_organisation[mailbox.connection.organisation_id]
        taken = sum(len(one.chains) for one in groups_[-1])
        if taken + len(mailbox.chains) > batch.MAX_ITEMS:
            groups_.append([])
        groups_[-1].append(mailbox)
    found = [group for several in by_organisation.values() for group in several]
    return [tuple(one.connection.pk for one in group) for group in found if len(group) >= LEAST]


def look(ids: Sequence[int]) -> set[int]:
    """Look at mailboxes of one organisation; return those whose poll is over with that."""
    leases: dict[int, OrmLease] = {}
    try:
        for pk in ids:
            lease = turns.wait_for(pk, float(conf.option("LEASE_TIME")))
            if lease is not None:
                leases[pk] = lease
        # Under the lease: what was noticed or begun meanwhile must be seen.
        idle = [one for one in _idle(leases) if _has_turn(leases[one.connection.pk], one)]
        return _look(idle, leases) if idle else set()
    finally:
        for lease in leases.values():
            lease.release()


def _has_turn(lease: OrmLease, mailbox: _Mailbox) -> bool:
    try:
        microsoft.turn(lease).take(len(mailbox.chains))
    except (Throttled, LeaseLost):
        return False  # its own run says until when
    return True


def _look(idle: Sequence[_Mailbox], leases: dict[int, OrmLease]) -> set[int]:
    asked = [(one.connection, chain) for one in idle for chain in one.chains]
    feeds = [
        Watched(connection.object_id, chain.kind, chain.remote_id, chain.link)
        for connection, chain in asked
    ]
    organisation = idle[0].connection.organisation
    timeout = float(conf.option("HTTP_TIMEOUT"))
    ids = [one.connection.object_id for one in idle]
    try:
        client = clients.mailboxes(organisation, ids, longest=timeout)
        seen = glance(client, feeds)
    except SyncError as error:
        log.warning("%s idle mailboxes were not looked at: %s", len(idle), error.code)
        return set()
    shown: dict[int, list[tuple[Collection, Seen]]] = defaultdict(list)
    for (connection, chain), one in zip(asked, seen, strict=True):
        shown[connection.pk].append((chain, one))
        if one.wait:
            microsoft.turn(leases[connection.pk]).pause(one.wait)
    over = {pk for pk, found in shown.items() if _move_on(pk, leases[pk], found)}
    now = timezone.now()
    # Nothing that calls the connection is answered here: a call that came meanwhile stays one.
    Connection.objects.filter(pk__in=over, state=Connection.State.CONNECTED).update(
        polled_at=now, succeeded_at=now, not_before=None
    )
    return over


def _move_on(pk: int, lease: OrmLease, found: Sequence[tuple[Collection, Seen]]) -> bool:
    """Move every cursor over nothing; ``False`` where one of the feeds has to be read."""
    if not all(one.link for _, one in found):
        return False
    memory = OrmMemory(pk, lease, clocks.present())
    try:
        for chain, one in found:
            memory.stage(as_chain(chain), Page((), delta_link=one.link))
    except LeaseLost:
        return False
    return True


def _idle(ids: Iterable[int]) -> list[_Mailbox]:
    """Return those in which only Microsoft can tell of something to do; a few statements."""
    now = timezone.now()
    mine = {"connection": OuterRef("pk")}
    waits = (
        Exists(Run.objects.filter(**mine).exclude(state=Run.State.FINISHED))
        | Exists(LocalChange.objects.filter(**mine))
        | Exists(Decision.objects.filter(**mine, closed_at=None))
        | Exists(Intent.objects.filter(link__connection=OuterRef("pk"), open=True))
        | Exists(Inbox.objects.filter(collection__connection=OuterRef("pk")))
    )
    rows = (
        Connection.objects.select_related("organisation", *chosen.related())
        .filter(
            Q(not_before=None) | Q(not_before__lte=now),
            ~waits,
            pk__in=list(ids),
            organisation__disconnected_at=None,
            state=Connection.State.CONNECTED,
            leaving_at=None,
            wake=False,
            wants_full=False,
            failures=0,
            reason="",
            scanned_at__gt=now - conf.seconds("FULL_SCAN_INTERVAL"),
        )
        .exclude(organisation=None)
        .exclude(staff=None)
        .exclude(tallies=None)
        .order_by("pk")
    )
    connections = {row.pk: row for row in rows}
    on = {
        (settings.connection_id, settings.KIND)
        for connection in connections.values()
        for settings in chosen.settings_of(connection)
        if settings.is_on and settings.is_approved
    }
    chains: dict[int, list[Collection]] = defaultdict(list)
    for chain in Collection.objects.filter(connection__in=connections, is_open=True):
        if (chain.connection_id, chain.kind) in on:
            chains[chain.connection_id].append(chain)
    return [
        _Mailbox(connection, tuple(chains[pk]))
        for pk, connection in connections.items()
        if chains[pk]
        and {chain.kind for chain in chains[pk]} == {kind for one, kind in on if one == pk}
        and all(_is_read(chain) for chain in chains[pk])
    ]


def _is_read(chain: Collection) -> bool:
    return bool(chain.link) and chain.complete and not chain.census and not chain.moving
