from __future__ import annotations

from typing import Any

from ...calendar import meetings
from ...calendar.records import MASTER, PERSONAL, Event
from ...calendar.views import Instance, exceptions, whole
from .. import query
from ..contacts import check_match
from ..errors import GraphError, invalid_property, invalid_query
from ..messages import Answer, Call
from ..opentypes import claim_names
from . import filters
from .changes import laid_over, laid_over_day, laid_over_event, merged_properties
from .listing import EXPANDED, page_of, shown
from .paths import context, find, hand, target
from .reading import EventChange, read_event
from .recurrences import check_times
from .shapes import applied, as_json, blank, calendar_json
from .transactions import already_made, remember


def list_events(call: Call) -> Answer:
    """Single events and masters of series, in the order in which they were made."""
    options = query.read(call, filters.EVENTS)
    _only_of_one(options)
    items = sorted(_matching(call, options), key=lambda item: item.event.serial)
    return page_of(call, items, options, context(call, "events"))


def count_events(call: Call) -> Answer:
    options = query.read(call, filters.EVENTS)
    items = _matching(call, options)
    wanted = options.filter
    return Answer(200, str(sum(wanted is None or wanted.test(item) for item in items)))


def get_event(call: Call) -> Answer:
    item = find(call)
    return one(call, 200, item, query.read(call, filters.MASTER))


def create_event(call: Call) -> Answer:
    calendar, body = target(call), call.request.json_body()
    change = read_event(body, call.state.switches, creating=True)
    event = already_made(call, body, change.values.get("transactionId"))
    if event is None:
        event = add(call, calendar.id, change)
        remember(call, body, event)
    answer = one(call, 201, whole(event))
    answer.headers["Location"] = f"{call.request.base}{call.root}/events/{answer.body['id']}"
    return answer


def add(call: Call, calendar: str, change: EventChange) -> Event:
    values = laid_over(blank(call.user), change.values)
    check_times(values)
    _claim(call, change)
    extended = {name: value for name, value in change.extended.items() if value is not None}
    event = call.mailbox.calendars.add(calendar, values, extended, call.caller.actor, change.open)
    meetings.created(hand(call), event)
    return event


def update_event(call: Call) -> Answer:
    item = find(call)
    check_match(call, item.event)
    change = read_event(call.request.json_body(), call.state.switches, creating=False)
    if change.open:
        raise invalid_property("Extensions of an item that exists have an address of their own.")
    _claim(call, change)
    values = _allowed(call, item, dict(change.values))
    store, actor = call.mailbox.calendars, call.caller.actor
    if item.day:
        own = laid_over_day(item, values, change.extended)
        event = store.change_day(item.event, item.day, own, actor)
    else:
        what = laid_over_event(store, call.state.switches, item.event, values)
        extended = merged_properties(item.event.extended, change.extended)
        event = store.change(item.event, actor, values, extended=extended, **what)
    after = store.find(item.id(immutable=True)) or whole(event)
    meetings.updated(hand(call), item, after, values)
    return one(call, 200, store.find(item.id(immutable=True)) or after)


def delete_event(call: Call) -> Answer:
    """A series goes with all its dates; one date of it is cancelled."""
    item = find(call)
    check_match(call, item.event)
    delete(call, item)
    return Answer(204)


def delete(call: Call, item: Instance, comment: str = "") -> None:
    store, actor = call.mailbox.calendars, call.caller.actor
    if item.event.deleted:  # whoever was invited has been told
        if call.state.switches.delete_in_bin == "refuse":
            raise GraphError(403, "ErrorCannotDeleteObject", "The object cannot be deleted.")
        store.purge(item.event, actor)
        return
    meetings.removed(hand(call), item, comment)
    if item.day:
        store.cancel_day(item.event, item.day, actor)
    else:
        store.discard(item.event, actor)


def purge_event(call: Call) -> Answer:
    item = find(call)
    if not item.event.deleted:
        delete(call, item)
    if not item.day:
        store = call.mailbox.calendars
        store.purge(store.events[item.event.key], call.caller.actor)
    return Answer(204)


def one(call: Call, status: int, item: Instance, options: query.Options | None = None) -> Answer:
    options = options or query.Options()
    body = {"@odata.context": f"{context(call, 'events')}/$entity", **shown(call, item, options)}
    selected = options.select or ()
    if item.kind == MASTER and "cancelledOccurrences" in selected:
        days = item.event.cancelled
        body["cancelledOccurrences"] = [f"OID.{body['id']}.{day}" for day in days]
    if "exceptionOccurrences" in options.expanded and item.kind == MASTER:
        if "exceptionOccurrences" not in selected:
            raise invalid_query("exceptionOccurrences must be selected to be expanded.")
        found = exceptions(item.event)[:EXPANDED]
        body["exceptionOccurrences"] = [as_json(call, changed) for changed in found]
    if "calendar" in options.expanded and call.state.switches.expand_calendar == "honour":
        body["calendar"] = _home(call, item)
    return Answer(status, body, {"ETag": item.event.etag, **applied(call)})


def _home(call: Call, item: Instance) -> dict[str, Any] | None:
    """The calendar that an event lies in; what lies in Deleted Items is in none."""
    held = call.mailbox.calendars.calendars.get(item.event.calendar)
    return calendar_json(held, call.user) if held and not item.event.deleted else None


def _only_of_one(options: query.Options) -> None:
    found = {"cancelledOccurrences", "exceptionOccurrences"} & set(options.select or ())
    if found:
        raise invalid_query(f"'{min(found)}' can only be selected on one series by its id.")


def _matching(call: Call, options: query.Options) -> list[Instance]:
    """The events of a calendar that a filter may let pass; one over a stamp looks them up."""
    store, calendar = call.mailbox.calendars, target(call)
    wanted = options.filter
    everywhere = call.state.switches.property_filter == "mailbox"
    if wanted is None or not (wanted.stamp or (everywhere and wanted.uses_property)):
        return [whole(event) for event in store.of(calendar.id)]
    if wanted.stamp is not None:
        events = [store.events[key] for key in store.with_property(*wanted.stamp)]
    else:
        events = store.everything()
    return [
        whole(event)
        for event in events
        if not event.deleted and (everywhere or event.calendar == calendar.id)
    ]


def _claim(call: Call, change: EventChange) -> None:
    claim_names(call, [*(n for n in change.extended if " Name " in n), *change.open])


def _allowed(call: Call, item: Instance, values: dict[str, Any]) -> dict[str, Any]:
    """What somebody invited may change of a meeting that is another's."""
    policy = call.state.switches.attendee_writes
    shared = set(values) - PERSONAL
    if item.values["isOrganizer"] or not shared or policy == "accept":
        return values
    if policy == "refuse":
        raise GraphError(
            403, "ErrorAccessDenied", f"Only the organizer can change '{min(shared)}'."
        )
    return {name: value for name, value in values.items() if name in PERSONAL}
