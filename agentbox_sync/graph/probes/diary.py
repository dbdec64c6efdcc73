"""A calendar of our own in somebody's mailbox, to try things in: nothing of it stays."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from agentbox_sync.core.errors import OutcomeUnknown, ServerFault
from agentbox_sync.graph import stamp
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.exchange import Request, Response
from agentbox_sync.graph.links import query, relative
from agentbox_sync.graph.probes.answers import Unanswered, checked, status_of
from agentbox_sync.graph.probes.bench import AGENT, ATTEMPTS, MARK, MOST_PAGES, PATIENCE, PAUSE
from agentbox_sync.graph.stores.base import etag_of
from agentbox_sync.graph.stores.events import CALENDARS, calendar_path, item_path, items_path
from agentbox_sync.ports import Clock

CALENDAR_NAME = "Agentbox probe"
ZONE = "AUS Eastern Standard Time"  # far from Greenwich, and with a summer of its own

Item = Mapping[str, Any]


class Diary:
    """The calendar, and the hands that work in it."""

    def __init__(self, client: GraphClient, clock: Clock) -> None:
        self.client = client
        self.clock = clock
        self.calendar = ""
        self.stamp = f"{MARK}:{uuid.uuid4()}"
        self._made: dict[str, None] = {}

    def open(self) -> None:
        """Remove what an earlier probe left behind, and make the calendar."""
        self.client.call_itself(AGENT)
        for left in self._marked():
            self._remove(left)
        self.calendar = self.another()

    def another(self) -> str:
        """Make one more calendar; returns its id."""
        name = f"{CALENDAR_NAME} {uuid.uuid4().hex[:6]}"
        body = {"name": name, **stamp.payload(self.stamp, stamp.FOLDER_PROPERTY_ID)}
        return str(entity(self.ask("POST", CALENDARS, body), "a calendar was not made")["id"])

    def close(self) -> list[str]:
        """Remove everything; return in words what is still there."""
        for left in self._marked():
            self._remove(left)
        for remote_id in self._made:
            self._gone(item_path(remote_id))
        return [f"the calendar “{CALENDAR_NAME}”" for _ in self._marked()]

    def ask(self, method: str, path: str, body: Item | None = None, etag: str = "") -> Response:
        """Send one request in a batch of its own; raises what :func:`checked` raises."""
        request = Request(method, path, if_match=etag, body=body)
        return self._checked(self.client.batch([request])[0])

    def get(self, path: str, *prefer: str) -> Response:
        """Read; raises what :func:`checked` raises."""
        return self._checked(self.client.get(path, prefer=prefer))

    def day(self, number: int) -> str:
        """Return a date of the weeks to come, in the calendar's zone."""
        return (self.clock.now().date() + timedelta(days=7 + number)).isoformat()

    def event(self, **properties: Any) -> Item:
        """Make an event without anybody invited; raises Unanswered when that is refused."""
        return entity(self.try_event(**properties), "an event was not made")

    def try_event(self, **properties: Any) -> Response:
        """Try to make an event of half an hour in the calendar."""
        times = {"start": at(self.day(1), "10:00"), "end": at(self.day(1), "10:30")}
        body = {"subject": "Agentbox probe", **times, **stamp.payload(self.stamp), **properties}
        response = self.ask("POST", items_path(self.calendar), body)
        if response.ok:
            self._made[str(entity(response, "an event was not made")["id"])] = None
        return response

    def series(self) -> Item:
        """Make a series of ten days."""
        bounds = {"type": "numbered", "startDate": self.day(1), "numberOfOccurrences": 10}
        return self.event(recurrence={"pattern": {"type": "daily", "interval": 1}, "range": bounds})

    def dates(self, series: Item) -> list[Item]:
        """Return the single dates of a series as they are now."""
        path = f"{item_path(str(series['id']))}/instances?{self.window()}&{query(top='50')}"
        answer = self.get(path)
        rows = answer.body.get("value") if isinstance(answer.body, Mapping) else None
        if not answer.ok or not isinstance(rows, list) or len(rows) < 3:
            raise Unanswered(f"the dates of a series were not told: {status_of(answer)}")
        return rows

    def read(self, item: Item, options: str = "") -> Response:
        """Read an event by its id."""
        return self.get(item_path(str(item["id"])) + (f"?{options}" if options else ""))

    def change(self, item: Item, properties: Item, etag: str = "") -> Response:
        """Try to change an event, or a date of a series, as it was last seen."""
        path = item_path(str(item["id"]))
        return self.ask("PATCH", path, properties, etag or etag_of(item))

    def window(self) -> str:
        """Return the bounds of the weeks in which the probe works."""
        today = datetime.combine(self.clock.now().date(), time())
        begin, end = today, today + timedelta(days=60)
        return f"startDateTime={begin.isoformat()}Z&endDateTime={end.isoformat()}Z"

    def round(self, link: str = "", *prefer: str) -> tuple[list[Item], str]:
        """Read one round of the calendar's feed; returns its rows and the delta link."""
        path = f"{calendar_path(self.calendar)}/calendarView/delta?{self.window()}"
        rows: list[Item] = []
        for _ in range(MOST_PAGES):
            answer = self.get(relative(link, self.client.base_url) if link else path, *prefer)
            if not answer.ok or not isinstance(answer.body, dict):
                raise Unanswered(f"the feed was refused: {status_of(answer)}")
            rows += answer.body["value"]
            link = str(answer.body.get("@odata.nextLink") or "")
            if not link:
                return rows, str(answer.body.get("@odata.deltaLink") or "")
        raise Unanswered(f"the feed had more than {MOST_PAGES} pages")

    def news(self, link: str, *prefer: str) -> list[Item]:
        """Wait until the feed says something; returns its rows, none if it said nothing."""
        for _ in range(PATIENCE):
            rows, link = self.round(link, *prefer)
            if rows:
                return rows
            self.clock.sleep(PAUSE)
        return []

    def _marked(self) -> list[str]:
        answer = self.get(f"{CALENDARS}?{query(expand=stamp.EXPAND_FOLDER, top='999')}")
        rows = answer.body.get("value") if isinstance(answer.body, Mapping) else None
        return [
            str(row["id"])
            for row in (rows if isinstance(rows, list) else ())
            if stamp.stamp_of(row, stamp.FOLDER_PROPERTY_ID).startswith(MARK)
        ]

    def _remove(self, calendar: str) -> None:
        answer = self.get(f"{items_path(calendar)}?{query(top='999', select='id')}")
        rows = answer.body.get("value") if isinstance(answer.body, Mapping) else None
        for row in rows if isinstance(rows, list) else ():
            self._gone(item_path(str(row["id"])))
        self._gone(calendar_path(calendar), purges=False)

    def _gone(self, path: str, *, purges: bool = True) -> None:
        """Remove for good; where that is not offered, as a person does."""
        for attempt in range(ATTEMPTS):
            try:
                done = purges and self.ask("POST", f"{path}/permanentDelete").ok
                if not done:
                    found = self.get(path)
                    etag = etag_of(found.body) if isinstance(found.body, Mapping) else ""
                    self.ask("DELETE", path, etag=etag)
                return
            except (OutcomeUnknown, ServerFault):
                if attempt == ATTEMPTS - 1:
                    return  # it is looked for at the end, and told
                self.clock.sleep(PAUSE)

    def _checked(self, response: Response) -> Response:
        return checked(response, self.client.wait_of(response))


def at(day: str, clock: str = "00:00") -> dict[str, str]:
    """Return a time on the clocks of the calendar's zone."""
    return {"dateTime": f"{day}T{clock}:00", "timeZone": ZONE}


def entity(response: Response, otherwise: str) -> Item:
    """Return the item of an answer; raises Unanswered with ``otherwise`` where there is none."""
    if response.ok and isinstance(response.body, Mapping) and response.body.get("id"):
        return response.body
    raise Unanswered(f"{otherwise}: {status_of(response)}")
