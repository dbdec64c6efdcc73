"""What people do with their tasks, on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from agentbox_sync.core.changes import Link, LinkState, LocalKey, is_met
from agentbox_sync.core.kinds.tasks import is_completed
from tests.sim.calendar.mailbox import Event
from tests.sim.lives import Crowd
from tests.sim.tasks.crm import MODEL
from tests.sim.tasks.days import CLIENTS
from tests.sim.tasks.faces import FaceDesk
from tests.sim.tasks.mailbox import MAIN, OPEN, OTHER, WEEK, Task
from tests.sim.tasks.world import TOKEN, TaskDesk, World, name_of

DAY = 86400.0
WEEKLY = "FREQ=WEEKLY"


class People(Crowd):
    """Draws what people do, one of two staff members at a time."""

    def __init__(self, world: World) -> None:
        self._world, self._ghost, self._crm = world, world.ghost, world.crm
        self._rng = world.rng
        deeds = [
            (6, self._enter),
            (3, self._enter_series),
            (2, self._enter_done),
            (5, self._find_in_todo),
            (2, self._find_series_in_todo),
            (8, self._edit_row),
            (8, self._edit_task),
            (4, self._shift_row),
            (4, self._shift_task),
            (5, self._complete_row),
            (5, self._complete_task),
            (2, self._undo_row),
            (2, self._undo_task),
            (3, self._delete_row),
            (3, self._delete_task),
            (4, self._move_task),
            (3, self._move_back),
            (2, self._copy_task),
            (2, self._cut_link),
            (2, self._hand_over),
            (3, self._leave_or_return),
            (3, self._wait),
        ]
        if world.calendars:
            deeds += [
                (4, self._drag_entry),
                (4, self._tick_entry),
                (4, self._edit_entry),
                (2, self._delete_entry),
            ]
        super().__init__(world.rng, deeds)

    # ------------------------------------------------------------------------------------- choices

    def _desk(self) -> TaskDesk:
        return self._rng.choice(self._world.lists)

    def _row(self, *, done: bool | None = None) -> str:
        rows = self._crm.rows.items()
        found = [k for k, row in rows if done is None or is_completed(row.values) is done]
        return self._rng.choice(found) if found else ""

    def _task(
        self, *, done: bool | None = None, away: bool | None = None
    ) -> tuple[TaskDesk, Task] | None:
        desk = self._desk()
        found = [
            task
            for task in desk.mailbox.tasks.values()
            if (done is None or is_completed(task.values) is done)
            and (away is None or (task.place == OTHER) is away)
        ]
        return (desk, self._rng.choice(found)) if found else None

    def _value(self, atom: str, title: object) -> Any:
        if atom == "importance":
            return self._rng.choice(("low", "normal", "high"))
        if atom == "reminder":
            return f"{self._world.monday(self._rng.randint(1, 9))}T09:00:00+00:00"
        return f"{name_of(title)} {self._world.token()}" if atom == "title" else self._world.token()

    def _atom(self) -> str:
        return self._rng.choice(("notes", "notes", "title", "importance", "reminder"))

    def _part(self, values: Mapping[str, Any]) -> None:
        """Note that the two sides of a series may go on differently."""
        self._ghost.apart.add(name_of(values["title"]))

    def _shifts(self, values: Mapping[str, Any], day: str) -> None:
        """Note that one is due on another day, where another one of it may be already."""
        self._part(values)
        name = name_of(values["title"])
        self._ghost.shifted.add(name)
        if (name, day) in self._days():
            self._ghost.several.add(name)

    def _days(self) -> list[tuple[str, str | None]]:
        here = [row.values for row in self._crm.rows.values()]
        days: list[tuple[str, str | None]] = [*self._world.placed()]
        days += [(name_of(said["title"]), said["due"]) for said in here]
        for desk in self._world.lists:
            there = desk.mailbox.tasks.values()
            days += [(name_of(task.values["title"]), task.meant) for task in there]
        return days

    def _goes_on(self, title: str, due: str | None) -> None:
        """Note that a series goes on to a day to which somebody has put one of it already."""
        name = name_of(title)
        day = (date.fromisoformat(due) + WEEK).isoformat() if due else None
        if name in self._ghost.apart and (name, day) in self._days():
            self._ghost.several.add(name)

    def _weeks(self) -> int:
        return self._rng.randint(0, 30)

    def _client(self) -> str:
        return self._rng.choice(CLIENTS)

    # ----------------------------------------------------------------------------- new on one side

    def _enter(self) -> bool:
        desk = self._desk()
        pk = desk.enter()
        if self._rng.random() < 0.3:  # it was in both before
            values = self._crm.rows[pk].values
            due = desk.mailbox.due_on(values["due"], self._client())
            desk.mailbox.add({"title": values["title"], "notes": values["notes"]}, MAIN, **due)
            self._ghost.several.add(name_of(values["title"]))
        return True

    def _enter_series(self) -> bool:
        self._desk().enter(rule=WEEKLY)
        return True

    def _enter_done(self) -> bool:
        at = self._world.clock.now().isoformat()
        self._desk().enter(progress={"status": "completed", "completed_at": at})
        return True

    def _find_in_todo(self) -> bool:
        desk = self._desk()
        place = self._rng.choice((MAIN, MAIN, *desk.mailbox.lists))
        due = self._world.monday(self._rng.randint(1, 9)) if self._rng.random() < 0.8 else None
        desk.put(client=self._client(), place=place, due=due)
        return True

    def _find_series_in_todo(self) -> bool:
        self._desk().put(client=self._client(), recurrence={"rule": WEEKLY})
        return True

    # --------------------------------------------------------------------------------------- edits

    def _edit_row(self) -> bool:
        if not (pk := self._row()):
            return False
        atom, values = self._atom(), self._crm.rows[pk].values
        self._ghost.forgives(values[atom])
        if atom == "title":
            self._part(values)
        self._crm.save(pk, {atom: self._value(atom, values["title"])})
        return True

    def _edit_task(self) -> bool:
        if (found := self._task()) is None:
            return False
        desk, task = found
        atom = self._atom()
        self._ghost.forgives(task.values[atom])
        if atom == "title":
            self._part(task.values)
        desk.mailbox.edit(task, {atom: self._value(atom, task.values["title"])})
        return True

    def _shift_row(self) -> bool:
        if not (pk := self._row(done=False)):
            return False
        self._shifts(self._crm.rows[pk].values, day := self._world.monday(self._weeks()))
        self._crm.save(pk, {"due": day})
        return True

    def _shift_task(self) -> bool:
        if (found := self._task(done=False)) is None:
            return False
        desk, task = found
        self._shifts(task.values, day := self._world.monday(self._weeks()))
        desk.edit_due(task, day, self._client(), self._abroad(desk))
        return True

    def _abroad(self, desk: TaskDesk) -> str:
        """Return the zone of a phone: at home, or travelling less than half a day from there."""
        near = {"UTC": ("Europe/Berlin", "America/St_Johns"), "Europe/Berlin": ("UTC",)}
        return self._rng.choice((desk.mailbox.zone, *near.get(desk.mailbox.zone, ())))

    # ---------------------------------------------------------------------------------- completion

    def _complete_row(self) -> bool:
        if not (pk := self._row(done=False)):
            return False
        row = self._crm.rows[pk]
        if row.rule:
            self._goes_on(row.values["title"], row.values["due"])
        self._crm.complete(pk)
        return True

    def _complete_task(self) -> bool:
        if (found := self._task(done=False)) is None:
            return False
        desk, task = found
        if task.values["recurrence"]:
            self._goes_on(task.values["title"], task.meant)
            if any(self._is_left(desk, x) for x in desk.links() if x.remote_id == task.remote_id):
                # It was left there: nobody tells the CRM, and To Do goes on beside the CRM.
                self._ghost.several.add(name_of(task.values["title"]))
        at = self._world.clock.now().isoformat()
        desk.mailbox.edit(task, {"progress": {"status": "completed", "completed_at": at}})
        return True

    def _is_left(self, desk: TaskDesk, link: Link) -> bool:
        rests = link.state is LinkState.RETAINED or desk.in_scope(link.key.pk) is None
        return link.has_row and rests

    def _undo_row(self) -> bool:
        if not (pk := self._row(done=True)):
            return False
        row = self._crm.rows[pk]
        self._part(row.values)
        if row.rule:  # and so the next one may be made a second time
            self._ghost.several.add(name_of(row.values["title"]))
        self._crm.save(pk, {"progress": OPEN})
        return True

    def _undo_task(self) -> bool:
        if (found := self._task(done=True)) is None:
            return False
        desk, task = found
        self._part(task.values)
        desk.mailbox.edit(task, {"progress": OPEN})
        return True

    # ------------------------------------------------------------------------- leaving, and moving

    def _delete_row(self) -> bool:
        if not (pk := self._row()):
            return False
        row = self._crm.rows[pk]
        self._ghost.forgives(row.values)
        self._ghost.gone_rows.add(name_of(row.values["title"]))
        if row.rule:  # its twin in To Do may never have been met
            self._part(row.values)
        self._crm.delete(pk)
        return True

    def _delete_task(self) -> bool:
        if (found := self._task()) is None:
            return False
        desk, task = found
        self._ghost.forgives(task.values)
        if is_completed(task.values):  # whoever had not seen that it was done may put it back
            self._ghost.several.add(name_of(task.values["title"]))
        desk.mailbox.remove(task)
        return True

    def _move_task(self) -> bool:
        return self._moved(to=OTHER, away=False)

    def _move_back(self) -> bool:
        return self._moved(to=MAIN, away=True)

    def _moved(self, *, to: str, away: bool) -> bool:
        if (found := self._task(away=away)) is None:
            return False
        desk, task = found
        carries = self._rng.random() < 0.75
        known = [link for link in desk.links() if link.remote_id == task.remote_id]
        # Nobody looks elsewhere for what was not met yet, or what we think to have removed.
        if not (carries and any(_is_followed(link) for link in known)):
            self._ghost.several.add(name_of(task.values["title"]))
        desk.mailbox.move(task, to, carries=carries)
        return True

    def _copy_task(self) -> bool:
        if (found := self._task()) is None:
            return False
        desk, task = found
        place = self._rng.choice((task.place, MAIN, OTHER))
        self._ghost.several.add(name_of(task.values["title"]))
        desk.mailbox.copy(task, place, carries=self._rng.random() < 0.6)
        return True

    def _cut_link(self) -> bool:
        if (found := self._task()) is None or not found[1].linked:
            return False
        desk, task = found
        self._ghost.several.add(name_of(task.values["title"]))
        task.linked = None
        desk.mailbox.bump(task)
        return True

    def _hand_over(self) -> bool:
        if not (pk := self._row()):
            return False
        row, name = self._crm.rows[pk], name_of(self._crm.rows[pk].values["title"])
        self._part(row.values)
        if name in self._ghost.handed:  # it may come back to where its twin was taken in
            self._ghost.several.add(name)
        if row.rule and not self._is_known(pk):
            self._ghost.handed.add(name)
        self._crm.change(pk, staff=self._desk().name)
        return True

    def _leave_or_return(self) -> bool:
        if not (pk := self._row()):
            return False
        row = self._crm.rows[pk]
        self._part(row.values)
        if row.rule and not self._is_known(pk):
            # Its twin in To Do may be taken in while it is out of the filter.
            self._ghost.several.add(name_of(row.values["title"]))
        self._crm.change(pk, away=not self._crm.rows[pk].away)
        return True

    def _is_known(self, pk: str) -> bool:
        """Tell whether anybody has met a row, or has announced it."""
        key = LocalKey(MODEL, pk)
        return any(link.key == key for desk in self._world.lists for link in desk.links())

    # ------------------------------------------------------------------------------ the other face

    def _entry(self) -> tuple[FaceDesk, Event] | None:
        face = self._rng.choice(self._world.calendars)
        events = list(face.mailbox.events.values())
        return (face, self._rng.choice(events)) if events else None

    def _drag_entry(self) -> bool:
        if (found := self._entry()) is None:
            return False
        face, event = found
        day = self._world.monday(self._weeks())
        self._shifts({"title": event.record["subject"]}, day)
        face.drag(event, day, self._rng)
        return True

    def _tick_entry(self) -> bool:
        if (found := self._entry()) is None:
            return False
        face, event = found
        self._part({"title": event.record["subject"]})
        face.tick(event)
        return True

    def _edit_entry(self) -> bool:
        if (found := self._entry()) is None:
            return False
        face, event = found
        if self._rng.random() < 0.3:
            self._ghost.forgives(event.record["subject"])
            self._part({"title": event.record["subject"]})
            face.mailbox.edit(event, {"subject": self._value("title", event.record["subject"])})
            return True
        body, word = event.record["body"], self._world.token()
        self._ghost.forgives(body)
        there = TOKEN.search(body)
        edited = body.replace(there.group(), word) if there else f"{word}\n{body}"
        face.mailbox.edit(event, {"body": edited})
        return True

    def _delete_entry(self) -> bool:
        if (found := self._entry()) is None:
            return False
        face, event = found
        self._ghost.forgives(event.record)
        self._part({"title": event.record["subject"]})
        face.mailbox.remove(event)
        return True

    def _wait(self) -> bool:
        self._world.clock.sleep(DAY * self._rng.choice((1, 8, 40)))
        return True


def _is_followed(link: Link) -> bool:
    return link.has_row and is_met(link) and not any(sent.removes for sent in link.pending)
