from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..clock import Clock, iso
from ..identifiers import Identifiers
from ..journal import Journal
from ..records import EVERYTHING, Actor, Mark
from .records import Calendar, Change, Event, Values, new_uid, split_id
from .recurrence import dates
from .views import Instance, exceptions, in_window, on_day, whole


class Calendars:
    """The calendars and events of one mailbox. Callers hold the state's lock."""

    def __init__(self, ids: Identifiers, clock: Clock, tick: Callable[[], int]) -> None:
        self.ids = ids
        self.clock = clock
        self.tick = tick
        self.calendars: dict[str, Calendar] = {}
        self.events: dict[str, Event] = {}
        self.journals: dict[str, Journal] = {}
        self.marks: dict[str, Mark] = {}
        self.former: dict[str, str] = {}  # key -> folder-bound id before the event was deleted
        self.transactions: dict[str, tuple[str, str, float]] = {}  # id -> key, digest, when
        self.touched: dict[str, dict[str, int]] = {}  # key -> property -> when it last changed
        self.tell: Callable[[str, Event], None] | None = None
        self._shown: dict[str, tuple[Event, datetime, datetime, list[Instance]]] = {}
        self._by_rest_id: dict[str, str] = {}
        self._by_property: dict[tuple[str, str], set[str]] = {}
        self.add_calendar("Calendar", is_default=True)

    # calendars ----------------------------------------------------------------------------

    @property
    def default(self) -> Calendar:
        return next(c for c in self.calendars.values() if c.is_default)

    def add_calendar(
        self,
        name: str,
        color: str = "auto",
        extended: Mapping[str, str] | None = None,
        is_default: bool = False,
    ) -> Calendar:
        made = Calendar(
            self.ids.folder_id(),
            name,
            self.tick(),
            self.ids.change_key(),
            color,
            is_default,
            extended or {},
        )
        return self.keep_calendar(made)

    def keep_calendar(self, calendar: Calendar) -> Calendar:
        self.calendars[calendar.id] = calendar
        self.journals.setdefault(calendar.id, Journal())
        return calendar

    def change_calendar(self, calendar: Calendar) -> Calendar:
        return self.keep_calendar(replace(calendar, change_key=self.ids.change_key()))

    def remove_calendar(self, calendar: Calendar, actor: Actor) -> None:
        for event in self.of(calendar.id):
            self.discard(event, actor)
        del self.calendars[calendar.id]

    # events -------------------------------------------------------------------------------

    def find(self, identifier: str) -> Instance | None:
        """An event, a series or one date of it, by either form of id; what is deleted too."""
        name, day = split_id(identifier)
        event = self.events.get(self._by_rest_id.get(name, name))
        if event is None:
            return None
        return on_day(event, day) if day else whole(event)

    def of(self, calendar: str) -> list[Event]:
        return [e for e in self.events.values() if e.calendar == calendar and not e.deleted]

    def everything(self) -> list[Event]:
        return [e for e in self.events.values() if not e.deleted]

    def with_uid(self, uid: str) -> Event | None:
        return next((e for e in self.everything() if e.uid == uid), None)

    def with_property(self, name: str, value: str) -> set[str]:
        return self._by_property.get((name, value.lower()), set())

    def between(self, calendar: str, start: datetime, end: datetime) -> list[Instance]:
        """What a calendar shows in a window, by time."""
        found = [item for event in self.of(calendar) for item in self.shown(event, start, end)]
        return sorted(found, key=lambda item: (item.start, item.event.serial))

    def shown(self, event: Event, start: datetime, end: datetime) -> list[Instance]:
        """What a window shows of an event; a round asks for the same on each of its pages."""
        held = self._shown.get(event.key)
        if held is None or held[0] is not event or held[1:3] != (start, end):
            held = (event, start, end, in_window(event, start, end))
            self._shown[event.key] = held
        return held[3]

    def add(
        self,
        calendar: str,
        values: Values,
        extended: Mapping[str, str],
        actor: Actor,
        extensions: Mapping[str, Mapping[str, Any]] | None = None,
        uid: str = "",
    ) -> Event:
        now, key = iso(self.clock.now()), self.ids.immutable_id()
        event = Event(
            key,
            self.ids.rest_id(),
            self.tick(),
            calendar,
            uid or new_uid(key),
            values,
            extended,
            self.ids.change_key(),
            now,
            now,
            open=extensions or {},
        )
        self.keep(event)
        self._announce(event, actor, "added", "created")
        return event

    def change(self, event: Event, actor: Actor, fields: Iterable[str] = (), **what: Any) -> Event:
        """Replace parts of an event: `values`, `extended`, `changes`, `cancelled`, `open`."""
        event = self._stamped(replace(event, **what))
        self.keep(event)
        self._announce(event, actor, "changed", "updated", fields)
        return event

    def touch(self, event: Event) -> Event:
        """Another key and no other change, as Exchange does now and then by itself."""
        return self.change(event, Actor("Exchange"))

    def change_day(self, event: Event, day: str, own: Change, actor: Actor) -> Event:
        """Give one date of a series something of its own."""
        return self.change(event, actor, own.values, changes={**event.changes, day: own})

    def cancel_day(self, event: Event, day: str, actor: Actor) -> Event:
        left = {at: own for at, own in event.changes.items() if at != day}
        cancelled = tuple(sorted({*event.cancelled, day}))
        return self.change(event, actor, ("cancelled",), changes=left, cancelled=cancelled)

    def extend(
        self, event: Event, extensions: Mapping[str, Mapping[str, Any]], *, new_key: bool
    ) -> Event:
        """Set the open extensions of an event, which delta does not track."""
        changed = replace(event, open=extensions)
        self.keep(self._stamped(changed) if new_key else changed)
        return changed

    def discard(self, event: Event, actor: Actor) -> Event:
        """A soft delete: into Deleted Items, where another folder-bound id awaits it."""
        self.former[event.key] = event.rest_id
        gone = self._stamped(replace(event, deleted=True, rest_id=self.ids.rest_id()))
        self.keep(gone)
        self._announce(gone, actor, "removed", "deleted")
        return gone

    def restore(self, event: Event, actor: Actor) -> Event:
        home = event.calendar if event.calendar in self.calendars else self.default.id
        back = self._stamped(
            replace(event, deleted=False, calendar=home, rest_id=self.ids.rest_id())
        )
        self.keep(back)
        self._announce(back, actor, "restored", "created")
        return back

    def move(self, event: Event, calendar: str, actor: Actor) -> Event:
        self.former[event.key] = event.rest_id
        moved = self._stamped(replace(event, calendar=calendar, rest_id=self.ids.rest_id()))
        self.keep(moved)
        self.journals[event.calendar].note(self.tick(), event.key)
        self._announce(moved, actor, "moved", "updated")
        return moved

    def purge(self, event: Event, actor: Actor) -> None:
        self._forget(event)
        self.former.setdefault(event.key, event.rest_id)
        del self.events[event.key]
        self.touched.pop(event.key, None)
        self._announce(event, actor, "removed", "deleted")

    def keep(self, event: Event) -> None:
        """Put an event in place with its indexes; announces nothing to delta."""
        if event.key in self.events:
            self._forget(self.events[event.key])
        self.events[event.key] = event
        self._by_rest_id[event.rest_id] = event.key
        for name, value in _properties(event):
            self._by_property.setdefault((name, value.lower()), set()).add(event.key)

    def former_rest_id(self, key: str) -> str:
        return self.former.get(key, key)

    def kept_days(self, event: Event, values: Values) -> dict[str, Any]:
        """What of exceptions and cancellations still lies on a date of a new schedule."""
        rule = values["recurrence"]
        days = {*event.changes, *event.cancelled}
        held = {day for day in days if rule and _names(rule, day)}
        return {
            "changes": {day: own for day, own in event.changes.items() if day in held},
            "cancelled": tuple(day for day in event.cancelled if day in held),
        }

    # ------------------------------------------------------------------------------ inside

    def _stamped(self, event: Event) -> Event:
        return replace(event, change_key=self.ids.change_key(), modified=iso(self.clock.now()))

    def _announce(
        self, event: Event, actor: Actor, verb: str, told: str, fields: Iterable[str] = ()
    ) -> None:
        now = self.tick()
        if event.calendar in self.journals:
            self.journals[event.calendar].note(now, event.key)
        names = fields if verb == "changed" else (EVERYTHING,)
        self.touched.setdefault(event.key, {}).update(dict.fromkeys(names, now))
        if actor.is_app:
            label = str(event.values["subject"] or "Without a title")
            at = self.clock.now()
            self.marks[event.key] = Mark(actor.name, frozenset(fields), at, verb, label)
        else:
            self.marks.pop(event.key, None)
        if self.tell is not None:
            self.tell(told, event)

    def _forget(self, event: Event) -> None:
        self._by_rest_id.pop(event.rest_id, None)
        self._shown.pop(event.key, None)
        for name, value in _properties(event):
            keys = self._by_property.get((name, value.lower()), set())
            keys.discard(event.key)
            if not keys:
                self._by_property.pop((name, value.lower()), None)


def _properties(event: Event) -> Iterator[tuple[str, str]]:
    yield from event.extended.items()
    for item in exceptions(event):
        yield from event.changes[item.day].extended.items()


def _names(rule: Mapping[str, Any], day: str) -> bool:
    at = datetime.fromisoformat(day).date()
    return next(dates(rule, at, at), None) is not None
