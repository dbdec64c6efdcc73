"""A CRM whose tasks belong to one staff member each, and the part of it that one of them sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from agentbox_sync.core.changes import Absence, Cause, LocalItem, LocalKey
from agentbox_sync.core.errors import ItemChanged, SyncError
from agentbox_sync.core.kinds import Locality, Record
from agentbox_sync.core.kinds.tasks import KIND, is_completed
from agentbox_sync.core.rules import Removal
from agentbox_sync.core.windows import Window
from tests.sim.tasks.mailbox import OPEN, WEEK

MODEL = "crm.task"
FIXED = frozenset({"reference"})
TYPED = ("title", "notes", "due", "reminder", "importance", "progress")


@dataclass(frozen=True, slots=True)
class Row:
    """A task of the CRM; ``rule`` is empty for a single one. ``away``: a filter leaves it out."""

    values: Mapping[str, Any]
    staff: str
    rule: str = ""
    away: bool = False


class Crm:
    """The rows; rows are values, so that a rollback copies a dict."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.rows: dict[str, Row] = {}
        self.noticed: dict[str, list[LocalKey]] = {}
        # Hears which row is done, and the day that its series goes on to.
        self.on_going_on: Callable[[str, str], None] = lambda pk, due: None
        self._now = now
        self._pks = 0

    def insert(self, values: Mapping[str, Any], staff: str, rule: str = "") -> str:
        """Save a new task."""
        self._pks += 1
        pk = str(self._pks)
        known = {atom: values.get(atom) for atom in TYPED}
        known["progress"] = known["progress"] or OPEN
        self.rows[pk] = Row(known, staff, rule)
        self.notice(pk)
        return pk

    def notice(self, pk: str) -> None:
        """Tell everybody that a row has changed."""
        for keys in self.noticed.values():
            keys.append(LocalKey(MODEL, pk))

    def save(self, pk: str, values: Mapping[str, Any], rule: str | None = None) -> None:
        """Save values; a series goes on when it is completed."""
        row = self.rows[pk]
        was_open = not is_completed(row.values)
        said = row.rule if rule is None else rule
        self.rows[pk] = row = replace(row, values={**row.values, **values}, rule=said)
        if was_open and is_completed(row.values) and row.rule and row.values["due"]:
            self._go_on(pk, row)
        self.notice(pk)

    def _go_on(self, pk: str, row: Row) -> None:
        """Add the next task of a series, unless it is there: undone and done again is once."""
        due = (date.fromisoformat(row.values["due"]) + WEEK).isoformat()
        self.on_going_on(pk, due)
        if any(_is_named(other, row, due) for other in self.rows.values()):
            return
        reminder = row.values["reminder"]
        if reminder:
            reminder = (datetime.fromisoformat(reminder) + WEEK).isoformat()
        values = {**row.values, "due": due, "reminder": reminder, "progress": OPEN}
        self.insert(values, row.staff, row.rule)

    def complete(self, pk: str) -> None:
        """Complete a task."""
        done = {"status": "completed", "completed_at": self._now().isoformat()}
        self.save(pk, {"progress": done})

    def delete(self, pk: str) -> None:
        """Delete a task."""
        del self.rows[pk]
        self.notice(pk)

    def change(self, pk: str, **facts: Any) -> None:
        """Hand a task over, or take it out of the filter."""
        self.rows[pk] = replace(self.rows[pk], **facts)
        self.notice(pk)


class TaskStore:
    """A LocalStore: the tasks of one staff member.

    ``completed`` is what becomes in Exchange of those that are done. One that was done before it
    was ever linked is dormant.
    """

    def __init__(self, crm: Crm, staff: str, locality: Locality, completed: Removal) -> None:
        self.writes = 0
        self._crm, self._staff, self._locality = crm, staff, locality
        self._completed = completed

    def scan(self, within: Window | None = None) -> Iterator[LocalItem]:
        """Yield every task in scope; what is dormant is looked at by its key alone."""
        del within
        for pk in list(self._crm.rows):
            found = self.of(pk)
            if isinstance(found, LocalItem) and not found.is_dormant:
                yield found

    def read(
        self, keys: Sequence[LocalKey], within: Window | None = None
    ) -> dict[LocalKey, LocalItem | Absence]:
        """Read rows afresh."""
        del within
        return {key: self.of(key.pk) for key in keys}

    def of(self, pk: str) -> LocalItem | Absence:
        """Return a row as it is in scope, or why it is not."""
        key, row = LocalKey(MODEL, pk), self._crm.rows.get(pk)
        if row is None:
            return Absence(key, Cause.DELETED)
        if row.staff != self._staff:
            return Absence(key, Cause.LOST_ACCESS)
        if row.away:
            return Absence(key, Cause.LEFT_FILTER)
        is_done = is_completed(row.values)
        if is_done and self._completed is Removal.DELETE:
            return Absence(key, Cause.COMPLETED, record_of(pk, row))
        return LocalItem(key, record_of(pk, row), fixed=FIXED, is_dormant=is_done)

    def update(
        self, seen: LocalItem, record: Record, atoms: Sequence[str]
    ) -> LocalItem | SyncError:
        """Write atoms if the row still reads as seen."""
        if not self._is_as_seen(seen):
            return ItemChanged("somebody saved it meanwhile")
        self.writes += 1
        values = {atom: record[atom] for atom in atoms if atom in TYPED}
        rule = (record["recurrence"] or {}).get("rule", "") if "recurrence" in atoms else None
        self._crm.save(seen.key.pk, values, rule)
        return self._read_back(seen.key.pk)

    def create(self, record: Record) -> LocalItem | SyncError:
        """Write a new task of the staff member's."""
        self.writes += 1
        rule = (record.get("recurrence") or {}).get("rule", "")
        return self._read_back(self._crm.insert(record, self._staff, rule))

    def release(self, seen: LocalItem) -> SyncError | None:
        """Complete the task."""
        if not self._is_as_seen(seen):
            return ItemChanged("somebody saved it meanwhile")
        self.writes += 1
        if not seen.is_dormant:
            self._crm.complete(seen.key.pk)
        return None

    def _is_as_seen(self, seen: LocalItem) -> bool:
        now = self.of(seen.key.pk)
        return isinstance(now, LocalItem) and self._said(now) == self._said(seen)

    def _said(self, item: LocalItem) -> object:
        return KIND.canonical(item.record, self._locality)

    def _read_back(self, pk: str) -> LocalItem:
        row = self._crm.rows[pk]
        done = is_completed(row.values)
        return LocalItem(LocalKey(MODEL, pk), record_of(pk, row), fixed=FIXED, is_dormant=done)


def record_of(pk: str, row: Row) -> dict[str, Any]:
    """Return what a row says; a series begins on the day that it is due next."""
    rule = {"rule": row.rule, "start": row.values["due"]} if row.rule else None
    reference = {"name": "Mary Poe", "url": f"https://crm.example/task/{pk}"}
    return {**row.values, "recurrence": rule, "reference": reference}


def _is_named(other: Row, row: Row, due: str) -> bool:
    same = (other.staff, other.values["title"]) == (row.staff, row.values["title"])
    return same and other.values["due"] == due
