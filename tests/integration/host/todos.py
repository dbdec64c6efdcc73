"""The tasks of the reference CRM as the engine meets them."""

from __future__ import annotations

from typing import Any

from agentbox_sync.contrib.reference_crm.adapter import Tasks
from agentbox_sync.contrib.reference_crm.models import Staff, Task
from agentbox_sync.core.changes import LocalItem
from agentbox_sync.core.kinds.tasks import KIND
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.host.store import HostStore
from tests.integration.host.builders import key_of


def store_of(
    staff: Staff, source: type[Tasks] = Tasks, *, connection_id: int = 0, **chosen: Any
) -> HostStore:
    mapping = RecordMapping(KIND, source.fields)
    selection = {"completed": "retain"} | chosen
    return HostStore(source(), mapping, staff, selection, connection_id=connection_id)


def seen(store: HostStore, row: Task) -> LocalItem:
    item = store.read([key_of(row)])[key_of(row)]
    assert isinstance(item, LocalItem)
    return item


def write(store: HostStore, row: Task, **atoms: Any) -> Any:
    return store.update(seen(store, row), atoms, tuple(atoms))
