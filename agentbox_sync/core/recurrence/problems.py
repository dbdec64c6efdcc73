"""What stands in the way of a series: of writing it as one, or of carrying it out at all."""

from __future__ import annotations

from enum import StrEnum

from agentbox_sync.core.errors import ItemRefused


class Obstacle(StrEnum):
    """Why Graph cannot hold a rule as a series; its dates are then single events in the window.

    The value is the key of the sentence that the card shows.
    """

    FINER_THAN_DAILY = "finer_than_daily"
    """Hourly, every minute or every second."""
    SEVERAL_TIMES = "several_times"
    """Several times a day, or another time than that of the first date (BYHOUR and finer)."""
    EXTRA_DATES = "extra_dates"
    """Dates beside the rule (RDATE)."""
    DAY_OF_YEAR = "day_of_year"
    """BYYEARDAY."""
    WEEK_NUMBER = "week_number"
    """BYWEEKNO."""
    SET_POSITION = "set_position"
    """A choice among dates (BYSETPOS) other than the first four or the last of some weekdays."""
    SHORT_MONTHS = "short_months"
    """A day that some months lack: Outlook would take their last day, the rule leaves them out."""
    FROM_THE_END = "from_the_end"
    """A day counted from the end of the month, other than the last."""
    SEVERAL_DAYS = "several_days"
    """Several dates in one month."""
    SEVERAL_ORDINALS = "several_ordinals"
    """Several of "the first Monday", "the third Friday" at once."""
    NTH_WEEKDAY = "nth_weekday"
    """The fifth of a weekday, the last but one, or the n-th of a year."""
    DAYS_AND_WEEKDAYS = "days_and_weekdays"
    """A day of the month that must also be a certain weekday: Friday the 13th."""
    SOME_MONTHS = "some_months"
    """Only in some months of the year."""
    LIMITED = "limited"
    """Every so many days or weeks, but only where another condition holds."""
    INTERVAL = "interval"
    """A pause between two dates that is longer than Exchange takes."""


class SeriesError(ItemRefused):
    """A series that cannot be carried out; its item is set aside, the run goes on."""


class RuleUnreadable(SeriesError):
    """The text or the pattern is no recurrence rule."""

    next_step = "Write a rule like FREQ=WEEKLY;BYDAY=SA, or empty the field for a single date."


class SeriesEmpty(SeriesError):
    """The rule names no date: it ends before it starts, or asks for a 30th of February."""

    next_step = "Move the end of the series behind its start, or correct the days of its rule."


class TooManyOccurrences(SeriesError):
    """More occurrences in the window than a calendar could show."""

    next_step = "Let the series take place less often, or choose a shorter window of dates."


class EndsBeforeStart(SeriesError):
    """An appointment, or one date of a series, that ends before it starts."""

    next_step = "Correct the start or the end of this appointment."
