from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ..mailbox import Mailbox
from ..records import Contact, Folder, Mark

if TYPE_CHECKING:
    from ..state import State

SHOWN = 400
MARKED_FOR = timedelta(minutes=1)


@dataclass(frozen=True)
class Row:
    contact: Contact
    name: str
    detail: str
    mark: Mark | None


@dataclass(frozen=True)
class Listing:
    """The left-hand list: groups by first letter, cut at a length a browser likes."""

    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    shown: int
    found: int
    total: int


def fresh_marks(state: State, box: Mailbox) -> dict[str, Mark]:
    """What apps did within the last minute; older marks are forgotten."""
    now = state.clock.now()
    box.marks = {k: m for k, m in box.marks.items() if now - m.at < MARKED_FOR}
    return box.marks


def plain(text: str) -> str:
    """Lower case without accents, so that "Zoe" finds "Zoë"."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


def name_of(contact: Contact) -> str:
    return str(contact.values.get("displayName") or "Unnamed")


def listing(box: Mailbox, folder: Folder, wanted: str, marks: dict[str, Mark]) -> Listing:
    """The contacts of a folder whose name, company, e-mail or phone contains the words."""
    everyone = box.in_folder(folder.id)
    words = plain(wanted).split()
    found = [c for c in everyone if all(word in _haystack(c) for word in words)]
    found.sort(key=lambda c: plain(name_of(c)))
    groups: dict[str, list[Row]] = {}
    for contact in found[:SHOWN]:
        first = plain(name_of(contact))[:1].upper()
        letter = first if first.isalpha() else "#"
        groups.setdefault(letter, []).append(
            Row(contact, name_of(contact), _detail(contact), marks.get(contact.key))
        )
    return Listing(
        tuple((k, tuple(rows)) for k, rows in groups.items()),
        min(len(found), SHOWN),
        len(found),
        len(everyone),
    )


def _detail(contact: Contact) -> str:
    values = contact.values
    work = ", ".join(str(values[n]) for n in ("jobTitle", "companyName") if values.get(n))
    if work and work != name_of(contact):
        return work
    emails = contact.emails
    return str(emails[0].get("address") or "") if emails else str(values.get("mobilePhone") or "")


def _haystack(contact: Contact) -> str:
    values = contact.values
    parts = [
        values.get(n)
        for n in (
            "displayName",
            "givenName",
            "surname",
            "nickName",
            "companyName",
            "jobTitle",
            "mobilePhone",
        )
    ]
    parts += [e.get("address") for e in contact.emails]
    parts += [*values["businessPhones"], *values["homePhones"], *values["categories"]]
    return plain(" ".join(str(part) for part in parts if part))
