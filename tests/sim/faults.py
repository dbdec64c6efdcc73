"""What may go wrong, how often, and how often it really did."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate

Weights = Sequence[tuple[str, float]]

# Before a request reaches the server: nothing was carried out.
BEFORE: Weights = (
    ("crash before request", 3.0),
    ("never arrived", 3.0),
    ("429 whole", 2.0),
    ("429 whole, long wait", 1.0),
    ("401", 0.4),
    ("folder 404", 0.4),
)
READ_BEFORE: Weights = (*BEFORE, ("503", 3.0))
PULL_BEFORE: Weights = (*READ_BEFORE, ("410", 3.0))
# After it was carried out.
AFTER: Weights = (("crash after request", 3.0), ("answer lost", 4.0))
# One write of a batch.
ITEM: Weights = (
    ("429 item", 1.0),
    ("424 item", 0.5),
    ("500 not committed", 1.0),
    ("500 committed", 1.0),
    ("committed late", 2.0),
    ("never committed, no answer", 0.7),
    ("401 behind written items", 0.15),
)
# One read of a batch.
READ_ITEM: Weights = (("503 item", 1.0),)
# What a page of the change feed may look like.
PAGE: Weights = (
    ("duplicate entries", 1.0),
    ("reordered entries", 1.0),
    ("partial representation", 3.0),
    ("@removed for a live item", 1.2),
    ("visibility lag", 2.0),
)
COMMIT: Weights = (
    ("crash before commit", 3.0),
    ("commit failed", 2.0),
    ("crash after commit", 3.0),
)


class Crash(BaseException):
    """The process dies here; nothing in the product may catch this."""


class CommitFailed(Exception):
    """The database refused to commit, for a reason of its own."""


class Faults:
    """Draws what goes wrong; ``rate`` 0 is a world without faults. Counts what struck."""

    def __init__(self, rng: random.Random, rate: float = 0.0) -> None:
        self._rng = rng
        self.rate = rate
        self.struck: Counter[str] = Counter()
        # In some worlds a fault is much more frequent than in others.
        self.emphasis: Mapping[str, float] = {}
        self._tables: dict[int, tuple[list[str], list[float], float]] = {}

    def draw(self, weights: Weights, share: float) -> str:
        """Return the fault that strikes here, "" for none; ``share`` scales the rate."""
        if not self.rate:
            return ""
        table = self._tables.get(id(weights))
        if table is None:
            table = self._tables[id(weights)] = self._emphasised(weights)
        names, chances, scale = table
        if self._rng.random() >= self.rate * share * scale:
            return ""
        (name,) = self._rng.choices(names, cum_weights=chances)
        self.struck[name] += 1
        return name

    def _emphasised(self, weights: Weights) -> tuple[list[str], list[float], float]:
        names = [name for name, _ in weights]
        chances = [weight * self.emphasis.get(name, 1.0) for name, weight in weights]
        return names, list(accumulate(chances)), sum(chances) / sum(weight for _, weight in weights)

    def happens(self, name: str, chance: float) -> bool:
        """Tell whether one named fault strikes, independent of the tables."""
        if not self.rate or self._rng.random() >= chance * self.emphasis.get(name, 1.0):
            return False
        self.struck[name] += 1
        return True

    def pick(self, low: int, high: int) -> int:
        """Return a number of the fault's own."""
        return self._rng.randint(low, high)

    def shuffle(self, items: list[object]) -> None:
        """Put items into another order."""
        self._rng.shuffle(items)
