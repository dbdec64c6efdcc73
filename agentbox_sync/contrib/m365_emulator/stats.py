from __future__ import annotations

from collections import Counter
from typing import Any


class Stats:
    """What went over the wire since the start or the last reset."""

    def __init__(self) -> None:
        self.connections = 0
        self.open_connections = 0
        self.graph_faults = 0  # never starts over: every line of the log says how many there were
        self.clear()

    def clear(self) -> None:
        self.round_trips = 0
        self.batches = 0
        self.items = 0
        self.writes = 0
        self.throttled = 0
        self.token_faults = 0
        self._graph_faults_before = self.graph_faults
        self.retry_after_broken = 0
        self.routes: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.tokens: Counter[str] = Counter()
        self.concurrent: Counter[str] = Counter()  # mailbox -> most items at once

    @property
    def faults(self) -> int:
        return self.graph_faults - self._graph_faults_before + self.token_faults

    def as_dict(self, names: dict[str, str]) -> dict[str, Any]:
        return {
            "requests": self.round_trips,
            "batches": self.batches,
            "items": self.items,
            "writes": self.writes,
            "throttled": self.throttled,
            "faults": self.faults,
            "retry_after_broken": self.retry_after_broken,
            "routes": dict(self.routes.most_common()),
            "statuses": dict(self.statuses),
            "tokens": dict(self.tokens),
            "connections": self.connections,
            "open_connections": self.open_connections,
            "max_concurrent": {names.get(k, k): v for k, v in self.concurrent.items()},
        }
