from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]
Part = Mapping[str, Any]  # a linked resource or a step of a checklist, with its id
DEFAULT, FLAGGED, PLAIN = "defaultList", "flaggedEmails", "none"
OPEN, DONE = "notStarted", "completed"
STATUSES = (OPEN, "inProgress", DONE, "waitingOnOthers", "deferred")


@dataclass(frozen=True)
class TaskList:
    id: str
    name: str
    serial: int
    change_key: str
    well_known: str = PLAIN
    open: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # open extensions
    foreign: bool = False  # somebody else's, who has shared it

    @property
    def etag(self) -> str:
        return f'W/"{self.change_key}"'


@dataclass(frozen=True)
class Task:
    """One task; a move gives it another `key`, `lasting` is what an immutable id would be.

    All times among the values are in UTC: that is how Graph answers, whoever wrote them.
    """

    key: str
    lasting: str
    serial: int
    list: str
    values: Values
    change_key: str
    created: str
    modified: str
    body_modified: str = ""
    linked: tuple[Part, ...] = ()
    steps: tuple[Part, ...] = ()
    open: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # open extensions
    deleted: bool = False

    @property
    def etag(self) -> str:
        return f'W/"{self.change_key}"'

    @property
    def is_done(self) -> bool:
        return bool(self.values["status"] == DONE)


def blank() -> dict[str, Any]:
    """The values of a task about which nothing is said."""
    return {
        "title": "",
        "body": {"contentType": "text", "content": ""},
        "status": OPEN,
        "importance": "normal",
        "isReminderOn": False,
        "reminderDateTime": None,
        "dueDateTime": None,
        "startDateTime": None,
        "completedDateTime": None,
        "recurrence": None,
        "categories": [],
    }
