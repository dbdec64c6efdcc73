"""What one row of the CRM is to the engine: one item, or a date each of what is no series there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.db import models

from agentbox_sync.core.changes import LocalItem, LocalKey
from agentbox_sync.core.kinds import Locality, Record
from agentbox_sync.core.recurrence.problems import Obstacle
from agentbox_sync.core.windows import Window
from agentbox_sync.host.adapter import KindSource
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.host.occurrences import (
    CALLED_OFF,
    around,
    called_off,
    date_of,
    dates,
    expression,
    settled,
)

# The shared atom of every kind that Outlook shows with coloured categories.
CATEGORIES = "categories"


class RowReader:
    """Rows of one source as items for one staff member; ``fixed`` atoms no row can take."""

    def __init__(
        self,
        source: KindSource,
        mapping: RecordMapping,
        staff: models.Model,
        labels: Mapping[str, str],
    ) -> None:
        self._source = source
        self._mapping = mapping
        self._staff = staff
        self._labels = labels
        model = source.get_model()
        self._label = model._meta.label_lower
        self._has_labels = CATEGORIES in mapping.kind.shared and source.has_classes()
        self.fixed = mapping.fixed(model) | ({CATEGORIES} if self._has_labels else set())

    def items(self, row: models.Model, within: Window | None) -> Iterator[LocalItem]:
        """Yield the item of a row, or the dates of what Exchange cannot hold as a series."""
        record = self._record(row)
        extra = self._mapping.beside(row)
        if within is None or not isinstance(expression(record, extra), Obstacle):
            yield self._told(row, record, within)
            return
        for named, single in dates(record, extra, within):
            yield self._dated(row, named, single)

    def item(
        self, row: models.Model, key: LocalKey, within: Window | None = None
    ) -> LocalItem | None:
        """Return what a key means of a row; ``None`` where the row has no such item."""
        record, named = self._record(row), date_of(key.pk)
        extra = self._mapping.beside(row)
        is_expanded = isinstance(expression(record, extra), Obstacle)
        if is_expanded is not bool(named):
            return None
        if not named:
            return self._told(row, record, within)
        found = dict(dates(record, extra, around(named, record)))
        return self._dated(row, named, found[named], within) if named in found else None

    def whole(self, row: models.Model, within: Window | None = None) -> LocalItem:
        """Return a row as one item, whether or not Exchange has words for its series."""
        return self._told(row, self._record(row), within)

    def _told(self, row: models.Model, record: Record, within: Window | None) -> LocalItem:
        is_called_off = self._source.is_cancelled(row)
        return LocalItem(
            key=self.key(row),
            record=record,
            read_only=self._source.is_read_only(row, self._staff),
            fixed=self.fixed | self._mapping.held(row) | (CALLED_OFF if is_called_off else set()),
            is_outside=self._is_outside(record, within),
            is_dormant=is_called_off or self._source.is_dormant(record),
        )

    def _is_outside(self, record: Record, within: Window | None) -> bool:
        if within is None:
            return False
        kind = self._mapping.kind
        # Times of ours always name their zone: where the mailbox lies does not matter.
        return not kind.takes_place(kind.canonical(record, Locality()), within)

    def _dated(
        self, row: models.Model, named: str, record: Record, within: Window | None = None
    ) -> LocalItem:
        key = LocalKey(self._label, f"{row.pk}@{named}")
        # An edit of one date would have to become a row that the CRM's rule knows nothing of.
        return replace(self._told(row, record, within), key=key, read_only=True)

    def _record(self, row: models.Model) -> Record:
        record = settled({**self._mapping.read(row), **self._shared(row)})
        mark = getattr(self._source, "cancelled_mark", "")
        return called_off(record, mark) if self._source.is_cancelled(row) else record

    def key(self, row: models.Model) -> LocalKey:
        """Return the key of a row."""
        return LocalKey(self._label, str(row.pk))

    def _shared(self, row: models.Model) -> dict[str, list[str]]:
        """Return the categories that the classes of a row have; nothing without classes."""
        if not self._has_labels:
            return {}
        names = {self._labels.get(str(key), "") for key in self._source.classes_of(row)} - {""}
        return {CATEGORIES: sorted(names)}
