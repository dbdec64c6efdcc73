"""Where every typed word went: on one of the sides, into the log, or away by a person's own hand.

Every value that a person types holds a word of its own (``t17``), so that it is decidable whether
one got lost.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from agentbox_sync.contrib.reference_crm.models import Appointment, Contact, Task
from agentbox_sync.models import Change, Connection, Link

Mailbox = Mapping[str, dict[str, Any]]  # every living item, by id

# A field of the CRM, and the property of the item that shows it.
FIELDS = {
    "first_name": "givenName",
    "company": "companyName",
    "job_title": "jobTitle",
    "website": "businessHomePage",
    "notes": "personalNotes",
}
_WORD = re.compile(r"\bt\d+\b")


def words(value: Any) -> set[str]:
    """The typed words that a value shows."""
    return set(_WORD.findall(json.dumps(value, ensure_ascii=False, default=str)))


class Ledger:
    """Every word that was typed, and those that a person took away again."""

    def __init__(self) -> None:
        self.typed: set[str] = set()
        self.taken_back: set[str] = set()

    def word(self) -> str:
        """A word that nobody has typed yet."""
        word = f"t{len(self.typed) + 1}"
        self.typed.add(word)
        return word

    def take_back(self, shown: Any) -> None:
        """A person overwrites or deletes what they see."""
        self.taken_back |= words(shown)

    def lost(self, mailbox: Mailbox) -> set[str]:
        """The words that are nowhere, though nobody took them away."""
        found = set(self.taken_back)
        found |= words(list(Contact.objects.values_list(*FIELDS)))
        found |= words([*Appointment.objects.values(), *Task.objects.values()])
        found |= words(list(mailbox.values()))
        found |= words(list(Change.objects.values_list("before", flat=True)))
        return self.typed - found


def doubles(mailbox: Mailbox) -> list[str]:
    """The e-mail addresses that stand more than once on a side."""
    rows = Counter(Contact.objects.values_list("email", flat=True))
    items = Counter(
        one["address"].lower() for item in mailbox.values() for one in item["emailAddresses"]
    )
    return sorted(address for side in (rows, items) for address, n in side.items() if n > 1)


def differences(connection: Connection, mailbox: Mailbox) -> list[str]:
    """Where the two sides of an active pair do not say the same."""
    found = []
    for link in Link.objects.filter(connection=connection, state="active"):
        contact = Contact.objects.filter(pk=link.local_pk).first()
        item = mailbox.get(link.remote_id)
        if contact is None or item is None:
            found.append(f"{link.local_pk}: a side is missing")
            continue
        found += [
            f"{link.local_pk}: {name} is {getattr(contact, name)!r} and {item[there]!r}"
            for name, there in FIELDS.items()
            if getattr(contact, name).split() != (item[there] or "").split()
        ]
    return found
