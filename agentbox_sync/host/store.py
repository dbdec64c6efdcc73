"""The port LocalStore on a host's own models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet

from agentbox_sync.core.changes import Absence, LocalItem, LocalKey
from agentbox_sync.core.scope import explain
from agentbox_sync.host.adapter import KindSource
from agentbox_sync.host.mapping import RecordMapping

CHUNK = 500


class HostStore:
    """The items of one kind for one staff member, as ``selection`` selects them."""

    def __init__(
        self,
        source: KindSource,
        mapping: RecordMapping,
        staff: models.Model,
        selection: Mapping[str, Any],
    ) -> None:
        self._source = source
        self._mapping = mapping
        self._staff = staff
        self._selection = selection
        self._model = source.get_model()
        self._label = self._model._meta.label_lower

    def scan(self) -> Iterator[LocalItem]:
        """Yield every item in scope in the order of its key, a chunk at a time.

        Each chunk is a query of its own. A cursor left open between two chunks would hold
        SQLite's snapshot, and the caller's next write would fail with "database is locked";
        PostgreSQL behind a pooler of transactions would lose it.
        """
        rows = self._readable(self._in_scope()).order_by("pk")
        chunk = list(rows[:CHUNK])
        while chunk:
            yield from map(self._item, chunk)
            if len(chunk) < CHUNK:
                return
            chunk = list(rows.filter(pk__gt=chunk[-1].pk)[:CHUNK])

    def read(self, keys: Sequence[LocalKey]) -> dict[LocalKey, LocalItem | Absence]:
        """Read rows afresh; the happy case is one query and its prefetches."""
        pks = {key: self._pk(key) for key in keys}
        wanted = [pk for pk in pks.values() if pk is not None]
        rows = {row.pk: row for row in self._readable(self._in_scope().filter(pk__in=wanted))}
        away = [pk for pk in wanted if pk not in rows]
        existing = self._pks(self._model._base_manager.filter(pk__in=away)) if away else set()
        allowed = self._pks(self._accessible().filter(pk__in=existing)) if existing else set()
        done = (
            self._pks(self._source.completed(self._accessible()).filter(pk__in=allowed))
            if allowed
            else set()
        )
        found: dict[LocalKey, LocalItem | Absence] = {}
        for key, pk in pks.items():
            cause = explain(
                exists=pk in rows or pk in existing,
                accessible=pk in rows or pk in allowed,
                completed=pk in done,
                selected=pk in rows,
            )
            found[key] = self._item(rows[pk], key) if cause is None else Absence(key, cause)
        return found

    def _accessible(self) -> QuerySet[Any]:
        return self._source.accessible(self._staff)

    def _in_scope(self) -> QuerySet[Any]:
        selected = self._source.selected(self._accessible(), self._staff, self._selection)
        done = self._source.completed(selected)
        # Through the keys, because a host's joins over access or class rows may repeat a row.
        scope = self._model._base_manager.filter(pk__in=selected.order_by().values("pk"))
        return scope if done.query.is_empty() else scope.exclude(pk__in=done.values("pk"))

    def _readable(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if select := self._mapping.select(self._model):
            rows = rows.select_related(*select)
        ahead = dict.fromkeys((*self._mapping.prefetch(), *self._source.prefetch))
        return rows.prefetch_related(*ahead)

    def _item(self, row: models.Model, key: LocalKey | None = None) -> LocalItem:
        return LocalItem(
            key=key or LocalKey(self._label, str(row.pk)),
            record=self._mapping.read(row),
            read_only=self._source.is_read_only(row, self._staff),
        )

    def _pk(self, key: LocalKey) -> Any:
        try:
            return self._model._meta.pk.to_python(key.pk)
        except ValidationError:
            return None  # the host changed the type of its key: no row can have this one

    @staticmethod
    def _pks(rows: QuerySet[Any]) -> set[Any]:
        return set(rows.values_list("pk", flat=True))
