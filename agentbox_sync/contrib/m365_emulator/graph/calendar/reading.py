"""Holds the body of a POST or PATCH against the event type; raises GraphError 400."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...calendar.bodies import kept
from ...calendar.moments import moment_of, read_local
from ...switches import Switches
from ..errors import GraphError, invalid_property, not_covered, unreadable
from ..opentypes import read_extension
from ..validation import read_properties
from .checks import check_zone, null, one_of, only, read_boolean, text_of, wrong_kind
from .places import read_place, read_places
from .recurrences import read_recurrence

LONGEST_SUBJECT = 255
MOST_ATTENDEES = 500
YEARS = range(1601, 4501)  # what a time of Windows can hold
ENUMS = {
    "importance": ("low", "normal", "high"),
    "sensitivity": ("normal", "personal", "private", "confidential"),
    "showAs": ("free", "tentative", "busy", "oof", "workingElsewhere", "unknown"),
    "onlineMeetingProvider": (
        "unknown",
        "skypeForBusiness",
        "skypeForConsumer",
        "teamsForBusiness",
    ),
}
ATTENDEE_TYPES = ("required", "optional", "resource")
BOOLEANS = frozenset(
    {
        "isAllDay",
        "isReminderOn",
        "allowNewTimeProposals",
        "responseRequested",
        "hideAttendees",
        "isOnlineMeeting",
    }
)
READ_ONLY = frozenset(
    {
        "id",
        "changeKey",
        "createdDateTime",
        "lastModifiedDateTime",
        "iCalUId",
        "type",
        "seriesMasterId",
        "organizer",
        "isOrganizer",
        "webLink",
        "responseStatus",
        "onlineMeeting",
        "onlineMeetingUrl",
        "isCancelled",
        "isDraft",
        "bodyPreview",
        "hasAttachments",
        "originalStart",
        "originalStartTimeZone",
        "originalEndTimeZone",
        "cancelledOccurrences",
        "exceptionOccurrences",
    }
)


@dataclass(frozen=True)
class EventChange:
    """A body that was accepted: values, and extended properties (None removes one)."""

    values: Mapping[str, Any]
    extended: Mapping[str, str | None]
    open: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def read_event(body: Any, switches: Switches, *, creating: bool) -> EventChange:
    if not isinstance(body, dict):
        raise unreadable("The body of the request must be one JSON object.")
    sent = {name: value for name, value in body.items() if "@odata." not in name}
    extended = read_properties(sent.pop("singleValueExtendedProperties", []))
    listed = sent.pop("extensions", [])
    if not isinstance(listed, list):
        raise wrong_kind("extensions", "a collection")
    if not creating and "transactionId" in sent:
        raise invalid_property("The transactionId of an event cannot be changed once it is set.")
    values = {
        name: _value(name, value, switches)
        for name, value in sent.items()
        if not _is_passed_over(name, switches, creating)
    }
    extensions = dict(read_extension(entry) for entry in listed)
    return EventChange(_placed(values), extended, extensions)


def _is_passed_over(name: str, switches: Switches, creating: bool) -> bool:
    """Whether a property is ignored; raises GraphError 400 where it is refused."""
    if name not in READ_ONLY:
        return False
    if name == "isDraft" and creating and switches.draft_on_create != "refuse":
        return switches.draft_on_create == "ignore"
    if switches.read_only_sent == "refuse":
        raise invalid_property(f"The property '{name}' is read-only and cannot be set.")
    return True


def _placed(values: dict[str, Any]) -> dict[str, Any]:
    """The values with location and locations in step: the one is the other in words."""
    if "locations" in values:
        places = values["locations"]
        names = "; ".join(place["displayName"] for place in places)
        single = places[0] if len(places) == 1 else None
        return {**values, "location": single or read_place("location", {"displayName": names})}
    if "location" in values:
        return {**values, "locations": [values["location"]] if values["location"] else []}
    return values


def _value(name: str, value: Any, switches: Switches) -> Any:
    if name in READERS:
        return READERS[name](name, value, switches)
    if name in BOOLEANS or name == "isDraft":
        return read_boolean(name, value)
    if name in ENUMS:
        return one_of(name, value, ENUMS[name])
    if name in ("attachments", "multiValueExtendedProperties", "calendar", "instances"):
        raise not_covered(f"{name} in the body of an event")
    raise unreadable(
        f"The property '{name}' does not exist on type 'microsoft.graph.event'. Make sure to only "
        "use property names that are defined by the type."
    )


def read_moment(name: str, value: Any, switches: Switches) -> dict[str, str]:
    """A time with its zone; it is kept as it was sent, with seven decimals."""
    if not isinstance(value, dict):
        raise null(name) if value is None else wrong_kind(name, "an object")
    only(value, ("dateTime", "timeZone"), "dateTimeTimeZone")
    text, zone = value.get("dateTime"), value.get("timeZone")
    if not isinstance(text, str):
        raise null(f"{name}/dateTime")
    if not isinstance(zone, str) or not zone:
        raise null(f"{name}/timeZone")
    check_zone(zone, switches)
    try:
        local = read_local(text)
    except ValueError:
        raise unreadable(
            f"Cannot convert the literal '{text}' of '{name}' to a time: it must look like "
            "2017-08-29T04:00:00, without an offset."
        ) from None
    if local.year not in YEARS:
        raise invalid_property(f"The year of '{name}' is none that Exchange knows.")
    if text.endswith("Z") and zone.upper() != "UTC":
        raise invalid_property(f"The dateTime of '{name}' says UTC, its timeZone '{zone}'.")
    return moment_of(local, zone)


def _subject(name: str, value: Any, switches: Switches) -> str | None:
    if value is None:
        return None
    text = text_of(name, value)
    if len(text) > LONGEST_SUBJECT and switches.long_subject == "refuse":
        raise invalid_property(f"A subject has at most {LONGEST_SUBJECT} characters.")
    return text[:LONGEST_SUBJECT] if switches.long_subject == "truncate" else text


def _body(name: str, value: Any, switches: Switches) -> dict[str, str]:
    if value is None:
        return kept("", "html")
    if not isinstance(value, dict):
        raise wrong_kind(name, "an object")
    only(value, ("contentType", "content"), "itemBody")
    kind = one_of("contentType", value.get("contentType") or "text", ("text", "html"))
    return kept(text_of("content", value.get("content") or ""), kind)


def _attendees(name: str, value: Any, switches: Switches) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise null(name) if value is None else wrong_kind(name, "a collection")
    if len(value) > MOST_ATTENDEES:
        raise invalid_property(f"A meeting has at most {MOST_ATTENDEES} attendees.")
    found = []
    for entry in value:
        if not isinstance(entry, dict):
            raise wrong_kind(name, "an object")
        only(entry, ("emailAddress", "type", "status", "proposedNewTime"), "attendee")
        person = read_person(entry.get("emailAddress"))
        kind = one_of("type", entry.get("type") or "required", ATTENDEE_TYPES)
        status = {"response": "none", "time": "0001-01-01T00:00:00Z"}
        found.append({"type": kind, "status": status, "emailAddress": person})
    return found


def read_person(value: Any) -> dict[str, str | None]:
    if not isinstance(value, dict) or not value.get("address"):
        raise invalid_property("Somebody to be invited needs an emailAddress with an address.")
    only(value, ("name", "address"), "emailAddress")
    address = text_of("address", value["address"])
    if "@" not in address:
        raise GraphError(400, "ErrorInvalidRecipients", f"'{address}' is no address.")
    return {"name": text_of("name", value.get("name") or address), "address": address}


def _minutes(name: str, value: Any, switches: Switches) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise null(name) if value is None else wrong_kind(name, "a number")
    if value < 0:
        raise invalid_property(f"'{name}' cannot be negative.")
    return value


def _categories(name: str, value: Any, switches: Switches) -> list[str]:
    if not isinstance(value, list):
        raise null(name) if value is None else wrong_kind(name, "a collection")
    return [text_of(name, entry) for entry in value]


def _transaction(name: str, value: Any, switches: Switches) -> str | None:
    return None if value is None else text_of(name, value)


def _astext_of(value: Any) -> Any:
    """A boolean property is sent as a boolean by some: Graph is known to take it."""
    if not isinstance(value, list):
        return value
    return [
        {**entry, "value": str(entry["value"]).lower()}
        if isinstance(entry, dict) and isinstance(entry.get("value"), bool)
        else entry
        for entry in value
    ]


READERS: dict[str, Callable[[str, Any, Switches], Any]] = {
    "subject": _subject,
    "body": _body,
    "start": read_moment,
    "end": read_moment,
    "location": lambda name, value, _: read_place(name, value),
    "locations": lambda name, value, _: read_places(name, value),
    "attendees": _attendees,
    "categories": _categories,
    "reminderMinutesBeforeStart": _minutes,
    "transactionId": _transaction,
    "recurrence": read_recurrence,
}
