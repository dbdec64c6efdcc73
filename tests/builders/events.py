"""Events as Graph shows them, and events as the CRM writes them down."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from agentbox_sync.core.recurrence.problems import SeriesEmpty
from agentbox_sync.core.recurrence.rule_text import read_rule
from agentbox_sync.core.recurrence.to_graph import Expression, expressed

ZONES = (
    "Australia/Sydney",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
)
RULES = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3;COUNT=5",
    "FREQ=WEEKLY;BYDAY=SA",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;UNTIL=20270630",
    "FREQ=MONTHLY;BYMONTHDAY=15",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYDAY=-1FR;COUNT=4",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28",
    "FREQ=YEARLY;BYMONTH=11;BYDAY=1TU",
)


def utc(text: str) -> dict[str, str]:
    """A time such as `2026-12-05 10:00`, as Graph answers it in UTC."""
    return {"dateTime": f"{text.replace(' ', 'T')}:00.0000000", "timeZone": "UTC"}


def an_event_row(**properties: Any) -> dict[str, Any]:
    """A single event of half an hour, on a Saturday at ten in Sydney, read in UTC as text."""
    return {
        "@odata.etag": 'W/"ZlnW4RIAV06KYYwlrfNZvQAAKGWwbw=="',
        "id": "AAMk1",
        "createdDateTime": "2026-10-19T23:08:24Z",
        "lastModifiedDateTime": "2026-10-19T23:08:24Z",
        "changeKey": "ZlnW4RIAV06KYYwlrfNZvQAAKGWwbw==",
        "categories": [],
        "originalStartTimeZone": "AUS Eastern Standard Time",
        "originalEndTimeZone": "AUS Eastern Standard Time",
        "reminderMinutesBeforeStart": 15,
        "isReminderOn": True,
        "subject": "Let's go for lunch",
        "importance": "normal",
        "sensitivity": "normal",
        "isAllDay": False,
        "isCancelled": False,
        "isOrganizer": True,
        "isOnlineMeeting": False,
        "seriesMasterId": None,
        "showAs": "busy",
        "type": "singleInstance",
        "recurrence": None,
        "body": {"contentType": "text", "content": "Does late morning work for you?"},
        "start": utc("2026-12-04 23:00"),
        "end": utc("2026-12-04 23:30"),
        "location": {"displayName": "Harry's Bar", "locationType": "default"},
        "attendees": [],
        **properties,
    }


def a_master(**properties: Any) -> dict[str, Any]:
    """A series every Saturday from the fifth of December 2026 on, with both lists of its dates."""
    return an_event_row(
        type="seriesMaster",
        recurrence={
            "pattern": {
                "type": "weekly",
                "interval": 1,
                "month": 0,
                "dayOfMonth": 0,
                "daysOfWeek": ["saturday"],
                "firstDayOfWeek": "sunday",
                "index": "first",
            },
            "range": {
                "type": "noEnd",
                "startDate": "2026-12-05",
                "endDate": "0001-01-01",
                "recurrenceTimeZone": "AUS Eastern Standard Time",
                "numberOfOccurrences": 0,
            },
        },
        **{"cancelledOccurrences": [], "exceptionOccurrences": [], **properties},
    )


def an_appointment(subject: str = "Appraisal", day: str = "2026-12-05", **atoms: Any) -> Any:
    """A record of half an hour at ten in Sydney."""
    when = {"start": f"{day}T10:00:00", "end": f"{day}T10:30:00", "zone": "Australia/Sydney"}
    return {"subject": subject, "when": when, **atoms}


def an_open_home(subject: str = "Open home", **atoms: Any) -> Any:
    """A record of a series: every Saturday at ten in Sydney, ten times."""
    rule = {
        "rule": "FREQ=WEEKLY;BYDAY=SA;COUNT=10",
        "start": "2026-12-05T10:00:00",
        "zone": "Australia/Sydney",
    }
    return an_appointment(subject, **{"recurrence": rule, **atoms})


# --------------------------------------------------------------------------------- random records

_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=40
).map(str.strip)


@st.composite
def random_times(draw: st.DrawFn) -> dict[str, Any]:
    """Times of minutes or whole days, between 2020 and 2034."""
    zone = draw(st.sampled_from(ZONES))
    start = datetime.fromisoformat("2020-01-01") + timedelta(
        minutes=draw(st.integers(0, 14 * 525_600))
    )
    if draw(st.booleans()):
        end = start + timedelta(days=draw(st.integers(1, 4)))
        first, last = (moment.date().isoformat() for moment in (start, end))
        return {"start": first, "end": last, "zone": zone, "all_day": True}
    end = start + timedelta(minutes=draw(st.integers(61, 3000)))  # longer than any gap of a clock
    clock = {"start": start.isoformat(), "end": end.isoformat()}
    return {**clock, "zone": zone, "all_day": False}


@st.composite
def random_events(draw: st.DrawFn) -> dict[str, Any]:
    """Records with any of the atoms; a series only where its rule has words in Exchange.

    ``show_as`` says something: Exchange has no word for "nothing said", and shows "busy".
    """
    whole = {
        "subject": _TEXT,
        "location": _TEXT,
        "body": st.lists(_TEXT.filter(bool), max_size=3).map("\n".join),
        "reminder": st.none() | st.integers(0, 10_000),
        "sensitivity": st.sampled_from(["", "normal", "personal", "private", "confidential"]),
        "show_as": st.sampled_from(["free", "tentative", "busy", "oof", "workingElsewhere"]),
        "categories": st.lists(st.sampled_from(["Open home", "Golf", "Family"]), unique=True),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(whole))))
    record: dict[str, Any] = {atom: draw(whole[atom]) for atom in sorted(chosen)}
    if draw(st.booleans()):
        record["when"] = draw(random_times())
        record |= {"recurrence": draw(st.none() | _series(record["when"]))}
    return record


@st.composite
def _series(draw: st.DrawFn, when: dict[str, Any]) -> Any:
    rule = draw(st.sampled_from(RULES))
    start = datetime.fromisoformat(when["start"])
    try:
        found = expressed(read_rule(rule), start, None)
    except SeriesEmpty:
        return None
    if not isinstance(found, Expression) or found.first != start.date():
        return None
    return {"rule": rule, "start": when["start"], "zone": when["zone"]}
