"""What follows a task that comes again when it is done."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr
from django.utils import timezone

_COUNT = re.compile(r"(?i)(^|;)COUNT=(\d+)")


def follows(rule: str, due: date) -> tuple[date, str] | None:
    """Return the next due date and the rule from there on; ``None`` where the series has ended.

    A rule that nobody can read ends the series: it names no next date.
    """
    try:
        # Noon: the end of a rule is a moment in some zone, and a due date has none.
        start = datetime.combine(due, time(12))
        found = rrulestr(_in_days(rule), dtstart=start).after(start)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return None if found is None else (found.date(), _one_less(rule))


def moved(moment: datetime | None, by: timedelta) -> datetime | None:
    """Return a reminder so many days later, at the same time by the clock on the wall."""
    if moment is None:
        return None
    wall = timezone.localtime(moment).replace(tzinfo=None)
    return timezone.make_aware(wall + by)


def _in_days(rule: str) -> str:
    """Return a rule whose end is the end of a day, without a zone as the start has none."""
    return re.sub(r"(?i)UNTIL=(\d{8})[T0-9Z]*", r"UNTIL=\1T235959", rule)


def _one_less(rule: str) -> str:
    """Return the rule as it goes on: one of a counted number is over."""
    return _COUNT.sub(lambda found: f"{found[1]}COUNT={int(found[2]) - 1}", rule)
