"""The reference CRM read through the port LocalStore: order, chunks, queries, the four causes."""

from __future__ import annotations

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from agentbox_sync.contrib.reference_crm.adapter import Contacts
from agentbox_sync.contrib.reference_crm.models import Contact
from agentbox_sync.core.changes import Absence, Cause, LocalItem, LocalKey
from agentbox_sync.core.kinds.contacts import KIND
from agentbox_sync.host import store as host_store
from agentbox_sync.host.mapping import RecordMapping
from agentbox_sync.host.store import HostStore
from tests.builders.crm import FULL, OWNER, VIEW, a_class, a_contact, a_staff_member
from tests.integration.host.builders import key_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def jane():
    return a_staff_member()


def store_of(staff, source=Contacts, **selection):
    chosen = {"classes": [], "primary_owner_only": False} | selection
    return HostStore(source(), RecordMapping(KIND, source.fields), staff, chosen)


def keys(store):
    return [item.key.pk for item in store.scan()]


def queries_of(act):
    with CaptureQueriesContext(
        database,
    ) as seen:
        act()
    return len(seen)


def owned(staff, count, **fields):
    return [a_contact(f"Person {n}", access={staff: OWNER}, **fields) for n in range(count)]


def test_items_come_in_the_order_of_their_numbers_and_not_of_their_texts(jane):
    made = owned(jane, 12)  # "10" sorts before "2"
    assert keys(store_of(jane)) == [str(row.pk) for row in sorted(made, key=lambda row: row.pk)]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7])
def test_every_item_comes_once_however_the_chunks_fall(jane, count, monkeypatch):
    monkeypatch.setattr(host_store, "CHUNK", 3)
    made = owned(jane, count)
    assert keys(store_of(jane)) == [str(row.pk) for row in made]


def test_an_item_that_is_written_while_others_are_read_is_no_trouble(jane, monkeypatch):
    monkeypatch.setattr(host_store, "CHUNK", 2)
    made = owned(jane, 5)
    seen = []
    for item in store_of(jane).scan():
        seen.append(item.key.pk)
        Contact.objects.filter(pk=item.key.pk).update(company="Seen")
        Contact.objects.filter(pk=made[3].pk).delete()
    assert seen == [str(made[n].pk) for n in (0, 1, 2, 4)]


def test_a_scan_asks_once_a_chunk_and_never_once_a_row(jane, monkeypatch):
    monkeypatch.setattr(host_store, "CHUNK", 50)
    scan = lambda: list(store_of(jane).scan())
    owned(jane, 2)
    few = queries_of(scan)
    owned(jane, 30, classes=(a_class("Buyer"), a_class("Vendor")))
    assert queries_of(scan) == few
    owned(jane, 20)
    assert queries_of(scan) == 2 * few  # 52 rows are two chunks


def test_reading_asks_the_same_however_many_rows_there_are(jane):
    jose = a_staff_member("José")

    def read(made):
        return lambda: store_of(jane).read([key_of(row) for row in made])

    mixed = [owned(jane, 1)[0], a_contact(access={jose: OWNER})]
    many = owned(jane, 20) + [a_contact(access={jose: OWNER}) for _ in range(20)]
    assert queries_of(read(many)) == queries_of(read(mixed))
    assert queries_of(read(owned(jane, 9))) < queries_of(read(mixed))  # the happy case


def test_the_control_of_the_counts_sees_a_query_for_each_row(jane):
    class Curious(Contacts):
        prefetch = ()  # is_read_only looks at the access rows all the same

    owned(jane, 5)
    plain = queries_of(lambda: list(store_of(jane).scan()))
    assert queries_of(lambda: list(store_of(jane, Curious).scan())) >= plain + 4


def test_joins_of_the_host_repeat_no_item(jane):
    class Joining(Contacts):
        def accessible(self, staff):
            return Contact.objects.filter(access__staff=staff)

        def selected(self, items, staff, selection):
            return items.filter(classes__name__startswith="B")

    twice = a_contact(access={jane: OWNER}, classes=(a_class("Buyer"), a_class("Builder")))
    store = store_of(jane, Joining)
    assert keys(store) == [str(twice.pk)]
    assert store.read([key_of(twice)])[key_of(twice)].key == key_of(twice)


def test_the_four_causes_are_told_apart(jane):
    jose = a_staff_member("José")
    here = a_contact("Here", access={jane: OWNER})
    unticked = a_contact("Unticked", access={jane: OWNER}, classes=(a_class("X", special=True),))
    shared = a_contact("Shared", access={jane: FULL, jose: OWNER})
    foreign = a_contact("Foreign", access={jose: OWNER})
    done = a_contact("Done", access={jane: OWNER}, company="Sold")
    gone = a_contact("Gone", access={jane: OWNER})
    deleted, _ = key_of(gone), gone.delete()

    class Completing(Contacts):
        def completed(self, items):
            return items.filter(company="Sold")

    rows = [here, unticked, shared, foreign, done]
    found = store_of(jane, Completing, primary_owner_only=True).read(
        [*(key_of(row) for row in rows), deleted]
    )
    assert isinstance(found.pop(key_of(here)), LocalItem)
    assert {key: answer.cause for key, answer in found.items()} == {
        key_of(unticked): Cause.LEFT_FILTER,
        key_of(shared): Cause.LEFT_FILTER,
        key_of(foreign): Cause.LOST_ACCESS,
        key_of(done): Cause.COMPLETED,
        deleted: Cause.DELETED,
    }


def test_what_is_completed_is_not_scanned(jane):
    class Completing(Contacts):
        def completed(self, items):
            return items.filter(company="Sold")

    owned(jane, 1, company="Sold")
    assert keys(store_of(jane, Completing)) == []
    assert len(keys(store_of(jane))) == 1


def test_a_key_that_this_model_cannot_have_is_a_deleted_row(jane):
    key = LocalKey("agentbox_crm.contact", "not-a-number")
    assert store_of(jane).read([key]) == {key: Absence(key, Cause.DELETED)}


def test_answers_come_in_the_order_of_the_questions(jane):
    asked = [key_of(row) for row in reversed(owned(jane, 4))]
    assert list(store_of(jane).read(asked)) == asked


def test_a_row_that_may_only_be_seen_is_read_only(jane):
    seen = a_contact(access={jane: VIEW})
    own = a_contact(access={jane: OWNER})
    found = store_of(jane).read([key_of(seen), key_of(own)])
    assert [item.read_only for item in found.values()] == [True, False]


def test_the_record_holds_what_the_mapping_declares(jane):
    contact = a_contact(
        "Ann Lee", access={jane: OWNER}, email="a@example.com", email_2="b@example.com", suburb="Mo"
    )
    record = store_of(jane).read([key_of(contact)])[key_of(contact)].record
    assert record["name"] == {"given": "Ann", "surname": "Lee"}
    assert record["emails"] == ["a@example.com", "b@example.com"]
    assert record["home_address"] == {"city": "Mo"}
    assert record["home_phones"] == []
    assert record["birthday"] is None


@pytest.mark.django_db(transaction=True)
def test_another_process_may_write_between_two_chunks(jane, monkeypatch):
    """A cursor left open would hold SQLite's snapshot, and our next write would find it stale."""
    monkeypatch.setattr(host_store, "CHUNK", 2)
    owned(jane, 5)
    other = database.copy()
    try:
        for number, _ in enumerate(store_of(jane).scan()):
            with other.cursor() as cursor:
                cursor.execute("UPDATE agentbox_crm_contact SET suburb = %s", [f"{number}"])
            Contact.objects.update(company=f"{number}")
    finally:
        other.close()
    assert set(Contact.objects.values_list("company", "suburb")) == {("4", "4")}
