"""One seed: people and faults for a while, then rest; and what must hold then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from agentbox_sync.core.changes import NO_ROW, Absence, Cause, LinkState, LocalItem, LocalKey
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.rules import Status
from agentbox_sync.core.ties import closed_atoms
from tests.sim.calendar.crm import MODEL
from tests.sim.calendar.deciders import Deciders, undone
from tests.sim.calendar.mailbox import LOCALITY, PERSONAL, Event
from tests.sim.calendar.world import TOKEN, CalendarDesk, World
from tests.sim.lives import Crowd, Deed, Result, doubles, live

DAY = 86400.0
SECRET = "lunch"


class People(Crowd):
    """Draws what people do in one calendar, on both sides."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rng = world.rng
        deeds: list[tuple[float, Deed]] = [
            (6, self._enter),
            (3, self._enter_series),
            (4, self._find_in_exchange),
            (2, self._keep_private),
            (2, self._be_invited),
            (8, self._edit_row),
            (8, self._edit_event),
            (4, self._shift_row),
            (4, self._shift_event),
            (4, self._cancel_date_in_crm),
            (4, self._cancel_date_in_exchange),
            (3, self._change_rule),
            (1, self._change_rule_in_exchange),
            (3, self._take_part_or_not),
            (4, self._invite_or_not),
            (3, self._delete_row),
            (3, self._delete_event),
            (3, self._leave_or_return),
            (3, self._wait),
        ]
        deeds += Deciders(world, world.rng).deeds
        super().__init__(world.rng, deeds)

    def _row(self) -> str:
        rows = sorted(self._world.crm.rows)
        return self._rng.choice(rows) if rows else ""

    def _event(self) -> tuple[CalendarDesk, Event] | None:
        desk = self._desk()
        events = list(desk.mailbox.events.values())
        return (desk, self._rng.choice(events)) if events else None

    def _desk(self) -> CalendarDesk:
        return self._rng.choice(self._world.desks)

    def _hidden(self) -> frozenset[str]:
        names = [desk.name for desk in self._world.desks]
        return frozenset([self._rng.choice(names)] if len(names) > 1 and self._coin() else ())

    def _coin(self) -> bool:
        return self._rng.random() < 0.5

    def _days(self) -> int:
        return self._rng.choice((-200, -40, -20, 3, 10, 40, 300, 368, 800))

    def _token(self) -> str:
        return self._world.token()

    def _let_go(self, said: object) -> None:
        self._world.ghost.forgives(said)

    def _enter(self) -> bool:
        record = self._world.typed(when=self._world.at(self._days()))
        self._world.crm.insert(record, self._hidden())
        if self._rng.random() < 0.3:  # it was in both before
            self._desk().mailbox.put(dict(record), self._world.clock.seconds)
        return True

    def _enter_series(self) -> bool:
        world = self._world
        record = world.typed(when=world.at(self._rng.choice((-100, 3, 300))))
        record = world.weekly(record, self._rng.choice((0, 4, 20)))
        days = world.dates(record)[1 : 1 + self._rng.randint(0, 3)]
        differing = [self._differs(day) for day in days]
        world.crm.insert({**record, "exceptions": differing}, self._hidden())
        return True

    def _differs(self, day: str) -> dict[str, Any]:
        if self._rng.random() < 0.5:
            return {"original": day, "cancelled": True}
        return {"original": day, "subject": self._token()}

    def _find_in_exchange(self) -> bool:
        world = self._world
        record = world.typed(when=world.at(self._days()))
        self._desk().mailbox.put(record, world.clock.seconds)
        return True

    def _keep_private(self) -> bool:
        world = self._world
        record = world.typed(sensitivity="private", body=SECRET)
        self._desk().mailbox.put(record, world.clock.seconds)
        return True

    def _be_invited(self) -> bool:
        world = self._world
        ties = frozenset({"foreign", "guests"})
        record = world.typed()
        self._desk().mailbox.put(record, world.clock.seconds, ties=ties)
        if self._rng.random() < 0.5:  # and so it stands in the CRM
            world.crm.insert(dict(record), self._hidden())
        return True

    def _edit_row(self) -> bool:
        if not (pk := self._row()):
            return False
        atom = self._rng.choice(("body", "location", "reminder"))
        value = self._rng.randint(1, 90) if atom == "reminder" else self._token()
        self._let_go(self._world.crm.rows[pk].record[atom])
        self._world.crm.save(pk, {atom: value})
        return True

    def _edit_event(self) -> bool:
        if (found := self._event()) is None:
            return False
        desk, event = found
        atom = self._rng.choice(("body", "location", "reminder"))
        value = self._rng.randint(1, 90) if atom == "reminder" else self._token()
        self._let_go(event.record[atom])
        desk.mailbox.edit(event, {atom: value})
        return True

    def _shift_row(self) -> bool:
        pk = self._row()
        if not pk or self._world.crm.rows[pk].record["recurrence"]:
            return False
        self._world.crm.save(pk, {"when": self._world.at(self._days())})
        return True

    def _shift_event(self) -> bool:
        found = self._event()
        if found is None or found[1].record["recurrence"]:
            return False
        desk, event = found
        desk.mailbox.edit(event, {"when": self._world.at(self._days())})
        return True

    def _cancel_date_in_crm(self) -> bool:
        pk = self._row()
        record = self._world.crm.rows[pk].record if pk else {}
        if not record.get("recurrence"):
            return False
        self._world.crm.save(pk, {"exceptions": self._with_date(record)})
        return True

    def _cancel_date_in_exchange(self) -> bool:
        found = self._event()
        if found is None or not found[1].record["recurrence"]:
            return False
        desk, event = found
        desk.mailbox.edit(event, {"exceptions": self._with_date(event.record)})
        return True

    def _with_date(self, record: Any) -> list[dict[str, Any]]:
        day = self._rng.choice(self._world.dates(record))
        there = {row["original"]: row for row in record["exceptions"]}
        self._let_go(there.get(day))
        there[day] = self._differs(day)
        return [there[key] for key in sorted(there)]

    def _change_rule(self) -> bool:
        pk = self._row()
        record = self._world.crm.rows[pk].record if pk else {}
        if not record.get("recurrence"):
            return False
        count = self._rng.choice((0, 6, 12, 24))
        changed = self._world.weekly(dict(record), count)["recurrence"]
        self._world.crm.save(pk, {"recurrence": changed})
        return True

    def _change_rule_in_exchange(self) -> bool:
        found = self._event()
        if found is None or not found[1].record["recurrence"]:
            return False
        desk, event = found
        self._let_go(event.record["exceptions"])  # Outlook says so before it drops them
        count = self._rng.choice((0, 6, 12, 24))
        changed = self._world.weekly(dict(event.record), count)["recurrence"]
        desk.mailbox.edit(event, {"recurrence": changed})
        return True

    def _take_part_or_not(self) -> bool:
        if not (pk := self._row()) or len(self._world.desks) < 2:
            return False
        self._world.crm.share(pk, self._desk().name)
        return True

    def _invite_or_not(self) -> bool:
        if (found := self._event()) is None or "foreign" in found[1].ties:
            return False
        desk, event = found
        event.ties = frozenset() if event.ties else frozenset({"guests"})
        desk.mailbox.bump(event)
        return True

    def _delete_row(self) -> bool:
        if not (pk := self._row()):
            return False
        self._let_go(self._world.crm.rows[pk].record)
        self._world.crm.delete(pk)
        return True

    def _delete_event(self) -> bool:
        if (found := self._event()) is None:
            return False
        desk, event = found
        self._let_go(event.record)
        desk.mailbox.remove(event)
        return True

    def _leave_or_return(self) -> bool:
        if not (pk := self._row()):
            return False
        causes = (None, Cause.COMPLETED, Cause.LEFT_FILTER, Cause.LOST_ACCESS)
        self._world.crm.leave(pk, self._rng.choice(causes))
        return True

    def _wait(self) -> bool:
        self._world.clock.sleep(DAY * self._rng.choice((1, 8, 40, 100)))
        return True


def play(seed: object) -> Result:
    """Play one sequence and hold everything against it."""
    world = World(seed)
    result = live(world, People(world), lambda: _broken(world), seed)
    for desk in world.desks:
        result.broken += _mail(desk)
    return result


def _mail(desk: CalendarDesk) -> Iterator[str]:
    if desk.mailbox.mails:
        yield f"I18: Exchange has sent mail: {desk.mailbox.mails[:2]}"


def _broken(world: World) -> Iterator[str]:
    for desk in world.desks:
        yield from _agreement(desk)
        yield from undone(desk)
    yield from _loss(world)


def _loss(world: World) -> Iterator[str]:
    """I3: every word is in the CRM, in Outlook, in the log, or a person has let it go."""
    said = repr([row.record for row in world.crm.rows.values()])
    for desk in world.desks:
        said += repr([event.record for event in desk.mailbox.events.values()])
        said += repr([entry.line for entry in desk.store.log])
    kept = set(TOKEN.findall(said)) | world.ghost.replaced
    yield from (f"I3: {word} is lost" for word in sorted(world.ghost.typed - kept))


def _agreement(world: CalendarDesk) -> Iterator[str]:
    """I1, I4, I12: each pair agrees, each event stands once, nothing private is known."""
    window = world.listed()
    by_key: Counter[LocalKey] = Counter(x.key for x in world.links() if x.key != NO_ROW)
    yield from (f"I4: {key} has {count} links" for key, count in by_key.items() if count > 1)
    for pk in world.crm.rows:
        key = LocalKey(MODEL, pk)
        item = world.crm.read([key], window)[key]
        if isinstance(item, Absence):
            continue
        if not by_key[key] and not item.is_outside:
            yield f"I1: row {pk} has no link"
    for link in world.links():
        if link.state is LinkState.ACTIVE and link.has_row:
            yield from _pair(world, link)
    known = repr(world.store.staged) + repr(world.store.links) + repr(world.store.log)
    if SECRET in known or SECRET in repr(world.crm.rows):
        yield "I18: something private is known"
    yield from doubles(world, world.mailbox.events)


def _pair(world: CalendarDesk, link: Any) -> Iterator[str]:
    key, window = link.key, world.listed()
    item, event = world.crm.read([key], window)[key], world.mailbox.events.get(link.remote_id)
    if isinstance(item, Absence):
        yield f"I1: link {link.id} is active, and its row is away"
        return
    assert isinstance(item, LocalItem)
    if item.is_outside and (event is None or not world.mailbox.takes_place(event, window)):
        return  # frozen
    if event is None:
        # Wherever it took place: its row takes place inside, and the next listing asks for it.
        yield f"I1: link {link.id} is active, and its event is gone"
        return
    mine, theirs = KIND.canonical(item.record, LOCALITY), world.mailbox.canonical(event)
    closed = closed_atoms(KIND, event.ties, theirs, world.policy)
    for atom, value in mine.items():
        leaves = atom in link.drift or atom in closed or atom in link.frozen
        lenient = world.policy.status is Status.ONE_WAY
        if value != theirs.get(atom) and not leaves and not lenient:
            yield f"I1: {atom} of {key.pk} is {value!r} here and {theirs.get(atom)!r} there"
        if atom in PERSONAL and atom in closed:
            yield f"I6: {atom} is closed"
