"""Series that cannot travel as they are: why, in a sentence for whoever can mend it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agentbox_sync.core.kinds.text import line, paragraph
from agentbox_sync.core.recurrence.problems import (
    EndsBeforeStart,
    Obstacle,
    RuleUnreadable,
    SeriesEmpty,
    SeriesError,
    TooManyOccurrences,
)
from agentbox_sync.core.recurrence.rule_text import read_rule
from agentbox_sync.core.recurrence.to_graph import expressed
from agentbox_sync.core.recurrence.zones import zone_of

OBSTACLES: Mapping[Obstacle, Any] = {
    Obstacle.FINER_THAN_DAILY: _("It takes place more often than once a day."),
    Obstacle.SEVERAL_TIMES: _("It takes place at several times of a day."),
    Obstacle.EXTRA_DATES: _("It has dates of its own beside its rule."),
    Obstacle.DAY_OF_YEAR: _("It counts the days of the year."),
    Obstacle.WEEK_NUMBER: _("It goes by the number of the week in the year."),
    Obstacle.SET_POSITION: _("It picks one date out of several in a way that Outlook cannot."),
    Obstacle.SHORT_MONTHS: _(
        "It takes place on a day that some months do not have. Outlook would take their last day "
        "instead, the CRM leaves those months out."
    ),
    Obstacle.FROM_THE_END: _("It counts the days from the end of the month."),
    Obstacle.SEVERAL_DAYS: _("It takes place on several days of a month."),
    Obstacle.SEVERAL_ORDINALS: _(
        "It takes place on several weekdays of a month, such as the first and the third Saturday."
    ),
    Obstacle.NTH_WEEKDAY: _(
        "It takes place on the fifth of a weekday, or counts weekdays through the year. Outlook "
        "knows the first four and the last of a month."
    ),
    Obstacle.DAYS_AND_WEEKDAYS: _(
        "It wants a day of the month that is also a certain weekday, such as Friday the 13th."
    ),
    Obstacle.SOME_MONTHS: _("It takes place in some months of the year only."),
    Obstacle.LIMITED: _("It takes place at an interval, but only where something else holds."),
    Obstacle.INTERVAL: _("The pause between two of its dates is longer than Outlook takes."),
}
EXPANDED = _(
    "Outlook cannot hold this series as one. Its dates stand there as single entries, as far as "
    "the calendar reaches; change them in the CRM."
)

_UNHELD = _("Outlook and To Do cannot hold this series.")
_ANOTHER = _("Choose in the CRM another rule by which it comes again.")

# By the codes of the errors, in lower case, for the sentences about one item.
SERIES_ITEM: Mapping[str, Any] = {
    error.__name__.lower(): sentence
    for error, sentence in {
        RuleUnreadable: _(
            "The rule of this series cannot be read. Open it in the CRM and choose again how often "
            "it takes place."
        ),
        SeriesEmpty: _(
            "This series has no date at all: it ends before it begins, or asks for a day that "
            "never comes. Correct its days or its end in the CRM."
        ),
        TooManyOccurrences: _(
            "This series takes place so often that no calendar could show it. Let it take place "
            "less often, or let the calendar reach less far."
        ),
        EndsBeforeStart: _("This appointment ends before it begins. Correct its times in the CRM."),
    }.items()
} | {
    # Of a kind whose dates cannot stand there by themselves: a task has one date at a time.
    obstacle.value: format_lazy("{} {} {}", _UNHELD, because, _ANOTHER)
    for obstacle, because in OBSTACLES.items()
}


def obstacle_of(record: Mapping[str, Any]) -> Obstacle | None:
    """Return why Exchange cannot hold the series of a record as one; ``None`` where it can.

    A rule that nobody can read is no obstacle: its item is set aside, with a sentence of its own.
    """
    series = record.get("recurrence") or {}
    rule, start = paragraph(series.get("rule")), line(series.get("start")) or ""
    if not rule:
        return None
    is_day = len(start) == len("2026-01-05")
    try:
        begin = datetime.fromisoformat(start).replace(tzinfo=None)
        zone = None if is_day else zone_of(line(series.get("zone")) or "UTC").info
        found = expressed(read_rule(rule), begin, zone)
    except (ValueError, OverflowError, SeriesError):
        return None
    return found if isinstance(found, Obstacle) else None


def obstacle_sentences(obstacle: Obstacle) -> tuple[str, str]:
    """Return what becomes of such a series, and why."""
    return str(EXPANDED), str(OBSTACLES[obstacle])
