"""Moments and durations as people say them, in the time zone of the reader."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext


def clock_time(moment: datetime) -> str:
    """Return the time of day: "14:02"."""
    return date_format(timezone.localtime(moment), pgettext("how a time of day is written", "H:i"))


def when(moment: datetime, now: datetime | None = None, *, alone: bool = False) -> str:
    """Return a moment for the end of a sentence: "at 14:02", "yesterday at 14:02".

    ``alone``: it stands by itself, so that today is named as well.
    """
    today = timezone.localtime(now).date()
    day = timezone.localtime(moment).date()
    values = {"time": clock_time(moment)}
    if day == today:
        return (_("today at %(time)s") if alone else _("at %(time)s")) % values
    if day == today - timedelta(days=1):
        return _("yesterday at %(time)s") % values
    if day == today + timedelta(days=1):
        return _("tomorrow at %(time)s") % values
    format_name = "MONTH_DAY_FORMAT" if day.year == today.year else "DATE_FORMAT"
    return _("on %(day)s at %(time)s") % {**values, "day": date_format(day, format_name)}


def duration(length: timedelta) -> str:
    """Return a length of time: "12 seconds", "3 minutes"."""
    seconds = max(0, round(length.total_seconds()))
    if seconds < 1:
        return _("less than a second")
    if seconds < 120:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes = round(seconds / 60)
    if minutes < 120:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
