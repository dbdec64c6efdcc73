"""What a change makes of a task and of the series that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..calendar.moments import moment_of, wall
from ..calendar.recurrence import dates
from ..records import Actor
from .dates import UTC_ZONE, day_kept, day_of, shifted
from .records import DONE, OPEN, Part, Task, Values
from .store import PARTS

if TYPE_CHECKING:
    from ..entra.accounts import User
    from ..state import State
    from ..switches import Switches
    from .store import TaskLists

MOMENTS = ("dueDateTime", "startDateTime", "reminderDateTime")


@dataclass(frozen=True)
class TaskHand:
    """Who works on whose tasks."""

    state: State
    owner: User
    actor: Actor

    @property
    def store(self) -> TaskLists:
        return self.state.mailbox(self.owner).todo

    @property
    def switches(self) -> Switches:
        return self.state.switches

    @property
    def zone(self) -> str:
        """The zone of the mailbox."""
        held = self.state.mailbox(self.owner).belongings.settings.get("timeZone")
        return str(held or self.owner.time_zone)


def laid_over(hand: TaskHand, before: Values, change: Values) -> dict[str, Any]:
    """Old values with the change laid over, and what the service sets because of it."""
    new = {**before, **change}
    if new["status"] != DONE:
        new["completedDateTime"] = None
    elif before["status"] != DONE and not change.get("completedDateTime"):
        new["completedDateTime"] = moment_of(wall(hand.state.clock.now(), UTC_ZONE), UTC_ZONE)
    if new["completedDateTime"] and hand.switches.todo_completed_time == "midnight":
        new["completedDateTime"] = day_kept(new["completedDateTime"], "converted")
    if "reminderDateTime" in change and hand.switches.todo_reminder == "implies":
        new["isReminderOn"] = change.get("isReminderOn", change["reminderDateTime"] is not None)
    if new["recurrence"] and new["dueDateTime"] is None:
        start = new["recurrence"]["range"]["startDate"]
        sent = {"dateTime": f"{start}T00:00:00.0000000", "timeZone": UTC_ZONE}
        new["dueDateTime"] = sent
    return new


def following(values: Values, zone: str) -> dict[str, Any] | None:
    """The values of the next task of a series, or None where the series has ended."""
    day = day_of(values["dueDateTime"], zone)
    after = next(dates(values["recurrence"], first=day + timedelta(days=1)), None)
    if after is None:
        return None
    step = (after - day).days
    moved = {name: shifted(values[name], step, zone) if values[name] else None for name in MOMENTS}
    return {**values, **moved, "status": OPEN, "completedDateTime": None}


def change(hand: TaskHand, task: Task, sent: Mapping[str, Any], **more: Any) -> Task:
    """Change a task as one write does, with all that follows from it; returns it as it is now."""
    new = laid_over(hand, task.values, sent)
    fields = {name for name in new if new[name] != task.values[name]}
    fields |= {PARTS[name] for name in more}
    recurs = task.values["recurrence"] and new["recurrence"]
    if recurs and new["status"] == DONE and not task.is_done and _goes_on(hand):
        return _completed(hand, task, new, fields)
    moved = recurs and "dueDateTime" in fields and not task.is_done
    if moved and hand.actor.is_app and hand.switches.todo_series_due == "splits":
        upcoming = following(task.values, hand.zone)
        new = {**new, "dueDateTime": task.values["dueDateTime"]}
        fields.discard("dueDateTime")
        if upcoming is not None:
            hand.store.add(task.list, upcoming, hand.actor, **_carried(hand, task))
    return hand.store.change(task, hand.actor, fields, values=new, **more)


def _goes_on(hand: TaskHand) -> bool:
    """To Do's own clients continue a series; whether the API does, is not known."""
    return not hand.actor.is_app or hand.switches.todo_series_by_app


def _completed(hand: TaskHand, task: Task, new: dict[str, Any], fields: set[str]) -> Task:
    store, actor = hand.store, hand.actor
    upcoming = following(new, hand.zone)
    done = {**new, "recurrence": None}
    fields = fields | {"recurrence"}
    if upcoming is None or hand.switches.todo_series == "next":
        after = store.change(task, actor, fields, values=done)
        if upcoming is not None:
            store.add(task.list, upcoming, actor, **_carried(hand, task))
        return after
    # The item goes on as the next one; what was done stays behind as another item.
    kept = _carried(hand, task)
    store.add(task.list, done, actor, linked=kept["linked"], steps=task.steps)
    return store.change(
        task, actor, fields | set(MOMENTS), values=upcoming, steps=_unchecked(task.steps)
    )


def _carried(hand: TaskHand, task: Task) -> dict[str, Any]:
    """What another task of the series takes along from this one; parts have ids of their own."""
    linked = task.linked if hand.switches.todo_series_keeps_links else ()
    ids = hand.store.ids
    return {
        "linked": tuple({**part, "id": ids.guid()} for part in linked),
        "steps": tuple({**part, "id": ids.guid()} for part in _unchecked(task.steps)),
    }


def _unchecked(steps: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple({**step, "isChecked": False, "checkedDateTime": None} for step in steps)
