from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ...calendar.moments import read_window
from ...calendar.views import Instance
from ..filters import COMPARE, FUNCTIONS, WORDS, Filter, Reader, Test, finished, invalid
from ..query import Grammar
from .shapes import ALL, CALENDAR_NAMES, PLAIN, STAMPED

STRINGS = ("subject", "importance", "sensitivity", "showAs", "transactionId")
BOOLEANS = (
    "isAllDay",
    "isCancelled",
    "isOrganizer",
    "isReminderOn",
    "isOnlineMeeting",
    "isDraft",
    "responseRequested",
)
OWN: dict[str, Callable[[Instance], str]] = {
    "type": lambda item: item.kind,
    "iCalUId": lambda item: item.uid,
    "createdDateTime": lambda item: item.event.created,
    "lastModifiedDateTime": lambda item: item.event.modified,
}
MOMENTS: dict[str, Callable[[Instance], datetime]] = {
    "start": lambda item: item.start,
    "end": lambda item: item.end,
}


class EventReader(Reader):
    """Reads a filter over events."""

    def factor(self) -> Test:
        if self.peek() == "categories":
            self.comparisons += 1
            self.take()
            return self.any_category()
        return super().factor()

    def comparison(self, name: str) -> Test:
        if name in MOMENTS:
            self.take("/")
            self.take("dateTime")
        operator = self.take().lower()
        if operator not in WORDS:
            raise invalid(f"'{operator}' after '{name}'")
        if name in MOMENTS:
            return self._moment(MOMENTS[name], operator)
        if name in BOOLEANS and operator in ("eq", "ne"):
            wanted = self.take().lower() == "true"
            return lambda item: (bool(item.values[name]) == wanted) == (operator == "eq")
        if name in OWN:
            value, read = self.literal(), OWN[name]
            return lambda item: COMPARE[operator](read(item), value)
        if name not in STRINGS or operator not in ("eq", "ne"):
            raise invalid(f"{name} {operator}")
        value = self.literal().lower()
        return lambda item: COMPARE[operator](str(item.values[name] or "").lower(), value)

    def function(self, word: str) -> Test:
        self.take("(")
        name = self.take()
        self.take(",")
        value = self.literal().lower()
        self.take(")")
        if name != "subject":
            raise invalid(f"{word}({name})")
        return lambda item: FUNCTIONS[word](str(item.values[name] or "").lower(), value)

    def any_category(self) -> Test:
        variable = self._open_any()
        for token in (variable, "eq"):
            self.take(token)
        name = self.literal().lower()
        self.take(")")
        return lambda item: name in {str(c).lower() for c in item.values["categories"]}

    def any_email(self) -> Test:
        raise invalid("emailAddresses")

    def _moment(self, read: Callable[[Instance], datetime], operator: str) -> Test:
        text = self.literal()
        try:
            wanted = read_window(text)
        except ValueError:
            raise invalid(f"the time '{text}'") from None
        tests: dict[str, Callable[[datetime], bool]] = {
            "eq": lambda at: at == wanted,
            "ne": lambda at: at != wanted,
            "ge": lambda at: at >= wanted,
            "gt": lambda at: at > wanted,
            "le": lambda at: at <= wanted,
            "lt": lambda at: at < wanted,
        }
        return lambda item: tests[operator](read(item))


class CalendarReader(Reader):
    """Reads a filter over calendars: their names, and extended properties."""

    def comparison(self, name: str) -> Test:
        operator = self.take().lower()
        if name != "name" or operator not in ("eq", "ne"):
            raise invalid(f"{name} {operator}")
        value = self.literal().lower()
        return lambda calendar: COMPARE[operator](calendar.name.lower(), value)

    def function(self, word: str) -> Test:
        raise invalid(word)


def parse(text: str) -> Filter:
    return finished(EventReader(text))


def sort_value(item: Instance, name: str) -> Any:
    if name in ("start/dateTime", "end/dateTime"):
        return item.start if name.startswith("start") else item.end
    if name in STAMPED:
        return item.event.created if name.startswith("created") else item.event.modified
    return str(item.values[name] or "").lower()


SORTABLE = frozenset(
    {"start/dateTime", "end/dateTime", "subject", "importance", "sensitivity", "showAs", *STAMPED}
)
EVENTS = Grammar(ALL, parse, SORTABLE)
MASTER = Grammar(ALL, parse, SORTABLE, frozenset({"exceptionOccurrences", "calendar"}))
# Of a view the two timestamps cannot be selected.
VIEW = Grammar(frozenset({"id", "changeKey", *PLAIN}), parse, SORTABLE)
CALENDARS = Grammar(
    CALENDAR_NAMES, lambda text: finished(CalendarReader(text)), frozenset({"name"})
)
