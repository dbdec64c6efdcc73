"""Events as the calendar slice asks for them and sees them: paths, whole reads, observations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import ItemChanged, ItemMissing
from agentbox_sync.graph import stamp
from agentbox_sync.graph.codecs.calendar import MASTER, PARTS, PROPERTIES, TIED, decode, ties_of
from agentbox_sync.graph.exchange import Request, Response
from agentbox_sync.graph.links import query, segment
from agentbox_sync.graph.stores.base import created_at, entity, etag_of
from agentbox_sync.ports import Update, Written

Row = Mapping[str, Any]

# Times as instants and bodies as words, in every answer that shows an event.
PREFER = ('outlook.timezone="UTC"', 'outlook.body-content-type="text"')

# *Unconfirmed* (a navigation property of the metadata, on no page): an event tells which calendar
# it lies in. Where that is not answered, an event is taken to be where it was; the alternative is
# to ask for it at /me/calendars/{id}/events/{id}, which is not there for one that lies elsewhere.
EXPAND_CALENDAR_WORKS = True

# Known of every $expand: so many at most, and no link to the rest (facts, section 11).
MOST_EXPANDED = 20

CALENDARS = "/me/calendars"
SHOWN = ",".join(
    sorted(
        {"id", "type", "seriesMasterId", "createdDateTime", "lastModifiedDateTime", "changeKey"}
        | {"originalStartTimeZone", "originalEndTimeZone", "originalStart"}
        | TIED.union(*PROPERTIES.values())
    )
)


@dataclass(frozen=True, slots=True)
class CutShort(Observation):
    """A series of which one answer could not hold every date that differs."""

    row: Row = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown(Written):
    """A series that was read, and not written, before single dates of it are."""

    row: Row = field(default_factory=dict)


def calendar_path(collection: str) -> str:
    """Return the path of a calendar."""
    return f"{CALENDARS}/{segment(collection)}"


def items_path(collection: str) -> str:
    """Return the path of the events of a calendar."""
    return f"{calendar_path(collection)}/events"


def item_path(remote_id: str) -> str:
    """Return the path of an event, a series or one date of it, wherever it lies."""
    return f"/me/events/{segment(remote_id)}"


def read_of(remote_id: str) -> Request:
    """Return the request for all that can be known of an event by its id."""
    expanded = ["exceptionOccurrences", *(["calendar"] if EXPAND_CALENDAR_WORKS else [])]
    options = query(select=SHOWN, expand=",".join((*expanded, stamp.EXPAND)))
    return Request("GET", f"{item_path(remote_id)}?{options}", prefer=PREFER)


def seen_by_id(response: Response) -> Observation:
    """Return what :func:`read_of` has shown; raises ItemMissing for what lies in no calendar."""
    row = entity(response)
    if "calendar" in row and row["calendar"] is None:
        raise ItemMissing("It lies in none of the calendars.", code="InDeletedItems")
    facts = facts_of(row, str((row.get("calendar") or {}).get("id") or ""))
    return CutShort(**facts, row=row) if is_cut_short(row) else Observation(**facts)


def is_cut_short(row: Row) -> bool:
    """Tell whether a series may have more dates that differ than an answer expands."""
    return len(row.get("exceptionOccurrences") or ()) >= MOST_EXPANDED


def read_before(response: Response, write: Update) -> Written:
    """Return a series as it was read instead of written; raises ItemChanged for another state."""
    row = entity(response)
    if etag_of(row) != write.etag:
        raise ItemChanged("Somebody changed the event since it was read.", code="OtherETag")
    return Shown(write.remote_id, etag=write.etag, record=decode(row), row=row)


def by_series(body: Any) -> Any:
    """Return a page in which a date of a series is a row that names its series and no more."""
    rows = body.get("value") if isinstance(body, Mapping) else None
    if not isinstance(rows, list):
        return body  # it is refused where it is read
    return {**body, "value": [_series_of(row) for row in rows]}


def _series_of(row: Any) -> Any:
    is_part = isinstance(row, Mapping) and row.get("type") in PARTS and row.get("seriesMasterId")
    return {"id": row["seriesMasterId"], "type": MASTER} if is_part else row


def observe(row: Row, container: str) -> Observation:
    """Return what a row shows of an event in a calendar."""
    return Observation(**facts_of(row, container))


def facts_of(row: Row, container: str) -> dict[str, Any]:
    """Return the fields of an observation."""
    return {
        "remote_id": row["id"],
        "etag": etag_of(row),
        "record": decode(row),
        "container": container,
        "stamp": stamp.stamp_of(row),
        "created_at": created_at(row),
        "ties": ties_of(row),
    }


def written_as(row: Row, remote_id: str, left_out: tuple[str, ...]) -> Written:
    """Return what the answer to a write shows."""
    return Written(
        remote_id=remote_id, etag=etag_of(row), record=decode(row) or None, left_out=left_out
    )
