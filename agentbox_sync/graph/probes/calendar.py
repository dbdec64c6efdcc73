"""The workshop of the calendar: what its documentation leaves open."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from agentbox_sync.core.errors import OutcomeUnknown
from agentbox_sync.graph import stamp
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.errors import Asked, error_of
from agentbox_sync.graph.exchange import Response
from agentbox_sync.graph.links import query
from agentbox_sync.graph.probes.answers import Fit, Probe, Unanswered, compared, status_of
from agentbox_sync.graph.probes.diary import Diary, Item, at
from agentbox_sync.graph.stores import calendar, events, series
from agentbox_sync.graph.stores.base import etag_of
from agentbox_sync.ports import Clock

_CODECS, _STORES = "agentbox_sync.graph.codecs", "agentbox_sync.graph.stores"
_SET = "Set it to what was found; the alternative stands beside it."
_DETAILS = query(
    select="subject,cancelledOccurrences,exceptionOccurrences", expand="exceptionOccurrences"
)


class CalendarWorkshop:
    """A calendar beside the main one, and every question about events. Nobody is invited."""

    def __init__(self, client: GraphClient, clock: Clock) -> None:
        self.diary = Diary(client, clock)

    def open(self) -> None:
        """Remove what an earlier probe left behind, and make the calendar."""
        self.diary.open()

    def close(self) -> list[str]:
        """Remove everything; return in words what is still there."""
        return self.diary.close()

    def probes(self) -> Sequence[Probe]:
        """Return the questions, in the order in which they are asked."""
        return (
            Probe(
                "Is a calendar found by its stamp?",
                f"{_STORES}.calendar:CALENDAR_FILTER_WORKS",
                self._by_stamp,
                _SET,
            ),
            Probe(
                "Does an event tell which calendar it lies in?",
                f"{_STORES}.events:EXPAND_CALENDAR_WORKS",
                self._its_calendar,
                _SET,
            ),
            Probe(
                "How is the id of a create refused that is used up?",
                "agentbox_sync.graph.errors:BY_CODE",
                self._used_up,
                "Add the code to the table, as an unknown outcome that the stamp settles.",
            ),
            Probe(
                "Do all dates of a series have one ETag?",
                f"{_STORES}.series:DATES_SHARE_ETAG",
                self._shared_etag,
                _SET,
            ),
            Probe(
                "What becomes of the dates that differ when a series takes another time?",
                f"{_STORES}.calendar:Calendar.follow_up",
                self._rescheduled,
            ),
            Probe(
                "How are the midnights of a whole day answered in UTC?",
                f"{_CODECS}.times:day_of",
                self._whole_day,
            ),
            Probe(
                "Has a calendar of one's own a change feed?",
                f"{_STORES}.calendar:Calendar.delta",
                self._own_feed,
                "Offer the main calendar only as a target.",
            ),
            Probe(
                "Does the feed give bodies as text?",
                f"{_CODECS}.bodies:read_body",
                self._bodies,
            ),
            Probe(
                "What does the feed say of a cancelled date?",
                f"{_STORES}.events:by_series",
                self._cancelled_date,
                "A cancelled date is found by the weekly listing only: force a run to see it.",
            ),
        )

    def _by_stamp(self) -> tuple[str, Fit]:
        options = query(
            filter=stamp.filter_of(self.diary.stamp, stamp.FOLDER_PROPERTY_ID),
            expand=stamp.EXPAND_FOLDER,
        )
        answer = self.diary.get(f"{events.CALENDARS}?{options}")
        found = answer.ok and [row["id"] for row in answer.body["value"]] == [self.diary.calendar]
        return compared(
            status_of(answer), supposed=calendar.CALENDAR_FILTER_WORKS, found=bool(found)
        )

    def _its_calendar(self) -> tuple[str, Fit]:
        answer = self.diary.read(self.diary.event(), query(expand="calendar"))
        told = (answer.body.get("calendar") or {}) if answer.ok else {}
        found = told.get("id") == self.diary.calendar
        return compared(
            status_of(answer) if told else f"{status_of(answer)}, no calendar",
            supposed=events.EXPAND_CALENDAR_WORKS,
            found=found,
        )

    def _used_up(self) -> tuple[str, Fit]:
        id_ = str(uuid.uuid4())
        self.diary.event(transactionId=id_)
        answer = self.diary.try_event(transactionId=id_, subject="Another one")
        if answer.ok:
            return f"{status_of(answer)}: it is not refused", Fit.NOTED
        known = isinstance(error_of(answer, Asked.CREATE), OutcomeUnknown)
        return compared(status_of(answer), supposed=True, found=known)

    def _shared_etag(self) -> tuple[str, Fit]:
        first, second, *_ = self.diary.dates(self.diary.series())
        changed = self.diary.change(first, {"subject": "Changed"})
        if not changed.ok:
            raise Unanswered(f"a date was not changed: {status_of(changed)}")
        answer = self.diary.change(second, {"subject": "Other"}, etag_of(changed.body))
        return compared(status_of(answer), supposed=series.DATES_SHARE_ETAG, found=answer.ok)

    def _rescheduled(self) -> tuple[str, Fit]:
        made = self.diary.series()
        _, date, *_ = self.diary.dates(made)
        self.diary.change(date, {"subject": "Changed"})
        now = self.diary.read(made)
        day = self.diary.day(1)
        times = {"start": at(day, "11:00"), "end": at(day, "11:30")}
        moved = self.diary.change(now.body, {**times, "recurrence": made["recurrence"]})
        if not moved.ok:
            raise Unanswered(f"the series was not moved: {status_of(moved)}")
        left = self._details(made).get("exceptionOccurrences") or ()
        return f"{len(left)} of 1 is kept", Fit.NOTED

    def _whole_day(self) -> tuple[str, Fit]:
        first, last = at(self.diary.day(2)), at(self.diary.day(3))
        made = self.diary.event(isAllDay=True, start=first, end=last)
        shown = self.diary.read(made).body["start"]["dateTime"]
        return f"at {shown[11:16]}", Fit.NOTED

    def _own_feed(self) -> tuple[str, Fit]:
        _, link = self.diary.round()
        made, rows = self.diary.event(), self.diary.news(link)
        found = made["id"] in [row["id"] for row in rows]
        return compared("the event is in it" if found else "empty", supposed=True, found=found)

    def _bodies(self) -> tuple[str, Fit]:
        _, link = self.diary.round()
        made = self.diary.event(body={"contentType": "text", "content": "Agentbox"})
        rows = self.diary.news(link, 'outlook.body-content-type="text"')
        shown = next((row for row in rows if row["id"] == made["id"]), {})
        return str((shown.get("body") or {}).get("contentType") or "no body"), Fit.NOTED

    def _cancelled_date(self) -> tuple[str, Fit]:
        made = self.diary.series()
        _, link = self.diary.round()
        _, date, *_ = self.diary.dates(made)
        path = events.item_path(str(date["id"]))
        if not (answer := self.diary.ask("DELETE", path, etag=etag_of(date))).ok:
            raise Unanswered(f"a date was not cancelled: {status_of(answer)}")
        rows = self.diary.news(link)
        named = {row.get("seriesMasterId") or row["id"] for row in rows if "@removed" not in row}
        told = [f"{len(rows)} rows", *(["one removed"] if _removed(rows) else [])]
        return compared(", ".join(told), supposed=True, found=made["id"] in named)

    def _details(self, item: Item) -> Item:
        answer: Response = self.diary.read(item, _DETAILS)
        if not answer.ok or "cancelledOccurrences" not in answer.body:
            raise Unanswered(f"the dates that differ were not told: {status_of(answer)}")
        return answer.body  # type: ignore[no-any-return]  # the item that was asked for


def _removed(rows: Sequence[Item]) -> bool:
    return any("@removed" in row for row in rows)
