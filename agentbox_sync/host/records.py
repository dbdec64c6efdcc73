"""Rows of the host as records for people to look at, whatever the settings select."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.kinds import Record
from agentbox_sync.host.registry import get_mapping, get_sources


def read_records(kind: str, keys: Sequence[LocalKey]) -> dict[LocalKey, Record]:
    """Return what the CRM says now of each key that it has; one query and the mapping's own."""
    mapping, model = get_mapping(kind), get_sources()[kind].get_model()
    label = model._meta.label_lower
    wanted = {}
    for key in keys:
        try:
            if key.model == label:
                wanted[model._meta.pk.to_python(key.pk)] = key
        except ValidationError:
            continue  # the host changed the type of its key: no row can have this one
    if not wanted:
        return {}
    rows = model._base_manager.filter(pk__in=list(wanted)).prefetch_related(*mapping.prefetch())
    if select := mapping.select(model):
        rows = rows.select_related(*select)
    return {wanted[row.pk]: mapping.read(row) for row in rows}
