"""Taking back one thing that a run did, from its before-image.

The old value goes into the CRM, as if a person had typed it there, and from there to Exchange
with the next run, to every mailbox that has the item. Nothing is written to Exchange from here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from agentbox_sync.core.actions import Action, Outcome, Side
from agentbox_sync.core.changes import Absence, Cause, LocalItem, LocalKey
from agentbox_sync.core.errors import ItemChanged, SyncError
from agentbox_sync.core.fingerprints import fingerprint
from agentbox_sync.core.kinds import Record, is_empty
from agentbox_sync.core.reversal import UNDONE, Obstacle, Reversal, Way, reversal
from agentbox_sync.host.joined import CRMStore
from agentbox_sync.host.registry import KINDS
from agentbox_sync.models import Change, Connection, Decision
from agentbox_sync.models.audit import Action as Deed
from agentbox_sync.services import audit, schedule
from agentbox_sync.services.rows import locality_of, settings_of, store_of
from agentbox_sync.services.wording.values import typed

log = logging.getLogger(__name__)

UNDO, KEEP = "undo", "keep"
DONE = "done"


class Moved(Exception):
    """The CRM says something else than the person has seen; show it again before writing."""


class Refused(Exception):
    """The CRM did not accept it; ``error`` says why."""

    def __init__(self, error: SyncError) -> None:
        super().__init__(error.code)
        self.error = error


@dataclass(frozen=True, slots=True)
class Offer:
    """What an undo would do now.

    ``values`` are the old ones, ``now`` is what the CRM says of the same atoms; both canonical.
    ``left``: atoms that the CRM makes itself and that stay. ``is_newer``: the CRM says something
    else by now than the run left there. ``seen`` names exactly what was looked at.
    """

    change: Change
    way: Way
    obstacle: Obstacle | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    now: Mapping[str, Any] = field(default_factory=dict)
    left: tuple[str, ...] = ()
    is_newer: bool = False
    seen: str = ""
    cause: str = ""

    @property
    def is_possible(self) -> bool:
        """Tell whether it can be undone."""
        return self.obstacle is None


def reversal_of(change: Change, atoms: Iterable[str] | None = None) -> Reversal:
    """Return how a line of the log can be undone, as far as the line itself tells."""
    wanted = change.atoms if atoms is None else [a for a in change.atoms if a in set(atoms)]
    before = {a: v for a, v in change.before.items() if atoms is None or a in wanted}
    return reversal(change.action, change.side, change.outcome, change.cause, wanted, before)


def offer(connection: Connection, change: Change, atoms: Iterable[str] | None = None) -> Offer:
    """Return what undoing ``change`` (or these atoms of it) would do now; writes nothing."""
    found = reversal_of(change, atoms)
    if found.obstacle is not None:
        return Offer(change, Way.NONE, found.obstacle, cause=change.cause)
    if not connection.is_live or connection.is_leaving:
        return Offer(change, Way.NONE, Obstacle.DISCONNECTED)
    key = LocalKey(change.local_model, change.local_pk)
    store, canonical = _ground(connection, change.kind)
    row = store.read([key])[key]
    if found.way is Way.GRANT:
        obstacle = None if store.is_lost(key) else _why_absent(row, Obstacle.NOT_LOST)
        return Offer(change, Way.GRANT, obstacle, seen=str(Way.GRANT))
    if isinstance(row, Absence):
        return Offer(change, Way.NONE, Obstacle.ABSENT, cause=row.cause)
    if found.way is Way.RELEASE:
        return Offer(change, Way.RELEASE, seen=fingerprint(canonical(row.record)))
    if row.read_only:
        return Offer(change, Way.NONE, Obstacle.VIEW_ONLY)
    return _written(change, row, found, canonical(row.record))


def _why_absent(row: LocalItem | Absence, otherwise: Obstacle) -> Obstacle:
    is_gone = isinstance(row, Absence) and row.cause is Cause.DELETED
    return Obstacle.ABSENT if is_gone else otherwise


def _written(change: Change, row: LocalItem, found: Reversal, present: Mapping[str, Any]) -> Offer:
    offered = {atom: value for atom, value in found.values.items() if atom in present}
    left = tuple(atom for atom in offered if atom in row.fixed)
    values = {atom: value for atom, value in offered.items() if atom not in row.fixed}
    now = {atom: present[atom] for atom in values}
    obstacle = None
    if not values:
        obstacle = Obstacle.FIXED
    elif all(_same(now[atom], value) for atom, value in values.items()):
        obstacle = Obstacle.SAME
    return Offer(
        change=change,
        way=Way.WRITE,
        obstacle=obstacle,
        values=values,
        now=now,
        left=left,
        is_newer=any(not _same(now[a], change.after[a]) for a in values if a in change.after),
        seen=fingerprint(now),
    )


def undo(
    user: AbstractBaseUser,
    connection: Connection,
    change: Change,
    seen: str,
    atoms: Iterable[str] | None = None,
) -> Decision:
    """Undo ``change`` if the CRM still says what the person has ``seen`` (of :class:`Offer`).

    Returns the decision, whose ``parameters`` name the line of the log that tells what was done
    and can be undone itself. Raises Moved, and Refused with what the CRM said.
    """
    offered = offer(connection, change, atoms)
    if not offered.is_possible or offered.seen != seen:
        raise Moved
    act = {Way.WRITE: _write, Way.GRANT: _grant, Way.RELEASE: _release}[offered.way]
    with transaction.atomic():
        line = act(connection, offered)
        line.save()
        decision = _log(user, change, UNDO, {"change": line.pk})
        Change.objects.filter(pk=change.pk, undecided=True).update(undecided=False)
        Connection.objects.filter(pk=connection.pk).update(wake=True)
        about = {"change": change.pk, "by_change": line.pk, "fields": line.atoms}
        audit.record(user, Deed.UNDONE, connection=connection, kind=change.kind, **about)
        schedule.hand_over(connection.pk)
    log.info("user %s undid change %s (decision %s)", user.pk, change.pk, decision.pk)
    return decision


def keep(user: AbstractBaseUser, connection: Connection, change_ids: Iterable[int]) -> int:
    """Let what the rule chose stand in these conflicts; return how many were still undecided."""
    with transaction.atomic():
        rows = Change.objects.filter(
            connection=connection, undecided=True, pk__in=sorted(set(change_ids))
        )
        found = list(rows.select_for_update().order_by("pk"))
        Change.objects.filter(pk__in=[change.pk for change in found]).update(undecided=False)
        Decision.objects.bulk_create(
            (_decision(user, change, KEEP, {}) for change in found), batch_size=500
        )
        if found:
            changes = audit.ids(change.pk for change in found)
            audit.record(user, Deed.KEPT, connection=connection, changes=changes)
    log.info("user %s let %s conflicts of connection %s stand", user.pk, len(found), connection.pk)
    return len(found)


def _write(connection: Connection, offered: Offer) -> Change:
    change, values = offered.change, offered.values
    store, canonical = _ground(connection, change.kind)
    key = LocalKey(change.local_model, change.local_pk)
    row = store.read([key])[key]
    if not isinstance(row, LocalItem) or _now(canonical(row.record), values) != offered.now:
        raise Moved
    # Through the store, under a lock and the host's validation; nobody is kept from hearing it,
    # this connection included: the next run has to carry it to Exchange.
    done = _checked(lambda: store.update(row, typed(change.kind, values), tuple(values)))
    is_told = isinstance(done, LocalItem)
    after = _now(canonical(done.record), values) if is_told else dict(values)
    before = {atom: value for atom, value in offered.now.items() if not is_empty(value)}
    return _line(change, Action.UPDATE, tuple(values), before, after)


def _grant(connection: Connection, offered: Offer) -> Change:
    change = offered.change
    store = store_of(connection, change.kind)
    _checked(lambda: store.grant(LocalKey(change.local_model, change.local_pk)))
    return _line(change, Action.IMPORT, (), {}, {})


def _release(connection: Connection, offered: Offer) -> Change:
    change = offered.change
    store, canonical = _ground(connection, change.kind)
    key = LocalKey(change.local_model, change.local_pk)
    row = store.read([key])[key]
    if not isinstance(row, LocalItem):
        raise Moved
    _checked(lambda: store.release(row))
    return _line(change, Action.RELEASE, (), canonical(row.record), {})


def _checked(act: Callable[[], Any]) -> Any:
    answer = act()
    if isinstance(answer, ItemChanged):
        raise Moved
    if isinstance(answer, SyncError):
        raise Refused(answer)
    return answer


def _line(
    change: Change,
    action: Action,
    atoms: tuple[str, ...],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> Change:
    return Change(
        connection_id=change.connection_id,
        link_id=change.link_id,
        kind=change.kind,
        local_model=change.local_model,
        local_pk=change.local_pk,
        action=action.value,
        cause=UNDONE,
        outcome=Outcome.DONE.value,
        side=Side.LOCAL.value,
        atoms=list(atoms),
        before=dict(before),
        after=dict(after),
        at=timezone.now(),
    )


def _log(user: AbstractBaseUser, change: Change, verb: str, parameters: dict[str, Any]) -> Decision:
    decision = _decision(user, change, verb, parameters)
    decision.save()
    return decision


def _decision(
    user: AbstractBaseUser, change: Change, verb: str, parameters: dict[str, Any]
) -> Decision:
    now = timezone.now()
    return Decision(
        connection_id=change.connection_id,
        kind=change.kind,
        link_id=change.link_id,
        change=change,
        local_model=change.local_model,
        local_pk=change.local_pk,
        verb=verb,
        parameters=parameters,
        decided_by_id=user.pk,
        decided_at=now,
        closed_at=now,
        outcome=DONE,
    )


def _ground(
    connection: Connection, kind: str
) -> tuple[CRMStore, Callable[[Record], dict[str, Any]]]:
    """Return the rows of a kind, and how their records are compared."""
    settings = settings_of(connection, kind)
    locality = locality_of(connection, settings)

    def canonical(record: Record) -> dict[str, Any]:
        return KINDS[kind].canonical(record, locality)

    return store_of(connection, kind, settings), canonical


def _now(present: Mapping[str, Any], atoms: Iterable[str]) -> dict[str, Any]:
    return {atom: present[atom] for atom in atoms}


def _same(one: Any, other: Any) -> bool:
    return one == other or (is_empty(one) and is_empty(other))
