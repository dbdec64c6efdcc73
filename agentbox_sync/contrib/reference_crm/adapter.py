"""What this CRM declares to agentbox_sync: the one file that a host writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from agentbox_sync.contrib.reference_crm.models import (
    Contact,
    ContactAccess,
    ContactClass,
    Office,
    Staff,
)
from agentbox_sync.host.adapter import ClassChoice, ContactSource, CRMAdapter
from agentbox_sync.host.mapping import Day, Parts


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
        return [
            ClassChoice(str(row.pk), row.name, row.special) for row in ContactClass.objects.all()
        ]

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


class ReferenceCRMAdapter(CRMAdapter):
    sources = (Contacts,)

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
