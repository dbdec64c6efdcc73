"""How a series is chosen and named on the page: the common ones, and any other as it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ..calendar.recurrence import DAYS, INDEXES
from ..graph.calendar.recurrences import NO_DATE

WORKDAYS = list(DAYS[:5])
NEVER, KEPT = "", "kept"
Rule = Mapping[str, Any]


def choices(day: date, rule: Rule | None) -> list[tuple[str, str]]:
    """What an event that starts on a day can be chosen to be: key and words."""
    weekday = f"{day:%A}"
    found = [
        (NEVER, "Does not repeat"),
        ("daily", "Every day"),
        ("workdays", "Every weekday, Monday to Friday"),
        ("weekly", f"Every week on {weekday}"),
        ("fortnightly", f"Every two weeks on {weekday}"),
        ("monthly", f"Every month on day {day.day}"),
        ("nth", f"Every month on the {_index(day)} {weekday}"),
        ("yearly", f"Every year on {day.day} {day:%B}"),
    ]
    if rule is not None and chosen(rule, day) == KEPT:
        found.append((KEPT, words(rule)))
    return found


def chosen(rule: Rule | None, day: date) -> str:
    """Which of the choices a rule is; one that is none of them is kept as it is."""
    if rule is None:
        return NEVER
    for key in ("daily", "workdays", "weekly", "fortnightly", "monthly", "nth", "yearly"):
        if _essence(_pattern(key, day)) == _essence(rule["pattern"]):
            return key
    return KEPT


def until_of(rule: Rule | None) -> str:
    ends = rule["range"]["endDate"] if rule else NO_DATE
    return "" if ends == NO_DATE else str(ends)


def rule_of(key: str, until: str, day: date, before: Rule | None) -> dict[str, Any] | None:
    """What to send for a choice; what was there before stays where its words were chosen."""
    if key == NEVER or (key == KEPT and before is None):
        return None
    span: dict[str, Any] = {"type": "noEnd", "startDate": day.isoformat()}
    if until:
        span |= {"type": "endDate", "endDate": until}
    elif before is not None and before["range"]["type"] == "numbered":
        count = before["range"]["numberOfOccurrences"]
        span |= {"type": "numbered", "numberOfOccurrences": count}
    if before is not None and key == KEPT:
        return {"pattern": dict(before["pattern"]), "range": span}
    return {"pattern": _pattern(key, day), "range": span}


def words(rule: Rule) -> str:
    """A rule in a sentence's half: "Every 2 weeks on Monday and Friday"."""
    pattern = rule["pattern"]
    kind, step = pattern["type"], pattern["interval"]
    unit = {"d": "day", "w": "week"}.get(kind[0]) or ("month" if "Monthly" in kind else "year")
    text = f"Every {unit}" if step == 1 else f"Every {step} {unit}s"
    days = [day.capitalize() for day in pattern.get("daysOfWeek", ())]
    named = " and ".join(filter(None, [", ".join(days[:-1]), days[-1]])) if days else ""
    month = date(2000, pattern["month"], 1).strftime("%B") if pattern["month"] else ""
    if kind == "weekly":
        text += f" on {named}"
    elif kind.startswith("relative"):
        text += f" on the {pattern['index']} {named}" + (f" of {month}" if month else "")
    elif kind != "daily":
        text += f" on day {pattern['dayOfMonth']}" + (f" of {month}" if month else "")
    span = rule["range"]
    if span["type"] == "numbered":
        text += f", {span['numberOfOccurrences']} times"
    elif until := until_of(rule):
        ends = date.fromisoformat(until)
        text += f", until {ends.day} {ends:%B %Y}"
    return text


def _pattern(key: str, day: date) -> dict[str, Any]:
    weekday = [DAYS[day.weekday()]]
    return {
        "daily": {"type": "daily", "interval": 1},
        "workdays": {"type": "weekly", "interval": 1, "daysOfWeek": WORKDAYS},
        "weekly": {"type": "weekly", "interval": 1, "daysOfWeek": weekday},
        "fortnightly": {"type": "weekly", "interval": 2, "daysOfWeek": weekday},
        "monthly": {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": day.day},
        "nth": {
            "type": "relativeMonthly",
            "interval": 1,
            "daysOfWeek": weekday,
            "index": _index(day),
        },
        "yearly": {
            "type": "absoluteYearly",
            "interval": 1,
            "dayOfMonth": day.day,
            "month": day.month,
        },
    }[key]


def _essence(pattern: Mapping[str, Any]) -> dict[str, Any]:
    """What of a pattern its type uses."""
    kind = pattern["type"]
    names = {"type", "interval"}
    if kind == "weekly" or kind.startswith("relative"):
        names.add("daysOfWeek")
    if kind.startswith("relative"):
        names.add("index")
    if kind.startswith("absolute"):
        names.add("dayOfMonth")
    if kind.endswith("Yearly"):
        names.add("month")
    found = {name: pattern.get(name) for name in names}
    if "daysOfWeek" in found:
        found["daysOfWeek"] = set(found["daysOfWeek"] or ())
    return found


def _index(day: date) -> str:
    """Which of its weekday in the month; a fifth one is the last."""
    return INDEXES[min((day.day - 1) // 7, 4)]
