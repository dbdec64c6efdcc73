"""What the CRM's own saves leave in the outbox, for whom, and what they never do to a save."""

from __future__ import annotations

import logging

import pytest
from django.core import serializers
from django.db import connection as database
from django.db import models, transaction
from django.test.utils import CaptureQueriesContext, isolate_apps

from agentbox_sync.contrib.reference_crm.adapter import Contacts
from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess
from agentbox_sync.core.changes import LinkState
from agentbox_sync.core.rules import Status
from agentbox_sync.host import capture
from agentbox_sync.models import Connection, LocalChange
from tests.builders.crm import FULL, OWNER, VIEW, a_class, a_contact, a_staff_member
from tests.integration.host.builders import a_connection, a_link, forget_hints, hinted

pytestmark = pytest.mark.django_db


@pytest.fixture
def jane():
    return a_staff_member()


@pytest.fixture
def hers(jane):
    return a_connection(jane)


@pytest.fixture
def contact(jane, hers):
    made = a_contact(access={jane: OWNER})
    forget_hints()
    return made


def woken(connection: Connection) -> bool:
    connection.refresh_from_db()
    return connection.wake


def test_a_save_is_noticed_and_wakes_the_connection(contact, hers):
    contact.save()
    assert hinted(hers) == {str(contact.pk)}
    assert woken(hers)


def test_a_new_contact_is_noticed_with_its_access(jane, hers):
    contact = a_contact(access={jane: VIEW})
    assert hinted(hers) == {str(contact.pk)}


def test_a_change_fans_out_to_everybody_with_access_and_to_nobody_else(contact, hers):
    jose, bob = a_staff_member("José"), a_staff_member("Bob")
    his, bobs = a_connection(jose), a_connection(bob)
    ContactAccess.objects.create(contact=contact, staff=jose, level=FULL)
    forget_hints()
    contact.save()
    assert hinted(hers) == hinted(his) == {str(contact.pk)}
    assert hinted(bobs) == set()
    assert not woken(bobs)


def test_who_has_it_in_exchange_is_told_although_the_access_is_gone(contact, hers):
    a_link(hers, contact)
    ContactAccess.objects.all()._raw_delete("default")  # as raw SQL would
    contact.save()
    assert hinted(hers) == {str(contact.pk)}


def test_a_link_that_is_dead_concerns_nobody(contact, hers):
    a_link(hers, contact, LinkState.DEAD)
    ContactAccess.objects.all()._raw_delete("default")
    contact.save()
    assert hinted(hers) == set()


def test_a_deleted_contact_is_noticed_once_for_everybody_who_had_access(contact, hers):
    his = a_connection(jose := a_staff_member("José"))
    ContactAccess.objects.create(contact=contact, staff=jose, level=FULL)
    forget_hints()
    key = str(contact.pk)
    contact.delete()
    assert hinted(hers) == hinted(his) == {key}


def test_contacts_deleted_together_are_noticed(jane, hers):
    made = {str(a_contact(access={jane: OWNER}).pk) for _ in range(3)}
    forget_hints()
    Contact.objects.all().delete()
    assert hinted(hers) == made


def test_an_access_row_that_changes_or_goes_is_noticed(contact, hers):
    row = contact.access.get()
    row.save()
    assert hinted(hers) == {str(contact.pk)}
    forget_hints()
    row.delete()
    assert hinted(hers) == {str(contact.pk)}


def _add(contact, one):
    contact.classes.add(one)


def _add_from_there(contact, one):
    one.contacts.add(contact)


def _remove(contact, one):
    contact.classes.remove(one)


def _remove_from_there(contact, one):
    one.contacts.remove(contact)


def _clear(contact, _):
    contact.classes.clear()


def _clear_from_there(_, one):
    one.contacts.clear()


def _set(contact, _):
    contact.classes.set([a_class("Vendor")])


@pytest.mark.parametrize(
    "act", [_add, _add_from_there, _remove, _remove_from_there, _clear, _clear_from_there, _set]
)
def test_classes_are_noticed_from_both_ends(act, contact, hers):
    buyer = a_class("Buyer")
    if act not in (_add, _add_from_there):
        contact.classes.add(buyer)
    forget_hints()
    act(contact, buyer)
    assert hinted(hers) == {str(contact.pk)}


def test_a_hint_is_rolled_back_with_the_save(contact, hers):
    with transaction.atomic():
        contact.save()
        assert hinted(hers) == {str(contact.pk)}
        transaction.set_rollback(True)  # the host changed its mind
    assert hinted(hers) == set()
    assert not woken(hers)


def test_a_delete_that_fails_leaves_no_hint(contact, hers):
    def refuse(**_):
        raise RuntimeError("not this one")

    models.signals.post_delete.connect(refuse, sender=Contact)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            contact.delete()
    finally:
        models.signals.post_delete.disconnect(refuse, sender=Contact)
    assert Contact.objects.filter(pk=contact.pk).exists()
    assert hinted(hers) == set()


@pytest.mark.parametrize(
    "state, status",
    [
        (Connection.State.CONNECTED, Status.DISABLED),
        (Connection.State.DISCONNECTED, Status.ONE_WAY),
    ],
)
def test_nothing_is_written_for_a_kind_that_is_off_or_a_mailbox_that_is_gone(state, status, jane):
    connection = a_connection(jane, status, state=state)
    a_link(connection, a_contact(access={jane: OWNER}))
    Contact.objects.get().save()
    assert not LocalChange.objects.exists()
    assert not woken(connection)


@pytest.mark.parametrize("state", [Connection.State.PAUSED, Connection.State.NEEDS_SIGN_IN])
def test_what_changes_while_a_connection_rests_is_kept_for_later(state, jane):
    connection = a_connection(jane, state=state)
    contact = a_contact(access={jane: OWNER})
    assert hinted(connection) == {str(contact.pk)}


def test_a_host_without_connections_pays_one_query_a_save_for_each_kind(jane):
    """A contact is one of the contacts; its name and phone stand in appointments and tasks."""
    contact = a_contact(access={jane: OWNER})
    with CaptureQueriesContext(database) as seen:
        contact.save()
    ours = [row["sql"] for row in seen if "agentbox_sync" in row["sql"]]
    assert len(ours) == len(("contacts", "calendar", "tasks"))


def test_a_fixture_that_is_loaded_is_left_to_the_scan(contact, hers):
    text = serializers.serialize("json", [contact])
    for loaded in serializers.deserialize("json", text):
        loaded.save()  # raw: what the row refers to may not be there yet
    assert hinted(hers) == set()


class Broken(Contacts):
    model = "agentbox_crm.Contact"

    def concerned_staff(self, pk):
        raise self.mistake


@pytest.mark.parametrize("mistake", [KeyError("level"), AttributeError("x"), RuntimeError("y")])
def test_a_mistake_of_the_adapter_never_fails_the_save(mistake, contact, hers, caplog):
    source = Broken()
    source.mistake = mistake
    with caplog.at_level(logging.ERROR), transaction.atomic():
        capture.notice(source, lambda: [contact.pk])
        Contact.objects.filter(pk=contact.pk).update(company="Saved")  # the transaction lives
    assert Contact.objects.get().company == "Saved"
    assert hinted(hers) == set()
    assert "could not notice a change" in caplog.text


def test_a_database_error_never_fails_the_save(contact, hers, caplog):
    class Asking(Contacts):
        def concerned_staff(self, pk):
            with database.cursor() as cursor:
                cursor.execute("SELECT * FROM a_table_that_is_not_there")
            return []

    with caplog.at_level(logging.ERROR), transaction.atomic():
        capture.notice(Asking(), lambda: [contact.pk])
        Contact.objects.filter(pk=contact.pk).update(company="Saved")
    assert Contact.objects.get().company == "Saved"
    assert "could not notice a change" in caplog.text


def test_a_row_that_concerns_very_many_items_asks_for_a_full_look_instead(hers, monkeypatch):
    monkeypatch.setattr(capture, "MANY", 3)
    capture.notice(Contacts(), lambda: range(4))
    hers.refresh_from_db()
    assert (hers.wake, hers.wants_full) == (True, True)
    assert hinted(hers) == set()


@isolate_apps("tests.integration.host")
def test_proxies_and_descendants_of_a_model_belong_to_its_family():
    def model(name, base=models.Model, **options):
        meta = type("Meta", (), {"app_label": "host", **options})
        return type(name, (base,), {"__module__": __name__, "Meta": meta})

    person = model("Person")
    buyer = model("Buyer", person, proxy=True)
    company = model("Company", person)
    model("Other")
    registry = person._meta.apps
    assert set(capture.family(person, registry)) == {person, buyer, company}
    assert set(capture.family(buyer, registry)) == {person, buyer, company}
    assert set(capture.family(company, registry)) == {company}
