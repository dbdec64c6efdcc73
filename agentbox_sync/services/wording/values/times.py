"""When an entry of a calendar takes place, as people write it.

A value as a side says it has the clocks of its own zone. One that was remembered is two instants:
it is told on the clocks of the other side beside it, or of the site. The zone is always named.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agentbox_sync.core.kinds.text import line
from agentbox_sync.core.recurrence.zones import zone_of

Moment = date | datetime | str


def day_text(day: date) -> str:
    """Return a day: "Sat 5 Dec 2026"."""
    return date_format(day, pgettext("how a day of a calendar is written", "D j M Y"))


def short_day(day: date) -> str:
    """Return a day of a series, whose weekday is known: "5 Dec 2026"."""
    return date_format(day, pgettext("how a day of a series is written", "j M Y"))


def clock_text(moment: datetime) -> str:
    """Return a time of day."""
    return date_format(moment, pgettext("how a time of day is written", "H:i"))


def date_text(value: Any) -> str:
    """Return a day that is kept as ``YYYY-MM-DD``; what is none as it came."""
    text = line(value) or ""
    try:
        return day_text(date.fromisoformat(text[: len("2026-01-05")]))
    except ValueError:
        return text


def moment_text(value: Any, zone: str = "") -> str:
    """Return one moment on the clocks of ``zone``: "Sat 5 Dec 2026, 09:00, Sydney"."""
    moment, clocks = _moment({"at": value}, "at", zone)
    if isinstance(moment, datetime):
        return f"{day_text(moment)}, {clock_text(moment)}, {clocks}"
    return day_text(moment) if isinstance(moment, date) else moment


def zone_text(name: str) -> str:
    """Return a zone as people call it: its city; a name that nobody knows as it came."""
    zone = zone_of(name)
    if not zone.known:
        return zone.raw
    return zone.iana.rpartition("/")[2].replace("_", " ")


def zone_name(when: Any) -> str:
    """Return the zone that a value names; empty for one that was remembered, or of whole days."""
    return (line(when.get("zone")) or "") if isinstance(when, Mapping) else ""


def begins(when: Any) -> str:
    """Return the day on which an entry begins, with its time; empty where nothing tells."""
    if not isinstance(when, Mapping):
        return ""
    start, _zone = _moment(when, "start", "")
    if isinstance(start, datetime):
        return f"{day_text(start)}, {clock_text(start)}"
    return day_text(start) if isinstance(start, date) else start


def when_text(when: Any, zone: str = "") -> str:
    """Return from when to when; ``zone`` are the clocks for a value that names none itself."""
    if not isinstance(when, Mapping):
        return ""
    start, clocks = _moment(when, "start", zone)
    end, _same = _moment(when, "end", zone)
    if isinstance(start, str) or isinstance(end, str):
        return " – ".join(text for text in (_plain(start), _plain(end)) if text)
    if isinstance(start, datetime) and isinstance(end, datetime):
        return f"{_span(start, end)}, {clocks}"
    return _days(start, end)


def _moment(when: Mapping[str, Any], name: str, zone: str) -> tuple[Moment, str]:
    """Return a moment on the clocks of its zone, and what people call that zone."""
    text = line(when.get(name)) or ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text, ""
    if when.get("all_day") or len(text) == len("2026-01-05"):
        return moment.date(), ""
    named = zone_name(when)
    if moment.tzinfo is None:
        return moment, zone_text(named or "UTC")
    if named or zone:
        return moment.astimezone(zone_of(named or zone).info), zone_text(named or zone)
    here = timezone.get_current_timezone()
    key = here.key if isinstance(here, ZoneInfo) else "UTC"
    return moment.astimezone(here if isinstance(here, ZoneInfo) else UTC), zone_text(key)


def _plain(moment: Moment) -> str:
    return moment if isinstance(moment, str) else moment.isoformat()


def _span(start: datetime, end: datetime) -> str:
    if start.date() == end.date():
        return f"{day_text(start)}, {clock_text(start)}–{clock_text(end)}"
    return f"{day_text(start)}, {clock_text(start)} – {day_text(end)}, {clock_text(end)}"


def _days(start: date, end: date) -> str:
    """Write whole days; the end is the first day that does not belong to them."""
    last = end - timedelta(days=1)
    if last <= start:
        return _("%(day)s, all day") % {"day": day_text(start)}
    return _("%(first)s – %(last)s, all day") % {"first": day_text(start), "last": day_text(last)}
