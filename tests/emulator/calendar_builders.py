"""Events as an application sends them to Graph, and the words that ask for a window of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

SYDNEY = "AUS Eastern Standard Time"
FIRST, LAST = "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"


def at(text: str, zone: str = SYDNEY) -> dict[str, str]:
    """A time such as `2026-12-05 10:00` in a zone."""
    return {"dateTime": f"{text.replace(' ', 'T')}:00", "timeZone": zone}


def event(
    start: str = "2026-12-05 10:00",
    end: str = "2026-12-05 10:30",
    zone: str = SYDNEY,
    **more: Any,
) -> dict[str, Any]:
    """A single event on a Saturday, half an hour long."""
    return {"subject": "Open home", "start": at(start, zone), "end": at(end, zone), **more}


def whole_day(first: str, after: str, zone: str = SYDNEY, **more: Any) -> dict[str, Any]:
    return event(f"{first} 00:00", f"{after} 00:00", zone, isAllDay=True, **more)


def rule(start: str, kind: str = "weekly", **more: Any) -> dict[str, Any]:
    """A recurrence without an end, or up to `until` or `count`; pattern fields by keyword."""
    span: dict[str, Any] = {"type": "noEnd", "startDate": start}
    if until := more.pop("until", None):
        span |= {"type": "endDate", "endDate": until}
    if count := more.pop("count", None):
        span |= {"type": "numbered", "numberOfOccurrences": count}
    return {"pattern": {"type": kind, "interval": 1, **more}, "range": span}


def saturdays(**more: Any) -> dict[str, Any]:
    """An open home every Saturday at ten in Sydney, from the fifth of December 2026 on."""
    own = {name: more.pop(name) for name in ("until", "count") if name in more}
    return event(recurrence=rule("2026-12-05", daysOfWeek=["saturday"], **own), **more)


def invited(*addresses: str) -> list[dict[str, Any]]:
    return [{"emailAddress": {"address": address}, "type": "required"} for address in addresses]


def view(start: str = FIRST, end: str = LAST, base: str = "/me", what: str = "calendarView") -> str:
    """A calendar view of December 2026, or of what else takes a window."""
    words = f"startDateTime={quote(start, safe=':')}&endDateTime={quote(end, safe=':')}"
    return f"{base}/{what}?{words}"


def starts(rows: list[dict[str, Any]]) -> list[str]:
    """When rows start, to the minute."""
    return [row["start"]["dateTime"][:16] for row in rows]
