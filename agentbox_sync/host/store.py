"""The port LocalStore on a host's own models."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import InterfaceError, OperationalError, models, transaction
from django.db.models import QuerySet

from agentbox_sync.core.changes import Absence, Cause, LocalItem, LocalKey
from agentbox_sync.core.errors import ItemChanged, ItemRefused, SyncError
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.scope import explain
from agentbox_sync.core.windows import Window
from agentbox_sync.host.adapter import KindSource
from agentbox_sync.host.capture import Writer, notice, own_write
from agentbox_sync.host.failures import where
from agentbox_sync.host.items import RowReader
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.host.occurrences import date_of, row_pk

log = logging.getLogger(__name__)

CHUNK = 500


def _changed() -> ItemChanged:
    return ItemChanged("The row was changed or left the selection.", code="CrmChanged")


class HostStore:
    """The items of one kind for one staff member, as ``selection`` selects them.

    ``labels`` gives a class the category of its items. ``connection_id`` is whose run writes, and
    ``face`` the kind that does if it is another one, so that it does not hear its own echo.
    """

    def __init__(
        self,
        source: KindSource,
        mapping: RecordMapping,
        staff: models.Model,
        selection: Mapping[str, Any],
        *,
        labels: Mapping[str, str] | None = None,
        connection_id: int = 0,
        face: str = "",
    ) -> None:
        self._writer = Writer(connection_id, face or source.kind)
        self._source = source
        self._mapping = mapping
        self._staff = staff
        self._selection = selection
        self._model = source.get_model()
        self._label = self._model._meta.label_lower
        self._rows = RowReader(source, mapping, staff, labels or {})

    @property
    def model(self) -> str:
        """Return the model that the keys of its items name."""
        return self._label

    def scan(self, within: Window | None = None) -> Iterator[LocalItem]:
        """Yield every item in scope in the order of its key, a chunk at a time.

        What is dormant is looked at only where it is linked: by its key.
        Each chunk is a query of its own. A cursor left open between two chunks would hold
        SQLite's snapshot, and the caller's next write would fail with "database is locked";
        PostgreSQL behind a pooler of transactions would lose it.
        """
        scope = self._in_scope()
        dormant = self._source.dormant(scope)
        if not dormant.query.is_empty():
            scope = scope.exclude(pk__in=dormant.values("pk"))
        if within is not None:
            scope = self._source.within(scope, within.start, within.end)
        rows = self._readable(scope).order_by("pk")
        chunk = list(rows[:CHUNK])
        while chunk:
            for row in chunk:
                yield from (item for item in self._rows.items(row, within) if not item.is_outside)
            if len(chunk) < CHUNK:
                return
            chunk = list(rows.filter(pk__gt=chunk[-1].pk)[:CHUNK])

    def read(
        self, keys: Sequence[LocalKey], within: Window | None = None
    ) -> dict[LocalKey, LocalItem | Absence]:
        """Read rows afresh; the happy case is one query and its prefetches."""
        pks = {key: self._pk(key) for key in keys}
        wanted = [pk for pk in pks.values() if pk is not None]
        # Without the host's own order: a database may follow its index through every row.
        mine = self._in_scope(wanted).order_by()
        rows = {row.pk: row for row in self._readable(mine)}
        away = [pk for pk in wanted if pk not in rows]
        existing = self._pks(self._model._base_manager.filter(pk__in=away)) if away else set()
        allowed = self._pks(self._accessible().filter(pk__in=existing)) if existing else set()
        done = (
            self._pks(self._done(self._accessible()).filter(pk__in=allowed)) if allowed else set()
        )
        told = self._told(done)
        found: dict[LocalKey, LocalItem | Absence] = {}
        for key, pk in pks.items():
            cause = explain(
                exists=pk in rows or pk in existing,
                accessible=pk in rows or pk in allowed,
                completed=pk in done,
                selected=pk in rows,
            )
            item = self._rows.item(rows[pk], key, within) if cause is None else None
            # The row is there, as other items: a series that became single dates or the other way
            # round, or one that does not name this date any more.
            record = told.get(pk) if cause is Cause.COMPLETED else None
            found[key] = item or Absence(key, cause or Cause.SUPERSEDED, record)
        return found

    def _told(self, done: set[Any]) -> dict[Any, Record]:
        """Return what rows say that are out of scope for being done, of a kind with series."""
        if not done or self._mapping.kind.series is None:
            return {}
        rows = self._readable(self._model._base_manager.filter(pk__in=done))
        items = ((row.pk, self._rows.item(row, self._rows.key(row))) for row in rows)
        return {pk: item.record for pk, item in items if item is not None}

    def search(self, text: str, limit: int) -> list[LocalItem]:
        """Return rows in scope that a person may mean by ``text``, at most ``limit``."""
        paths = self._mapping.searchable(self._model, self._mapping.kind.named_by)
        if not text.strip() or not paths:
            return []
        found = self._source.search(self._in_scope(), text, paths)
        rows = self._readable(found.order_by("pk"))[:limit]
        return [
            item for row in rows if (item := self._rows.item(row, self._rows.key(row))) is not None
        ]

    def update(
        self, seen: LocalItem, record: Record, atoms: Sequence[str]
    ) -> LocalItem | SyncError:
        """Write ``atoms`` if the row still reads as ``seen``; return it read back."""
        values = {atom: record[atom] for atom in atoms}
        with self._guarded() as errors:
            row = self._locked(seen, self._mapping.children(atoms))
            if row is None:
                return _changed()
            with self._own(row):
                self._save(row, values, is_new=False)
        if errors:
            return errors[0]
        item = self._read_back(row)
        if item.is_dormant and not self._in_scope([row.pk]).exists():
            # Done in Exchange, and to be removed there for it: that is news to the writer too.
            notice(self._source, lambda: [row.pk])
        return item

    def create(self, record: Record) -> LocalItem | SyncError:
        """Write a new row for the staff member; return it read back."""
        offered = self._mapping.atoms
        values = {a: record[a] for a in offered if a in record and a not in self._rows.fixed}
        with self._guarded() as errors:
            row = self._source.new(self._staff)
            with self._own(row):
                self._save(row, values, is_new=True)
                self._source.grant(row, self._staff)
        if errors:
            return errors[0]
        return self._read_back(row)

    def release(self, seen: LocalItem) -> SyncError | None:
        """Take the staff member's access if the row still reads as ``seen``."""
        with self._guarded() as errors:
            row = self._locked(seen)
            if row is None:
                return _changed()
            if date_of(seen.key.pk):
                raise NotImplementedError  # one date of many is not the whole series
            with self._own(row):
                self._source.release(row, self._staff)
        return errors[0] if errors else None

    def grant(self, key: LocalKey) -> SyncError | None:
        """Give the staff member back what a release took; ItemChanged when it is not lost."""
        with self._guarded() as errors:
            row = self._model._base_manager.select_for_update().filter(pk=self._pk(key)).first()
            if row is None or not self._is_lost(row.pk):
                return _changed()
            with self._own(row):
                self._source.reinstate(row, self._staff)
        return errors[0] if errors else None

    def is_lost(self, key: LocalKey) -> bool:
        """Tell whether a row is as a release leaves it: out of reach, called off or done."""
        there = self._pks(self._model._base_manager.filter(pk=self._pk(key)))
        return any(self._is_lost(pk) for pk in there)

    def _is_lost(self, pk: Any) -> bool:
        mine = self._accessible().filter(pk=pk)
        if not mine.exists():
            return True
        return self._source.can_reinstate() and self._source.dormant(mine).exists()

    def _own(self, row: models.Model) -> AbstractContextManager[None]:
        return own_write(self._writer, row)

    @contextmanager
    def _guarded(self) -> Iterator[list[SyncError]]:
        """Turn whatever the host's own code raises into a refusal of this one item.

        The savepoint undoes half a write. What the host says may hold what people typed, so only
        the names of the fields go on.
        """
        errors: list[SyncError] = []
        try:
            with transaction.atomic():
                yield errors
        except ValidationError as error:
            names = sorted(getattr(error, "error_dict", {NON_FIELD_ERRORS: None}))
            errors.append(
                ItemRefused(f"The CRM does not accept {', '.join(names)}.", code="CrmValidation")
            )
        except NotImplementedError:
            errors.append(ItemRefused("The CRM does not offer this.", code="CrmNotOffered"))
        except (OperationalError, InterfaceError):
            raise  # the database is away or locked: no fact about this item
        except Exception as error:  # noqa: BLE001  the host's save() may raise anything
            log.warning("the CRM refused a write of %s: %s", self._label, where(error))
            errors.append(ItemRefused(type(error).__name__, code="CrmSave"))

    def _locked(self, seen: LocalItem, children: Sequence[str] = ()) -> models.Model | None:
        """Lock a row and return it; ``None`` when it does not read as ``seen`` any more."""
        pk = self._pk(seen.key)
        # Bare queries for the locks: a host's joins may not be lockable, and SQLite locks anyway.
        bare = self._model._base_manager.select_for_update().filter(pk=pk).first()
        if bare is None:
            return None
        for relation in children:
            rows = getattr(bare, relation)
            mine = rows.model._base_manager.filter(**{rows.field.name: bare})
            list(mine.order_by().select_for_update().values_list("pk"))
        row: models.Model | None = self._readable(self._in_scope([pk]).order_by("pk")).first()
        if row is None or self._rows.item(row, seen.key) != seen:
            return None
        return row

    def _save(self, row: models.Model, values: Record, *, is_new: bool) -> None:
        names, later = self._mapping.write(row, values)
        if is_new:
            row.full_clean()
        else:
            others = {column.name for column in row._meta.fields} - set(names)
            # What was there before and is not ours to mend must not keep a person's edit out.
            row.full_clean(exclude=others, validate_unique=True, validate_constraints=False)
        row.save()
        for store in later:
            store()

    def _read_back(self, row: models.Model) -> LocalItem:
        fresh = self._readable(self._model._base_manager.filter(pk=row.pk)).get()
        # What was just written is told whole, even where Exchange has no words for its series.
        return self._rows.whole(fresh)

    def _accessible(self) -> QuerySet[Any]:
        return self._source.accessible(self._staff)

    def _in_scope(self, among: Sequence[Any] | None = None) -> QuerySet[Any]:
        selected = self._source.selected(self._accessible(), self._staff, self._selection)
        if among is not None:
            # Inside as well: SQLite would look up everybody in scope to find these few among them.
            selected = selected.filter(pk__in=among)
        done = self._done(selected)
        # Through the keys, because a host's joins over access or class rows may repeat a row.
        scope = self._model._base_manager.filter(pk__in=selected.order_by().values("pk"))
        return scope if done.query.is_empty() else scope.exclude(pk__in=done.values("pk"))

    def _readable(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if select := self._mapping.select(self._model):
            rows = rows.select_related(*select)
        ahead = dict.fromkeys((*self._mapping.prefetch(), *self._source.prefetch))
        return rows.prefetch_related(*ahead)

    def _done(self, items: QuerySet[Any]) -> QuerySet[Any]:
        return self._source.done(items, self._selection)

    def _pk(self, key: LocalKey) -> Any:
        if key.model != self._label:
            return None  # a row of another table, of which this source knows nothing
        try:
            return self._model._meta.pk.to_python(row_pk(key.pk))
        except ValidationError:
            return None  # the host changed the type of its key: no row can have this one

    @staticmethod
    def _pks(rows: QuerySet[Any]) -> set[Any]:
        return set(rows.values_list("pk", flat=True))
