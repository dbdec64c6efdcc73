"""A CRM whose contacts several staff share, and the part of it that one of them may see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agentbox_sync.core.changes import Absence, LocalItem, LocalKey
from agentbox_sync.core.errors import ItemChanged, ItemRefused, SyncError
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.scope import explain
from agentbox_sync.core.windows import Window
from tests.sim.values import ATOMS, CATEGORIES, LABELS, canonical, host_form, host_refuses

MODEL = "crm.contact"
PRIMARY, FULL, VIEW_ONLY = "primary", "full", "view-only"
GROUPS = ("buyer", "seller")


@dataclass(frozen=True, slots=True)
class Row:
    """One contact; ``group`` is its class."""

    record: dict[str, Any]
    group: str
    modified: float = 0.0


class Crm:
    """The rows, and who may see which; one database with our memory."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.access: dict[tuple[str, str], str] = {}
        self.stubborn: set[str] = set()  # rows that validation rejects whatever is written
        # Whether the settings give each class a category in Outlook.
        self.has_labels = False
        self.past: dict[tuple[str, str], Any] = {}  # what a field said before it was last saved
        # How a row reads, beside the row itself: rows are values, so it reads so until replaced.
        self.shown: dict[tuple[str, bool], tuple[Row, LocalItem]] = {}
        self.wall: Callable[[], float] = lambda: 0.0  # what this host's clock shows
        self.on_change: Callable[[str, str], None] = lambda pk, by: None
        self._pks = 0

    def snapshot(self) -> tuple[Any, ...]:
        """Return everything that is stored; rows are values."""
        return dict(self.rows), dict(self.access), self._pks

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        """Roll back to a snapshot."""
        self.rows, self.access, self._pks = snapshot

    def insert(self, record: Record, group: str, staff: str, *, by: str = "") -> str:
        """Save a new row; ``by`` is the staff member whose run does it, "" for a person."""
        self._pks += 1
        pk = str(self._pks)
        self.rows[pk] = Row(dict(record), group, self.wall())
        self.access[pk, staff] = PRIMARY
        self.on_change(pk, by)
        return pk

    def save(self, pk: str, values: Mapping[str, Any], *, by: str = "", raw: bool = False) -> None:
        """Save values through the model's ``save()``; ``raw`` goes past it and its signals."""
        row = self.rows[pk]
        form = dict(values) if raw else {a: host_form(a, v) for a, v in values.items()}
        self.past |= {(pk, atom): row.record.get(atom) for atom in form}
        self.rows[pk] = replace(row, record={**row.record, **form}, modified=self.wall())
        if not raw:
            self.on_change(pk, by)

    def regroup(self, pk: str, group: str) -> None:
        """A person puts a contact into another class."""
        self.rows[pk] = replace(self.rows[pk], group=group)
        self.on_change(pk, "")

    def delete(self, pk: str) -> None:
        """A person deletes a contact."""
        self.on_change(pk, "")
        del self.rows[pk]
        for key in [key for key in self.access if key[0] == pk]:
            del self.access[key]

    def grant(self, pk: str, staff: str, level: str) -> None:
        """A person lets a staff member see a contact."""
        self.access[pk, staff] = level
        self.on_change(pk, "")

    def revoke(self, pk: str, staff: str, *, by: str = "") -> None:
        """A staff member may not see a contact any more."""
        self.on_change(pk, by)
        self.access.pop((pk, staff), None)


class CrmStore:
    """A LocalStore: the contacts of one staff member, as classes and ownership select them."""

    def __init__(
        self,
        crm: Crm,
        staff: str,
        *,
        groups: frozenset[str],
        levels: frozenset[str] = frozenset({PRIMARY, FULL, VIEW_ONLY}),
        point: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.writes = 0
        self._crm = crm
        self._staff = staff
        self._groups = groups
        self._levels = levels
        self._point = point

    def scan(self, within: Window | None = None) -> Iterator[LocalItem]:
        """Yield every item in scope."""
        del within
        for pk in list(self._crm.rows):
            found = self._read(pk)
            if isinstance(found, LocalItem):
                yield found

    def read(
        self, keys: Sequence[LocalKey], within: Window | None = None
    ) -> dict[LocalKey, LocalItem | Absence]:
        """Read rows afresh."""
        del within
        return {key: self._read(key.pk) for key in keys}

    def update(
        self, seen: LocalItem, record: Record, atoms: Sequence[str]
    ) -> LocalItem | SyncError:
        """Write atoms if the row still reads as seen."""
        self._point("CRM update")
        fresh = self._read(seen.key.pk)
        if not _is_same(fresh, seen):
            return ItemChanged("somebody saved it meanwhile")
        values = {atom: record[atom] for atom in atoms}
        if seen.key.pk in self._crm.stubborn or host_refuses(values):
            return ItemRefused("not a valid company", code="invalid")
        self.check_update(seen, values)
        self._crm.save(seen.key.pk, values, by=self._staff)
        self.writes += 1
        self._point("inside a unit")
        return self._item(seen.key.pk)

    def create(self, record: Record) -> LocalItem | SyncError:
        """Write a new row that the staff member owns."""
        self._point("CRM create")
        if host_refuses(record):
            return ItemRefused("not a valid company", code="invalid")
        values = {a: host_form(a, v) for a, v in record.items() if a in ATOMS}
        self.check_create(values)
        pk = self._crm.insert(values, min(self._groups), self._staff, by=self._staff)
        self.writes += 1
        self._point("inside a unit")
        return self._item(pk)

    def release(self, seen: LocalItem) -> SyncError | None:
        """Take the staff member's access away if the row still reads as seen."""
        self._point("CRM release")
        if not _is_same(self._read(seen.key.pk), seen):
            return ItemChanged("somebody saved it meanwhile")
        self.check_release(seen)
        self._crm.revoke(seen.key.pk, self._staff, by=self._staff)
        self.writes += 1
        self._point("inside a unit")
        return None

    def check_update(self, seen: LocalItem, values: Mapping[str, Any]) -> None:
        """Look at a write before it is done; the world hangs its invariants on these three."""

    def check_create(self, values: Mapping[str, Any]) -> None:
        """Look at a create before it is done."""

    def check_release(self, seen: LocalItem) -> None:
        """Look at a release before it is done."""

    def _read(self, pk: str) -> LocalItem | Absence:
        row = self._crm.rows.get(pk)
        level = self._crm.access.get((pk, self._staff))
        cause = explain(
            exists=row is not None,
            accessible=level is not None,
            completed=False,
            selected=row is not None and row.group in self._groups and level in self._levels,
        )
        return self._item(pk) if cause is None else Absence(LocalKey(MODEL, pk), cause)

    def _item(self, pk: str) -> LocalItem:
        row = self._crm.rows[pk]
        read_only = self._crm.access.get((pk, self._staff)) == VIEW_ONLY
        known = self._crm.shown.get((pk, read_only))
        if known is not None and known[0] is row:
            return known[1]
        # "modified" is no atom: an engine that goes by it is one of the mutants.
        record = {**row.record, "modified": row.modified}
        fixed = frozenset[str]()
        if self._crm.has_labels:
            record[CATEGORIES], fixed = [LABELS[row.group]], frozenset({CATEGORIES})
        item = LocalItem(LocalKey(MODEL, pk), record, read_only, fixed)
        self._crm.shown[pk, read_only] = row, item
        return item


def _is_same(fresh: LocalItem | Absence, seen: LocalItem) -> bool:
    return (
        isinstance(fresh, LocalItem)
        and fresh.read_only == seen.read_only
        and canonical(fresh.record) == canonical(seen.record)
    )
