"""The reference CRM as the engine meets it: its store, and a contact as it was seen."""

from __future__ import annotations

from agentbox_sync.contrib.reference_crm.adapter import Contacts
from agentbox_sync.contrib.reference_crm.models import Contact
from agentbox_sync.core.changes import LocalItem
from agentbox_sync.core.kinds.contacts import KIND
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.host.store import HostStore
from tests.integration.host.builders import key_of


def store_of(staff, source=Contacts, *, connection_id=0, **selection):
    chosen = {"classes": [], "primary_owner_only": False} | selection
    mapping = RecordMapping(KIND, source.fields)
    return HostStore(source(), mapping, staff, chosen, connection_id=connection_id)


def seen(store, contact):
    item = store.read([key_of(contact)])[key_of(contact)]
    assert isinstance(item, LocalItem)
    return item


def row(contact):
    return Contact.objects.filter(pk=contact.pk).values().get()
