"""Adapters of a CRM whose own code fails; apart, because a traceback quotes the lines around it."""

from __future__ import annotations

from agentbox_sync.contrib.reference_crm.adapter import Contacts, ReferenceCRMAdapter
from agentbox_sync.contrib.reference_crm.models import Contact, Staff


class Broken(ReferenceCRMAdapter):
    """Fails while a sign-in is in its hands."""

    def staff_aliases(self, staff: Staff) -> list[str]:
        raise RuntimeError("the directory of the CRM is away")


class Quoting(Contacts):
    """Quotes what an error is about, as a database does."""

    def is_read_only(self, item: Contact, staff: Staff) -> bool:
        notes = item.notes
        raise ValueError(f"Key (email)=({item.email}) is no good: {notes} {item.mobile}")


class QuotingAdapter(ReferenceCRMAdapter):
    sources = (Quoting,)


BROKEN = f"{__name__}.{Broken.__name__}"
QUOTING = f"{__name__}.{QuotingAdapter.__name__}"
