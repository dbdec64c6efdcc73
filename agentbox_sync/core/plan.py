"""The plan of a run: data that engine, preview, guard and tests all read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from agentbox_sync.core.actions import Action, Row, Side
from agentbox_sync.core.changes import (
    NO_ROW,
    RESUMABLE,
    Link,
    LinkState,
    LocalItem,
    fingerprint,
)
from agentbox_sync.core.decisions import Rule, decide
from agentbox_sync.core.kinds import Kind, Locality
from agentbox_sync.core.merge import Merge, Sides, merge
from agentbox_sync.core.pairs import Pair, is_read_only, situation
from agentbox_sync.core.rules import Policy
from agentbox_sync.core.upgrade import upgraded


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

    def removals(self, side: Side) -> list[Row]:
        """Return the rows that the guard of a side counts."""
        return [row for row in self.rows if row.removes(side)]

    def claimed(self) -> frozenset[str]:
        """Return the remote ids that a first meeting of this plan takes."""
        return frozenset(row.remote_id for row in self.rows if row.action is Action.LINK)

    def refuse_double_claims(self) -> None:
        """Turn every first meeting that claims an item twice into a question for a person."""
        claims: dict[str, int] = {}
        for row in self.rows:
            if row.action is Action.LINK:
                claims[row.remote_id] = claims.get(row.remote_id, 0) + 1
        self.rows = [
            Row(Action.REVIEW, "ambiguous", row.key, row.link_id, seen=row.seen)
            if row.action is Action.LINK and claims[row.remote_id] > 1
            else row
            for row in self.rows
        ]


def resolve(pair: Pair, kind: Kind, policy: Policy, locality: Locality) -> Decision:
    """Decide one pair: the situation, the rule that admits it, and the merge where both are there.

    Pure: the same pair gives the same decision, in the plan as when the row is applied.
    """
    if pair.link is not None:
        pair = replace(pair, link=upgraded(pair.link, kind, locality))
    rule = decide(situation(pair, kind, policy, locality))
    local = pair.local
    if rule.action in (Action.UPDATE, Action.LINK) and isinstance(local, LocalItem):
        return _merged(pair, local, rule, kind, policy, locality)
    return Decision(_plain_row(pair, rule, kind, locality), rule)


def _merged(
    pair: Pair, local: LocalItem, rule: Rule, kind: Kind, policy: Policy, locality: Locality
) -> Decision:
    link = pair.link
    seen = kind.canonical(local.record, locality)
    merged = merge(
        Sides(
            base_local=link.base_local if link else {},
            base_remote=link.base_remote if link else {},
            local=seen,
            remote=kind.canonical(pair.remote.record, locality) if pair.remote else {},
            drift=link.drift if link else (),
            pending=link.pending if link and pair.remote else (),
            fixed=local.fixed,
        ),
        policy.mode(read_only=is_read_only(pair)),
    )
    blanks = {Side.REMOTE: merged.blanks_remote, Side.LOCAL: merged.blanks_local}
    row = Row(
        action=rule.action,
        cause=rule.name,
        key=local.key,
        link_id=link.id if link else 0,
        remote_id=pair.alike[0] if rule.action is Action.LINK else link.remote_id if link else "",
        push=merged.push,
        pull=merged.pull,
        blanks=frozenset(side for side, does in blanks.items() if does),
        seen=fingerprint(seen),
    )
    if link and rule.action is Action.UPDATE and not merged.writes:
        if link.version == kind.version and _is_settled(link, merged, pair):
            return Decision(None, rule, merged)
        row = replace(row, action=Action.ABSORB)
    return Decision(row, rule, merged)


def _plain_row(pair: Pair, rule: Rule, kind: Kind, locality: Locality) -> Row | None:
    link, local = pair.link, pair.local
    if rule.action is Action.IGNORE or (rule.action is Action.REST and _rests_already(pair)):
        return None
    if rule.action is Action.END and link is None:
        return None  # there never was a pair
    record = local.record if isinstance(local, LocalItem) else None
    # The item that was seen: where it landed late, the link may name another one by now.
    seen_at = pair.remote.remote_id if pair.remote else link.remote_id if link else ""
    return Row(
        action=rule.action,
        cause=rule.name,
        key=local.key if local else NO_ROW,
        link_id=link.id if link else 0,
        remote_id=seen_at,
        push=tuple(a for a in kind.atoms if a in record)
        if rule.action is Action.CREATE and record is not None
        else (),
        seen=fingerprint(kind.canonical(record, locality)) if record is not None else "",
    )


def _rests_already(pair: Pair) -> bool:
    """Tell whether a link rests, and for a reason that still says it all."""
    link = pair.link
    if link is None or link.state is not LinkState.RETAINED:
        return False
    etag = "" if pair.gone else pair.remote.etag if pair.remote else link.etag
    if any(sent.before and sent.if_match != etag for sent in link.pending):
        return False  # an unanswered write that can no longer land is told about
    return not (pair.moved and link.reason in RESUMABLE)


def _is_settled(link: Link, merged: Merge, pair: Pair) -> bool:
    etag = pair.remote.etag if pair.remote else link.etag
    return (
        link.state is LinkState.ACTIVE
        # An unanswered write that can no longer land is told about, and forgotten.
        and all(sent.if_match == etag for sent in link.pending)
        and merged.base_local == link.base_local
        and merged.base_remote == link.base_remote
        and merged.drift == link.drift
        and etag == link.etag
    )
