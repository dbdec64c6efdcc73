from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ...calendar.bodies import as_text, preview
from ...calendar.moments import local_of, moment_of, wall
from ...calendar.records import EXCEPTION, NEVER, OCCURRENCE, Calendar
from ...calendar.views import Instance, original_start, zone_of
from ...clock import iso
from .checks import zone_asked

if TYPE_CHECKING:
    from ...entra.accounts import User
    from ..messages import Call

PLAIN = (
    "categories",
    "transactionId",
    "originalStartTimeZone",
    "originalEndTimeZone",
    "iCalUId",
    "reminderMinutesBeforeStart",
    "isReminderOn",
    "hasAttachments",
    "subject",
    "bodyPreview",
    "importance",
    "sensitivity",
    "isAllDay",
    "isCancelled",
    "isOrganizer",
    "responseRequested",
    "seriesMasterId",
    "showAs",
    "type",
    "webLink",
    "onlineMeetingUrl",
    "isOnlineMeeting",
    "onlineMeetingProvider",
    "allowNewTimeProposals",
    "isDraft",
    "hideAttendees",
    "responseStatus",
    "body",
    "start",
    "end",
    "location",
    "locations",
    "recurrence",
    "attendees",
    "organizer",
    "onlineMeeting",
)
STAMPED = ("createdDateTime", "lastModifiedDateTime")
ORDER = ("id", *STAMPED, "changeKey", *PLAIN)
ALL = frozenset(ORDER) | {"originalStart", "cancelledOccurrences", "exceptionOccurrences"}
EMPTY_PLACE = {"displayName": "", "locationType": "default", "uniqueIdType": "unknown"}
EMPTY_PLACE_OF = {**EMPTY_PLACE, "address": {}, "coordinates": {}}
CALENDAR_NAMES = frozenset(
    {
        "id",
        "name",
        "color",
        "hexColor",
        "isDefaultCalendar",
        "changeKey",
        "canShare",
        "canViewPrivateItems",
        "canEdit",
        "allowedOnlineMeetingProviders",
        "defaultOnlineMeetingProvider",
        "isTallyingResponses",
        "isRemovable",
        "owner",
    }
)


def applied(call: Call) -> dict[str, str]:
    """What of the Prefer header only events heed."""
    words = [f'outlook.timezone="{call.prefer.time_zone}"'] if call.prefer.time_zone else []
    if call.prefer.text_bodies:
        words.append('outlook.body-content-type="text"')
    return {"Preference-Applied": ", ".join(words)} if words else {}


def as_json(
    call: Call,
    item: Instance,
    select: Iterable[str] | None = None,
    properties: Iterable[str] | None = None,
) -> dict[str, Any]:
    """One event, series or occurrence as Graph shows it to this caller."""
    wanted = frozenset(ORDER) if select is None else frozenset({"id", *select})
    if "location" in wanted:
        wanted |= {"locations"}  # as the pages of event-get and list-events show it
    everything = _everything(call, item)
    shown: dict[str, Any] = {"@odata.etag": item.event.etag}
    shown |= {name: everything[name] for name in ORDER if name in wanted}
    if item.kind in (OCCURRENCE, EXCEPTION) and (select is None or "originalStart" in wanted):
        shown["originalStart"] = iso(original_start(item))
    if "transactionId" in shown and shown["transactionId"] is None:
        del shown["transactionId"]  # it is there where an application has set one
    if properties is not None:
        found = [
            {"id": name, "value": item.extended[name]}
            for name in properties
            if name in item.extended
        ]
        if found:
            shown["singleValueExtendedProperties"] = found
    return shown


def skeleton(call: Call, item: Instance) -> dict[str, Any]:
    """All that delta says of an occurrence."""
    shown = as_json(call, item, ("seriesMasterId", "type", "start", "end"))
    shown.pop("originalStart", None)
    return shown


def _everything(call: Call, item: Instance) -> dict[str, Any]:
    values, event, immutable = item.values, item.event, call.prefer.immutable_ids
    name = item.id(immutable)
    content = values["body"]["content"]
    body = {"contentType": "text", "content": as_text(content)}
    start, end = times(call, item)
    return {
        **values,
        "id": name,
        "createdDateTime": event.created,
        "lastModifiedDateTime": event.modified,
        "changeKey": event.change_key,
        "iCalUId": item.uid,
        "hasAttachments": False,
        "body": body if call.prefer.text_bodies else dict(values["body"]),
        "bodyPreview": preview(content),
        "seriesMasterId": (event.key if immutable else event.rest_id) if item.day else None,
        "type": item.kind,
        "webLink": f"https://outlook.office365.com/owa/?itemid={quote(name, safe='')}"
        "&exvsurl=1&path=/calendar/item",
        "onlineMeetingUrl": None,
        "recurrence": _recurrence(item),
        "start": start,
        "end": end,
        "location": values["location"] or EMPTY_PLACE_OF,
        "organizer": {"emailAddress": dict(values["organizer"])},
        "originalStartTimeZone": values["originalStartTimeZone"] or values["start"]["timeZone"],
        "originalEndTimeZone": values["originalEndTimeZone"] or values["end"]["timeZone"],
    }


def _recurrence(item: Instance) -> dict[str, Any] | None:
    rule = item.values["recurrence"]
    if rule is None:
        return None
    span = {**rule["range"], "recurrenceTimeZone": zone_of(item.event)}
    return {"pattern": rule["pattern"], "range": span}


def times(call: Call, item: Instance) -> tuple[dict[str, str], dict[str, str]]:
    """Start and end in the zone that was asked for; a whole day stays one, or a switch says so."""
    name = zone_asked(call)
    if item.values["isAllDay"] and call.state.switches.all_day_answer == "midnight":
        start, end = local_of(item.values["start"]), local_of(item.values["end"])
        return moment_of(start, name), moment_of(end, name)
    return moment_of(wall(item.start, name), name), moment_of(wall(item.end, name), name)


def blank(owner: User) -> dict[str, Any]:
    """The values of an event about which nothing is said."""
    return {
        "subject": None,
        "body": {"contentType": "html", "content": ""},
        "start": None,
        "end": None,
        "isAllDay": False,
        "location": None,
        "locations": [],
        "attendees": [],
        "recurrence": None,
        "categories": [],
        "importance": "normal",
        "sensitivity": "normal",
        "showAs": "busy",
        "isReminderOn": True,
        "reminderMinutesBeforeStart": 15,
        "allowNewTimeProposals": True,
        "responseRequested": True,
        "hideAttendees": False,
        "isOnlineMeeting": False,
        "onlineMeetingProvider": "unknown",
        "onlineMeeting": None,
        "transactionId": None,
        "isCancelled": False,
        "isDraft": False,
        "isOrganizer": True,
        "organizer": {"name": owner.display_name, "address": owner.mail or owner.upn},
        "responseStatus": {"response": "organizer", "time": NEVER},
        "originalStartTimeZone": None,
        "originalEndTimeZone": None,
    }


def calendar_json(
    calendar: Calendar, owner: User, select: Iterable[str] | None = None
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": calendar.id,
        "name": calendar.name,
        "color": calendar.color,
        "hexColor": "",
        "isDefaultCalendar": calendar.is_default,
        "changeKey": calendar.change_key,
        "canShare": True,
        "canViewPrivateItems": True,
        "canEdit": True,
        "allowedOnlineMeetingProviders": ["teamsForBusiness"],
        "defaultOnlineMeetingProvider": "teamsForBusiness",
        "isTallyingResponses": True,
        "isRemovable": not calendar.is_default,
        "owner": {"name": owner.display_name, "address": owner.mail or owner.upn},
    }
    return shown if select is None else {k: v for k, v in shown.items() if k in {"id", *select}}
