"""The plan of a run: data that engine, preview, guard and tests all read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from agentbox_sync.core.actions import Action, Row, Side
from agentbox_sync.core.changes import NO_ROW, LocalItem
from agentbox_sync.core.decisions import decide
from agentbox_sync.core.facts import situation
from agentbox_sync.core.fingerprints import fingerprint
from agentbox_sync.core.keyed import merge_pair
from agentbox_sync.core.kinds import Kind, Locality
from agentbox_sync.core.later import with_dropped
from agentbox_sync.core.merge import Merge, Sides
from agentbox_sync.core.pairs import Pair, is_read_only, leaves_untold, met_anew
from agentbox_sync.core.rules import Policy
from agentbox_sync.core.settled import is_settled, rests_already
from agentbox_sync.core.succession import base_of, completed_here, not_given
from agentbox_sync.core.table import Rule
from agentbox_sync.core.ties import closed_atoms, ties_of
from agentbox_sync.core.upgrade import completed, once_managed, upgraded

_MERGED = (Action.UPDATE, Action.LINK, Action.MOVE)


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
        return frozenset(row.remote_id for row in self.rows if row.meets)

    def refuse_double_claims(self) -> None:
        """Turn every first meeting that claims an item twice into a question for a person.

        One that a person has ordered is answered already.
        """
        claims: dict[str, int] = {}
        for row in self.rows:
            if row.meets:
                claims[row.remote_id] = claims.get(row.remote_id, 0) + 1
        self.rows = [
            _asked(row) if row.meets and claims[row.remote_id] > 1 and not row.order else row
            for row in self.rows
        ]


def _asked(row: Row) -> Row:
    """Return the question about a row, or the move of a pair that needs no meeting."""
    if row.action is Action.MOVE:
        return replace(row, remote_id="")
    return Row(Action.REVIEW, "ambiguous", row.key, row.link_id, seen=row.seen)


def resolve(pair: Pair, kind: Kind, policy: Policy, locality: Locality) -> Decision:
    """Decide one pair: the situation, the rule that admits it, and the merge where both are there.

    Pure: the same pair gives the same decision, in the plan as when the row is applied.
    """
    pair = met_anew(pair, policy)
    if pair.link is not None and pair.link.version != kind.version:
        pair = replace(pair, link=upgraded(pair.link, kind, locality))
    if pair.link is not None and _offers_shared(pair, kind):
        pair = replace(pair, link=completed(pair.link, kind, locality))
    rule = decide(situation(pair, kind, policy, locality))
    local = pair.local
    if rule.action in _MERGED and isinstance(local, LocalItem):
        return _merged(pair, local, rule, kind, policy, locality)
    return Decision(_plain_row(pair, rule, kind, locality), rule)


def _offers_shared(pair: Pair, kind: Kind) -> bool:
    local = pair.local
    return isinstance(local, LocalItem) and not kind.shared.isdisjoint(local.record)


def _merged(
    pair: Pair, local: LocalItem, rule: Rule, kind: Kind, policy: Policy, locality: Locality
) -> Decision:
    link = pair.link
    seen = kind.canonical(local.record, locality)
    shown = (
        kind.canonical(pair.remote.record, once_managed(link, kind, locality))
        if pair.remote
        else {}
    )
    stands = {**(link.base_remote if link else {}), **shown}
    meets = rule.action is Action.LINK and pair.remote and rule.order is None
    done = completed_here(kind, seen, shown) if meets else {}
    pending = link.pending if link and pair.remote else ()
    merged = merge_pair(
        Sides(
            base_local={**(link.base_local if link else {}), **done},
            base_remote={
                **(base_of(kind, link.base_remote, shown, pending) if link else {}),
                **done,
            },
            local=seen,
            remote=shown,
            drift=link.drift if link else (),
            pending=pending,
            fixed=local.fixed,
            frozen=link.frozen if link else (),
            turns=link.turns if link else (),
            thaws=pair.thaws,
            shared=kind.shared,
            closed=closed_atoms(kind, ties_of(link, pair.remote), stands, policy)
            | not_given(kind, seen, stands),
        ),
        kind,
        policy.mode(read_only=is_read_only(pair)),
    )
    merged = with_dropped(kind, merged, seen, stands)
    action = rule.action
    if link and action is Action.UPDATE and not merged.writes:
        if link.version == kind.version and is_settled(link, merged, pair):
            return Decision(None, rule, merged)
        action = Action.ABSORB
    blanks = {Side.REMOTE: merged.blanks_remote, Side.LOCAL: merged.blanks_local}
    # At a first meeting nobody knows who changed what: each side's own value counts as meant.
    contested = merged.overwritten if rule.action is Action.LINK else merged.conflicts
    row = Row(
        action=action,
        cause=rule.name,
        key=local.key,
        link_id=link.id if link else 0,
        remote_id=_item_of(pair, rule),
        push=merged.push,
        pull=merged.pull,
        blanks=frozenset(side for side, does in blanks.items() if does),
        seen=fingerprint(seen),
        conflicts=tuple(contested),
        order=_order_of(pair, rule),
    )
    return Decision(row, rule, merged)


def _item_of(pair: Pair, rule: Rule) -> str:
    """Return the item that a row is about; of a move the one that is there already, if any."""
    if rule.action is Action.LINK or (rule.action is Action.MOVE and len(pair.alike) == 1):
        return pair.alike[0]
    return pair.link.remote_id if pair.link and rule.action is not Action.MOVE else ""


def _plain_row(pair: Pair, rule: Rule, kind: Kind, locality: Locality) -> Row | None:
    link, local = pair.link, pair.local
    untold = rule.action is Action.IGNORE and leaves_untold(link)
    if rule.action is Action.IGNORE and not untold:
        return None
    if rule.action is Action.REST and not rule.order and rests_already(pair):
        return None
    if rule.action is Action.END and link is None:
        return None  # there never was a pair
    record = local.record if isinstance(local, LocalItem) else None
    # The item that was seen: where it landed late, the link may name another one by now.
    seen_at = pair.remote.remote_id if pair.remote else link.remote_id if link else ""
    return Row(
        action=Action.ABSORB if untold else rule.action,
        cause=rule.name,
        key=local.key if local else NO_ROW,
        link_id=link.id if link else 0,
        remote_id=seen_at,
        push=tuple(a for a in kind.atoms if a in record)
        if rule.action is Action.CREATE and record is not None
        else (),
        seen=fingerprint(kind.canonical(record, locality)) if record is not None else "",
        order=_order_of(pair, rule),
    )


def _order_of(pair: Pair, rule: Rule) -> int:
    return pair.order.id if pair.order and rule.order else 0
