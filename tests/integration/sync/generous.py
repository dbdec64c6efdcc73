"""The reference CRM as one that holds more addresses and numbers than Exchange takes."""

from __future__ import annotations

from typing import Any

from agentbox_sync.contrib.reference_crm.adapter import Contacts, ReferenceCRMAdapter
from agentbox_sync.host.mapping import Computed


def _emails(row: Any) -> list[str]:
    return [address for address in (row.email, row.email_2, *row.notes.split()) if address]


def _numbers(row: Any) -> list[str]:
    return [number.strip() for number in row.website.split("/") if number.strip()]


class GenerousContacts(Contacts):
    """More addresses stand in the notes, home numbers in the website."""

    fields = {
        **{
            atom: source
            for atom, source in Contacts.fields.items()
            if atom not in ("notes", "website")
        },
        "emails": Computed(_emails),
        "home_phones": Computed(_numbers),
    }


class GenerousAdapter(ReferenceCRMAdapter):
    sources = (GenerousContacts,)
