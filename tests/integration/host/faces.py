"""The calendar of the reference CRM with its tasks in it, as the engine meets it."""

from __future__ import annotations

from typing import Any

from agentbox_sync.contrib.reference_crm.adapter import Tasks
from agentbox_sync.contrib.reference_crm.models import Staff, Task
from agentbox_sync.core.changes import LocalItem
from agentbox_sync.core.windows import Window
from agentbox_sync.host.entries import EntryStore
from agentbox_sync.host.joined import JoinedStore
from tests.integration.host import diary, todos
from tests.integration.host.builders import key_of

SYDNEY = "Australia/Sydney"


def entries_of(
    staff: Staff, source: type[Tasks] = Tasks, *, is_on: bool = True, **chosen: Any
) -> EntryStore:
    behind = todos.store_of(staff, source, **chosen)
    return EntryStore(behind, zone=SYDNEY, label="Task", is_on=is_on)


def joined_of(staff: Staff, source: type[Tasks] = Tasks, **chosen: Any) -> JoinedStore:
    return JoinedStore(diary.store_of(staff), entries_of(staff, source, **chosen))


def seen(store: JoinedStore, row: Task, within: Window | None = None) -> LocalItem:
    item = store.read([key_of(row)], within)[key_of(row)]
    assert isinstance(item, LocalItem)
    return item


def write(store: JoinedStore, row: Task, **atoms: Any) -> Any:
    return store.update(seen(store, row), atoms, tuple(atoms))
