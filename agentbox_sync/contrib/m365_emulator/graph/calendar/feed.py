from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from ...calendar.records import EXCEPTION, Event, occurrence_id
from ...calendar.views import Instance, whole
from ...records import EVERYTHING
from ..cursor import Cursor
from ..errors import bad_request
from ..feeds import NOTED_ALWAYS, REFUSED, removed_row
from ..messages import Call
from .paths import target, window
from .shapes import as_json, skeleton

KIND = {"@odata.type": "#microsoft.graph.event"}
SCHEDULE = {"start", "end", "recurrence", "isAllDay"}
Rows = list[dict[str, Any]]


class EventFeed:
    """What one calendar shows in a window that its tokens keep for good.

    A series is one entry: its master and its occurrences come together and are never split.
    """

    resource = "Events"
    refused: tuple[str, ...] = ("$select", *REFUSED)

    def __init__(self, call: Call) -> None:
        self.call = call
        self.store = call.mailbox.calendars
        calendar = target(call)
        if not calendar.is_default and not call.state.switches.calendar_delta:
            raise bad_request("Change tracking is only supported for the primary calendar.")
        self.id = calendar.id
        self.journal = self.store.journals[self.id]
        self.context = f"{call.request.base}/$metadata#Collection(event)"

    def begin(self, cursor: Cursor) -> Cursor:
        start, end = window(self.call)
        return replace(cursor, window=(start.isoformat(), end.isoformat()))

    def present(self, cursor: Cursor) -> Iterator[tuple[int, str]]:
        return (
            (event.serial, event.key)
            for event in self.store.of(self.id)
            if self._shown(event, cursor)
        )

    def rows(self, key: str, cursor: Cursor) -> Rows | None:
        event = self.store.events.get(key)
        if event is None or event.deleted or event.calendar != self.id:
            return None
        found = self._shown(event, cursor)
        if not found:
            return None  # outside the window: told as removed, which is no proof of anything
        head = self._head(event, cursor)
        if not event.is_series:
            return [head]
        rows = [head, *(self._occurrence(item) for item in found)]
        if self.call.state.switches.delta_cancelled == "removed" and not cursor.initial:
            rows += [self._gone(event, day) for day in event.cancelled]
        return rows

    def removed(self, key: str, cursor: Cursor) -> Rows:
        immutable = self.call.prefer.immutable_ids
        rows = [removed_row("event", key if immutable else self.store.former_rest_id(key))]
        event = self.store.events.get(key)
        if event and event.is_series and self.call.state.switches.delta_series_removed == "all":
            rows += [self._gone(event, item.day) for item in self._shown(event, cursor)]
        return rows

    def _shown(self, event: Event, cursor: Cursor) -> list[Instance]:
        start, end = (datetime.fromisoformat(text) for text in cursor.window)
        return self.store.shown(event, start, end)

    def _head(self, event: Event, cursor: Cursor) -> dict[str, Any]:
        """A single event, or the master of a series."""
        shown = {**KIND, **as_json(self.call, whole(event))}
        if not self.call.state.switches.delta_partial or cursor.initial:
            return shown
        touched = self.store.touched.get(event.key, {})
        if event.serial > cursor.since or touched.get(EVERYTHING, 0) > cursor.since:
            return shown
        fields = {name for name, at in touched.items() if at > cursor.since}
        if fields & SCHEDULE:
            fields |= SCHEDULE
        return {k: v for k, v in shown.items() if k in fields or k in NOTED_ALWAYS}

    def _occurrence(self, item: Instance) -> dict[str, Any]:
        full = self.call.state.switches.delta_exceptions == "full"
        if item.kind == EXCEPTION and full:
            return {**KIND, **as_json(self.call, item)}
        return {**KIND, **skeleton(self.call, item)}

    def _gone(self, event: Event, day: str) -> dict[str, Any]:
        immutable = self.call.prefer.immutable_ids
        name = event.key if immutable else self.store.former_rest_id(event.key)
        if not immutable and not event.deleted:
            name = event.rest_id
        return removed_row("event", occurrence_id(name, day))
