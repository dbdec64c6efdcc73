"""The reference CRM with a calendar, as plain as a host can declare one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet

from agentbox_sync.contrib.reference_crm.adapter import Contacts, ReferenceCRMAdapter
from agentbox_sync.contrib.reference_crm.models import Appointment
from agentbox_sync.core.kinds import Record
from agentbox_sync.host.adapter import ClassChoice, KindSource
from agentbox_sync.host.fields import Computed

ADAPTER = "tests.builders.calendar_crm.CRMWithCalendar"


def _when(row: Any) -> Record:
    return {"start": row.starts_at.isoformat(), "end": row.ends_at.isoformat()}


def _series(row: Any) -> Record | None:
    if not row.recurrence:
        return None
    start = row.starts_at.replace(tzinfo=None).isoformat()
    return {"rule": row.recurrence, "start": start, "zone": row.time_zone}


class PlainCalendar(KindSource):
    """Appointments of everybody who takes part."""

    kind = "calendar"
    model = "agentbox_crm.Appointment"
    fields = {
        "subject": "title",
        "location": "location",
        "body": "notes",
        "when": Computed(_when),
        "recurrence": Computed(_series),
    }

    def accessible(self, staff: Any) -> QuerySet[Any]:
        return Appointment.objects.filter(staff=staff)

    def classes(self) -> Sequence[ClassChoice]:
        return [ClassChoice(key, str(label)) for key, label in Appointment.Kind.choices]

    def classes_of(self, item: Any) -> Iterable[str]:
        return (item.kind,)

    def concerned_staff(self, pk: Any) -> Iterable[Any]:
        return Appointment.staff.through.objects.filter(appointment=pk).values("staff")

    def grant(self, item: Any, staff: Any) -> None:
        item.staff.add(staff)

    def release(self, item: Any, staff: Any) -> None:
        item.status = Appointment.Status.CANCELLED
        item.save()


class CRMWithCalendar(ReferenceCRMAdapter):
    sources: ClassVar[Sequence[type[KindSource]]] = (Contacts, PlainCalendar)


class CRMWithContacts(ReferenceCRMAdapter):
    sources: ClassVar[Sequence[type[KindSource]]] = (Contacts,)


CONTACTS_ALONE = "tests.builders.calendar_crm.CRMWithContacts"
