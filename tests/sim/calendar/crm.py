"""The appointments of one staff member."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agentbox_sync.core.changes import Absence, Cause, LocalItem, LocalKey
from agentbox_sync.core.errors import ItemChanged, SyncError
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.windows import Window
from tests.sim.calendar.mailbox import LOCALITY

MODEL = "crm.appointment"


@dataclass(frozen=True, slots=True)
class Row:
    """An appointment; ``away`` says why it is out of scope, ``None`` while it is in it.

    ``hidden``: who does not take part in it.
    """

    record: Mapping[str, Any]
    away: Cause | None = None
    hidden: frozenset[str] = frozenset()


class Office:
    """The appointments of everybody; ``rows`` are values, so that a rollback copies a dict."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.notices: dict[str, list[LocalKey]] = {}
        self.pks = 0

    def notice(self, pk: str, but: str = "") -> None:
        """Tell everybody that an appointment has changed, but for whoever has written it."""
        for name, noticed in self.notices.items():
            if name != but:
                noticed.append(LocalKey(MODEL, pk))


class AppointmentStore:
    """A LocalStore with a window, of one staff member."""

    def __init__(self, name: str = "c", office: Office | None = None) -> None:
        self.name, self.office = name, office or Office()
        self.office.notices[name] = []
        self.told: dict[str, LocalItem | Absence] = {}
        """What was last answered of each row, whatever has become of it since."""
        self.writes = 0

    @property
    def rows(self) -> dict[str, Row]:
        """Return the appointments of everybody."""
        return self.office.rows

    def insert(self, record: Mapping[str, Any], hidden: frozenset[str] = frozenset()) -> str:
        """Save a new appointment."""
        self.office.pks += 1
        pk = str(self.office.pks)
        self.rows[pk] = Row(dict(record), hidden=hidden)
        self.office.notice(pk)
        return pk

    def save(self, pk: str, values: Mapping[str, Any]) -> None:
        """Save values."""
        row = self.rows[pk]
        self.rows[pk] = replace(row, record={**row.record, **values})
        self.office.notice(pk)

    def delete(self, pk: str) -> None:
        """Delete an appointment."""
        del self.rows[pk]
        self.office.notice(pk)

    def share(self, pk: str, name: str) -> None:
        """Let somebody take part, or no more."""
        row = self.rows[pk]
        self.rows[pk] = replace(row, hidden=row.hidden ^ {name})
        self.office.notice(pk)

    def leave(self, pk: str, cause: Cause | None) -> None:
        """Take an appointment out of scope, or back in."""
        self.rows[pk] = replace(self.rows[pk], away=cause)
        self.office.notice(pk)

    def takes_place(self, record: Mapping[str, Any], window: Window | None) -> bool:
        """Tell whether an appointment takes place in a window."""
        return window is None or KIND.takes_place(KIND.canonical(record, LOCALITY), window)

    def scan(self, within: Window | None = None) -> Iterator[LocalItem]:
        """Yield every appointment in scope that takes place in the window."""
        for pk in list(self.rows):
            found = self._read(LocalKey(MODEL, pk), within)
            if isinstance(found, LocalItem) and not found.is_outside:
                yield found

    def read(
        self, keys: Sequence[LocalKey], within: Window | None = None
    ) -> dict[LocalKey, LocalItem | Absence]:
        """Read appointments afresh."""
        answers = {key: self._read(key, within) for key in keys}
        self.told.update({key.pk: answer for key, answer in answers.items()})
        return answers

    def _read(self, key: LocalKey, within: Window | None) -> LocalItem | Absence:
        row = self.rows.get(key.pk)
        cause = Cause.DELETED if row is None else row.away
        if row is not None and self.name in row.hidden:
            cause = Cause.LOST_ACCESS
        if row is None or cause is not None:
            return Absence(key, cause or Cause.DELETED)
        outside = not self.takes_place(row.record, within)
        return LocalItem(key, dict(row.record), is_outside=outside)

    def update(
        self, seen: LocalItem, record: Record, atoms: Sequence[str]
    ) -> LocalItem | SyncError:
        """Write atoms if the row still reads as seen."""
        now = self._read(seen.key, None)
        if not isinstance(now, LocalItem) or now.record != seen.record:
            return ItemChanged("somebody saved it meanwhile")
        row = self.rows[seen.key.pk]
        values = {atom: record[atom] for atom in atoms}
        self.rows[seen.key.pk] = replace(row, record={**row.record, **values})
        self.office.notice(seen.key.pk, but=self.name)
        self.writes += 1
        return LocalItem(seen.key, dict(self.rows[seen.key.pk].record))

    def create(self, record: Record) -> LocalItem | SyncError:
        """Write a new appointment."""
        assert not KIND.is_private(record), "a private event came in"
        others = frozenset(self.office.notices) - {self.name}
        pk = self.insert({atom: record[atom] for atom in KIND.atoms if atom in record}, others)
        self.office.notices[self.name].pop()
        self.writes += 1
        return LocalItem(LocalKey(MODEL, pk), dict(self.rows[pk].record))

    def release(self, seen: LocalItem) -> SyncError | None:
        """Cancel the appointment: it leaves the scope."""
        self.rows[seen.key.pk] = replace(self.rows[seen.key.pk], away=Cause.LEFT_FILTER)
        self.office.notice(seen.key.pk, but=self.name)
        self.writes += 1
        return None
