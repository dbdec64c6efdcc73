"""What the contract of a calendar is asked with: series, their dates, what people do to them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.calendar import canonical
from agentbox_sync.ports import Create, Update, Written
from tests.builders.events import an_open_home
from tests.contracts.emulated_calendar import OF_WINDOWS, EmulatedCalendar
from tests.contracts.remote_side import write

Side = EmulatedCalendar
STAMP = "stamp-of-the-open-home"
ONE, TWO, THREE = "2026-12-05", "2026-12-12", "2026-12-19"
SATURDAYS = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["saturday"]},
    "range": {"type": "noEnd", "startDate": ONE},
}


def told(record: Any) -> dict[str, Any]:
    return canonical(record, Locality(zone="Australia/Sydney"))


def at(day: str, clock: str = "12:00", until: str = "12:30") -> dict[str, Any]:
    start, end = f"{day}T{clock}:00", f"{day}T{until}:00"
    return {"start": start, "end": end, "zone": "Australia/Sydney", "all_day": False}


def open_home(side: Side, **atoms: Any) -> Written:
    (answer,) = write(side, Create(STAMP, an_open_home(**atoms)))
    assert isinstance(answer, Written), answer
    return answer


def update(side: Side, item: Any, atoms: tuple[str, ...], **changed: Any) -> Any:
    (answer,) = write(
        side, Update(item.remote_id, item.etag, an_open_home(**changed), tuple(atoms))
    )
    return answer


def saturdays(side: Side, **properties: Any) -> str:
    """A person's own series in Outlook."""
    times = {
        name: {"dateTime": f"{ONE}T{clock}:00", "timeZone": OF_WINDOWS}
        for name, clock in (("start", "10:00"), ("end", "10:30"))
    }
    return side.add("Open home", **times, recurrence=SATURDAYS, **properties)


def date_of(side: Side, series: str, day: str) -> str:
    """The id of one date of a series, as a person's calendar would have it."""
    # Ten o'clock in Sydney's summer is eleven in the evening before, Greenwich time.
    end = datetime.fromisoformat(f"{day}T00:00:00")
    begin = end - timedelta(hours=2)
    made = side.client.get(
        f"/me/events/{series}/instances?startDateTime={begin.isoformat()}"
        f"&endDateTime={end.isoformat()}&$select=id"
    )
    return str(made.body["value"][0]["id"])


def on(day: str) -> dict[str, Any]:
    return {
        name: {"dateTime": f"{day}T{clock}:00", "timeZone": OF_WINDOWS}
        for name, clock in (("start", "10:00"), ("end", "10:30"))
    }
