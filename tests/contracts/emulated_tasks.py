"""To Do at the emulated Microsoft, as the contract of a RemoteStore sees it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zlib import crc32

from agentbox_sync.core.kinds.tasks import TaskRecord
from agentbox_sync.graph.codecs.tasks import APPLICATION
from agentbox_sync.graph.stores.todo import id_in, list_of
from tests.contracts.emulated import JANE, EmulatedSide, Microsoft

FIRST_DAY = date(2026, 12, 1)


class EmulatedTasks(EmulatedSide):
    """A :class:`tests.contracts.remote_store.RemoteSide` of tasks."""

    kind = "tasks"
    note = "notes"
    main = "Tasks"
    resource = "/tasks"

    def __init__(self, microsoft: Microsoft) -> None:
        super().__init__(microsoft)
        self._lists: dict[str, str] = {}
        self._made = set(self.lists())

    def item(self, name: str, note: str | None = None, **atoms: Any) -> dict[str, Any]:
        said = {} if note is None else {"notes": note}
        return dict(TaskRecord(title=name, due=_day_of(name))) | said | atoms

    def lists(self) -> dict[str, str]:
        rows = self.microsoft.look(f"mailbox/{JANE}")["task_lists"]
        return {row["id"]: row["name"] for row in rows}

    def items(self) -> dict[str, dict[str, Any]]:
        ids = {name: id_ for id_, name in self.lists().items()}
        rows = self.microsoft.look(f"mailbox/{JANE}")["tasks"]
        return {id_in(ids[row["list"]], row): _seen(row) for row in rows}

    def add(self, name: str, *_: Any, folder: str = "", **values: Any) -> str:
        place = {"list": folder} if folder else {}
        task = {"title": name, "due": _day_of(name), **values}
        return self._id_of(self.microsoft.person(add_task=task, **place))

    def edit(self, remote_id: str, **values: Any) -> None:
        self.microsoft.person(edit_task=task_id(remote_id), values=values)

    def change_note(self, remote_id: str, note: str) -> None:
        self.edit(remote_id, body={"content": note, "contentType": "text"})

    def remove(self, remote_id: str) -> None:
        self.microsoft.person(delete_task=task_id(remote_id))

    def folders(self) -> dict[str, str]:
        return {id_: name for id_, name in self.lists().items() if id_ not in self._made}

    def add_folder(self, name: str) -> str:
        return str(self.microsoft.person(add_list=name)["id"])

    def rename_folder(self, id_: str, name: str) -> None:
        self.microsoft.person(rename_list=id_, to=name)

    def remove_folder(self, id_: str) -> None:
        self.microsoft.person(delete_list=id_)

    def move_away(self, remote_id: str) -> None:
        self.microsoft.person(add_list="Private")
        self.microsoft.person(move_task=task_id(remote_id), list="Private")

    def lose_next_answer(self, *, carried_out: bool) -> None:
        # A task is read before it is written: what gets no answer is the request that writes.
        self.microsoft.fault(
            action="drop",
            path=r"\$batch",
            body_contains='"body"',
            times=1,
            commit="after" if carried_out else "before",
        )

    def _id_of(self, row: dict[str, Any]) -> str:
        ids = {name: id_ for id_, name in self.lists().items()}
        return id_in(ids[row["list"]], row)


def _seen(row: dict[str, Any]) -> dict[str, Any]:
    ours = [one for one in row["linkedResources"] if one.get("applicationName") == APPLICATION]
    return {
        "stamp": next((one.get("externalId", "") for one in ours), ""),
        "folder": row["list"],
        "name": row["title"],
        "note": row["body"]["content"],
        "categories": row["categories"],
        "status": row["status"],
        "due": row["dueDateTime"],
        "linked": row["linkedResources"],
        "steps": row["checklistItems"],
    }


def task_id(remote_id: str) -> str:
    return remote_id.removeprefix(list_of(remote_id))[1:]


def _day_of(name: str) -> str:
    """A day of its own for each name, more or less; names tell the rest apart."""
    return (FIRST_DAY + timedelta(days=crc32(name.encode()) % 300)).isoformat()
