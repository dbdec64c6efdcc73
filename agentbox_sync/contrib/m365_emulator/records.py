from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

CONTACTS = "contacts"
DELETED = "deleteditems"
ROOT = "msgfolderroot"
EVERYTHING = "*"
EMAIL_SLOTS = ("primaryEmailAddress", "secondaryEmailAddress", "tertiaryEmailAddress")


@dataclass(frozen=True)
class Actor:
    """Who changes something: an app through Graph, or the person in the mail program."""

    name: str
    is_app: bool = False


@dataclass(frozen=True)
class Folder:
    id: str
    name: str
    parent: str
    serial: int
    well_known: str = ""
    deleted: bool = False
    extended: Mapping[str, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, str]:
        """What a filter may ask for by name."""
        return {"displayName": self.name}


@dataclass(frozen=True)
class Contact:
    """One item; `key` is its immutable id, `rest_id` the one that a move changes."""

    key: str
    rest_id: str
    serial: int
    folder: str
    values: Mapping[str, Any]
    extended: Mapping[str, str]
    change_key: str
    created: str
    modified: str
    home: str = ""  # where a deleted item came from
    open: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # open extensions

    @property
    def etag(self) -> str:
        return f'W/"{self.change_key}"'

    @property
    def emails(self) -> list[dict[str, Any]]:
        return [self.values[slot] for slot in EMAIL_SLOTS if self.values.get(slot)]


@dataclass(frozen=True)
class Mark:
    """What an app did to an item lately, for the page that people look at."""

    actor: str
    fields: frozenset[str]
    at: datetime
    verb: str
    label: str
