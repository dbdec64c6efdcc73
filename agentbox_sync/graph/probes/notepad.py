"""A task list of our own in somebody's mailbox, to try things in: nothing of it stays."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from agentbox_sync.core.errors import OutcomeUnknown, ServerFault
from agentbox_sync.graph import delta
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.codecs.tasks import reference_of
from agentbox_sync.graph.exchange import Request, Response
from agentbox_sync.graph.links import relative, segment
from agentbox_sync.graph.probes.answers import Unanswered, checked, status_of
from agentbox_sync.graph.probes.bench import AGENT, ATTEMPTS, MARK, MOST_PAGES, PATIENCE, PAUSE
from agentbox_sync.graph.probes.diary import entity
from agentbox_sync.graph.stores.base import etag_of
from agentbox_sync.graph.stores.searching import listing
from agentbox_sync.graph.stores.todo import EXPAND, LINKED, LISTS, items_path, list_path
from agentbox_sync.ports import Clock

LIST_NAME = "Agentbox probe"

Item = Mapping[str, Any]


class Notepad:
    """The list, and the hands that work in it."""

    def __init__(self, client: GraphClient, clock: Clock) -> None:
        self.client = client
        self.clock = clock
        self.list = ""
        self.zone = ""  # the mailbox's, on whose clocks a due date is a day
        self.stamp = f"{MARK}:{uuid.uuid4()}"

    def open(self) -> None:
        """Remove what an earlier probe left behind, and make the list."""
        self.client.call_itself(AGENT)
        settings = self.get("/me/mailboxSettings").body
        self.zone = str((settings or {}).get("timeZone") or "")
        for left in self._marked():
            self._remove(left)
        # The mark is in the name: there is nowhere else to put it while a list is made.
        body = {"displayName": f"{LIST_NAME} ({self.stamp})"}
        self.list = str(entity(self.ask("POST", LISTS, body), "a list was not made")["id"])

    def close(self) -> list[str]:
        """Remove everything; return in words what is still there."""
        for left in self._marked():
            self._remove(left)
        return [f"the task list “{LIST_NAME}”" for _ in self._marked()]

    def ask(self, method: str, path: str, body: Item | None = None, etag: str = "") -> Response:
        """Send one request in a batch of its own; raises what :func:`checked` raises."""
        return self.send(Request(method, path, if_match=etag, body=body))

    def send(self, request: Request) -> Response:
        """Send one request of our code's as it is; raises what :func:`checked` raises."""
        return self._checked(self.client.batch([request])[0])

    def get(self, path: str, *prefer: str) -> Response:
        """Read; raises what :func:`checked` raises."""
        return self._checked(self.client.get(path, prefer=prefer))

    def day(self, number: int = 0) -> str:
        """Return a date of the weeks to come."""
        return (self.clock.now().date() + timedelta(days=7 + number)).isoformat()

    def task(self, **properties: Any) -> Item:
        """Make a task that leads to nowhere in the CRM; raises Unanswered when it is refused."""
        return entity(self.try_task(**properties), "a task was not made")

    def try_task(self, **properties: Any) -> Response:
        """Try to make a task in the list."""
        body = {"title": LIST_NAME, LINKED: [reference_of({}, self.stamp)], **properties}
        return self.ask("POST", items_path(self.list), body)

    def series(self, title: str) -> Item:
        """Make a task that comes again the day after, three times in all."""
        bounds = {"type": "numbered", "startDate": self.day(), "numberOfOccurrences": 3}
        return self.task(
            title=title,
            dueDateTime={"dateTime": f"{self.day()}T00:00:00", "timeZone": "UTC"},
            recurrence={"pattern": {"type": "daily", "interval": 1}, "range": bounds},
        )

    def path(self, item: Item) -> str:
        """Return the path of a task."""
        return f"{items_path(self.list)}/{segment(str(item['id']))}"

    def read(self, item: Item) -> Item:
        """Return a task as it is now; raises Unanswered when it is not there."""
        return entity(self.get(f"{self.path(item)}?{EXPAND}"), "a task could not be read")

    def change(self, item: Item, **properties: Any) -> Response:
        """Try to change a task as it was last seen."""
        return self.ask("PATCH", self.path(item), properties, etag_of(item))

    def remove(self, item: Item) -> Response:
        """Delete a task as it was last seen."""
        return self.ask("DELETE", self.path(item), etag=etag_of(item))

    def titled(self, title: str) -> list[Item]:
        """Return the tasks that have a title, with what is linked to them."""
        return [row for row in self._rows(listing(self.list)) if row.get("title") == title]

    def until(self, found: Callable[[], bool]) -> bool:
        """Wait for something; tell whether it came."""
        for _ in range(PATIENCE):
            if found():
                return True
            self.clock.sleep(PAUSE)
        return False

    def round(self, link: str = "", options: str = "") -> tuple[list[Item], str]:
        """Read one round of the list's feed; returns its rows and the delta link."""
        path = f"{items_path(self.list)}/delta{options}"
        rows: list[Item] = []
        for _ in range(MOST_PAGES):
            answer = self.get(relative(link, self.client.base_url) if link else path, *delta.PREFER)
            if not answer.ok or not isinstance(answer.body, dict):
                raise Unanswered(f"the feed was refused: {status_of(answer)}")
            rows += answer.body["value"]
            link = str(answer.body.get("@odata.nextLink") or "")
            if not link:
                return rows, str(answer.body.get("@odata.deltaLink") or "")
        raise Unanswered(f"the feed had more than {MOST_PAGES} pages")

    def news(self, item: Item, link: str = "") -> tuple[list[Item], str]:
        """Wait until the feed says something of a task; returns all rows until then, the link."""
        rows: list[Item] = []
        for _ in range(PATIENCE):
            more, link = self.round(link)
            rows += more
            if any(row["id"] == item["id"] for row in more):
                return rows, link
            self.clock.sleep(PAUSE)
        raise Unanswered(f"the feed said nothing of it within {PATIENCE * PAUSE:.0f} seconds")

    def _marked(self) -> list[str]:
        rows = self._rows(LISTS)
        return [str(row["id"]) for row in rows if f"({MARK}:" in str(row.get("displayName") or "")]

    def _rows(self, path: str) -> list[Item]:
        found: list[Item] = []
        for _ in range(MOST_PAGES):
            body = self.get(path).body
            rows = body.get("value") if isinstance(body, Mapping) else None
            found += rows if isinstance(rows, list) else ()
            link = str(body.get("@odata.nextLink") or "") if isinstance(body, Mapping) else ""
            if not link:
                break
            path = relative(link, self.client.base_url)
        return found

    def _remove(self, marked: str) -> None:
        """Remove a list with all that is in it."""
        for attempt in range(ATTEMPTS):
            try:
                self.ask("DELETE", list_path(marked))
                return
            except (OutcomeUnknown, ServerFault):
                if attempt == ATTEMPTS - 1:
                    return  # it is looked for at the end, and told
                self.clock.sleep(PAUSE)

    def _checked(self, response: Response) -> Response:
        return checked(response, self.client.wait_of(response))
