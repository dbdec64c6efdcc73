"""What this CRM declares to agentbox_sync: the one file that a host writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from agentbox_sync.contrib.reference_crm.beside import where_from, who_and_where, whom_to_call
from agentbox_sync.contrib.reference_crm.models import (
    Appointment,
    Contact,
    ContactAccess,
    ContactClass,
    Office,
    Staff,
    Task,
)
from agentbox_sync.host.adapter import (
    CalendarSource,
    ClassChoice,
    ContactSource,
    CRMAdapter,
    TaskSource,
)
from agentbox_sync.host.mapping import (
    Choice,
    Composed,
    Computed,
    Day,
    DayRule,
    Exceptions,
    Fallback,
    Minutes,
    Moment,
    Parts,
    Period,
    Progress,
    Rule,
    Text,
)

ENTRIES = {
    Appointment.Kind.APPOINTMENT.value: "Appointment",
    Appointment.Kind.APPRAISAL.value: "Appraisal",
    Appointment.Kind.INSPECTION.value: "Inspection",
}
TICKS = {
    Appointment.Kind.APPRAISAL.value: "appraisals",
    Appointment.Kind.INSPECTION.value: "inspections",
}


WHEN = Period("starts_at", "ends_at", zone="time_zone", all_day="all_day")
RULE = Rule("recurrence", WHEN)
NOTES = Composed("notes", who_and_where, ahead=("contacts", "series"))
# Where a home is looked at is where the home is; other meetings may be anywhere.
PLACE = Fallback("location", "listing__address", other_first=lambda item: item.kind in TICKS)


class Contacts(ContactSource):
    model = "agentbox_crm.Contact"
    fields = {
        "name": Parts(given="first_name", surname="last_name"),
        "company": "company",
        "job_title": "job_title",
        "emails": ("email", "email_2"),
        "mobile_phone": "mobile",
        "home_phones": ("phone_home",),
        "business_phones": ("phone_work",),
        "home_address": Parts(
            street="street", city="suburb", state="state", postcode="postcode", country="country"
        ),
        "birthday": Day("birthday"),
        "website": "website",
        "notes": "notes",
    }
    depends_on = {"agentbox_crm.ContactAccess": "contact_id"}
    m2m = ("classes",)
    prefetch = ("access", "classes")

    def classes(self) -> Sequence[ClassChoice]:
        rows = ContactClass.objects.all()
        return [ClassChoice(str(row.pk), row.name, row.special) for row in rows]

    def accessible(self, staff: Staff) -> QuerySet[Contact]:
        # Row by row, not by a list of keys: SQLite would make the whole list to find one in it.
        return Contact.objects.filter(Exists(_access(staff).filter(contact=OuterRef("pk"))))

    def selected(self, items: QuerySet[Contact], staff: Staff, selection: Any) -> QuerySet[Contact]:
        membership = Contact.classes.through.objects.filter(contact=OuterRef("pk"))
        if chosen := selection["classes"]:
            items = items.filter(Exists(membership.filter(contactclass__in=chosen)))
        else:
            # A contact of no class at all was kept out of nothing, so it belongs here too.
            standard = membership.filter(contactclass__special=False)
            items = items.filter(Exists(standard) | ~Exists(membership))
        if selection["primary_owner_only"]:
            owned = _access(staff).filter(level=ContactAccess.Level.PRIMARY_OWNER)
            items = items.filter(Exists(owned.filter(contact=OuterRef("pk"))))
        return items

    def is_read_only(self, item: Contact, staff: Staff) -> bool:
        # In Python, so that rows fetched with their access ahead ask nothing more.
        levels = [row.level for row in item.access.all() if row.staff_id == staff.pk]
        return levels == [ContactAccess.Level.VIEW_ONLY]

    def grant(self, item: Contact, staff: Staff) -> None:
        ContactAccess.objects.create(contact=item, staff=staff)

    def release(self, item: Contact, staff: Staff) -> None:
        _access(staff).filter(contact=item).delete()

    def classes_of(self, item: Contact) -> Iterable[str]:
        # In Python, as above.
        return [str(row.pk) for row in item.classes.all()]

    def concerned_staff(self, pk: Any) -> Iterable[Any]:
        return ContactAccess.objects.filter(contact=pk).values_list("staff", flat=True)


class Appointments(CalendarSource):
    model = "agentbox_crm.Appointment"
    fields = {
        "subject": "title",
        "when": WHEN,
        "location": PLACE,
        "body": NOTES,
        "reminder": Minutes("reminder_minutes"),
        "sensitivity": Choice("private", {False: "normal", True: "private"}, unlisted=True),
        "show_as": Choice("status", {Appointment.Status.CANCELLED: "free"}, other="busy"),
        "recurrence": RULE,
        "exceptions": Exceptions(
            RULE,
            relation="exceptions",
            original="original_start",
            row_fields={"when": WHEN, "subject": Text("title"), "location": PLACE, "body": NOTES},
            cancelled=Choice(
                "status", {Appointment.Status.SCHEDULED: False, Appointment.Status.CANCELLED: True}
            ),
            excluded="excluded_starts",
            m2m=("staff", "contacts"),
        ),
    }
    depends_on = {"agentbox_crm.Contact": "appointments", "agentbox_crm.Listing": "appointments"}
    m2m = ("staff", "contacts")

    def classes(self) -> Sequence[ClassChoice]:
        return [ClassChoice(key, name) for key, name in ENTRIES.items()]

    def classes_of(self, item: Appointment) -> Iterable[str]:
        return [item.kind]

    def accessible(self, staff: Staff) -> QuerySet[Appointment]:
        attends = Appointment.staff.through.objects.filter(staff=staff)
        # An exception is a part of its series, and no item of its own.
        return Appointment.objects.filter(
            Exists(attends.filter(appointment=OuterRef("pk"))), series=None
        )

    def selected(
        self, items: QuerySet[Appointment], staff: Staff, selection: Any
    ) -> QuerySet[Appointment]:
        for kind, tick in TICKS.items():
            if not selection.get(tick, True):
                items = items.exclude(kind=kind)
        return items

    def completed(self, items: QuerySet[Appointment]) -> QuerySet[Appointment]:
        return items.filter(status=Appointment.Status.COMPLETED)

    def cancelled(self, items: QuerySet[Appointment]) -> QuerySet[Appointment]:
        return items.filter(status=Appointment.Status.CANCELLED)

    def is_cancelled(self, item: Appointment) -> bool:
        return item.status == Appointment.Status.CANCELLED

    def item_of(self, row: Appointment) -> Any:
        return row.series_id or row.pk

    def new(self, staff: Staff) -> Appointment:
        return Appointment(organiser=staff)

    def grant(self, item: Appointment, staff: Staff) -> None:
        item.staff.add(staff)

    def release(self, item: Appointment, staff: Staff) -> None:
        """Called off where nobody else attends; else only this agent stays away."""
        if item.staff.exclude(pk=staff.pk).exists():
            item.staff.remove(staff)
        else:
            item.status = Appointment.Status.CANCELLED
            item.save()

    def reinstate(self, item: Appointment, staff: Staff) -> None:
        item.staff.add(staff)
        if self.is_cancelled(item):
            item.status = Appointment.Status.SCHEDULED
            item.save()

    def concerned_staff(self, pk: Any) -> Iterable[Any]:
        attends = Appointment.staff.through.objects.filter(appointment=pk)
        return attends.values_list("staff", flat=True)


DUE = Day("due_on")


class Tasks(TaskSource):
    model = "agentbox_crm.Task"
    fields = {
        "title": "title",
        "notes": Composed("notes", whom_to_call, ahead=("contact",)),
        "due": DUE,
        "reminder": Moment("remind_at"),
        "importance": Choice("priority", {word: word for word in Task.Priority.values}),
        "progress": Progress(
            "status",
            {
                Task.Status.OPEN: "notStarted",
                Task.Status.IN_PROGRESS: "inProgress",
                Task.Status.COMPLETED: "completed",
            },
            completed_at="completed_at",
        ),
        # Task.save() goes on with a series; otherwise this would not be offered.
        "recurrence": DayRule("recurrence", DUE),
        "reference": Computed(where_from, ahead=("contact",)),
    }
    depends_on = {"agentbox_crm.Contact": "tasks"}

    def accessible(self, staff: Staff) -> QuerySet[Task]:
        return Task.objects.filter(staff=staff)

    def new(self, staff: Staff) -> Task:
        return Task(staff=staff)

    def grant(self, item: Task, staff: Staff) -> None:
        """Whose task it is may see it: nothing is left to do."""

    def release(self, item: Task, staff: Staff) -> None:
        """Done, as somebody means who removes it from a list of what there is to do."""
        item.status = Task.Status.COMPLETED
        item.save()

    def reinstate(self, item: Task, staff: Staff) -> None:
        item.status = Task.Status.OPEN
        item.save()

    def concerned_staff(self, pk: Any) -> Iterable[Any]:
        return Task.objects.filter(pk=pk).values_list("staff", flat=True)


class ReferenceCRMAdapter(CRMAdapter):
    sources = (Contacts, Appointments, Tasks)

    def staff_name(self, staff: Staff) -> str:
        return staff.full_name

    def office_of(self, staff: Staff) -> str:
        return str(staff.office_id)

    def offices(self) -> Mapping[str, str]:
        return {str(pk): name for pk, name in Office.objects.values_list("pk", "name")}

    def has_login(self, staff: Staff) -> bool:
        return staff.user_id is not None

    def staff_for_user(self, user: AbstractBaseUser | AnonymousUser) -> Staff | None:
        return Staff.objects.filter(user=user.pk).first() if user.is_authenticated else None


def _access(staff: Staff) -> QuerySet[ContactAccess]:
    return ContactAccess.objects.filter(staff=staff)
