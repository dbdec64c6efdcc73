"""Due dates: the day that a client meant, whichever way it wrote it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from agentbox_sync.core.recurrence.clocks import instant_of, wall_of
from agentbox_sync.core.recurrence.zones import zone_of

_NOON = timedelta(hours=12)


def day_of(wall: datetime, zone: str, mailbox_zone: str) -> date:
    """Return the day that a time on the clocks of ``zone`` was written for.

    To Do keeps no time of day: it holds a midnight, and shows it in UTC. Whose midnight it was
    depends on the client. A midnight on the clocks it is told in is that day: so Graph itself
    truncates, and so a client writes that names its zone. Any other time is a midnight somewhere
    else, in all likelihood that of the mailbox, told in UTC: it is the day whose midnight, on the
    clocks of the mailbox, is the nearest (microsoft-graph-docs#16991, RogerSelwyn/MS365-ToDo#29).
    """
    if wall.time() == datetime.min.time():
        return wall.date()
    moment = instant_of(wall, zone_of(zone).info) if wall.tzinfo is None else wall.astimezone(UTC)
    try:
        return (wall_of(moment, zone_of(mailbox_zone).info) + _NOON).date()
    except OverflowError:
        return wall.date()
