"""How a day becomes a time: by the client that wrote it, and by what the service keeps of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from ..calendar.moments import MIDNIGHT, Moment, at_wall, instant, local_of, moment_of, wall

UTC_ZONE = "UTC"
# How clients write the day on which a task is due, each with the words of the page for people.
CLIENTS = {
    "local_midnight": "To Do on a phone or a Mac: local midnight, as a time in UTC",
    "utc_midnight": "A program that thinks in UTC: midnight in UTC",
    "named_zone": "Outlook: local midnight, with the zone named",
    "time_of_day": "A program that sends five in the afternoon, with the zone named",
}
AFTERNOON = time(17)


def in_utc(sent: Moment) -> dict[str, str]:
    """A time of day as it is kept: the instant, its zone forgotten."""
    return moment_of(wall(instant(sent), UTC_ZONE), UTC_ZONE)


def day_kept(sent: Moment, policy: str) -> dict[str, str]:
    """What the service keeps of a due or start date that Graph is sent: no time of day."""
    if policy == "converted":
        return _midnight(wall(instant(sent), UTC_ZONE).date())
    day = local_of(sent).date()
    if policy == "local_midnight":
        return in_utc(moment_of(datetime.combine(day, MIDNIGHT), sent["timeZone"]))
    return _midnight(day)


def day_written(day: date, client: str, zone: str, policy: str) -> dict[str, str]:
    """A day as one of CLIENTS writes it in the person's zone; raises KeyError for another."""
    if client not in CLIENTS:
        raise KeyError(client)
    if client == "utc_midnight":
        return _midnight(day)
    hour = AFTERNOON if client == "time_of_day" else MIDNIGHT
    local = moment_of(datetime.combine(day, hour), zone)
    # To Do's own apps do not write through Graph, which would drop the hour.
    return in_utc(local) if client == "local_midnight" else day_kept(local, policy)


def day_of(moment: Moment, zone: str) -> date:
    """The day that a person in the zone sees: midnight in UTC is a day, else the nearest one."""
    if local_of(moment).time() == MIDNIGHT:
        return local_of(moment).date()
    return (wall(instant(moment), zone) + timedelta(hours=12)).date()


def shifted(moment: Moment, days: int, zone: str) -> dict[str, str]:
    """The same so many days later, by the clocks of the zone."""
    step = timedelta(days=days)
    if local_of(moment).time() == MIDNIGHT:
        return moment_of(local_of(moment) + step, UTC_ZONE)
    return moment_of(wall(at_wall(wall(instant(moment), zone) + step, zone), UTC_ZONE), UTC_ZONE)


def _midnight(day: date) -> dict[str, str]:
    return moment_of(datetime.combine(day, MIDNIGHT), UTC_ZONE)
