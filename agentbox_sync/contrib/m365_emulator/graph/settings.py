from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ..zones import is_zone
from . import query
from .errors import GraphError, invalid_property, item_not_found, not_covered, unreadable
from .messages import Answer, Call

LANGUAGES = {
    "de-DE": "German (Germany)",
    "en-AU": "English (Australia)",
    "en-GB": "English (United Kingdom)",
    "en-NZ": "English (New Zealand)",
    "en-US": "English (United States)",
    "fr-FR": "French (France)",
}
DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
STATUSES = ("disabled", "alwaysEnabled", "scheduled")
AUDIENCES = ("none", "contactsOnly", "all")
DELEGATES = (
    "sendToDelegateAndInformationToPrincipal",
    "sendToDelegateAndPrincipal",
    "sendToDelegateOnly",
)
TIME = re.compile(r"^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,7})?$")
LOCAL = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?$")
READ_ONLY = ("archiveFolder", "userPurpose")


def get_mailbox_settings(call: Call) -> Answer:
    settings = current(call)
    options = query.read(call, frozenset(settings))
    if options.select is not None:
        settings = {name: settings[name] for name in settings if name in options.select}
    return Answer(200, {"@odata.context": _context(call), **settings})


def get_setting(call: Call) -> Answer:
    """One of them by its own address: an object as it is, a plain value in `value`."""
    names = {name.lower(): name for name in current(call)}
    name = names.get(call.args["setting"].lower())
    if name is None:
        raise GraphError(
            400, "BadRequest", f"Resource not found for the segment '{call.args['setting']}'."
        )
    value = current(call)[name]
    if value is None:
        raise item_not_found()
    shown = value if isinstance(value, dict) else {"value": value}
    return Answer(200, {"@odata.context": f"{_context(call)}/{name}", **shown})


def update_mailbox_settings(call: Call) -> Answer:
    """Answers with what was changed, as the documentation shows it."""
    body = call.request.json_body()
    if not isinstance(body, dict):
        raise unreadable("The body of the request must be one JSON object.")
    before, changed = current(call), {}
    for name, value in body.items():
        if "@odata." in name:
            continue
        if name in READ_ONLY:
            raise invalid_property(f"The property '{name}' is read-only and cannot be set.")
        if name not in READERS:
            raise unreadable(
                f"The property '{name}' does not exist on type 'microsoft.graph.mailboxSettings'."
            )
        changed[name] = READERS[name](name, value, before[name])
    call.mailbox.belongings.settings |= changed
    return Answer(200, {"@odata.context": _context(call), **changed})


def current(call: Call) -> dict[str, Any]:
    now = call.state.clock.now().replace(minute=0, second=0, microsecond=0)
    zone = call.user.time_zone
    defaults = {
        "archiveFolder": None,
        "timeZone": zone,
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "dateFormat": "d/MM/yyyy",
        "timeFormat": "h:mm tt",
        "userPurpose": "user",
        "automaticRepliesSetting": {
            "status": "disabled",
            "externalAudience": "all",
            "internalReplyMessage": "",
            "externalReplyMessage": "",
            "scheduledStartDateTime": _at(now),
            "scheduledEndDateTime": _at(now + timedelta(days=1)),
        },
        "language": _language(call.user.language),
        "workingHours": {
            "daysOfWeek": list(DAYS[1:6]),
            "startTime": "08:00:00.0000000",
            "endTime": "17:00:00.0000000",
            "timeZone": {"name": zone},
        },
    }
    return defaults | call.mailbox.belongings.settings


def _at(moment: Any) -> dict[str, str]:
    return {"dateTime": moment.strftime("%Y-%m-%dT%H:%M:%S.0000000"), "timeZone": "UTC"}


def _language(locale: str) -> dict[str, str]:
    return {"locale": locale, "displayName": LANGUAGES.get(locale, locale)}


def _context(call: Call) -> str:
    return call.context("/mailboxSettings")


# Readers: name, value sent, value before -> the new value; they raise GraphError 400.


def _text(name: str, value: Any, before: Any) -> str:
    if not isinstance(value, str) or not value:
        raise unreadable(f"The property '{name}' must be a string.")
    return value


def _zone(name: str, value: Any, before: Any) -> str:
    if not is_zone(_text(name, value, before)):
        raise invalid_property(f"The time zone '{value}' is not supported.")
    return str(value)


def _one_of(*names: str) -> Callable[[str, Any, Any], str]:
    canonical = {name.lower(): name for name in names}

    def read(name: str, value: Any, before: Any) -> str:
        found = canonical.get(str(value).lower())
        if found is None:
            raise unreadable(f"'{value}' is not one of the values of '{name}'.")
        return found

    return read


def _matching(pattern: re.Pattern[str]) -> Callable[[str, Any, Any], str]:
    def read(name: str, value: Any, before: Any) -> str:
        if not isinstance(value, str) or not pattern.match(value):
            raise unreadable(f"Cannot convert the literal '{value}' of '{name}'.")
        return value

    return read


def _any_text(name: str, value: Any, before: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise unreadable(f"The property '{name}' must be a string.")
    return value or ""


def _object(
    readers: dict[str, Callable[[str, Any, Any], Any]],
) -> Callable[[str, Any, Any], dict[str, Any]]:
    """A complex value: what is sent is laid over what was there."""

    def read(name: str, value: Any, before: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise unreadable(f"The property '{name}' must be an object.")
        if "customTimeZone" in str(value.get("@odata.type", "")):
            raise not_covered("custom time zones")
        merged = dict(before or {})
        for part, inner in value.items():
            if "@odata." in part:
                continue
            if part not in readers:
                raise unreadable(f"The property '{part}' does not exist on '{name}'.")
            merged[part] = readers[part](f"{name}/{part}", inner, merged.get(part))
        return merged

    return read


def _read_language(name: str, value: Any, before: Any) -> dict[str, str]:
    read = _object({"locale": _text, "displayName": _any_text})(name, value, {})
    if read.get("locale") not in LANGUAGES:
        raise invalid_property(f"The locale '{read.get('locale')}' is not supported.")
    return _language(read["locale"])


def _days(name: str, value: Any, before: Any) -> list[str]:
    if not isinstance(value, list):
        raise unreadable(f"The property '{name}' must be a collection.")
    return [_one_of(*DAYS)(name, day, None) for day in value]


MOMENT = _object({"dateTime": _matching(LOCAL), "timeZone": _zone})
READERS: dict[str, Callable[[str, Any, Any], Any]] = {
    "timeZone": _zone,
    "dateFormat": _text,
    "timeFormat": _text,
    "delegateMeetingMessageDeliveryOptions": _one_of(*DELEGATES),
    "language": _read_language,
    "workingHours": _object(
        {
            "daysOfWeek": _days,
            "startTime": _matching(TIME),
            "endTime": _matching(TIME),
            "timeZone": _object({"name": _zone}),
        }
    ),
    "automaticRepliesSetting": _object(
        {
            "status": _one_of(*STATUSES),
            "externalAudience": _one_of(*AUDIENCES),
            "internalReplyMessage": _any_text,
            "externalReplyMessage": _any_text,
            "scheduledStartDateTime": MOMENT,
            "scheduledEndDateTime": MOMENT,
        }
    ),
}
