"""What a change makes of an event, or of one date of a series; raises GraphError 400."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ...calendar.moments import instant, local_of, wall
from ...calendar.online import with_meeting
from ...calendar.records import Change, Event, Values
from ...calendar.store import Calendars
from ...calendar.views import Instance, neighbours, zone_of
from ...switches import Switches
from ..errors import GraphError, invalid_property
from .recurrences import check_times

RELABELLED = {"start": "originalStartTimeZone", "end": "originalEndTimeZone"}


def laid_over(before: Values, change: Values) -> dict[str, Any]:
    """Old values with the change laid over; attendees keep the answers they gave."""
    new = {**before, **change}
    for moment, label in RELABELLED.items():
        if moment in change:
            new[label] = None
    if "attendees" in change:
        given = {_address(entry): entry["status"] for entry in before["attendees"]}
        new["attendees"] = [
            {**entry, "status": given.get(_address(entry), entry["status"])}
            for entry in change["attendees"]
        ]
    return with_meeting(before, new)


def laid_over_event(
    store: Calendars, switches: Switches, event: Event, values: dict[str, Any]
) -> dict[str, Any]:
    """What a change makes of a single event or of a whole series, exceptions included."""
    if "recurrence" in values and values["recurrence"] is None and event.is_series:
        if switches.null_recurrence == "refuse":
            raise invalid_property("The recurrence of a series cannot be removed.")
        if switches.null_recurrence == "ignore":
            del values["recurrence"]
    new = laid_over(event.values, values)
    check_times(new)
    if not event.is_series:
        return {"values": new}
    if _is_rescheduled(event.values, new) and switches.rescheduled_days == "lost":
        return {"values": new, "changes": {}, "cancelled": ()}
    return {"values": new, **store.kept_days(event, new)}


def laid_over_day(item: Instance, change: Values, extended: Mapping[str, str | None]) -> Change:
    """One date of a series with a change of its own: what makes it an exception."""
    if change.get("recurrence") is not None:
        raise GraphError(
            400, "ErrorInvalidRequest", "An occurrence of a series cannot recur by itself."
        )
    new = laid_over(item.values, {**change, "recurrence": None})
    check_times(new)
    if "start" in change or "end" in change:
        _check_crossing(item, new)
    held = item.event.changes.get(item.day, Change({}))
    own = {name: value for name, value in new.items() if value != item.values.get(name)}
    properties = merged_properties({**item.event.extended, **held.extended}, extended)
    stamped = {k: v for k, v in properties.items() if item.event.extended.get(k) != v}
    return Change({**held.values, **own}, stamped)


def merged_properties(
    before: Mapping[str, str], change: Mapping[str, str | None]
) -> dict[str, str]:
    both = {**before, **change}
    return {name: value for name, value in both.items() if value is not None}


def _is_rescheduled(before: Values, after: Values) -> bool:
    """Whether the dates or hours of a series are others; a new end of its range is no new one."""
    old, new = before["recurrence"], after["recurrence"]
    if new is None or before["start"] != after["start"] or before["end"] != after["end"]:
        return True
    begins = old["range"]["startDate"] != new["range"]["startDate"]
    return bool(old["pattern"] != new["pattern"] or begins)


def _check_crossing(item: Instance, new: Values) -> None:
    """A date cannot be moved to or past the day of the one before or the one after it."""
    name = zone_of(item.event)
    day = _wall_day(new["start"], name)
    for other in neighbours(item.event, item.day):
        there = wall(other.start, name).date()
        crossed = there <= day if other.day > item.day else there >= day
        if crossed:
            raise GraphError(
                400,
                "ErrorOccurrenceCrossingBoundary",
                "Modified occurrence is crossing or overlapping adjacent occurrence.",
            )


def _wall_day(moment: Mapping[str, str], name: str) -> date:
    if moment["timeZone"] == name:
        return local_of(moment).date()
    return wall(instant(moment), name).date()


def _address(entry: Mapping[str, Any]) -> str:
    return str(entry["emailAddress"]["address"]).lower()
