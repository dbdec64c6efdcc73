from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

KEPT = 5000


@dataclass
class Journal:
    """The order in which the items of one collection last changed; what delta reads."""

    latest: dict[str, int] = field(default_factory=dict)
    entries: list[tuple[int, str]] = field(default_factory=list)

    def note(self, sequence: int, key: str) -> None:
        self.latest[key] = sequence
        self.entries.append((sequence, key))
        if len(self.entries) > 2 * len(self.latest) + 1000:
            self.entries = sorted((at, name) for name, at in self.latest.items())

    def since(self, sequence: int, until: int) -> Iterator[tuple[int, str]]:
        """What changed last after the first and not after the second number, in that order."""
        start = bisect_right(self.entries, (sequence, "\U0010ffff"))
        for at, key in self.entries[start:]:
            if at > until:
                return
            if self.latest.get(key) == at:
                yield at, key

    def before(self, sequence: int, count: int) -> list[str]:
        """The last few that had changed by then and not again since, oldest first."""
        end = bisect_right(self.entries, (sequence, "\U0010ffff"))
        found: list[str] = []
        for at, key in reversed(self.entries[:end]):
            if len(found) == count:
                break
            if self.latest.get(key) == at:
                found.append(key)
        return found[::-1]

    @classmethod
    def read(cls, latest: dict[str, int]) -> Journal:
        return cls(latest, sorted((at, key) for key, at in latest.items()))


@dataclass
class Times:
    """When the latest sequence numbers of a mailbox were given out."""

    moments: list[float] = field(default_factory=list)
    sequences: list[int] = field(default_factory=list)
    floor: int = 0  # everything up to here is older than what is known

    def note(self, moment: float, sequence: int) -> None:
        while self.moments and self.moments[-1] > moment:  # the clock was set back
            self.moments.pop()
            self.sequences.pop()
        self.moments.append(moment)
        self.sequences.append(sequence)
        if len(self.moments) > 2 * KEPT:
            self.floor = self.sequences[KEPT - 1]
            del self.moments[:KEPT], self.sequences[:KEPT]

    def until(self, moment: float) -> int:
        """The highest number given out by then."""
        at = bisect_right(self.moments, moment)
        return self.sequences[at - 1] if at else self.floor
