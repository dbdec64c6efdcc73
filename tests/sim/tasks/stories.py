"""What the stories of task lists are told with."""

from __future__ import annotations

from typing import Any

from agentbox_sync.core.kinds.tasks import is_completed
from agentbox_sync.core.rules import Policy, Removal, Status
from tests.sim.tasks.mailbox import Habits, Task
from tests.sim.tasks.world import TaskDesk, World

WEEKLY = "FREQ=WEEKLY"
DONE = {"status": "completed", "completed_at": "2026-03-02T08:00:00+00:00"}


def a_desk(zone: str = "UTC", habits: Habits | None = None, **policy: Any) -> TaskDesk:
    """Return one staff member with two-way tasks."""
    rules = Policy(**{"status": Status.TWO_WAY, "removal": Removal.DELETE, **policy})
    return World("a story", (rules,), habits or Habits(), zone, faces=False).lists[0]


def synced(desk: TaskDesk, **atoms: Any) -> str:
    """Enter a task in the CRM, and sync it."""
    pk = desk.enter(**atoms)
    desk.sync()
    return pk


def tasks(desk: TaskDesk) -> list[Task]:
    """Return what is in To Do."""
    return list(desk.mailbox.tasks.values())


def rests(desk: TaskDesk) -> bool:
    """Tell whether two more runs write nothing."""
    return [desk.sync(relist=again).writes for again in (False, True)] == [0, 0]


def a_series(desk: TaskDesk) -> str:
    """Enter a weekly task in the CRM, and sync it."""
    pk = desk.enter(rule=WEEKLY)
    desk.sync()
    return pk


def next_ones(desk: TaskDesk) -> tuple[list[str], list[str]]:
    """Return the days of the next tasks of all series in the CRM and in To Do."""
    rows = desk.world.crm.rows.values()
    here = [row.values["due"] for row in rows if row.rule and not is_completed(row.values)]
    there = [x for x in tasks(desk) if x.values["recurrence"] and not is_completed(x.values)]
    return here, [str(task.meant) for task in there]


def goes_on_once(desk: TaskDesk) -> bool:
    """Tell whether the one series here has one next task, the same on both sides."""
    here, there = next_ones(desk)
    return len(here) == 1 and there == here


def settles(desk: TaskDesk) -> None:
    """Run until everybody has been heard."""
    for _ in range(3):
        desk.sync()
        desk.clock.sleep(120.0)
