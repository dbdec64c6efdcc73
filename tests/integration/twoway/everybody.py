"""Three staff members in three time zones, who share contacts and appointments and have tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from django.db.models import Model
from django.utils import timezone
from pytest_django import Settings

from agentbox_sync.contrib.m365_emulator.calendar.moments import instant, local_of
from agentbox_sync.contrib.m365_emulator.todo.dates import CLIENTS, day_of
from agentbox_sync.contrib.reference_crm.models import Appointment, Contact, Task
from agentbox_sync.core.kinds.faces import DONE, TASK_ENTRY
from agentbox_sync.models import Link
from tests.builders import crm
from tests.contracts.emulated import Microsoft
from tests.integration.faces.world import CALENDAR, TASKS, Faces
from tests.integration.sync.ahead import Ahead

from .faulted import MOST_ROUNDS, FaultedDay
from .ledger import Ledger
from .world import Colleague

PLACES = {"contacts": "contacts", CALENDAR: "events", TASKS: "tasks"}
SYDNEY = "AUS Eastern Standard Time"
HALF = timedelta(minutes=30)
Told = tuple[str, ...]


class Jose(Faces, Colleague):
    """Lives ten hours behind Sydney."""

    clocks: ClassVar = {"time_zone": "W. Europe Standard Time"}


class Tom(Faces, Colleague):
    """Lives two hours ahead of Sydney."""

    address = "tom@agency.example"
    named = "Tom Reid"
    clocks: ClassVar = {"time_zone": "New Zealand Standard Time"}


def everybody(at: Microsoft, settings: Settings, **chosen: str) -> list[Faces]:
    """Three who are connected; all kinds travel both ways, and the calendars show tasks."""
    at.prepare(time_zone=SYDNEY)
    found = [Faces(at, settings), Jose(at, settings), Tom(at, settings)]
    for world in found:
        world.connect()
        world.choose(primary_owner_only=False, **chosen)
        world.choose_calendar(categories={TASK_ENTRY: "Task"}, **chosen)
        world.choose_tasks(**chosen)
    return found


class OfficeDay(FaultedDay):
    """Everybody edits everything that they see, in the CRM and in three programs."""

    def __init__(self, worlds: Sequence[Faces], clock: Ahead, seed: int, *, adds: bool) -> None:
        super().__init__(worlds, clock, seed)
        self.people = list(worlds)
        self.ledger = Ledger()
        self.adds = adds  # whether they add things in Exchange, too
        self.begins = timezone.now().replace(minute=0, second=0, microsecond=0)
        for add in (self.add_contact, self.add_appointment):
            for _ in range(4):
                add()
        for world in self.people:
            self.add_task(world)
            self.add_task(world, recurrence="FREQ=WEEKLY")

    # -------------------------------------------------------------------------- what is in the CRM

    def some(self) -> list[Faces]:
        """At least two of them."""
        return self.dice.sample(self.people, self.dice.choice([2, 3]))

    def soon(self) -> date:
        return self.begins.date() + timedelta(days=self.dice.randrange(3, 30))

    def add_contact(self) -> None:
        word, sharing = self.ledger.word(), self.some()
        access = {one.staff: crm.FULL for one in sharing} | {sharing[0].staff: crm.OWNER}
        crm.a_contact(f"Person {word}", access=access, email=f"{word}@example.com")

    def add_appointment(self) -> None:
        starts = self.begins + timedelta(days=self.dice.randrange(3, 30), hours=3)
        crm.an_appointment(
            *(one.staff for one in self.some()),
            title=f"Visit {self.ledger.word()}",
            starts_at=starts,
            ends_at=starts + HALF,
        )

    def add_task(self, world: Faces, **fields: str) -> None:
        world.task(f"Call {self.ledger.word()}", due_on=self.soon(), **fields)

    # ----------------------------------------------------------------------------- what people do

    def edit(self) -> None:
        """Somebody edits something on one side, or adds something."""
        world, dice = self.dice.choice(self.people), self.dice
        kind = dice.choice(list(PLACES))
        if dice.random() < 0.15:
            self._add(world, kind)
            return
        if not (rows := self._seen(world, kind)):
            return
        row = dice.choice(rows)
        face = dice.choice([CALENDAR, TASKS]) if kind == TASKS else kind
        item = None if dice.random() < 0.4 else living(world, face, row)
        if kind == "contacts":
            self._edit_contact(world, row, item)
        elif kind == CALENDAR:
            self._edit_appointment(world, row, item)
        else:
            self._edit_task(world, row, item, face)

    @staticmethod
    def _seen(world: Faces, kind: str) -> list[Any]:
        rows = {
            "contacts": Contact.objects.filter(access__staff=world.staff),
            CALENDAR: Appointment.objects.filter(staff=world.staff),
            TASKS: Task.objects.filter(staff=world.staff),
        }[kind]
        return list(rows.order_by("pk"))

    def _add(self, world: Faces, kind: str) -> None:
        if not self.adds or self.dice.random() < 0.5:
            {
                "contacts": self.add_contact,
                CALENDAR: self.add_appointment,
                TASKS: partial(self.add_task, world),
            }[kind]()
            return
        word = self.ledger.word()
        if kind == "contacts":
            world.add(f"Friend{word}", f"{word}@friends.example", companyName=word)
        elif kind == CALENDAR:
            world._person(add_event={"subject": f"Coffee {word}", **_at(self.soon(), 9)})
        else:
            world._person(add_task={"title": f"Buy {word}", "due": self.soon().isoformat()})

    def _edit_contact(self, world: Faces, row: Contact, item: Any) -> None:
        word = self.ledger.word()
        if item is None:
            self.ledger.take_back(row.job_title)
            world.change(row, job_title=f"ours {word}")
        else:
            self.ledger.take_back(item["companyName"])
            world.edit(item["id"], companyName=f"theirs {word}")

    def _edit_appointment(self, world: Faces, row: Appointment, item: Any) -> None:
        if self.dice.random() < 0.4:
            day, hour = self.soon(), self.dice.randrange(1, 9)
            if item is None:
                starts = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
                world.change(row, starts_at=starts, ends_at=starts + HALF)
            else:
                world._person(edit_event=item["id"], values=_at(day, hour))
            return
        word = self.ledger.word()
        if item is None:
            self.ledger.take_back(row.location)
            world.change(row, location=f"Room {word}")
        else:
            self.ledger.take_back(item["subject"])
            world._person(edit_event=item["id"], values={"subject": f"Visit {word}"})

    def _edit_task(self, world: Faces, row: Task, item: Any, face: str) -> None:
        what = self.dice.choice(["done", "day", "words"])
        if row.recurrence and what == "day":  # the next one is found by name and day
            what = "done"
        {"done": self._do, "day": self._put_off, "words": self._note}[what](world, row, item, face)

    def _do(self, world: Faces, row: Task, item: Any, face: str) -> None:
        """Complete it, or open it again."""
        if item is None:
            is_done = row.status == Task.Status.COMPLETED
        elif face == TASKS:
            is_done = item["status"] == "completed"
        else:
            is_done = DONE in item["categories"]
        if row.recurrence and is_done:
            # Opened again in To Do before anybody heard of it, the next one would be there alone.
            return
        if item is None:
            world.change(row, status=Task.Status.OPEN if is_done else Task.Status.COMPLETED)
        elif face == TASKS:
            world._person(**{"reopen_task" if is_done else "complete_task": item["id"]})
        elif is_done:
            world.uncheck(row)
        else:
            world.check_off(row)

    def _put_off(self, world: Faces, row: Task, item: Any, face: str) -> None:
        day = self.soon()
        if item is None:
            world.change(row, due_on=day)
        elif face == TASKS:
            client = self.dice.choice(sorted(CLIENTS))
            world.edit_todo(row, due=day.isoformat(), client=client)
        else:
            world.drag(row, day)

    def _note(self, world: Faces, row: Task, item: Any, face: str) -> None:
        if row.recurrence:
            return
        word = self.ledger.word()
        if item is None:
            self.ledger.take_back(row.title)
            world.change(row, title=f"Call {word}")
        elif face == TASKS:
            self.ledger.take_back(item["body"]["content"])
            note = {"content": f"Noted {word}", "contentType": "text"}
            world.edit_todo(row, body=note)
        else:
            self.ledger.take_back(item["subject"])
            world.edit_entry(row, subject=f"Call {word}")

    # ---------------------------------------------------------------------------- what must hold

    def come_together(self) -> None:
        """Run everybody until all sides say the same, however often it fails.

        A look at three kinds hardly ever gets through while three requests in ten fail, so that
        nobody waits for runs that find nothing to do.
        """
        for _ in range(MOST_ROUNDS):
            for world in self.people:
                self.run(world)
            if not any(self.differences(world) for world in self.people):
                return
        found = {world.address: self.differences(world) for world in self.people}
        raise AssertionError(f"the sides do not come together: {found}")

    def lost(self) -> set[str]:
        """The words that are nowhere, though nobody took them away."""
        boxes = [box_of(world) for world in self.people]
        shown = {row["id"]: row for box in boxes for place in PLACES.values() for row in box[place]}
        return self.ledger.lost(shown)

    @staticmethod
    def differences(world: Faces) -> list[str]:
        """What stands on one side and not as often on the other: lost, doubled, or different."""
        box, found = box_of(world), []
        for kind, here, there in (
            ("contacts", _people(world), _people_there(box)),
            (CALENDAR, _entries(world), _entries_there(box)),
            (TASKS, _todos(world), _todos_there(box)),
        ):
            found += [f"{kind}: in the CRM only {one}" for one in _beyond(here, there)]
            found += [f"{kind}: in Exchange only {one}" for one in _beyond(there, here)]
        return found


def box_of(world: Faces) -> dict[str, Any]:
    found: dict[str, Any] = world.microsoft.look(f"mailbox/{world.address}")
    return found


def link_of(world: Faces, kind: str, row: Model) -> Link | None:
    rows = Link.objects.filter(connection=world.connection, kind=kind, local_pk=str(row.pk))
    return rows.filter(local_model=row._meta.label_lower).order_by("-pk").first()


def living(world: Faces, kind: str, row: Model) -> dict[str, Any] | None:
    """The item of a row as it lies in somebody's mailbox."""
    link = link_of(world, kind, row)
    wanted = link.remote_id.rpartition("|")[2] if link else ""
    return next((one for one in box_of(world)[PLACES[kind]] if one["id"] == wanted), None)


def _at(day: date, hour: int) -> dict[str, Any]:
    starts = datetime(day.year, day.month, day.day, hour)  # noqa: DTZ001  its zone stands beside it
    return {
        name: {"dateTime": moment.isoformat(), "timeZone": "UTC"}
        for name, moment in (("start", starts), ("end", starts + HALF))
    }


def _beyond(some: Sequence[Told], others: Sequence[Told]) -> list[Told]:
    return list((Counter(some) - Counter(others)).elements())


def _people(world: Faces) -> list[Told]:
    rows = Contact.objects.filter(access__staff=world.staff)
    return [(x.first_name, x.last_name, x.company, x.job_title) for x in rows]


def _people_there(box: dict[str, Any]) -> list[Told]:
    names = ("givenName", "surname", "companyName", "jobTitle")
    return [tuple(row[name] or "" for name in names) for row in box["contacts"]]


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _is_shown(world: Faces, kind: str, row: Task) -> bool:
    """What was done before it ever got there does not go there any more."""
    link = link_of(world, kind, row)
    return row.status != Task.Status.COMPLETED or (link is not None and link.state == "active")


def _entries(world: Faces) -> list[Told]:
    visits = Appointment.objects.filter(staff=world.staff)
    tasks = [x for x in Task.objects.filter(staff=world.staff) if _is_shown(world, CALENDAR, x)]
    return [
        *((x.title, x.location, _moment(x.starts_at)) for x in visits),
        *((x.title, "", str(x.due_on)) for x in tasks),
    ]


def _entries_there(box: dict[str, Any]) -> list[Told]:
    def told(row: dict[str, Any]) -> Told:
        is_whole, start = row["isAllDay"], row["start"]
        when = str(local_of(start).date()) if is_whole else _moment(instant(start))
        return (row["subject"], (row["location"] or {}).get("displayName") or "", when)

    return [told(row) for row in box["events"]]


def _todos(world: Faces) -> list[Told]:
    rows = [x for x in Task.objects.filter(staff=world.staff) if _is_shown(world, TASKS, x)]
    return [(x.title, str(x.due_on), str(x.status == Task.Status.COMPLETED)) for x in rows]


def _todos_there(box: dict[str, Any]) -> list[Told]:
    zone = box["owner"]["time_zone"]
    return [
        (
            row["title"],
            str(day_of(row["dueDateTime"], zone)) if row["dueDateTime"] else "None",
            str(row["status"] == "completed"),
        )
        for row in box["tasks"]
    ]
