"""Pairs whose dates differ on both sides, merged and written until nothing is left to write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from agentbox_sync.core.actions import Side
from agentbox_sync.core.keyed import merge_pair
from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.later import with_dropped
from agentbox_sync.core.merge import Merge, Pending, Sides
from agentbox_sync.core.rows import after_write, sent_again, sent_rows, to_pull, to_push
from agentbox_sync.core.rules import Mode

Dates = dict[str, Any]
NOWHERE = Locality()
SERIES = {"rule": "FREQ=WEEKLY", "start": "2027-01-03T09:00:00", "zone": "UTC"}


def cancelled(day: int) -> dict[str, Any]:
    return {"original": f"2027-01-{day:02}", "cancelled": True}


def renamed(day: int, subject: str) -> dict[str, Any]:
    return {"original": f"2027-01-{day:02}", "subject": subject}


def listed(dates: Dates) -> list[Any]:
    return [dates[day] for day in sorted(dates) if dates[day] is not None]


def by_date(rows: Iterable[Any]) -> Dates:
    return {row["original"]: row for row in rows}


@dataclass
class Told:
    """A pair as both sides tell it, its bases, and what was overwritten so far."""

    mode: Mode
    base_local: dict[str, Any]
    base_remote: dict[str, Any]
    local: dict[str, Any]
    remote: dict[str, Any]
    more: dict[str, Any] = field(default_factory=dict)
    pending: tuple[Pending, ...] = ()
    drift: tuple[str, ...] = ()
    lost: list[Any] = field(default_factory=list)
    writes: int = 0

    def merged(self) -> Merge:
        sides = Sides(
            self.base_local,
            self.base_remote,
            self.local,
            self.remote,
            drift=self.drift,
            pending=self.pending,
            **self.more,
        )
        merged = merge_pair(sides, KIND, self.mode)
        return with_dropped(KIND, merged, self.local, self.remote)

    def rest(self) -> Told:
        """Write whatever is to be written, as the engine does: the CRM first."""
        for _ in range(6):
            merged = self.merged()
            if not merged.writes:
                return self.agreed(merged)
            self._pull(merged) if merged.pull else self._push(merged)
        raise AssertionError("it never comes to rest")

    def dies(self, landed: int) -> None:
        """Write in Exchange, and die when so many dates are written."""
        merged = self.merged()
        if merged.pull:
            self._pull(merged)
            merged = self.merged()
        rows, again = sent_rows(KIND, merged, self.local), sent_again(KIND, merged, self.remote)
        sent = {**{a: self.local[a] for a in merged.push}, **rows}
        self.pending = (*self.pending, Pending(sent, again=again))
        wanted = self._wanted(merged)
        both = (*rows.get("exceptions", ()), *again.get("exceptions", ()))
        for day in sorted(row["original"] for row in both)[:landed]:
            dates = by_date(self.remote["exceptions"])
            dates[day] = by_date(wanted["exceptions"]).get(day)
            self.remote = {**self.remote, "exceptions": listed(dates)}

    def agreed(self, merged: Merge) -> Told:
        bases = dict(merged.base_local), dict(merged.base_remote)
        return replace(
            self, base_local=bases[0], base_remote=bases[1], drift=merged.drift, pending=()
        )

    def _wanted(self, merged: Merge) -> dict[str, Any]:
        """Return what Exchange says after a write but for single dates, and which are wanted."""
        at_once = {a: self.local[a] for a in merged.push if a != "exceptions"}
        if not KIND.dropping.isdisjoint(at_once):
            self.remote, stands = {**self.remote, "exceptions": []}, dict(self.remote)
        else:
            stands = dict(self.remote)
        self.remote = {**self.remote, **at_once}
        return self.remote | to_push(KIND, merged, self.local, stands, NOWHERE)

    def _pull(self, merged: Merge) -> None:
        rows = to_pull(KIND, merged, self.local, self.remote, NOWHERE)
        said = {a: self.remote[a] for a in merged.pull} | rows
        self._count(merged)
        self.local = {**self.local, **said}
        self.base_local = after_write(KIND, merged, Side.LOCAL, merged.base_local, self.local)
        self.base_remote = after_write(KIND, merged, Side.LOCAL, merged.base_remote, self.remote)
        self.pending, self.drift = (), merged.drift

    def _push(self, merged: Merge) -> None:
        self._count(merged)
        self.remote = self._wanted(merged)
        self.base_local = after_write(KIND, merged, Side.REMOTE, merged.base_local, self.local)
        self.base_remote = {**merged.base_remote, **self.remote}
        self.pending, self.drift = (), merged.drift

    def _count(self, merged: Merge) -> None:
        self.writes += 1
        self.lost += merged.overwritten.get("exceptions", [])


def told(mode: Mode, base: Dates, local: Dates, remote: Dates, **more: Any) -> Told:
    """Return a series whose dates agreed on ``base``."""
    sides = [{"recurrence": SERIES, "exceptions": listed(x)} for x in (base, base, local, remote)]
    return Told(mode, *sides, more=more)


__all__ = ["SERIES", "Told", "by_date", "cancelled", "listed", "renamed", "told"]
