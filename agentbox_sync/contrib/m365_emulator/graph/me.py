from __future__ import annotations

from typing import Any

from ..entra.accounts import User
from . import query
from .errors import request_denied
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
MORE = (
    "accountEnabled",
    "userType",
    "mailNickname",
    "usageLocation",
    "companyName",
    "department",
    "proxyAddresses",
    "assignedPlans",
)
EXCHANGE_PLAN = "efb87545-963c-4e0d-99df-69c6916d9eb0"  # Exchange Online (Plan 2)
NAMES = frozenset({*SHOWN, *MORE})


def get_user(call: Call) -> Answer:
    others = call.caller.app_only or "User.ReadBasic.All" in call.caller.scopes
    if call.user.oid != call.caller.oid and not others:
        raise request_denied()
    options = query.read(call, NAMES)
    everything = profile(call.user)
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


def profile(user: User) -> dict[str, Any]:
    """Everything that the directory says of somebody."""
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
        "userType": "Guest" if user.guest else "Member",
        "mailNickname": user.upn.partition("@")[0],
        "usageLocation": None,
        "companyName": None,
        "department": None,
        # The main address in capitals, as Exchange marks it.
        "proxyAddresses": [
            f"SMTP:{user.mail or user.upn}",
            *(f"smtp:{address}" for address in user.aliases),
        ]
        if user.mailbox
        else [],
        "assignedPlans": [
            {
                "assignedDateTime": "2024-01-15T09:00:00Z",
                "capabilityStatus": "Enabled",
                "service": "exchange",
                "servicePlanId": EXCHANGE_PLAN,
            }
        ]
        if user.mailbox
        else [],
    }
