from __future__ import annotations

from typing import Any

from ..entra.accounts import User
from . import query
from .errors import access_denied
from .messages import Answer, Call

SHOWN = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)
MORE = ("accountEnabled", "userType", "mailNickname", "usageLocation", "companyName", "department")
NAMES = frozenset({*SHOWN, *MORE})


def get_user(call: Call) -> Answer:
    if call.user.oid != call.caller.oid and "User.ReadBasic.All" not in call.caller.scopes:
        raise access_denied()
    options = query.read(call, NAMES)
    everything = _profile(call.user)
    wanted = SHOWN if options.select is None else options.select
    context = (
        f"{call.request.base}/$metadata#users"
        + (f"({','.join(options.select)})" if options.select else "")
        + "/$entity"
    )
    return Answer(
        200,
        {
            "@odata.context": context,
            **{name: everything[name] for name in everything if name in wanted},
        },
    )


def get_mailbox_settings(call: Call) -> Answer:
    settings: dict[str, Any] = {
        "archiveFolder": None,
        "timeZone": call.user.time_zone,
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "dateFormat": "d/MM/yyyy",
        "timeFormat": "h:mm tt",
        "userPurpose": "user",
        "language": {
            "locale": call.user.language,
            "displayName": "English (Australia)"
            if call.user.language == "en-AU"
            else call.user.language,
        },
        "workingHours": {
            "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "startTime": "08:00:00.0000000",
            "endTime": "17:00:00.0000000",
            "timeZone": {"name": call.user.time_zone},
        },
    }
    options = query.read(call, frozenset(settings))
    if options.select is not None:
        settings = {name: settings[name] for name in settings if name in options.select}
    return Answer(200, {"@odata.context": call.context("/mailboxSettings"), **settings})


def get_time_zone(call: Call) -> Answer:
    return Answer(
        200,
        {"@odata.context": call.context("/mailboxSettings/timeZone"), "value": call.user.time_zone},
    )


def _profile(user: User) -> dict[str, Any]:
    return {
        "businessPhones": [],
        "displayName": user.display_name,
        "givenName": user.given_name or None,
        "jobTitle": user.job_title or None,
        "mail": (user.mail or user.upn) if user.mailbox else None,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": user.language,
        "surname": user.surname or None,
        "userPrincipalName": user.upn,
        "id": user.oid,
        "accountEnabled": user.enabled,
        "userType": "Member",
        "mailNickname": user.upn.partition("@")[0],
        "usageLocation": None,
        "companyName": None,
        "department": None,
    }
