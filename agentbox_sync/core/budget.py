"""How many requests a mailbox has left: counted over any ten minutes, before Microsoft counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil

Spent = Mapping[str, int]
"""Requests by the slot of time that they were sent in; JSON that a memory keeps."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be sent to one mailbox within a time.

    Graph allows 10,000 requests in 10 minutes per app and mailbox (throttling-outlook.md) and does
    not say where its window begins, so that none of that length may hold more. The rest is for
    what nobody has counted: a worker that died before it could.
    """

    limit: int = 9_600
    window: int = 600  # seconds
    slot: int = 10  # seconds; what was sent in one of them is forgotten at once

    def wait(self, spent: Spent, now: datetime, count: int) -> float:
        """Return the seconds until ``count`` more may be sent; 0 where they may be sent now.

        Raises ValueError for more than may ever be sent.
        """
        if count > self.limit:
            raise ValueError(f"{count} requests are more than the {self.limit} of a whole window")
        moment = now.timestamp()
        counted = sorted((int(slot), sent) for slot, sent in self.recent(spent, now).items())
        total = count + sum(sent for _, sent in counted)
        wait = 0.0
        for slot, sent in counted:
            if total <= self.limit:
                break
            total -= sent
            wait = self._end(slot) + self.window - moment
        return ceil(wait * 1000) / 1000  # never a hair too early

    def after(self, spent: Spent, now: datetime, count: int) -> dict[str, int]:
        """Return what is spent when ``count`` requests are sent now, the long past left out."""
        slot = str(int(now.timestamp() // self.slot))
        kept = self.recent(spent, now)
        return {**kept, slot: kept.get(slot, 0) + count}

    def recent(self, spent: Spent, now: datetime) -> dict[str, int]:
        """Return what still counts. A slot that lies ahead does: some worker's clock is fast."""
        moment = now.timestamp()
        return {
            slot: sent
            for slot, sent in spent.items()
            if self._end(int(slot)) + self.window > moment
        }

    def _end(self, slot: int) -> float:
        return float((slot + 1) * self.slot)
