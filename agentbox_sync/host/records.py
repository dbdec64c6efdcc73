"""Rows of the host as records for people to look at, whatever the settings select."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.kinds import Record
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.host.occurrences import around, date_of, dates, row_pk
from agentbox_sync.host.registry import get_mapping, get_sources


def read_records(kind: str, keys: Sequence[LocalKey]) -> dict[LocalKey, Record]:
    """Return what the CRM says now of each key that it has; one query and the mapping's own."""
    mapping, model = get_mapping(kind), get_sources()[kind].get_model()
    label = model._meta.label_lower
    wanted: dict[LocalKey, Any] = {}
    for key in keys:
        try:
            if key.model == label:
                wanted[key] = model._meta.pk.to_python(row_pk(key.pk))
        except ValidationError:
            continue  # the host changed the type of its key: no row can have this one
    if not wanted:
        return {}
    rows = model._base_manager.filter(pk__in={*wanted.values()})
    rows = rows.prefetch_related(*mapping.prefetch())
    if select := mapping.select(model):
        rows = rows.select_related(*select)
    there = {row.pk: row for row in rows}
    return {key: _record(mapping, there[pk], key) for key, pk in wanted.items() if pk in there}


def _record(mapping: RecordMapping, row: Any, key: LocalKey) -> Record:
    record, named = mapping.read(row), date_of(key.pk)
    if not named:
        return record
    return dict(dates(record, mapping.beside(row), around(named, record))).get(named, record)
