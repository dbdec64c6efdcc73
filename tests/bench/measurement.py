"""One measurement, and how it is printed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """``limit`` bounds the ratio to ``baseline``, ``most`` the value itself; 0: no bound."""

    name: str
    value: float
    unit: str
    baseline: float = 0.0
    limit: float = 0.0
    most: float = 0.0
    setting: str = ""

    @property
    def ratio(self) -> float:
        """Return how many times the baseline the value is; 0 without a baseline."""
        return self.value / self.baseline if self.baseline else 0.0

    @property
    def is_within(self) -> bool:
        """Tell whether the value keeps its bound."""
        fits = not self.limit or self.ratio <= self.limit
        return fits and (not self.most or self.value <= self.most)

    def line(self, database: str) -> str:
        """Return the measurement as one JSON line; ``database`` goes before its setting."""
        return json.dumps(
            {
                "name": self.name,
                "value": round(self.value, 3),
                "unit": self.unit,
                "limit": self.limit or self.most,
                "baseline": round(self.baseline, 3),
                "ratio": round(self.ratio, 3),
                "within": self.is_within,
                "setting": ", ".join(part for part in (database, self.setting) if part),
            }
        )


Measure = Callable[[float], Iterator[Measurement]]
"""Measures with all sizes multiplied by a scale; 1 is what is published."""
