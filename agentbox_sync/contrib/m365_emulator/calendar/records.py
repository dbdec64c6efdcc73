from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Values = Mapping[str, Any]
SINGLE, MASTER, OCCURRENCE, EXCEPTION = (
    "singleInstance",
    "seriesMaster",
    "occurrence",
    "exception",
)
# What concerns nobody but the owner of a mailbox: it tells nobody, and updates leave it alone.
PERSONAL = frozenset({"categories", "isReminderOn", "reminderMinutesBeforeStart", "showAs"})
NEVER = "0001-01-01T00:00:00Z"
_STEM_END, _MARK, _END = "AAA=", "AEY", "AA=="


@dataclass(frozen=True)
class Calendar:
    id: str
    name: str
    serial: int
    change_key: str
    color: str = "auto"
    is_default: bool = False
    extended: Mapping[str, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, str]:
        """What a filter may ask for by name."""
        return {"name": self.name}


@dataclass(frozen=True)
class Change:
    """What one date of a series has of its own."""

    values: Values
    extended: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """A single event, or a whole series: exceptions lie in it as they do in Exchange.

    `key` is the immutable id; `changes` and `cancelled` are keyed by the date (ISO, in the zone of
    the series) that the pattern gives.
    """

    key: str
    rest_id: str
    serial: int
    calendar: str
    uid: str
    values: Values
    extended: Mapping[str, str]
    change_key: str
    created: str
    modified: str
    changes: Mapping[str, Change] = field(default_factory=dict)
    cancelled: tuple[str, ...] = ()
    deleted: bool = False
    open: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # open extensions

    @property
    def etag(self) -> str:
        return f'W/"{self.change_key}"'

    @property
    def is_series(self) -> bool:
        return self.values["recurrence"] is not None

    @property
    def is_meeting(self) -> bool:
        """Whether its owner has somebody to tell."""
        return bool(self.values["isOrganizer"] and self.values["attendees"])


def occurrence_id(series_id: str, day: str) -> str:
    """The id of one date of a series, in the form of ids that the series is named in."""
    number = date.fromisoformat(day).toordinal().to_bytes(3, "big")
    token = base64.urlsafe_b64encode(number).decode()
    return f"{series_id.removesuffix(_STEM_END)}{_MARK}{token}{_END}"


def split_id(identifier: str) -> tuple[str, str]:
    """The id of the event that an id belongs to, and the date where it names one of a series."""
    mark, token = identifier[-11:-8], identifier[-8:-4]
    if not identifier.endswith(_END) or mark != _MARK:
        return identifier, ""
    try:
        day = date.fromordinal(int.from_bytes(base64.urlsafe_b64decode(token), "big"))
    except ValueError:
        return identifier, ""
    return f"{identifier[:-11]}{_STEM_END}", day.isoformat()


def uid_of(event: Event, day: str = "") -> str:
    """The iCalUId: the same in every calendar, another one for each date of a series."""
    if not day:
        return event.uid
    at = date.fromisoformat(day)
    return f"{event.uid[:32]}{at.year:04X}{at.month:02X}{at.day:02X}{event.uid[40:]}"


def new_uid(seed: str) -> str:
    digest = hashlib.md5(seed.encode(), usedforsecurity=False).hexdigest().upper()
    return f"040000008200E00074C5B7101A82E008{'0' * 8}{digest[:16]}{'0' * 16}10000000{digest}"
