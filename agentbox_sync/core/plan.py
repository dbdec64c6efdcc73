"""The plan of a run: data that engine, preview, guard and tests all read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.core.changes import (
    RESUMABLE,
    Absence,
    Cause,
    Link,
    LinkState,
    LocalItem,
    Observation,
    Origin,
    fingerprint,
)
from agentbox_sync.core.decisions import Local, Pairing, Remote, Rule, Situation, decide
from agentbox_sync.core.kinds import Kind, Locality
from agentbox_sync.core.merge import Merge, merge
from agentbox_sync.core.rules import Policy


@dataclass(frozen=True, slots=True)
class Pair:
    """Everything known about one pair at one moment.

    ``remote`` is what was newly seen, ``None`` when there is no news: then the base stands for
    it. ``alike`` are the remote ids that a first meeting found.
    """

    local: LocalItem | Absence
    link: Link | None = None
    remote: Observation | None = None
    gone: bool = False
    moved: bool = False
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The row for one pair, with the values that led to it; ``row`` is ``None`` for no change."""

    row: Row | None
    rule: Rule
    merged: Merge | None = None


@dataclass(slots=True)
class Plan:
    """The rows of one kind in one run, and how many pairs needed none."""

    kind: str
    rows: list[Row] = field(default_factory=list)
    unchanged: int = 0

    def add(self, row: Row | None) -> None:
        """Take a row in; ``None`` counts as a pair that needs nothing."""
        if row is None:
            self.unchanged += 1
        else:
            self.rows.append(row)

    def removals(self) -> list[Row]:
        """Return the rows that the guard counts."""
        return [row for row in self.rows if row.removes]

    def without_removals(self) -> list[Row]:
        """Return the rows that may go on when the guard has stopped the removals."""
        return [row for row in self.rows if not row.removes]

    def refuse_double_claims(self) -> None:
        """Turn every first meeting that claims an item twice into a question for a person."""
        claims: dict[str, int] = {}
        for row in self.rows:
            if row.action is Action.LINK:
                claims[row.remote_id] = claims.get(row.remote_id, 0) + 1
        self.rows = [
            replace(row, action=Action.REVIEW, cause="ambiguous", remote_id="", atoms=())
            if row.action is Action.LINK and claims[row.remote_id] > 1
            else row
            for row in self.rows
        ]


def resolve(pair: Pair, kind: Kind, policy: Policy, locality: Locality) -> Decision:
    """Decide one pair: the situation, the rule that admits it, and the merge where both are there.

    Pure: the same pair gives the same decision, in the plan as when the row is applied.
    """
    rule = decide(situation(pair, policy))
    link, local = pair.link, pair.local
    if rule.action not in (Action.UPDATE, Action.LINK) or not isinstance(local, LocalItem):
        return Decision(_plain_row(pair, rule, kind, locality), rule)
    seen = kind.canonical(local.record, locality)
    shown = kind.canonical(pair.remote.record, locality) if pair.remote else {}
    merged = merge(
        link.base_local if link else {},
        link.base_remote if link else {},
        seen,
        shown,
        drift=link.drift if link else (),
        strict=policy.strict,
    )
    row = Row(
        action=rule.action,
        cause=rule.name,
        key=local.key,
        link_id=link.id if link else 0,
        remote_id=pair.alike[0] if rule.action is Action.LINK else link.remote_id if link else "",
        atoms=merged.push,
        blanks=merged.blanks,
        seen=fingerprint(seen),
    )
    if link and rule.action is Action.UPDATE and not merged.moved:
        if _is_settled(link, merged, pair):
            return Decision(None, rule, merged)
        row = replace(row, action=Action.ABSORB)
    return Decision(row, rule, merged)


def situation(pair: Pair, policy: Policy) -> Situation:
    """Return the facts of a pair in the words of the decision table."""
    link = pair.link
    if link is None or not link.remote_id:
        remote = (Remote.NOBODY, Remote.ALIKE, Remote.SEVERAL)[min(len(pair.alike), 2)]
    else:
        remote = Remote.GONE if pair.gone else Remote.MOVED if pair.moved else Remote.PRESENT
    return Situation(
        pairing=_pairing(link),
        local=_local(pair.local),
        remote=remote,
        origin=link.origin if link else Origin.CRM,
        removal=policy.removal,
        strict=policy.strict,
    )


def _pairing(link: Link | None) -> Pairing:
    if link is None or not link.remote_id:
        return Pairing.NONE
    if link.state is LinkState.RETAINED:
        return Pairing.RESTING if link.reason in RESUMABLE else Pairing.PARTED
    return Pairing.LINKED


def _local(local: LocalItem | Absence) -> Local:
    if isinstance(local, LocalItem):
        return Local.PRESENT
    return {
        Cause.DELETED: Local.DELETED,
        Cause.LEFT_FILTER: Local.LEFT_FILTER,
        Cause.COMPLETED: Local.COMPLETED,
        Cause.LOST_ACCESS: Local.LOST_ACCESS,
    }[local.cause]


def _plain_row(pair: Pair, rule: Rule, kind: Kind, locality: Locality) -> Row | None:
    link, local = pair.link, pair.local
    if link is not None and rule.action is Action.REST and link.state is LinkState.RETAINED:
        return None  # it rests already
    record = local.record if isinstance(local, LocalItem) else None
    return Row(
        action=rule.action,
        cause=rule.name,
        key=local.key,
        link_id=link.id if link else 0,
        remote_id=link.remote_id if link else "",
        atoms=tuple(a for a in kind.atoms if a in record) if record is not None else (),
        seen=fingerprint(kind.canonical(record, locality)) if record is not None else "",
    )


def _is_settled(link: Link, merged: Merge, pair: Pair) -> bool:
    return (
        link.state is LinkState.ACTIVE
        and merged.base_local == link.base_local
        and merged.base_remote == link.base_remote
        and merged.drift == link.drift
        and (pair.remote is None or pair.remote.etag == link.etag)
    )
