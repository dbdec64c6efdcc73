"""What this CRM declares to agentbox_sync: the one file that a host writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess, ContactClass, Staff
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
    prefetch = ("access",)

    def classes(self) -> Sequence[ClassChoice]:
        return [
            ClassChoice(str(row.pk), row.name, row.special) for row in ContactClass.objects.all()
        ]

    def accessible(self, staff: Staff) -> QuerySet[Contact]:
        return Contact.objects.filter(pk__in=_access(staff).values("contact"))

    def selected(self, items: QuerySet[Contact], staff: Staff, selection: Any) -> QuerySet[Contact]:
        membership = Contact.classes.through.objects
        if chosen := selection["classes"]:
            items = items.filter(
                pk__in=membership.filter(contactclass__in=chosen).values("contact")
            )
        else:
            # A contact of no class at all was kept out of nothing, so it belongs here too.
            standard = membership.filter(contactclass__special=False).values("contact")
            items = items.filter(Q(pk__in=standard) | ~Q(pk__in=membership.values("contact")))
        if selection["primary_owner_only"]:
            owned = _access(staff).filter(level=ContactAccess.Level.PRIMARY_OWNER)
            items = items.filter(pk__in=owned.values("contact"))
        return items

    def is_read_only(self, item: Contact, staff: Staff) -> bool:
        # In Python, so that rows fetched with their access ahead ask nothing more.
        levels = [row.level for row in item.access.all() if row.staff_id == staff.pk]
        return levels == [ContactAccess.Level.VIEW_ONLY]

    def grant(self, item: Contact, staff: Staff) -> None:
        ContactAccess.objects.create(contact=item, staff=staff)

    def release(self, item: Contact, staff: Staff) -> None:
        _access(staff).filter(contact=item).delete()

    def concerned_staff(self, pk: Any) -> Iterable[Any]:
        return ContactAccess.objects.filter(contact=pk).values_list("staff", flat=True)


class ReferenceCRMAdapter(CRMAdapter):
    sources = (Contacts,)

    def staff_name(self, staff: Staff) -> str:
        return staff.full_name

    def office_of(self, staff: Staff) -> str:
        return str(staff.office_id)

    def staff_for_user(self, user: AbstractBaseUser | AnonymousUser) -> Staff | None:
        return Staff.objects.filter(user=user.pk).first() if user.is_authenticated else None


def _access(staff: Staff) -> QuerySet[ContactAccess]:
    return ContactAccess.objects.filter(staff=staff)
