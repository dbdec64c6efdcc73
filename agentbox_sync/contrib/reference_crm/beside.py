"""What this CRM tells beside an item in Outlook: people with their phones, and the way back."""

from __future__ import annotations

from agentbox_sync.contrib.reference_crm.models import Appointment, Contact, Task
from agentbox_sync.host.registry import link_to


def who_and_where(item: Appointment) -> str:
    """Return the people of an appointment with their phones, and the way back to the CRM."""
    people = sorted(item.contacts.all(), key=lambda person: (str(person), person.pk))
    lines = map(_with_phone, people)
    # A date of a series leads to its series: it is the same for all of them.
    address = link_to(item.series or item)
    return "\n".join([*lines, *([address] if address else [])])


def whom_to_call(item: Task) -> str:
    """Return the contact of a task with a phone; the way back stands beside the task."""
    return _with_phone(item.contact) if item.contact else ""


def where_from(item: Task) -> dict[str, str]:
    """Return what To Do shows as the origin of a task."""
    return {"name": str(item.contact or ""), "url": link_to(item)}


def _with_phone(person: Contact) -> str:
    phone = person.mobile or person.phone_home or person.phone_work
    return ": ".join(part for part in (str(person), phone) if part)
