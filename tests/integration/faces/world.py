"""One task in three places: the CRM, To Do and the calendar; and the hands that act there."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from agentbox_sync.contrib.reference_crm.models import Task
from agentbox_sync.core.kinds.faces import DONE, TASK_ENTRY
from agentbox_sync.core.rules import Status
from agentbox_sync.models import SETTINGS, Change, KindSettings, Link
from agentbox_sync.services import sync
from agentbox_sync.services.configure import configure
from tests.builders import crm
from tests.contracts.emulated import ZONE
from tests.integration.twoway.world import TwoWay

IN_A_WEEK = (timezone.now() + dt.timedelta(days=7)).date()
LATER = IN_A_WEEK + dt.timedelta(days=3)
CALENDAR, TASKS = "calendar", "tasks"


def at(day: dt.date, hour: int) -> dt.datetime:
    """An hour by the clocks of the mailbox."""
    return dt.datetime.combine(day, dt.time(hour), ZoneInfo(ZONE))


class Faces(TwoWay):
    """Both sides of a connection whose calendar shows tasks."""

    def choose_calendar(self, **values: Any) -> KindSettings:
        names = {TASK_ENTRY: "Task", "appointment": "Appointment"}
        return self.choose_kind(CALENDAR, **{"tasks": True, "categories": names, **values})

    def choose_tasks(self, **values: Any) -> KindSettings:
        return self.choose_kind(TASKS, **values)

    def choose_kind(self, kind: str, **values: Any) -> KindSettings:
        """Save settings of a kind, two-way unless named otherwise, and say go."""
        model = SETTINGS[kind]
        now = model.objects.get_or_create(connection=self.connection)[0]
        chosen = {"status": str(Status.TWO_WAY), **values}
        configure(self.user, self.connection, kind, chosen, now.version)
        sync.approve(self.connection, [kind], self.user)
        return model.objects.get(connection=self.connection)

    # -------------------------------------------------------------------------------------- the CRM

    def task(self, title: str = "Call Olivia", **fields: Any) -> Task:
        return crm.a_task(self.staff, title, **{"due_on": IN_A_WEEK, **fields})

    def now(self, task: Task) -> Task:
        return Task.objects.get(pk=task.pk)

    def complete(self, task: Task) -> None:
        self.change(task, status=Task.Status.COMPLETED)

    def reopen(self, task: Task) -> None:
        self.change(task, status=Task.Status.OPEN)

    def is_done(self, task: Task) -> bool:
        return self.now(task).status == Task.Status.COMPLETED

    # --------------------------------------------------------------------------------- the mailbox

    def _there(self, kind: str, task: Task) -> dict[str, Any] | None:
        place = {CALENDAR: "events", TASKS: "tasks"}[kind]
        link = self.face(kind, task)
        wanted = link.remote_id.rpartition("|")[2] if link else ""  # of a task with its list
        rows = self.microsoft.look(f"mailbox/{self.address}")[place]
        return next((row for row in rows if row["id"] == wanted), None)

    def entry(self, task: Task) -> dict[str, Any]:
        """The face of a task in the calendar, as it lies there."""
        found = self._there(CALENDAR, task)
        assert found is not None
        return found

    def todo(self, task: Task) -> dict[str, Any]:
        """The face of a task in To Do, as it lies there."""
        found = self._there(TASKS, task)
        assert found is not None
        return found

    def is_in(self, kind: str, task: Task) -> bool:
        return self._there(kind, task) is not None

    def events(self) -> list[str]:
        rows = self.microsoft.look(f"mailbox/{self.address}")["events"]
        return sorted(row["subject"] for row in rows)

    def todos(self) -> list[str]:
        rows = self.microsoft.look(f"mailbox/{self.address}")["tasks"]
        return sorted(row["title"] for row in rows)

    def edit_entry(self, task: Task, **values: Any) -> None:
        self._person(edit_event=self.entry(task)["id"], values=values)

    def drag(self, task: Task, start: dt.date, minutes: int = 30) -> None:
        """Take the entry to a day, or to a time."""
        is_time = isinstance(start, dt.datetime)
        end = start + (dt.timedelta(minutes=minutes) if is_time else dt.timedelta(days=1))
        places = {
            name: {"dateTime": f"{one:%Y-%m-%dT%H:%M:%S}", "timeZone": ZONE}
            for name, one in (("start", start), ("end", end))
        }
        self.edit_entry(task, isAllDay=not is_time, **places)

    def check_off(self, task: Task) -> None:
        """Set the category in Outlook that says it is done."""
        there = self.entry(task)["categories"]
        self.edit_entry(task, categories=[*there, DONE])

    def uncheck(self, task: Task) -> None:
        there = self.entry(task)["categories"]
        self.edit_entry(task, categories=[name for name in there if name != DONE])

    def says_done(self, task: Task) -> bool:
        return DONE in self.entry(task)["categories"]

    def edit_todo(self, task: Task, **values: Any) -> None:
        self._person(edit_task=self.todo(task)["id"], values=values)

    def complete_todo(self, task: Task) -> None:
        self._person(complete_task=self.todo(task)["id"])

    def reopen_todo(self, task: Task) -> None:
        self._person(reopen_task=self.todo(task)["id"])

    def remove_entry(self, task: Task) -> None:
        self._person(delete_event=self.entry(task)["id"])

    def remove_todo(self, task: Task) -> None:
        self._person(delete_task=self.todo(task)["id"])

    # ------------------------------------------------------------------------------------- the runs

    def settle(self) -> None:
        """Three runs, and a fourth that finds nothing to do in any of the three places."""
        for _ in range(3):
            self.run_well()
        before = self.writes, list(Task.objects.order_by("pk").values()), Change.objects.count()
        self.run_well()
        now = self.writes, list(Task.objects.order_by("pk").values()), Change.objects.count()
        assert now == before
        self.run_well(forced=True)
        after = self.writes, list(Task.objects.order_by("pk").values()), Change.objects.count()
        assert after == before

    # --------------------------------------------------------------------------- what is remembered

    def face(self, kind: str, task: Task) -> Link | None:
        rows = Link.objects.filter(
            connection=self.connection,
            kind=kind,
            local_model=Task._meta.label_lower,
            local_pk=str(task.pk),
        )
        return rows.order_by("-pk").first()
