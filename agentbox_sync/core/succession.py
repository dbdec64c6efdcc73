"""Items that come again: who goes on with a series when one of it is done, and what waits for that.

Done on either side, one of a series is followed by the next one on both: Exchange makes its own,
and so does the CRM. What would be written meanwhile as new may be what is about to appear there by
itself. It waits for one look, and is met then by its strong key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from agentbox_sync.core.changes import Link, LinkState, LocalItem
from agentbox_sync.core.kinds import Canonical, Kind, Locality, is_empty
from agentbox_sync.core.merge import Pending
from agentbox_sync.core.pairs import Pair


def last_said(base: Canonical, pending: Sequence[Pending]) -> list[Canonical]:
    """Return what an item may have come to say without anybody else: its base, and each write.

    Nobody knows of an unanswered write whether it has landed.
    """
    return [base, *({**base, **sent.local} for sent in pending)]


def base_of(
    kind: Kind, base: Canonical, shown: Canonical, pending: Sequence[Pending] = ()
) -> Canonical:
    """Return the base in Exchange with what Exchange itself has changed since: nobody's edit.

    It stays changed where a person has undone meanwhile what was done, and we have not looked in
    between. Taken for that person's edit, it would be put back beside the completion, and Exchange
    would go on with the series a second time (seed 8118473 of the simulated tasks).
    """
    if kind.series is None:
        return base
    taken = set(kind.aftermath(base, shown))
    for was in last_said(base, pending):
        taken |= {x for x in shown if x in kind.aftermath(was, {**was, x: shown[x]})}
    return {**base, **{atom: shown[atom] for atom in taken}}


def as_it_was_open(kind: Kind, before: Canonical, shown: Canonical) -> Canonical:
    """Return what is shown with what Exchange has taken from it when it was done."""
    return {**shown, **{atom: before[atom] for atom in kind.aftermath(before, shown)}}


def series_of(kind: Kind, canonical: Canonical) -> str:
    """Return the series that an item is of; empty for one that does not come again."""
    return kind.series(canonical) if kind.series else ""


def is_next(kind: Kind, before: Canonical, shown: Canonical) -> bool:
    """Tell whether what is shown is the one that comes after another one, which is done."""
    return kind.is_over(before) and kind.follows(before, shown)


def with_the_rule(kind: Kind, shown: Mapping[str, Canonical]) -> set[str]:
    """Return which of several with one stamp have the rule that another one of them has lost.

    Exchange takes the rule from one that is done, and the next one has it. So they are told apart
    whatever either of them is called since, whenever it is due, and though the one before is open
    again. Taken for that one, the next one would go as its row is done (seed 9018730 of the
    simulated tasks).
    """
    having = {id_ for id_, one in shown.items() if series_of(kind, one)}
    return having if len(having) < len(shown) else set()


def ended(kind: Kind, before: Canonical, now: Canonical) -> frozenset[str]:
    """Return the series of which one was done between ``before`` and ``now``, none for none.

    Under both its names where a person has given it another one at the same time.
    """
    if kind.is_over(before) or not kind.is_over(now):
        return frozenset()
    after = {**before, **now}
    spent = {atom: before[atom] for atom in kind.aftermath(before, after)}
    return frozenset({series_of(kind, before), series_of(kind, {**after, **spent})} - {""})


def ended_by(kind: Kind, pair: Pair, locality: Locality) -> frozenset[str]:
    """Return the series of which a pair was seen to be done on either side."""
    link, local, seen = pair.link, pair.local, pair.remote
    if link is None or not isinstance(local, LocalItem):
        return frozenset()
    here = ended(kind, link.base_local, kind.canonical(local.record, locality))
    shown = kind.canonical(seen.record, locality) if seen else {}
    return here | ended(kind, link.base_remote, {**link.base_remote, **shown})


def completed_here(kind: Kind, here: Canonical, there: Canonical) -> Canonical:
    """Return what Exchange says where the CRM says that it is done, and Exchange not yet.

    When the two meet, neither side's value would count as the older one: taken for the base of
    both, it leaves the completion an edit of the CRM.
    """
    if not kind.is_over(here) or kind.is_over(there):
        return {}
    return {a: there.get(a) for a in here if not kind.is_over({**here, a: there.get(a)})}


def taken_by_exchange(kind: Kind, before: Canonical, now: Canonical) -> frozenset[str]:
    """Return what Exchange takes from one of a series that is done, because the next one has it.

    It may have been given with the very write that does it.
    """
    return _spent(kind, {**before, **now}) if ended(kind, before, now) else frozenset()


def not_given(kind: Kind, here: Canonical, there: Canonical) -> frozenset[str]:
    """Return what an item is not given that is done in the CRM and ``there`` does not have it.

    What Exchange takes from one that is done, the next one has. Given once more with a completion,
    it makes Exchange go on once more: that one was sent and not answered, and undone there since
    (seed 9984247 of the simulated tasks), or did not come again there before.
    """
    if not kind.is_over(here):
        return frozenset()
    return frozenset(x for x in _spent(kind, here) if is_empty(there.get(x)))


def _spent(kind: Kind, done: Canonical) -> frozenset[str]:
    return frozenset(x for x in kind.atoms if kind.aftermath(done, {**done, x: None}))


def still_going_on(kind: Kind, link: Link, now: datetime, delay: timedelta) -> frozenset[str]:
    """Return the series of a pair that was done just now, or may be by an unanswered write.

    Exchange needs a moment to make the next one; ``delay`` is how long that may take.
    """
    # Of one that rests nobody waits for an answer any more.
    for sent in link.pending if link.state is LinkState.ACTIVE else ():
        if names := ended(kind, link.base_remote, sent.local):
            return names
    just_written = any(now - turn.at < delay for turn in link.turns)
    is_done = just_written and kind.is_over(link.base_local)
    return frozenset({series_of(kind, link.base_local)} - {""} if is_done else ())
