from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ...calendar.moments import instant, read_window
from ...switches import Switches
from ...todo.changes import MOMENTS
from ...todo.records import Task, TaskList
from ..filters import COMPARE, FUNCTIONS, WORDS, Filter, Reader, Test, finished, invalid
from ..query import Grammar
from .shapes import ALL, LIST_NAMES, PARTS

STRINGS = ("title", "status", "importance")
STAMPED: dict[str, Callable[[Task], str]] = {
    "createdDateTime": lambda task: task.created,
    "lastModifiedDateTime": lambda task: task.modified,
}
DATED = (*MOMENTS, "completedDateTime")
ORDERS: dict[str, Callable[[datetime, datetime], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "ge": lambda a, b: a >= b,
    "gt": lambda a, b: a > b,
    "le": lambda a, b: a <= b,
    "lt": lambda a, b: a < b,
}


class TaskReader(Reader):
    """Reads a filter over tasks."""

    def __init__(self, text: str, switches: Switches) -> None:
        super().__init__(text)
        self.switches = switches

    def factor(self) -> Test:
        if self.peek() in ("categories", "linkedResources"):
            self.comparisons += 1
            return self.any_category() if self.take() == "categories" else self.any_linked()
        return super().factor()

    def comparison(self, name: str) -> Test:
        if name in DATED:
            self.take("/")
            self.take("dateTime")
        operator = self.take().lower()
        if operator not in WORDS:
            raise invalid(f"'{operator}' after '{name}'")
        if name in DATED:
            return self._moment(name, operator)
        if name == "isReminderOn" and operator in ("eq", "ne"):
            wanted = self.take().lower() == "true"
            return lambda task: (bool(task.values[name]) == wanted) == (operator == "eq")
        if name in STAMPED:
            value, read = self.literal(), STAMPED[name]
            return lambda task: COMPARE[operator](read(task), value)
        if name not in STRINGS or operator not in ("eq", "ne"):
            raise invalid(f"{name} {operator}")
        self._check_title(name)
        value = self.literal().lower()
        return lambda task: COMPARE[operator](str(task.values[name]).lower(), value)

    def function(self, word: str) -> Test:
        self.take("(")
        name = self.take()
        self._check_title(name)
        self.take(",")
        value = self.literal().lower()
        self.take(")")
        if name != "title":
            raise invalid(f"{word}({name})")
        return lambda task: FUNCTIONS[word](str(task.values[name]).lower(), value)

    def any_category(self) -> Test:
        variable = self._open_any()
        for token in (variable, "eq"):
            self.take(token)
        name = self.literal().lower()
        self.take(")")
        return lambda task: name in {str(c).lower() for c in task.values["categories"]}

    def any_linked(self) -> Test:
        """No page says that tasks can be found by what is linked to them."""
        if self.switches.todo_linked_filter == "refuse":
            raise invalid("linkedResources")
        variable = self._open_any()
        self.take(variable)
        self.take("/")
        name = self.take()
        self.take("eq")
        value = self.literal()
        self.take(")")
        return lambda task: any(part.get(name) == value for part in task.linked)

    def any_email(self) -> Test:
        raise invalid("emailAddresses")

    def any_property(self) -> Test:
        raise invalid("singleValueExtendedProperties")

    def _check_title(self, name: str) -> None:
        """The page names $filter, and no property that can be filtered by."""
        if name == "title" and self.switches.todo_title_filter == "refuse":
            raise invalid(name)

    def _moment(self, name: str, operator: str) -> Test:
        text = self.literal()
        try:
            wanted = read_window(text)
        except ValueError:
            raise invalid(f"the time '{text}'") from None

        def test(task: Task) -> bool:
            held = task.values[name]
            if held is None:
                return operator == "ne"
            return ORDERS[operator](instant(held), wanted)

        return test


class ListReader(Reader):
    """Reads a filter over lists: their names."""

    def comparison(self, name: str) -> Test:
        operator = self.take().lower()
        if name not in ("displayName", "wellknownListName") or operator not in ("eq", "ne"):
            raise invalid(f"{name} {operator}")
        value = self.literal().lower()
        return lambda found: COMPARE[operator](_named(found, name).lower(), value)

    def function(self, word: str) -> Test:
        self.take("(")
        name = self.take()
        self.take(",")
        value = self.literal().lower()
        self.take(")")
        if name != "displayName":
            raise invalid(f"{word}({name})")
        return lambda found: FUNCTIONS[word](found.name.lower(), value)


def _named(tasks: TaskList, name: str) -> str:
    return tasks.name if name == "displayName" else tasks.well_known


def sort_value(task: Task, name: str) -> Any:
    if name in STAMPED:
        return STAMPED[name](task)
    if name.endswith("/dateTime"):
        held = task.values[name.partition("/")[0]]
        return held["dateTime"] if held else ""
    return str(task.values[name]).lower()


def tasks(switches: Switches) -> Grammar:
    """What the options of a list of tasks may name."""

    def parse(text: str) -> Filter:
        return finished(TaskReader(text, switches))

    return Grammar(ALL, parse, SORTABLE, PARTS)


SORTABLE = frozenset({*STRINGS, *STAMPED, *(f"{name}/dateTime" for name in DATED)})
LISTS = Grammar(
    frozenset(LIST_NAMES),
    lambda text: finished(ListReader(text)),
    frozenset({"displayName"}),
)
