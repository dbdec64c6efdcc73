from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote

from .bodies import HEAD, INNER, TAIL
from .records import Values

TEAMS = "teamsForBusiness"


def with_meeting(before: Values, new: dict[str, Any]) -> dict[str, Any]:
    """An event with what an online meeting leaves in it.

    It cannot be undone by the property, and the provider stays; but a body without the meeting's
    own part disables the meeting.
    """
    held = before["onlineMeeting"]
    if held is None:
        return (
            _opened(new) if new["isOnlineMeeting"] else {**new, "onlineMeetingProvider": "unknown"}
        )
    if held["joinUrl"] not in new["body"]["content"]:
        return {**new, "isOnlineMeeting": False, "onlineMeeting": None}
    provider = before["onlineMeetingProvider"]
    return {**new, "isOnlineMeeting": True, "onlineMeetingProvider": provider}


def _opened(new: dict[str, Any]) -> dict[str, Any]:
    seed = f"{new['subject']}{new['start']}{new['transactionId']}"
    digest = hashlib.sha256(seed.encode()).hexdigest()
    thread = quote(f"19:meeting_{digest[:40]}@thread.v2", safe="")
    join = f"https://teams.microsoft.com/l/meetup-join/{thread}/0"
    found = INNER.search(new["body"]["content"])
    blob = f'<div class="me-email-text"><hr><a href="{join}">Join Microsoft Teams Meeting</a></div>'
    content = f"{HEAD}{(found[1] if found else '').strip()}\r\n{blob}{TAIL}"
    provider = new["onlineMeetingProvider"]
    return {
        **new,
        "body": {"contentType": "html", "content": content},
        "onlineMeetingProvider": TEAMS if provider == "unknown" else provider,
        "onlineMeeting": {"joinUrl": join, "conferenceId": str(int(digest[:8], 16))},
    }
