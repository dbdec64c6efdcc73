"""First meetings: which item in Exchange may be the same as one of ours. Never a guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from agentbox_sync.core.kinds import Canonical, Kind
from agentbox_sync.core.written import is_written_form


@dataclass(slots=True)
class Index:
    """Remote ids by strong key; holds keys and ids only, so that a whole mailbox fits."""

    kind: Kind
    _ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, remote_id: str, canonical: Canonical) -> None:
        """Make an item findable by all of its strong keys."""
        for group in self.kind.strong_keys(canonical):
            for key in group:
                self._ids[key].add(remote_id)

    def alike(self, canonical: Canonical, taken: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the remote ids that share the strongest key that anything shares, sorted.

        A weaker group of keys is asked only when the stronger one finds nobody. ``taken`` are ids
        that are linked already.
        """
        excluded = frozenset(taken)
        for group in self.kind.strong_keys(canonical):
            found = set().union(*(self._ids.get(key, set()) for key in group)) - excluded
            if found:
                return tuple(sorted(found))
        return ()


def landed(payloads: Sequence[Canonical], shown: Canonical) -> Canonical:
    """Return the one of several payloads tried under one stamp that is most like what arrived.

    If the row was edited between two attempts, an earlier payload may be the one that landed
    (sync-engine, F5); of equally like ones the latest counts.
    """
    return max(
        reversed(payloads),
        key=lambda payload: sum(is_written_form(v, shown.get(a)) for a, v in payload.items()),
    )


def known_of(payloads: Sequence[Canonical], shown: Canonical) -> Canonical:
    """Return the payload that landed, without what nobody can know of it.

    Where the payloads disagree about an atom and a person has edited it since, either may have
    landed: like in a first meeting, neither side's value is taken for the base.
    """
    best = landed(payloads, shown)
    return {
        atom: value
        for atom, value in best.items()
        if is_written_form(value, shown.get(atom, value))
        or all(payload.get(atom) == value for payload in payloads)
    }


def is_untouched(payload: Canonical, shown: Canonical) -> bool:
    """Tell whether an item still says what was sent, so that nobody's edit can get lost with it."""
    return all(is_written_form(value, shown.get(atom)) for atom, value in payload.items())
