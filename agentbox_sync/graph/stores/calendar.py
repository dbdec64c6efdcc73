"""The calendar at Graph: calendars, the change feed of a window, single events and whole series."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import ItemError, SyncError
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds.calendar import ATOMS
from agentbox_sync.core.kinds.text import line
from agentbox_sync.graph import delta, stamp
from agentbox_sync.graph.codecs.calendar import LATER, SCHEDULE, decode, encode, half_shown
from agentbox_sync.graph.codecs.times import moments_of
from agentbox_sync.graph.errors import Asked
from agentbox_sync.graph.exchange import Request, Response
from agentbox_sync.graph.links import query, relative
from agentbox_sync.graph.stores.base import (
    Place,
    Question,
    Steps,
    created,
    each,
    entities,
    entity,
    nowhere,
)
from agentbox_sync.graph.stores.events import (
    CALENDARS,
    PREFER,
    CutShort,
    Row,
    Shown,
    by_series,
    calendar_path,
    item_path,
    items_path,
    observe,
    read_before,
    read_of,
    seen_by_id,
    written_as,
)
from agentbox_sync.graph.stores.series import more_dates, write_dates
from agentbox_sync.ports import Create, Delete, Lost, Update, Window, Write, Written

# *Unconfirmed*: `$filter` on an extended property of a calendar (that calendars have them is
# documented). False: the calendars are listed whole, each with its property.
CALENDAR_FILTER_WORKS = True

# Smaller pages than those of people: an event brings its body, a series every date of the window.
PAGE_SIZE = 100
_LOOKALIKES = "50"


class Calendar:
    """The calendar slice; by id an event is found in every calendar of the mailbox."""

    kind = "calendar"

    def locate(self, target: str) -> Sequence[Question[str]]:
        """Return the way to a calendar's id; the main one has a path of its own."""
        path = calendar_path(target) if target else "/me/calendar"
        request = Request("GET", f"{path}?{query(select='id')}")
        return [Question(request, lambda answer: str(entity(answer)["id"]), Asked.COLLECTION)]

    def not_located(self) -> str:
        """Return the sentence for a mailbox that names no main calendar."""
        return "Microsoft does not name the main calendar of this mailbox."

    def find_own(self, stamp_: str) -> Question[list[Place]]:
        """Return the question for the calendars that carry a stamp of ours.

        What a server shows that ignores the question is not taken for an answer.
        """
        options = {"expand": stamp.EXPAND_FOLDER}
        if CALENDAR_FILTER_WORKS:
            options["filter"] = stamp.filter_of(stamp_, stamp.FOLDER_PROPERTY_ID)
        else:
            options["top"] = "999"

        def read(response: Response) -> list[Place]:
            return [
                Place(str(row["id"]), None)
                for row in entities(response)
                if stamp.stamp_of(row, stamp.FOLDER_PROPERTY_ID) == stamp_
            ]

        return Question(Request("GET", f"{CALENDARS}?{query(**options)}"), read, Asked.COLLECTION)

    def create_own(self, stamp_: str, name: str) -> Question[str]:
        """Return the question that creates a calendar beside the main one."""
        body = {"name": name, **stamp.payload(stamp_, stamp.FOLDER_PROPERTY_ID)}
        return Question(
            Request("POST", CALENDARS, body=body),
            lambda answer: str(created(answer)["id"]),
            Asked.CREATE,
        )

    def finish_own(self, collection: str, stamp_: str, name: str) -> Sequence[Question[bool]]:
        """Return nothing: it was created with all that it needs."""
        del collection, stamp_, name
        return []

    def contents(self, collection: str) -> Sequence[Question[bool]]:
        """Return the question whether events lie in a calendar."""
        request = Request("GET", f"{items_path(collection)}?{query(top='1', select='id')}")
        return [Question(request, lambda answer: bool(entities(answer)), Asked.COLLECTION)]

    def remove_own(self, collection: str) -> Question[bool]:
        """Return the question that removes a calendar; calendars have no ETag."""
        return Question(Request("DELETE", calendar_path(collection)), lambda _: True, Asked.WRITE)

    def delta(
        self, collection: str, link: str, base_url: str, window: Window | None = None
    ) -> Question[delta.Feed]:
        """Return the question for one page of what a calendar shows in a window.

        Whatever is shown of a series stands for the series, which has to be read to be known. That
        the feed is of any calendar, not of the main one alone, is said on one page of two.
        """
        if link:
            path = relative(link, base_url)
        elif window is None:
            raise ValueError("the feed of a calendar looks at a window")
        else:
            bounds = f"startDateTime={_told(window.start)}&endDateTime={_told(window.end)}"
            path = f"{calendar_path(collection)}/calendarView/delta?{bounds}"

        def read(response: Response) -> delta.Feed:
            return delta.feed_of(
                by_series(response.body),
                lambda row: observe(row, collection),
                half_shown,
                base_url,
            )

        asked = Asked.FEED if link else Asked.COLLECTION
        prefer = (f"odata.maxpagesize={PAGE_SIZE}", *PREFER)
        return Question(Request("GET", path, prefer=prefer), read, asked)

    def fetch(self, remote_id: str) -> Question[Observation]:
        """Return the question for one event, or a series with its dates, and where it lies."""
        return Question(read_of(remote_id), seen_by_id)

    def rest(self, observation: Observation) -> Question[Observation] | None:
        """Return the question for a series with more dates of its own than an answer expands."""
        if not isinstance(observation, CutShort):
            return None
        container, more = observation.container, more_dates(observation.row)
        return Question(more.request, lambda answer: observe(more.read(answer), container))

    def deleted_items(self) -> Sequence[Question[tuple[str, str]]]:
        """Return nothing: Deleted Items is no calendar."""
        return []

    def lineage(self, container: str) -> Question[tuple[str, str]]:
        """Return the question for a calendar: what is none of them is where deleted things lie."""
        request = Request("GET", f"{calendar_path(container)}?{query(select='id')}")
        return Question(request, lambda answer: (str(entity(answer)["id"]), ""))

    def find_stamped(
        self, collection: str, stamps: Sequence[str], base_url: str
    ) -> Steps[list[list[Observation] | SyncError]]:
        """Look for the events of a calendar that carry each of the stamps."""
        return each([self._search(collection, stamp.filter_of(one)) for one in stamps])

    def find_strayed(
        self, lost: Sequence[Lost], base_url: str
    ) -> Steps[list[list[Observation] | SyncError]]:
        """Find nothing: an immutable id outlives a move."""
        del base_url
        return nowhere(lost)

    def find_alike(self, collection: str, record: Record) -> Sequence[Question[list[Observation]]]:
        """Return the question for events with the same title that start and end together.

        Titles are compared here: what a server makes of case and white space is not documented.
        Of whole days the midnight of some zone is looked for.
        """
        subject = (line(record.get("subject")) or "").casefold()
        try:
            start, end = moments_of(record.get("when"))
        except ItemError:
            return []  # nothing that could be the same
        if not subject:
            return []
        condition = f"{_around('start', start)} and {_around('end', end)}"

        def is_alike(row: Row) -> bool:
            if (line(row.get("subject")) or "").casefold() != subject:
                return False
            return moments_of(decode(row).get("when")) == (start, end)

        return [self._search(collection, condition, is_alike)]

    def write(self, collection: str, write: Write) -> Question[Written]:
        """Return the question that carries out one write; only a create needs the calendar.

        Where nothing but single dates of a series is to be written, it reads the series first.
        """
        match write:
            case Create():
                return self._create(collection, write)
            case Update():
                return self._update(write)
            case Delete():
                request = Request("DELETE", item_path(write.remote_id), if_match=write.etag)
                return Question(request, lambda _: Written(write.remote_id), Asked.WRITE)

    def follow_up(self, write: Write, written: Written) -> Steps[Written | SyncError] | None:
        """Return what writes the single dates of a series.

        They are written after its times or its rule, too: Exchange drops them with those.
        """
        if not isinstance(write, Update) or not write.record.get("recurrence"):
            return None
        if not (LATER | SCHEDULE).intersection(write.atoms):
            return None
        shown = written.row if isinstance(written, Shown) else None
        return write_dates(write, shown, written.left_out)

    def _create(self, collection: str, write: Create) -> Question[Written]:
        encoded = encode(write.record, ATOMS, creating=True)
        body = {
            **encoded.payload,
            "transactionId": write.stamp,
            **stamp.payload(write.stamp),
        }

        def read(response: Response) -> Written:
            row = created(response)
            return written_as(row, row["id"], encoded.left_out)

        request = Request("POST", items_path(collection), body=body, prefer=PREFER)
        return Question(request, read, Asked.CREATE)

    def _update(self, write: Update) -> Question[Written]:
        encoded = encode(write.record, write.atoms)
        if not encoded.payload:
            return Question(read_of(write.remote_id), lambda answer: read_before(answer, write))

        def read(response: Response) -> Written:
            row = response.body if isinstance(response.body, Mapping) else {}
            return written_as(row, write.remote_id, encoded.left_out)

        request = Request(
            "PATCH",
            item_path(write.remote_id),
            if_match=write.etag,
            body=encoded.payload,
            prefer=PREFER,
        )
        return Question(request, read, Asked.WRITE)

    def _search(
        self, collection: str, condition: str, is_meant: Callable[[Row], bool] = lambda row: True
    ) -> Question[list[Observation]]:
        options = query(filter=condition, top=_LOOKALIKES)
        request = Request("GET", f"{items_path(collection)}?{options}", prefer=PREFER)

        def read(response: Response) -> list[Observation]:
            return [observe(row, collection) for row in entities(response) if is_meant(row)]

        return Question(request, read, Asked.COLLECTION)


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _around(name: str, moment: date) -> str:
    """Return the condition that a time is this one, or lies about a date in some zone."""
    if isinstance(moment, datetime):
        first = last = moment
    else:
        midnight = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
        first, last = midnight - timedelta(days=1), midnight + timedelta(days=1)
    return f"{name}/dateTime ge '{_told(first)}' and {name}/dateTime le '{_told(last)}'"
