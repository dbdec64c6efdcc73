"""How often an entry of a calendar takes place, and which of its dates differ, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agentbox_sync.core.kinds.text import line, paragraph
from agentbox_sync.core.recurrence.problems import SeriesError
from agentbox_sync.core.recurrence.rule import Day, Frequency, Rule, filled, in_zone
from agentbox_sync.core.recurrence.rule_text import read_rule
from agentbox_sync.core.recurrence.zones import zone_of
from agentbox_sync.services.wording.values.times import (
    day_text,
    short_day,
    when_text,
)

ORDINALS: dict[int, Any] = {
    1: gettext_lazy("first"),
    2: gettext_lazy("second"),
    3: gettext_lazy("third"),
    4: gettext_lazy("fourth"),
    -1: gettext_lazy("last"),
}


def series_text(value: Any, zone: str = "") -> str:
    """Return a series: "every Saturday until 30 Jan 2027"; a rule without words is shown itself."""
    del zone
    rule = paragraph((value or {}).get("rule")) if isinstance(value, Mapping) else None
    if not rule:
        return ""
    try:
        start = datetime.fromisoformat(line(value.get("start")) or "").replace(tzinfo=None)
        whole = len(line(value.get("start")) or "") == len("2026-01-05")
        clocks = None if whole else zone_of(line(value.get("zone")) or "UTC").info
        read = in_zone(filled(read_rule(rule), start), clocks)
    except (ValueError, OverflowError, SeriesError):
        return _("by the rule %(rule)s") % {"rule": rule}
    said = _every(read)
    if not said:
        return _("by the rule %(rule)s") % {"rule": rule}
    if rule_end := _end(read):
        return f"{said}{rule_end}"
    return said


def _end(rule: Rule) -> str:
    if rule.count is not None:
        return ngettext(", %(n)d time", ", %(n)d times", rule.count) % {"n": rule.count}
    if rule.until is None:
        return ""
    last = rule.until.date() if isinstance(rule.until, datetime) else rule.until
    return _(" until %(day)s") % {"day": short_day(last)}


def _every(rule: Rule) -> str:
    """Return how often; empty where the rule says more than these words can."""
    if rule.by_week or rule.by_year_day or rule.frequency > Frequency.DAILY:
        return ""
    if any(len(times) > 1 for times in (rule.by_hour, rule.by_minute, rule.by_second)):
        return ""
    say = {
        Frequency.DAILY: _daily,
        Frequency.WEEKLY: _weekly,
        Frequency.MONTHLY: _monthly,
        Frequency.YEARLY: _yearly,
    }
    return say[rule.frequency](rule)


def _daily(rule: Rule) -> str:
    if rule.by_month or rule.by_month_day or rule.by_position:
        return ""
    if rule.by_day:
        return _weekly(rule) if rule.interval == 1 else ""
    return ngettext("every day", "every %(n)d days", rule.interval) % {"n": rule.interval}


def _weekly(rule: Rule) -> str:
    if rule.by_month or rule.by_month_day or rule.by_position:
        return ""
    days = _listed(str(WEEKDAYS[day.weekday]) for day in rule.by_day)
    if rule.interval == 1:
        return _("every %(days)s") % {"days": days}
    values = {"n": rule.interval, "days": days}
    return ngettext("every week on %(days)s", "every %(n)d weeks on %(days)s", rule.interval) % (
        values
    )


def _monthly(rule: Rule) -> str:
    on = _day_of_month(rule)
    if rule.by_month or not on:
        return ""
    pause = ngettext("every month", "every %(n)d months", rule.interval) % {"n": rule.interval}
    return _("%(pause)s on %(day)s") % {"pause": pause, "day": on}


def _yearly(rule: Rule) -> str:
    on = _day_of_month(rule)
    if len(rule.by_month) != 1 or not on:
        return ""
    pause = ngettext("every year", "every %(n)d years", rule.interval) % {"n": rule.interval}
    values = {"pause": pause, "day": on, "month": MONTHS[rule.by_month[0]]}
    return _("%(pause)s in %(month)s on %(day)s") % values


def _day_of_month(rule: Rule) -> str:
    if rule.by_month_day and not rule.by_day and not rule.by_position:
        if rule.by_month_day == (-1,):
            return _("the last day")
        if min(rule.by_month_day) < 1:
            return ""
        return _("day %(days)s") % {"days": _listed(str(day) for day in rule.by_month_day)}
    place, day = _nth(rule)
    if day is None or place not in ORDINALS:
        return ""
    values = {"place": ORDINALS[place], "day": WEEKDAYS[day.weekday]}
    return _("the %(place)s %(day)s") % values


def _nth(rule: Rule) -> tuple[int, Day | None]:
    if len(rule.by_day) != 1 or rule.by_month_day or len(rule.by_position) > 1:
        return 0, None
    day = rule.by_day[0]
    if rule.by_position:
        return (rule.by_position[0], day) if not day.nth else (0, None)
    return day.nth, day


def _listed(names: Iterable[str]) -> str:
    said = list(names)
    if len(said) < 2:
        return "".join(said)
    return _("%(first)s and %(last)s") % {"first": ", ".join(said[:-1]), "last": said[-1]}


def exceptions_text(value: Any, zone: str = "") -> str:
    """Return the dates that differ, a line each: "19 Dec 2026 cancelled"."""
    return "\n".join(filter(None, (_exception(one, zone) for one in value or ())))


def _exception(one: Mapping[str, Any], zone: str) -> str:
    original = line(one.get("original")) or ""
    try:
        day: date | None = date.fromisoformat(original[:10])
    except ValueError:
        day = None
    values = {"day": short_day(day) if day else original}
    if one.get("cancelled"):
        return _("%(day)s cancelled") % values
    said = []
    if one.get("when"):
        said.append(_("moved to %(when)s") % {"when": _moved(one["when"], day, zone)})
    if one.get("subject"):
        said.append(_("called “%(subject)s”") % {"subject": line(one["subject"])})
    if one.get("location"):
        said.append(_("at %(place)s") % {"place": line(one["location"])})
    if one.get("body"):
        said.append(_("with notes of its own"))
    return _("%(day)s %(what)s") % {**values, "what": ", ".join(said)} if said else ""


def _moved(when: Mapping[str, Any], day: date | None, zone: str) -> str:
    """Return where a date went; on the day that it was anyway the times say it all."""
    text = when_text(when, zone)
    own = f"{day_text(day)}, " if day else ""
    return text.removeprefix(own) if own else text
