"""Due dates as clients write them: a day in somebody's zone, told as a time in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agentbox_sync.core.kinds.due import day_of

CLIENTS = ("local_midnight", "utc_midnight", "named_zone", "time_of_day")
ZONES = (
    "Etc/GMT+12",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Santiago",
    "UTC",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Pacific/Kiritimati",
)
"""From twelve hours behind to fourteen ahead, with halves and quarters, and summer time."""


def written(day: date, client: str, zone: str, *, keeps_midnight: bool) -> datetime:
    """Return what is kept of a day that a client writes in ``zone``, on the clocks of UTC.

    ``keeps_midnight``: the server keeps the midnight of the zone that is named, in UTC; otherwise
    the day that was sent. To Do's own clients do not name their zone.
    """
    in_zone = datetime.combine(day, time(17 if client == "time_of_day" else 0), ZoneInfo(zone))
    if client == "local_midnight" or (client != "utc_midnight" and keeps_midnight):
        midnight = in_zone.replace(hour=0)
        return midnight.astimezone(UTC).replace(tzinfo=None)
    return datetime.combine(day, time())


def shown(kept: datetime, zone: str) -> str:
    """Return the day that a kept time stands for, as our codec reads it."""
    return day_of(kept, "UTC", zone).isoformat()


def later(kept: datetime, step: timedelta, zone: str) -> datetime:
    """Return a kept time so much later, on the clocks of the zone where it was a midnight there."""
    if kept.time() == time():
        return kept + step
    local = kept.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    return (local + step).astimezone(UTC).replace(tzinfo=None)
