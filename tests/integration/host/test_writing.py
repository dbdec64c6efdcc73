"""Writing into the CRM: under a lock, against a fresh read, through the host's own validation."""

from __future__ import annotations

import logging
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, OperationalError, connection, models, transaction
from django.db.models.signals import post_save

from agentbox_sync.contrib.reference_crm.adapter import Contacts
from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess
from agentbox_sync.core.changes import Absence, Cause, LocalItem
from agentbox_sync.core.errors import ItemChanged, ItemRefused
from agentbox_sync.core.kinds.contacts import KIND
from agentbox_sync.host.fields import Computed
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.host.store import HostStore
from agentbox_sync.models import LocalChange
from tests.builders.crm import FULL, OWNER, VIEW, a_class, a_contact, a_staff_member
from tests.integration.host.builders import a_connection, forget_hints, hinted, key_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def jane():
    return a_staff_member()


@pytest.fixture
def contact(jane):
    return a_contact("Olivia Rutherford", access={jane: OWNER}, company="Old", mobile="0412345678")


def store_of(staff, source=Contacts, *, connection_id=0, **selection):
    chosen = {"classes": [], "primary_owner_only": False} | selection
    mapping = RecordMapping(KIND, source.fields)
    return HostStore(source(), mapping, staff, chosen, connection_id=connection_id)


def seen(store, contact):
    item = store.read([key_of(contact)])[key_of(contact)]
    assert isinstance(item, LocalItem)
    return item


def write(store, contact, **atoms):
    return store.update(seen(store, contact), atoms, tuple(atoms))


def row(contact):
    return Contact.objects.filter(pk=contact.pk).values().get()


# ------------------------------------------------------------------------------------------ writing


def test_the_named_atoms_are_written_and_read_back(jane, contact):
    store = store_of(jane)

    item = store.update(
        seen(store, contact), {"company": "New", "notes": "Not named"}, ("company",)
    )

    assert isinstance(item, LocalItem)
    assert item.record["company"] == "New"
    assert item == seen(store, contact)
    now = Contact.objects.get()
    assert (now.company, now.notes, now.mobile) == ("New", "", "0412345678")


def test_a_write_goes_through_save_so_that_the_host_notices(jane, contact):
    saved = []
    before = contact.updated_at

    def listen(instance, update_fields, **_):
        saved.append(instance.pk)

    post_save.connect(listen, sender=Contact)
    try:
        write(store_of(jane), contact, company="New")
    finally:
        post_save.disconnect(listen, sender=Contact)

    assert saved == [contact.pk]
    assert Contact.objects.get().updated_at > before


def test_what_a_save_rewrites_is_read_back(jane, contact, monkeypatch):
    def save(self, *args, **kwargs):
        self.company = self.company.upper()
        self.job_title = "Set by save"
        models.Model.save(self, *args, **kwargs)

    monkeypatch.setattr(Contact, "save", save)

    item = write(store_of(jane), contact, company="New")

    assert (item.record["company"], item.record["job_title"]) == ("NEW", "Set by save")


# --------------------------------------------------------------------- a person was there meanwhile


def by_save(contact, jane):
    contact.job_title = "Hers"
    contact.save()


def by_update(contact, jane):
    Contact.objects.filter(pk=contact.pk).update(job_title="Hers")


def by_bulk_update(contact, jane):
    contact.job_title = "Hers"
    Contact.objects.bulk_update([contact], ["job_title"])


def by_sql(contact, jane):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE agentbox_crm_contact SET job_title = 'Hers' WHERE id = %s", [contact.pk]
        )


def by_class(contact, jane):
    contact.classes.set([a_class("Past client", special=True)])


def by_level(contact, jane):
    ContactAccess.objects.filter(contact=contact).update(level=VIEW)


def by_revoking(contact, jane):
    ContactAccess.objects.filter(contact=contact).delete()


def by_delete(contact, jane):
    Contact.objects.filter(pk=contact.pk).delete()


EDITS = [
    by_save,
    by_update,
    by_bulk_update,
    by_sql,
    by_class,
    by_level,
    by_revoking,
    by_delete,
]


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("what", ["update", "release"])
def test_what_a_person_changed_since_it_was_seen_is_not_written_over(jane, contact, edit, what):
    store = store_of(jane)
    item = seen(store, contact)
    edit(contact, jane)
    before = list(Contact.objects.values()), list(ContactAccess.objects.values())

    if what == "update":
        answer = store.update(item, {"company": "Ours"}, ("company",))
    else:
        answer = store.release(item)

    assert isinstance(answer, ItemChanged)
    assert (list(Contact.objects.values()), list(ContactAccess.objects.values())) == before


def test_a_change_of_what_is_not_synced_does_not_stand_in_the_way(jane, contact):
    store = store_of(jane)
    item = seen(store, contact)
    contact.classes.set([a_class("Buyer")])
    contact.save()  # moves `updated_at`

    assert isinstance(store.update(item, {"company": "Ours"}, ("company",)), LocalItem)
    assert [one.name for one in contact.classes.all()] == ["Buyer"]


@pytest.mark.django_db(transaction=True)
def test_a_person_who_is_about_to_save_goes_first():
    """The write waits for an open transaction, sees what it left, and gives way."""
    jane = a_staff_member()
    contact = a_contact(access={jane: OWNER}, company="Old")
    store = store_of(jane)
    item = seen(store, contact)
    holds, done, answers = threading.Event(), threading.Event(), []

    def worker():
        holds.wait(10)
        try:
            answers.append(store.update(item, {"company": "Ours"}, ("company",)))
        finally:
            connection.close()
            done.set()

    thread = threading.Thread(target=worker)
    thread.start()
    with transaction.atomic():
        Contact.objects.filter(pk=contact.pk).update(company="Hers")
        holds.set()
        waited = not done.wait(0.3)
    thread.join(20)

    assert waited, "it did not wait for the lock"
    assert [type(answer) for answer in answers] == [ItemChanged]
    assert Contact.objects.get().company == "Hers"


# ------------------------------------------------------------------------------ what the CRM refuses

SECRET = "x" * 300 + "@secret.example"


def test_a_value_that_validation_refuses_is_not_written(jane, contact, caplog):
    before = row(contact)

    answer = write(store_of(jane), contact, job_title="Fine", company=SECRET)

    assert isinstance(answer, ItemRefused)
    assert (answer.code, str(answer)) == ("CrmValidation", "The CRM does not accept company.")
    assert row(contact) == before
    assert "secret" not in caplog.text


def test_the_hosts_own_clean_has_a_say(jane, contact):
    before = row(contact)

    answer = write(store_of(jane), contact, name={}, company="", emails=[])

    assert isinstance(answer, ItemRefused)
    assert "__all__" in str(answer)
    assert row(contact) == before


def test_what_was_invalid_before_and_is_not_ours_keeps_no_edit_out(jane, contact):
    Contact.objects.filter(pk=contact.pk).update(email_2="no address")

    item = write(store_of(jane), contact, company="New")

    assert isinstance(item, LocalItem)
    assert Contact.objects.get().company == "New"


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("jane@secret.example may not do this"),
        ValidationError({"company": "jane@secret.example is no company"}),
        DatabaseError("Key (email)=(jane@secret.example) already exists."),
    ],
    ids=["any error", "validation in save", "constraint"],
)
@pytest.mark.parametrize("what", ["update", "create"])
def test_a_save_that_raises_leaves_nothing_and_tells_no_value(
    jane, contact, monkeypatch, caplog, error, what
):
    before = list(Contact.objects.values())
    store = store_of(jane)
    item = seen(store, contact)

    def save(self, *args, **kwargs):
        models.Model.save(self, *args, **kwargs)
        raise error

    monkeypatch.setattr(Contact, "save", save)
    with caplog.at_level(logging.DEBUG):
        if what == "update":
            answer = store.update(item, {"company": "New"}, ("company",))
        else:
            answer = store.create({"company": "New"})

    assert isinstance(answer, ItemRefused)
    assert list(Contact.objects.values()) == before
    assert "secret" not in f"{answer} {caplog.text}"
    if not isinstance(error, ValidationError):
        assert "test_writing.py" in caplog.text  # where it failed, for an engineer


def test_a_database_that_is_away_is_no_fact_about_the_item(jane, contact, monkeypatch):
    store = store_of(jane)
    item = seen(store, contact)

    def save(self, *args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(Contact, "save", save)

    with pytest.raises(OperationalError):
        store.update(item, {"company": "New"}, ("company",))


def test_the_next_write_works_after_a_refusal(jane, contact):
    store = store_of(jane)
    assert isinstance(write(store, contact, company=SECRET), ItemRefused)

    assert isinstance(write(store, contact, company="New"), LocalItem)


# ------------------------------------------------------------------------------------------- fixed


class Made(Contacts):
    fields = {
        "name": Contacts.fields["name"],
        "company": Computed(lambda contact: f"of {contact.job_title}"),
        "job_title": "job_title",
    }


def test_what_the_crm_cannot_take_is_named_with_the_item(jane, contact):
    assert seen(store_of(jane), contact).fixed == frozenset()
    store = store_of(jane, Made)
    assert seen(store, contact).fixed == {"company"}
    item = write(store, contact, job_title="Buyer")
    assert (item.fixed, item.record["company"]) == ({"company"}, "of Buyer")


def test_an_import_leaves_out_what_the_crm_cannot_take(jane):
    item = store_of(jane, Made).create({"name": {"given": "Nina"}, "company": "Theirs"})
    assert isinstance(item, LocalItem)
    assert Contact.objects.get().company == ""


# ------------------------------------------------------------------------------------ a new contact


def test_an_item_born_in_exchange_becomes_a_contact_of_the_staff_member(jane):
    store = store_of(jane, primary_owner_only=True)
    record = {
        "name": {"given": "Nina", "surname": "New"},
        "emails": ["nina@example.com"],
        "birthday": "1990-05-06",
        "other_address": {"city": "Nowhere"},  # this CRM does not offer it
    }

    item = store.create(record)

    assert isinstance(item, LocalItem)
    (contact,) = Contact.objects.all()
    assert (contact.first_name, contact.email) == ("Nina", "nina@example.com")
    assert [(one.staff, one.level) for one in contact.access.all()] == [(jane, OWNER)]
    assert item == seen(store, contact)
    assert not item.read_only


def test_a_contact_that_the_crm_would_not_take_is_not_there(jane):
    answer = store_of(jane).create({"notes": "nobody to find"})
    assert isinstance(answer, ItemRefused)
    assert not Contact.objects.exists()


def test_a_contact_that_cannot_be_granted_is_not_there(jane):
    class Careless(Contacts):
        def grant(self, item, staff):
            raise NotImplementedError

    answer = store_of(jane, Careless).create({"company": "New"})
    assert isinstance(answer, ItemRefused)
    assert answer.code == "CrmNotOffered"
    assert not Contact.objects.exists()


# -------------------------------------------------------------------------------------- letting go


def test_releasing_takes_this_persons_access_and_nothing_else(jane):
    jose = a_staff_member("José")
    contact = a_contact(access={jane: OWNER, jose: FULL}, company="Shared")
    store = store_of(jane)
    before = row(contact)

    assert store.release(seen(store, contact)) is None

    assert store.read([key_of(contact)]) == {
        key_of(contact): Absence(key_of(contact), Cause.LOST_ACCESS)
    }
    assert row(contact) == before
    assert isinstance(seen(store_of(jose), contact), LocalItem)


def test_a_host_that_does_not_offer_releasing_keeps_everything(jane, contact):
    class Reading(Contacts):
        release = Contacts.__mro__[1].release

    store = store_of(jane, Reading)
    answer = store.release(seen(store, contact))
    assert isinstance(answer, ItemRefused)
    assert ContactAccess.objects.count() == 1


# ------------------------------------------------------------------------------------------- echoes


@pytest.mark.parametrize("what", ["update", "release", "create"])
def test_a_write_of_ours_is_news_to_the_colleague_and_none_to_ourselves(jane, what):
    jose = a_staff_member("José")
    hers, his = a_connection(jane), a_connection(jose)
    contact = a_contact(access={jane: OWNER, jose: FULL})
    store = store_of(jane, connection_id=hers.pk)
    item = seen(store, contact)
    forget_hints()

    if what == "update":
        store.update(item, {"company": "New"}, ("company",))
    elif what == "release":
        store.release(item)
    else:
        store.create({"company": "Only hers"})

    assert hinted(hers) == set()
    assert hinted(his) == (set() if what == "create" else {str(contact.pk)})


def test_the_next_edit_of_a_person_is_noticed_again(jane, contact):
    hers = a_connection(jane)
    write(store_of(jane, connection_id=hers.pk), contact, company="New")
    assert hinted(hers) == set()

    Contact.objects.get(pk=contact.pk).save()

    assert hinted(hers) == {str(contact.pk)}


def test_a_write_that_is_refused_leaves_no_notice(jane, contact, monkeypatch):
    jose = a_staff_member("José")
    ContactAccess.objects.create(contact=contact, staff=jose)
    hers, his = a_connection(jane), a_connection(jose)
    store = store_of(jane, connection_id=hers.pk)
    item = seen(store, contact)

    def save(self, *args, **kwargs):
        models.Model.save(self, *args, **kwargs)
        raise RuntimeError

    monkeypatch.setattr(Contact, "save", save)
    store.update(item, {"company": "New"}, ("company",))

    assert not LocalChange.objects.exists()
    his.refresh_from_db()
    assert not his.wake
