"""Single dates of a series at Graph: reading all of them, and writing those that differ.

A date that is cancelled is deleted, a date that differs is changed, each by an id of its own that
only a read of the series tells. Nothing brings a cancelled date back (the API has no such call).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from agentbox_sync.core.errors import (
    ItemChanged,
    ItemError,
    ItemMissing,
    ItemProtected,
    ItemRefused,
    OutcomeUnknown,
    SyncError,
)
from agentbox_sync.core.kinds import Locality, Record
from agentbox_sync.core.kinds.calendar import canonical
from agentbox_sync.core.recurrence.clocks import wall_of
from agentbox_sync.graph.codecs.calendar import EXCEPTION, MASTER, decode, encode
from agentbox_sync.graph.codecs.series import nominal, original_of, series_zone
from agentbox_sync.graph.codecs.times import instant_in
from agentbox_sync.graph.errors import Asked
from agentbox_sync.graph.exchange import Request, Response
from agentbox_sync.graph.links import query
from agentbox_sync.graph.stores.base import Question, Steps, entities, entity, etag_of
from agentbox_sync.graph.stores.events import (
    PREFER,
    SHOWN,
    Row,
    is_cut_short,
    item_path,
    read_of,
)
from agentbox_sync.ports import Update, Written

# *Unconfirmed*: all dates of a series have the ETag of the series, so that each write to one of
# them makes that of the others stale. False: each has its own, and is read before it is written.
DATES_SHARE_ETAG = True

# Days that are asked for at once: even a daily series fits into one page of a thousand.
_MOST_DAYS = 900
_PAGE = "1000"
_OWN = ("when", "subject", "location", "body")
_NOWHERE = Locality()  # no zone of a mailbox and no managed category: dates name their own zone
CROSSING = "ErrorOccurrenceCrossingBoundary"


def write_dates(
    update: Update, shown: Row | None, left_out: tuple[str, ...] = ()
) -> Steps[Written | SyncError]:
    """Make the dates of a series differ as the record says, one after the other.

    ``shown`` is the series where the first request has read it, ``None`` where that has written:
    then nothing that goes wrong means that nothing was done. The answer is the series as it is
    after the last write; beside what the first request left out (``left_out``) it names the dates
    where one of them could not be had.
    """
    wanted = _wanted(update.record)
    whole = Question(read_of(update.remote_id), entity)
    questions: list[Question[Any]] = [] if shown else [whole]
    questions += [_dates(update.remote_id, *span) for span in _spans(wanted)]
    answers = yield questions
    if error := next((one for one in answers if isinstance(one, SyncError)), None):
        return _ended(error, written=not shown)
    row = yield from _completed(shown or answers.pop(0))
    if isinstance(row, SyncError):
        return _ended(row, written=not shown)
    if row.get("type") != MASTER:
        return _told(row, left_out)
    jobs, is_short = _Dates(row, [one for page in answers for one in page]).jobs(wanted)
    if jobs:
        sent = yield from _sent(update.remote_id, jobs, etag_of(row), written=not shown)
        if isinstance(sent, SyncError):
            return sent
        is_short |= not sent
        (latest,) = yield [whole]
        row = yield from _completed(latest)
        if isinstance(row, SyncError):
            return _ended(row, written=True)
    return _told(row, (*left_out, "exceptions") if is_short else left_out)


def _sent(remote_id: str, jobs: list[_Job], etag: str, *, written: bool) -> Steps[bool | SyncError]:
    """Send jobs in their order; return whether all of them were carried out."""
    crossed, all_done = set[str](), True
    while jobs:
        job = jobs.pop(0)
        if not (etag and DATES_SHARE_ETAG):
            (latest,) = yield [_etag(remote_id if DATES_SHARE_ETAG else job.id)]
            if isinstance(latest, SyncError):
                return _ended(latest, written=written)
            etag = latest
        (answer,) = yield [job.question(etag)]
        if not isinstance(answer, SyncError):
            written, etag = True, answer
        elif answer.code == CROSSING and job.id not in crossed and jobs:
            crossed.add(job.id)  # its neighbour may be on its way
            jobs.append(job)
        elif isinstance(answer, ItemRefused | ItemMissing | ItemProtected):
            all_done = False
        else:
            return _ended(answer, written=written)
    return all_done


def more_dates(row: Row) -> Question[Row]:
    """Return the question for a series with those of its dates that an answer could not hold.

    They are looked for around the last change: further away nobody has changed one.
    """
    around = datetime.fromisoformat(row["lastModifiedDateTime"]).date()
    half = timedelta(days=_MOST_DAYS // 2)
    request = dates_between(row["id"], around - half, around + half, select=SHOWN)

    def read(response: Response) -> Row:
        found = {str(one["id"]): one for one in row["exceptionOccurrences"]}
        found |= {str(one["id"]): one for one in entities(response) if one["type"] == EXCEPTION}
        return {**row, "exceptionOccurrences": [*found.values()]}

    return Question(request, read)


def _completed(row: Row | SyncError) -> Steps[Row | SyncError]:
    if isinstance(row, SyncError) or not is_cut_short(row):
        return row
    (found,) = yield [more_dates(row)]
    return found  # type: ignore[no-any-return]  # what its question reads, or an error


def dates_between(remote_id: str, first: date, last: date, *, select: str) -> Request:
    """Return the request for the dates of a series from one day to another, the last included."""
    begin, end = (datetime.combine(day, time(), UTC) for day in (first, last + timedelta(days=1)))
    window = f"startDateTime={begin:%Y-%m-%dT%H:%M:%SZ}&endDateTime={end:%Y-%m-%dT%H:%M:%SZ}"
    path = f"{item_path(remote_id)}/instances?{window}"
    return Request("GET", f"{path}&{query(top=_PAGE, select=select)}", prefer=PREFER)


@dataclass(frozen=True, slots=True)
class _Job:
    """One request to one date: a change, or a cancellation where there is no payload."""

    id: str
    payload: Row | None

    def question(self, etag: str) -> Question[str]:
        """Return the question; its answer is the ETag after it, empty where none is shown."""
        method = "DELETE" if self.payload is None else "PATCH"
        path = item_path(self.id)
        request = Request(method, path, if_match=etag, body=self.payload, prefer=PREFER)
        return Question(request, _etag_in, Asked.WRITE)


@dataclass(slots=True)
class _Dates:
    """What a series has now: its regular value, the dates that differ, and the ids of dates."""

    row: Row
    listed: list[Row]
    ids: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        shown = [*self.listed, *(self.row.get("exceptionOccurrences") or ())]
        named = ((self._original(one), one) for one in shown)
        self.ids = {original: str(one["id"]) for original, one in named if original}

    def jobs(self, wanted: Mapping[str, Record]) -> tuple[list[_Job], bool]:
        """Return what has to be sent, and whether something that is wanted cannot be had."""
        now = {item["original"]: item for item in decode(self.row).get("exceptions") or ()}
        changes, cancellations, is_short = [], [], False
        for original in sorted({*wanted, *now}):
            want: Record = wanted.get(original, {})
            have: Record = now.get(original, {})
            id_ = self.ids.get(original)
            if have.get("cancelled"):
                is_short |= not want.get("cancelled")
            elif want.get("cancelled"):
                cancellations += [_Job(id_, None)] if id_ else []  # else it does not take place
            elif id_ is None:
                is_short = True
            else:
                payload, fits = self._payload(original, want, have)
                is_short |= not fits
                changes += [_Job(id_, payload)] if payload else []
        return [*changes, *cancellations], is_short

    def _payload(self, original: str, want: Record, have: Record) -> tuple[Row, bool]:
        """Return what makes a date as it is wanted, and whether all of that can be said."""
        series: Record = decode(self.row)
        regular = {atom: series[atom] for atom in _OWN if atom in series}
        regular["when"] = nominal(series["when"], original, series_zone(self.row))
        target, present = ({**regular, **_own(one)} for one in (want, have))
        is_now, is_wanted = (canonical(one, _NOWHERE) for one in (present, target))
        differing = [atom for atom in _OWN if is_now.get(atom) != is_wanted.get(atom)]
        try:
            encoded = encode(target, differing)
        except ItemError:
            return {}, False
        return encoded.payload, not encoded.left_out

    def _original(self, shown: Row) -> str | None:
        found = original_of(shown, self.row)
        if found is None and shown.get("type") == "occurrence":
            start = instant_in(shown["start"])  # it takes place where the rule puts it
            found = wall_of(start, series_zone(self.row).info).date().isoformat()
        return found


def _wanted(record: Record) -> dict[str, Record]:
    rows = canonical({"exceptions": record.get("exceptions")}, _NOWHERE)["exceptions"]
    named = {row["original"]: row for row in rows}
    whole = {str(one.get("original"))[:10].strip(): one for one in record.get("exceptions") or ()}
    return {original: whole.get(original, named[original]) for original in named}


def _own(exception: Record) -> dict[str, Any]:
    return {atom: exception[atom] for atom in _OWN if atom in exception}


def _spans(wanted: Mapping[str, Record]) -> Iterator[tuple[date, date]]:
    """Yield first and last days that hold every date in question, a day of every zone beside."""
    days = sorted(day for text in wanted if (day := _day(text)) is not None)
    while days:
        first = days[0]
        held = [day for day in days if (day - first).days <= _MOST_DAYS]
        yield first - timedelta(days=1), held[-1] + timedelta(days=1)
        days = days[len(held) :]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _dates(remote_id: str, first: date, last: date) -> Question[list[Row]]:
    select = "id,type,originalStart,start,end,isAllDay"
    request = dates_between(remote_id, first, last, select=select)
    return Question(request, lambda answer: list(entities(answer)))


def _etag(remote_id: str) -> Question[str]:
    request = Request("GET", f"{item_path(remote_id)}?{query(select='id,changeKey')}")
    return Question(request, lambda answer: etag_of(entity(answer)))


def _etag_in(response: Response) -> str:
    return etag_of(response.body) if isinstance(response.body, Mapping) else ""


def _told(row: Row, left_out: tuple[str, ...]) -> Written:
    return Written(str(row["id"]), etag=etag_of(row), record=decode(row), left_out=left_out)


def _ended(error: SyncError, *, written: bool) -> SyncError:
    """Return what an interruption means: after a write that nobody knows what the series is now."""
    if not written or isinstance(error, OutcomeUnknown):
        return error
    changed = isinstance(error, ItemChanged)
    words = "Somebody else changed the series" if changed else "The series could not be finished"
    return OutcomeUnknown(
        f"{words} ({error.code}).", code="HalfWritten", request_id=error.request_id
    )
