"""Starts and ends as Graph writes them (resources/datetimetimezone.md), and the zones they are in.

Events are read with ``Prefer: outlook.timezone="UTC"``: then every time is an instant, and what
the clocks of the event's own zone show is ours to say. Written is the time on those clocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from agentbox_sync.core.errors import ItemRefused
from agentbox_sync.core.kinds.calendar import Times
from agentbox_sync.core.kinds.schedule import DATE_LENGTH
from agentbox_sync.core.kinds.text import line
from agentbox_sync.core.recurrence.clocks import DAY, instant_of, midnight, wall_of
from agentbox_sync.core.recurrence.clocks import told as clock_of
from agentbox_sync.core.recurrence.problems import EndsBeforeStart
from agentbox_sync.core.recurrence.zones import Zone, name_for_exchange, zone_of

Row = Mapping[str, Any]
NAMES = frozenset({"start", "end", "isAllDay"})
"""The properties that say when an event takes place."""
UTC_NAME = "UTC"
_HALF_A_DAY = timedelta(hours=12)


def read_times(row: Row) -> Times | None:
    """Return when an event takes place, ``None`` where Graph shows no start."""
    if not row.get("start") or not row.get("end"):
        return None
    zone = own_zone(row)
    if row["isAllDay"]:
        first, last = day_of(row["start"], zone), day_of(row["end"], zone)
        return told(first, last, zone)
    return told(instant_in(row["start"]), instant_in(row["end"]), zone)


def own_zone(row: Row) -> Zone:
    """Return the zone in which an event was made, not the one that was asked for."""
    return zone_of(row.get("originalStartTimeZone") or (row.get("start") or {}).get("timeZone", ""))


def name_of(zone: Zone) -> str:
    """Return the name of a zone for a record: the IANA one, or as it came if nobody knows it."""
    return zone.iana if zone.known else zone.raw


def told(start: date, end: date, zone: Zone) -> Times:
    """Return two instants (aware) or two dates as a record has them, on the clocks of a zone."""
    whole = not isinstance(start, datetime)
    return Times(
        start=_clock(start, zone), end=_clock(end, zone), zone=name_of(zone), all_day=whole
    )


def instant_in(shown: Row) -> datetime:
    """Return the instant (UTC) of a ``dateTimeTimeZone``."""
    found = datetime.fromisoformat(shown["dateTime"])
    if found.tzinfo is not None:
        return found.astimezone(UTC)
    return instant_of(found, zone_of(shown.get("timeZone") or UTC_NAME).info)


def day_of(shown: Row, zone: Zone) -> date:
    """Return the date of an all-day event's start or end.

    Whether its midnight is answered as a midnight, whatever zone was asked for, or converted like
    every other time, is told both ways (microsoft-graph-docs #1802, facts, section 2): a midnight
    is taken by its date, anything else is looked at in the event's own zone.
    """
    wall = datetime.fromisoformat(shown["dateTime"]).replace(tzinfo=None)
    if wall.time() == time():
        return wall.date()
    # The nearest midnight: of a zone that nobody knows the offset is not known either.
    return (wall_of(instant_in(shown), zone.info) + _HALF_A_DAY).date()


def written_times(when: Times | None) -> dict[str, Any]:
    """Return ``start``, ``end`` and ``isAllDay``.

    Raises EndsBeforeStart, and ItemRefused where there is no start that can be read.
    """
    start, end = moments_of(when)
    zone = zone_of(line((when or {}).get("zone")) or UTC_NAME)
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        name = exchange_name(zone)
        first, last = (moment(midnight(day), name) for day in (start, end))
        return {"start": first, "end": last, "isAllDay": True}
    walls = [wall_of(instant, zone.info) for instant in (start, end)]
    name = exchange_name(zone)
    if [instant_of(wall, zone.info) for wall in walls] != [start, end]:
        # The second of two equal hours in autumn: no clock of that zone can name it.
        walls, name = [instant.replace(tzinfo=None) for instant in (start, end)], UTC_NAME
    first, last = (moment(wall, name) for wall in walls)
    return {"start": first, "end": last, "isAllDay": False}


def moments_of(when: Times | None) -> tuple[date, date]:
    """Return start and end of a record: two instants (UTC), or two dates, the end exclusive.

    A whole day that ends where it starts lasts that day; a time without an end lasts no time.
    Raises as :func:`written_times`.
    """
    times: Row = when or {}
    start = line(times.get("start"))
    if start is None:
        raise ItemRefused("The appointment does not say when it starts.", code="NoStart")
    end = line(times.get("end")) or start
    zone = zone_of(line(times.get("zone")) or UTC_NAME)
    if times.get("all_day") or len(start) == DATE_LENGTH:
        first, last = _read(start).date(), _read(end).date()
        return first, last if last > first else first + DAY
    begins, ends = (_instant(text, zone) for text in (start, end))
    if ends < begins:
        raise EndsBeforeStart("the appointment ends before it starts")
    return begins, ends


def walls_of(when: Times, zone: Zone) -> tuple[datetime, datetime]:
    """Return start and end on the clocks of a zone (naive); of whole days their midnights.

    A time that is told on those very clocks is taken as it is told: a series at half past two goes
    on at half past two, although the night of its first date may have left that out. Raises as
    :func:`written_times`.
    """
    start, end = moments_of(when)
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return midnight(start), midnight(end)
    texts = [line(when.get("start")) or "", line(when.get("end")) or line(when.get("start")) or ""]
    told_walls = [_read(text) for text in texts]
    if zone_of(line(when.get("zone")) or UTC_NAME).iana == zone.iana and not any(
        wall.tzinfo for wall in told_walls
    ):
        return told_walls[0], told_walls[1]
    return wall_of(start, zone.info), wall_of(end, zone.info)


def exchange_name(zone: Zone) -> str:
    """Return the name of a zone for a time that we write.

    The rules of a zone that nobody knows are known to Exchange alone: its times are in UTC with us
    and are written so.
    """
    return name_for_exchange(zone) if zone.known else UTC_NAME


def _instant(text: str, zone: Zone) -> datetime:
    found = _read(text)
    return found.astimezone(UTC) if found.tzinfo else instant_of(found, zone.info)


def _read(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(microsecond=0)
    except ValueError as error:
        raise ItemRefused(f"{text[:40]!r} is no time.", code="UnreadableTime") from error


def _clock(when: date, zone: Zone) -> str:
    return clock_of(when, zone.info) if isinstance(when, datetime) else when.isoformat()


def moment(wall: datetime, name: str) -> dict[str, str]:
    """Return a ``dateTimeTimeZone``: a time on the clocks of a zone that Exchange knows so."""
    return {"dateTime": wall.isoformat(), "timeZone": name}
