"""Speaks to the emulator's control page, and asks whether a web server answers."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from typing import Any

from agentbox_sync.contrib.reference_crm.demo.people import AGENCY, DOMAIN, STAFF

# Everything is on this machine, whatever proxy the environment names.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answers(address: str, seconds: float = 5.0) -> bool:
    """Whether a GET of this address ends in a page."""
    try:
        with _DIRECT.open(address, timeout=seconds) as reply:
            return 200 <= reply.status < 300
    except OSError:  # not there yet, an error page, or too slow
        return False


# What the administrator of the demo may grant, for connecting the whole organisation.
ROLES = (
    "User.Read.All",
    "Contacts.ReadWrite",
    "Calendars.ReadWrite",
    "Tasks.ReadWrite.All",
    "MailboxSettings.Read",
)


def tenant_seed(
    environment: Mapping[str, str], password: str, redirect_uris: Iterable[str]
) -> dict[str, Any]:
    """The agency as Microsoft knows it: a mailbox for every staff member, and the CRM as app."""
    users = [
        {
            "upn": person.email,
            "display_name": f"{person.first_name} {person.last_name}",
            "given_name": person.first_name,
            "surname": person.last_name,
            "job_title": person.position,
            "password": password,
            "time_zone": "AUS Eastern Standard Time",
            "admin": person.is_master,
        }
        for person in STAFF
    ]
    tenant = {"id": environment["MS365_TENANT"], "name": AGENCY, "domain": DOMAIN, "users": users}
    app = {
        "client_id": environment["MS365_CLIENT_ID"],
        "client_secret": environment["MS365_CLIENT_SECRET"],
        "name": "My Office",
        "redirect_uris": list(redirect_uris),
        "roles": list(ROLES),
    }
    return {"tenants": [tenant], "apps": [app]}


def seed(address: str, content: Mapping[str, Any]) -> None:
    """Posts to `/_emulator/seed`; raises RuntimeError with what the emulator said."""
    request = urllib.request.Request(  # noqa: S310  an http address of this machine
        f"{address}/_emulator/seed",
        data=json.dumps(content).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    try:
        _DIRECT.open(request, timeout=30).close()
    except urllib.error.HTTPError as refusal:
        said = refusal.read().decode(errors="replace")
        raise RuntimeError(f"The emulator refused its data ({refusal.code}): {said}") from refusal
