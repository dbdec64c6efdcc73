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
from agentbox_sync.core.changes import LocalItem
from agentbox_sync.core.errors import ItemChanged, ItemRefused
from agentbox_sync.host.fields import Computed
from agentbox_sync.models import LocalChange
from tests.builders.crm import FULL, OWNER, VIEW, a_class, a_contact, a_staff_member
from tests.integration.host.builders import a_connection, forget_hints, hinted
from tests.integration.host.reference import row, seen, store_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def jane():
    return a_staff_member()


@pytest.fixture
def contact(jane):
    return a_contact("Olivia Rutherford", access={jane: OWNER}, company="Old", mobile="0412345678")


def write(store, contact, **atoms):
    return store.update(seen(store, contact), atoms, tuple(atoms))


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


# ----------------------------------------------------------------------------- what the CRM refuses

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
    assert seen(store_of(jane), contact).fixed == {"categories"}, "what its classes say"
    store = store_of(jane, Made)
    assert seen(store, contact).fixed == {"company", "categories"}
    item = write(store, contact, job_title="Buyer")
    assert (item.fixed, item.record["company"]) == ({"company", "categories"}, "of Buyer")


def test_an_import_leaves_out_what_the_crm_cannot_take(jane):
    item = store_of(jane, Made).create({"name": {"given": "Nina"}, "company": "Theirs"})
    assert isinstance(item, LocalItem)
    assert Contact.objects.get().company == ""


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
