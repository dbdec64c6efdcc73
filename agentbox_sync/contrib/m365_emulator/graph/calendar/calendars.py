from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...calendar.records import Calendar
from .. import query
from ..errors import GraphError, invalid_property, unreadable
from ..messages import Answer, Call
from ..opentypes import claim_names
from ..paging import page_of
from ..validation import read_properties
from .checks import one_of, text_of
from .filters import CALENDARS
from .paths import target
from .shapes import CALENDAR_NAMES, calendar_json

COLORS = (
    "auto",
    "lightBlue",
    "lightGreen",
    "lightOrange",
    "lightGray",
    "lightYellow",
    "lightTeal",
    "lightPink",
    "lightBrown",
    "lightRed",
    "maxColor",
)
WRITABLE = ("name", "color", "isDefaultCalendar")


def list_calendars(call: Call) -> Answer:
    options = query.read(call, CALENDARS)
    found = _matching(call, options)
    for _, descending in options.orderby:
        found.sort(key=lambda calendar: calendar.name.lower(), reverse=descending)
    context = call.context("/calendars")
    return page_of(call, found, options, context, lambda c: _shown(call, c, options))


def count_calendars(call: Call) -> Answer:
    return Answer(200, str(len(_matching(call, query.read(call, CALENDARS)))))


def get_calendar(call: Call) -> Answer:
    return _one(call, 200, target(call), query.read(call, CALENDARS))


def create_calendar(call: Call) -> Answer:
    values, extended = _read(call)
    if not values.get("name"):
        raise invalid_property("A calendar needs a name.")
    _check_name(call, values["name"])
    made = call.mailbox.calendars.add_calendar(
        values["name"], values.get("color") or "auto", extended
    )
    return _one(call, 201, made)


def update_calendar(call: Call) -> Answer:
    calendar = target(call)
    values, extended = _read(call)
    if values.get("isDefaultCalendar") not in (None, calendar.is_default):
        raise invalid_property("Which calendar is the default one cannot be changed here.")
    if values.get("name") and values["name"] != calendar.name:
        _check_name(call, values["name"])
    changed = replace(
        calendar,
        name=values.get("name") or calendar.name,
        color=values.get("color") or calendar.color,
        extended={**calendar.extended, **extended},
    )
    return _one(call, 200, call.mailbox.calendars.change_calendar(changed))


def delete_calendar(call: Call) -> Answer:
    """What lies in it goes to Deleted Items; the default calendar stays."""
    calendar = target(call)
    if calendar.is_default:
        raise GraphError(
            400, "ErrorDeleteDistinguishedFolder", "The default calendar cannot be deleted."
        )
    call.mailbox.calendars.remove_calendar(calendar, call.caller.actor)
    return Answer(204)


def _matching(call: Call, options: query.Options) -> list[Calendar]:
    found = call.mailbox.calendars.calendars.values()
    return [c for c in found if options.filter is None or options.filter.test(c)]


def _read(call: Call) -> tuple[dict[str, Any], dict[str, str]]:
    body = call.request.json_body()
    if not isinstance(body, dict):
        raise unreadable("The body of the request must be one JSON object.")
    values: dict[str, Any] = {}
    extended: dict[str, str] = {}
    for name, value in body.items():
        if "@odata." in name:
            continue
        if name == "singleValueExtendedProperties":
            read = read_properties(value)
            extended = {key: text for key, text in read.items() if text is not None}
            claim_names(call, [key for key in extended if " Name " in key])
        elif name == "name":
            values[name] = text_of(name, value).strip()
        elif name == "color":
            values[name] = one_of(name, value, COLORS)
        elif name == "isDefaultCalendar":
            values[name] = value
        elif name in CALENDAR_NAMES:
            raise invalid_property(f"The property '{name}' is read-only and cannot be set.")
        else:
            raise unreadable(
                f"The property '{name}' does not exist on type 'microsoft.graph.calendar'."
            )
    return values, extended


def _check_name(call: Call, name: str) -> None:
    taken = {calendar.name.lower() for calendar in call.mailbox.calendars.calendars.values()}
    if name.lower() in taken:
        raise GraphError(
            409, "ErrorFolderExists", f"A calendar with the name '{name}' exists already."
        )


def _shown(call: Call, calendar: Calendar, options: query.Options) -> dict[str, Any]:
    shown = calendar_json(calendar, call.user, options.select)
    held = [
        {"id": name, "value": calendar.extended[name]}
        for name in options.properties or ()
        if name in calendar.extended
    ]
    return {**shown, "singleValueExtendedProperties": held} if held else shown


def _one(
    call: Call, status: int, calendar: Calendar, options: query.Options | None = None
) -> Answer:
    context = call.context("/calendars/$entity")
    shown = _shown(call, calendar, options or query.Options())
    return Answer(status, {"@odata.context": context, **shown})
