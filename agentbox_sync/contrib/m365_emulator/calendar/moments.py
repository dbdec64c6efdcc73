from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ..zones import any_iana_of

LOCAL = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z)?$")
Moment = Mapping[str, str]  # dateTime without offset, timeZone
MIDNIGHT = time()


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The zone behind a Windows or IANA name; raises KeyError."""
    found = any_iana_of(name)
    if found is None:
        raise KeyError(name)
    return ZoneInfo(found)


def read_local(text: str) -> datetime:
    """A wall-clock time with at most seven decimals; raises ValueError.

    A closing Z is read over: the zone stands beside it.
    """
    match = LOCAL.match(text)
    if match is None:
        raise ValueError(text)
    text = text.removesuffix("Z")
    decimals = match[2] or ""
    return datetime.fromisoformat(text.replace(decimals, decimals[:7]) if decimals else text)


def local_of(moment: Moment) -> datetime:
    return read_local(moment["dateTime"])


def instant(moment: Moment) -> datetime:
    return at_wall(local_of(moment), moment["timeZone"])


def at_wall(local: datetime, name: str) -> datetime:
    """The instant at which the clocks of a zone show this.

    A time that is left out in spring counts from before the gap; of two in autumn it is the first.
    """
    return local.replace(tzinfo=zone(name)).astimezone(UTC)


def wall(moment: datetime, name: str) -> datetime:
    """What the clocks of a zone show at an instant."""
    return moment.astimezone(zone(name)).replace(tzinfo=None)


def moment_of(local: datetime, name: str) -> dict[str, str]:
    return {"dateTime": text_of(local), "timeZone": name}


def text_of(local: datetime) -> str:
    """Graph's spelling: seven decimals, no offset."""
    return f"{local.strftime('%Y-%m-%dT%H:%M:%S')}.{local.microsecond:06d}0"


def length(start: Moment, end: Moment) -> timedelta:
    """How long it takes by the clocks of the zone in which it starts."""
    if start["timeZone"] == end["timeZone"]:
        return local_of(end) - local_of(start)
    return wall(instant(end), start["timeZone"]) - local_of(start)


def is_midnight(moment: Moment) -> bool:
    return local_of(moment).time() == MIDNIGHT


def same_zone(one: str, other: str) -> bool:
    return one == other or zone(one).key == zone(other).key


def read_window(text: str) -> datetime:
    """A border of a window: its offset is honoured, without one it is UTC. Raises ValueError."""
    clean = text.strip().replace(" ", "+")  # a plus that nobody encoded
    match = re.match(r"^(\d{4}-\d\d-\d\d)(T[\d:]+)?(\.\d{1,7})?(Z|[+-]\d\d:\d\d)?$", clean)
    if match is None:
        raise ValueError(text)
    day, hours, decimals, offset = match.groups()
    found = datetime.fromisoformat(f"{day}{hours or 'T00:00:00'}{(decimals or '')[:7]}")
    if offset in (None, "Z"):
        return found.replace(tzinfo=UTC)
    try:
        return datetime.fromisoformat(f"{found.isoformat()}{offset}").astimezone(UTC)
    except OverflowError:
        raise ValueError(text) from None
