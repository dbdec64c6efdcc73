from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from .calendar import meetings
from .calendar.meetings import EXCHANGE, Hand
from .calendar.records import Calendar, Event
from .calendar.views import Instance, exceptions, whole
from .graph.calendar.changes import (
    laid_over,
    laid_over_day,
    laid_over_event,
    merged_properties,
)
from .graph.calendar.reading import read_event, read_person
from .graph.calendar.recurrences import check_times
from .graph.calendar.shapes import blank
from .graph.errors import GraphError, item_not_found
from .mailbox import Mailbox
from .records import Actor

if TYPE_CHECKING:
    from .calendar.store import Calendars
    from .entra.accounts import User
    from .state import State

SEED = Actor("seed")
VERBS = frozenset(
    {
        "add_event",
        "edit_event",
        "delete_event",
        "restore_event",
        "purge_event",
        "copy_event",
        "move_event",
        "touch_event",
        "answer_event",
        "meeting",
        "add_calendar",
        "rename_calendar",
        "delete_calendar",
    }
)


def mail(state: State, request: Request, body: Any) -> Any:
    """Every mail that Exchange would have sent; `?after=` leaves out those up to a number.

    {"expected": true} before an application writes to people on purpose.
    """
    if request.method == "DELETE":
        state.mail.clear()
    if request.method == "POST":
        state.mail.is_expected = bool(body["expected"])
    after = int(request.query_params.get("after", "0"))
    found = [sent.as_dict() for sent in state.mail.after(after)]
    return {"total": state.mail.total, "mail": found}


def calendars_of(box: Mailbox) -> dict[str, Any]:
    """The calendars and events of a mailbox, for the asserts of a test; ids are immutable ids."""
    store = box.calendars
    events = store.events.values()
    return {
        "calendars": [
            {"id": c.id, "name": c.name, "default": c.is_default, "extended": dict(c.extended)}
            for c in store.calendars.values()
        ],
        "events": [event_row(store, e) for e in events if not e.deleted],
        "deleted_events": [event_row(store, e) for e in events if e.deleted],
    }


def event_row(store: Calendars, event: Event) -> dict[str, Any]:
    """An event as it is kept: the times as they were sent, nothing converted."""
    item = whole(event)
    home = store.calendars.get(event.calendar)
    return {
        "id": event.key,
        "type": item.kind,
        "calendar": home.name if home else "",
        "iCalUId": event.uid,
        "changeKey": event.change_key,
        **event.values,
        "exceptions": {e.day: _exception(e) for e in exceptions(event)},
        "cancelled": list(event.cancelled),
        "extended": dict(event.extended),
        "open": dict(event.open),
        "serial": event.serial,
    }


def _exception(item: Instance) -> dict[str, Any]:
    own = item.event.changes[item.day]
    return {
        "id": item.id(immutable=True),
        "changed": sorted(own.values),
        **item.values,
        "extended": dict(own.extended),
    }


def change_calendar(state: State, user: User, body: dict[str, Any]) -> dict[str, Any]:
    """Do what a person would do in Outlook; raises GraphError for what Exchange refuses.

    One of: {"add_event": {…}, "calendar"?}, {"edit_event": id, "values": {…}, "zone"?} (a date of
    a series by its own id; `zone` is the label of a zone that Exchange has no name for),
    {"delete_event": id}, {"restore_event": id}, {"purge_event": id}, {"copy_event": id},
    {"move_event": id, "calendar": id or name}, {"touch_event": id}, {"answer_event": id,
    "with": accept | tentativelyAccept | decline}, {"meeting": {…}, "organizer": {"name"?,
    "address"}} from outside, {"add_calendar": name}, {"rename_calendar": id or name, "to": name},
    {"delete_calendar": id or name}.
    """
    store, person = state.mailbox(user).calendars, Actor(user.display_name)
    hand = Hand(state, user, person)
    if "add_event" in body:
        made = make(hand, body["add_event"], str(body.get("calendar", "")))
        return event_row(store, made)
    if "meeting" in body:
        return event_row(store, _invited(hand, body))
    if "add_calendar" in body:
        added = store.add_calendar(str(body["add_calendar"]))
        return {"id": added.id, "name": added.name}
    if "rename_calendar" in body or "delete_calendar" in body:
        return _arranged(hand, body)
    verb = next(verb for verb in VERBS if verb in body)
    item = store.find(str(body[verb]))
    if item is None:
        raise item_not_found()
    return _done(hand, verb, item, body)


def find_calendar(store: Calendars, name: str) -> Calendar:
    for calendar in store.calendars.values():
        if name in (calendar.id, calendar.name):
            return calendar
    raise GraphError(404, "ErrorFolderNotFound", f"There is no calendar called {name!r}.")


def make(hand: Hand, sent: Any, calendar: str = "") -> Event:
    """A new event of the person's own; those invited are told. Raises GraphError."""
    store = hand.calendars
    place = find_calendar(store, calendar) if calendar else store.default
    event = sow(hand.state, hand.owner, place, sent, hand.actor)
    meetings.created(hand, event)
    return event


def _invited(hand: Hand, body: dict[str, Any]) -> Event:
    """An invitation from outside the organization, as it lies in the calendar."""
    change = read_event(body["meeting"], hand.state.switches, creating=True)
    values = laid_over(blank(hand.owner), change.values)
    check_times(values)
    values = meetings.copy_of({**values, "organizer": read_person(body.get("organizer"))})
    store = hand.calendars
    return store.add(store.default.id, values, {}, EXCHANGE)


def sow(state: State, user: User, calendar: Calendar, body: Any, actor: Actor = SEED) -> Event:
    """An event of which nobody is told, as if it had been there. Raises GraphError."""
    change = read_event(body, state.switches, creating=True)
    values = laid_over(blank(user), change.values)
    check_times(values)
    extended = {name: value for name, value in change.extended.items() if value is not None}
    store = state.mailbox(user).calendars
    return store.add(calendar.id, values, extended, actor, change.open)


def _arranged(hand: Hand, body: dict[str, Any]) -> dict[str, Any]:
    store = hand.calendars
    if "rename_calendar" in body:
        found = find_calendar(store, str(body["rename_calendar"]))
        store.change_calendar(replace(found, name=str(body["to"])))
        return {"id": found.id}
    store.remove_calendar(find_calendar(store, str(body["delete_calendar"])), hand.actor)
    return {"deleted": True}


def _done(hand: Hand, verb: str, item: Instance, body: dict[str, Any]) -> dict[str, Any]:
    store, event = hand.calendars, item.event
    if verb == "edit_event":
        event = edit(hand, item, body.get("values", {}), body.get("zone"))
    elif verb == "delete_event":
        event = delete(hand, item)
    elif verb == "restore_event":
        event = store.restore(event, hand.actor)
    elif verb == "copy_event":
        kept = hand.state.switches.copy_keeps_stamp
        values = {**event.values, "transactionId": None}
        extended = event.extended if kept else {}
        event = store.add(event.calendar, values, extended, hand.actor, event.open if kept else {})
    elif verb == "move_event":
        event = store.move(event, find_calendar(store, str(body["calendar"])).id, hand.actor)
    elif verb == "touch_event":
        event = store.touch(event)
    elif verb == "answer_event":
        meetings.answered(hand, item, str(body["with"]), "", send=True)
        event = store.events[event.key]
    else:
        store.purge(event, hand.actor)
        return {"purged": True}
    return event_row(store, event)


def edit(hand: Hand, item: Instance, sent: Any, label: str | None = None) -> Event:
    """Change an event, a series or one date of it as its owner, and tell those invited."""
    store, event = hand.calendars, item.event
    change = read_event(sent, hand.state.switches, creating=False)
    values: dict[str, Any] = dict(change.values)
    if item.day:
        own = laid_over_day(item, values, change.extended)
        event = store.change_day(event, item.day, own, hand.actor)
    else:
        what = laid_over_event(store, hand.state.switches, event, values)
        if label:
            what["values"] |= {"originalStartTimeZone": label, "originalEndTimeZone": label}
        extended = merged_properties(event.extended, change.extended)
        event = store.change(event, hand.actor, values, extended=extended, **what)
    after = store.find(item.id(immutable=True))
    meetings.updated(hand, item, after or whole(event), values)
    return store.events[event.key]


def delete(hand: Hand, item: Instance) -> Event:
    """A whole event goes to Deleted Items; one date of a series is cancelled."""
    meetings.removed(hand, item)
    if item.day:
        return hand.calendars.cancel_day(item.event, item.day, hand.actor)
    return hand.calendars.discard(item.event, hand.actor)
