"""A CRM with tasks of one staff member, their lists at the emulated Microsoft, and runs of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from agentbox_sync import engine
from agentbox_sync.core.changes import Absence, Cause, Link, LinkState, LocalItem, LocalKey
from agentbox_sync.core.errors import ItemChanged, SyncError
from agentbox_sync.core.kinds import Locality, Record
from agentbox_sync.core.kinds.tasks import KIND, is_completed
from agentbox_sync.core.plan import Plan
from agentbox_sync.core.rules import Adoption, Policy, Status
from agentbox_sync.core.safety import Limit
from agentbox_sync.core.windows import Window
from agentbox_sync.engine import Box, Depth, Part
from tests.contracts.emulated import ZONE
from tests.contracts.emulated_tasks import EmulatedTasks
from tests.sim.clock import VirtualClock
from tests.sim.lease import acquire
from tests.sim.memory import Memory, Store

MODEL = "crm.task"
HERE = Locality(zone=ZONE)
OPEN = {"status": "notStarted"}
DONE = {"status": "completed", "completed_at": "2026-12-04T09:30:00+11:00"}
WEEK = timedelta(days=7)
SETTLE = timedelta(seconds=60)

TWO_WAY = Policy(status=Status.TWO_WAY)
IMPORTING = Policy(status=Status.TWO_WAY, adoption=Adoption.IMPORT)
REVIEWING = Policy(status=Status.TWO_WAY, adoption=Adoption.REVIEW)


class Clock(VirtualClock):
    """Runs beside the emulator's, and is put forward by whoever waits."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.seconds)


class Crm:
    """A LocalStore that goes on with its series itself, as a CRM has to that offers them."""

    def __init__(self) -> None:
        self.keeps_done = True
        self.rows: dict[str, dict[str, Any]] = {}
        self.noticed: list[LocalKey] = []

    def add(self, title: str, **atoms: Any) -> str:
        pk = str(len(self.rows) + 1)
        known = {"notes": "", "due": None, "progress": OPEN, "recurrence": None}
        self.rows[pk] = {**known, "title": title, **atoms}
        self.noticed.append(LocalKey(MODEL, pk))
        return pk

    def save(self, pk: str, **atoms: Any) -> None:
        was = self.rows[pk]
        now = self.rows[pk] = {**was, **atoms}
        self.noticed.append(LocalKey(MODEL, pk))
        if now["recurrence"] and is_completed(now) and not is_completed(was):
            due = str(date.fromisoformat(now["due"]) + WEEK)
            if (now["title"], due) not in {(x["title"], x["due"]) for x in self.rows.values()}:
                series = {**now["recurrence"], "start": due}
                self.add(now["title"], due=due, recurrence=series, notes=now["notes"])

    def scan(self, within: Window | None = None) -> Iterator[LocalItem]:
        items = [self._item(pk) for pk in list(self.rows)]
        yield from (item for item in items if not item.is_dormant)

    def _now(self, pk: str) -> LocalItem | Absence:
        if pk not in self.rows:
            return Absence(LocalKey(MODEL, pk), Cause.DELETED)
        is_gone = is_completed(self.rows[pk]) and not self.keeps_done
        item = self._item(pk)
        return Absence(item.key, Cause.COMPLETED, item.record) if is_gone else item

    def read(
        self, keys: Sequence[LocalKey], within: Window | None = None
    ) -> dict[LocalKey, LocalItem | Absence]:
        return {key: self._now(key.pk) for key in keys}

    def update(
        self, seen: LocalItem, record: Record, atoms: Sequence[str]
    ) -> LocalItem | SyncError:
        if self._item(seen.key.pk) != seen:
            return ItemChanged("saved meanwhile")
        self.save(seen.key.pk, **{atom: record[atom] for atom in atoms})
        self.noticed.remove(seen.key)  # its own echo
        return self._item(seen.key.pk)

    def create(self, record: Record) -> LocalItem | SyncError:
        known = {a: record[a] for a in ("notes", "due", "progress", "recurrence") if a in record}
        pk = self.add(record["title"], **known)
        self.noticed.remove(LocalKey(MODEL, pk))
        return self._item(pk)

    def release(self, seen: LocalItem) -> SyncError | None:
        if self._item(seen.key.pk) != seen:
            return ItemChanged("saved meanwhile")
        self.save(seen.key.pk, progress=DONE)
        return None

    def _item(self, pk: str) -> LocalItem:
        row = self.rows[pk]
        about = {"name": "Mary Poe", "url": f"https://crm.example/tasks/{pk}"}
        record = {**row, "reference": about}
        fixed = frozenset({"reference"})
        return LocalItem(LocalKey(MODEL, pk), record, fixed=fixed, is_dormant=is_completed(row))


class Office:
    """Both sides, and what is remembered of them."""

    def __init__(self, side: EmulatedTasks, policy: Policy = TWO_WAY) -> None:
        self.side, self.policy = side, policy
        self.crm, self.clock, self.store = Crm(), Clock(), Store("t")

    def run(
        self, depth: Depth = Depth.INCREMENTAL, *, dry: bool = False
    ) -> tuple[engine.Box, list[Plan]]:
        """One run; what was noticed since the last one is looked at."""
        lease = acquire(self.store.lease, self.clock)
        assert lease is not None
        noticed, self.crm.noticed = self.crm.noticed, []
        news = [(self.store.number(), key) for key in noticed]
        self.store.notices = [*self.store.notices, *news]
        box = Box(
            remote=self.side.store,
            memory=Memory(self.store, lease, self.clock),
            lease=lease,
            clock=self.clock,
            until=self.clock.now() + timedelta(hours=1),
            settle_delay=SETTLE,
        )
        part = Part(KIND, self.policy, self.crm, HERE, depth=depth, limit=Limit(floor=1000))
        try:
            return box, engine.run(box, [part], dry=dry)
        finally:
            lease.release()

    def rest(self) -> None:
        """Runs as they come by themselves, until nothing is left to do."""
        for _ in range(6):
            box, _ = self.run()
            if not box.report.unfinished:
                return
            self.clock.sleep(SETTLE.total_seconds() + 1)
        raise AssertionError("it does not come to rest")

    @property
    def links(self) -> dict[str, Link]:
        """Of each row."""
        current = [x for x in self.store.links.values() if x.state is not LinkState.DEAD]
        return {link.key.pk: link for link in current if link.key.pk}

    def there(self) -> list[tuple[str, str, bool]]:
        """Title, due date and whether it is done, of all that is in To Do."""
        found = [
            (item["name"], (item["due"] or {}).get("dateTime", "")[:10], _is_done(item["status"]))
            for item in self.side.items().values()
        ]
        return sorted(found)

    def here(self) -> list[tuple[str, str, bool]]:
        """The same of the CRM."""
        return sorted((x["title"], x["due"] or "", is_completed(x)) for x in self.crm.rows.values())

    def task(self, pk: str) -> Mapping[str, Any]:
        """What To Do says of a row."""
        return self.side.items()[self.links[pk].remote_id]


def _is_done(status: str) -> bool:
    return status == "completed"
