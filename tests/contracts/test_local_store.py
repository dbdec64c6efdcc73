"""The LocalStore contract, held by the host store on the reference CRM.

The foreign CRM holds it too, in ``tests/projects/foreign_crm/cases/local_store.py``.
"""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.contrib.reference_crm.adapter import Contacts
from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess
from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.kinds import Record
from agentbox_sync.core.kinds.contacts import KIND
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.host.store import HostStore
from tests.builders import crm
from tests.contracts.local_store import *  # noqa: F403

pytestmark = pytest.mark.django_db

MAPPING = RecordMapping(KIND, Contacts.fields)


class ReferenceSide:
    """A :class:`tests.contracts.local_store.LocalSide` on the reference CRM."""

    refused = ("company", "x" * 300)

    def __init__(self) -> None:
        self.staff = crm.a_staff_member()
        selection = {"classes": [], "primary_owner_only": False}
        self.store = HostStore(Contacts(), MAPPING, self.staff, selection)

    def add(self, given: str, **atoms: Any) -> LocalKey:
        contact = crm.a_contact(given, access={self.staff: crm.OWNER})
        self._fill(contact, atoms)
        contact.save()
        return LocalKey(Contact._meta.label_lower, str(contact.pk))

    def edit(self, key: LocalKey, *, past_save: bool = False, **atoms: Any) -> None:
        contact = Contact.objects.get(pk=key.pk)
        names = self._fill(contact, atoms)
        if past_save:
            values = {name: getattr(contact, name) for name in names}
            Contact.objects.filter(pk=key.pk).update(**values)
        else:
            contact.save()

    @staticmethod
    def _fill(contact: Contact, atoms: dict[str, Any]) -> list[str]:
        """Type values into the fields of a form; not by way of the mapping under test."""
        values: dict[str, Any] = {}
        for atom, value in atoms.items():
            if atom == "emails":
                values |= dict(zip(("email", "email_2"), [*value, "", ""], strict=False))
            else:
                values[{"mobile_phone": "mobile"}.get(atom, atom)] = value
        for name, value in values.items():
            setattr(contact, name, value)
        return list(values)

    def delete(self, key: LocalKey) -> None:
        Contact.objects.get(pk=key.pk).delete()

    def deselect(self, key: LocalKey) -> None:
        Contact.objects.get(pk=key.pk).classes.set([crm.a_class("Past client", special=True)])

    def revoke(self, key: LocalKey) -> None:
        ContactAccess.objects.filter(contact=key.pk).delete()

    def only_show(self, key: LocalKey) -> None:
        ContactAccess.objects.filter(contact=key.pk).update(level=crm.VIEW)

    def stored(self) -> dict[str, Record]:
        return {str(row.pop("id")): row for row in Contact.objects.values()}


@pytest.fixture
def side() -> ReferenceSide:
    return ReferenceSide()
