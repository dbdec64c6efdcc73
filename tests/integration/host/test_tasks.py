"""The tasks of the reference CRM: what the engine reads of them, and what is written back."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
from django.db.models.signals import post_save

from agentbox_sync.contrib.reference_crm.adapter import Tasks
from agentbox_sync.contrib.reference_crm.models import Contact, Task
from agentbox_sync.core.changes import Absence, Cause, LocalItem
from agentbox_sync.core.errors import ItemRefused
from agentbox_sync.host import capture
from agentbox_sync.host.mapping import Composed
from agentbox_sync.host.standing import stand
from tests.builders.crm import a_contact, a_staff_member, a_task
from tests.integration.host.builders import a_connection, forget_hints, hinted, key_of
from tests.integration.host.todos import seen, store_of, write

pytestmark = pytest.mark.django_db
FRIDAY = dt.date(2030, 3, 8)
DONE = {"status": "completed", "completed_at": "2030-03-08T05:00:00+00:00"}


@pytest.fixture
def jane():
    return a_staff_member()


def report(staff, **fields):
    """A weekly report, due on Friday 8 March 2030."""
    values = {"due_on": FRIDAY, "recurrence": "FREQ=WEEKLY;BYDAY=FR", **fields}
    return a_task(staff, "Weekly report", **values)


# ------------------------------------------------------------------------------------------ reading


def test_a_task_says_what_when_and_about_whom(jane):
    remind_at = dt.datetime(2030, 3, 7, 22, tzinfo=dt.UTC)
    contact = a_contact("Olivia Rutherford", mobile="0412 345 678")
    fields = {"due_on": FRIDAY, "remind_at": remind_at, "priority": "high", "contact": contact}
    row = a_task(jane, "Call back", notes="About the price", status="in_progress", **fields)

    item = seen(store_of(jane), row)

    record = dict(item.record)
    notes = record.pop("notes")
    above, _, below = notes.partition("---- From the CRM")
    assert above.strip() == "About the price"
    assert "Olivia Rutherford: 0412 345 678" in below
    reference = record.pop("reference")
    assert reference["name"] == "Olivia Rutherford"
    assert reference["url"].endswith(f"/admin/agentbox_crm/task/{row.pk}/change/")
    assert record == {
        "title": "Call back",
        "due": "2030-03-08",
        "reminder": remind_at.isoformat(),
        "importance": "high",
        "progress": {"status": "inProgress"},
        "recurrence": None,
    }
    assert item.fixed == {"reference"}


def test_a_task_about_nobody_leads_back_to_the_crm_all_the_same(jane):
    record = seen(store_of(jane), a_task(jane, notes="Mine")).record
    assert record["notes"] == "Mine"
    assert record["reference"]["name"] == ""
    assert record["reference"]["url"]


def test_a_scan_asks_nothing_row_by_row(jane, django_assert_num_queries):
    for number in range(5):
        a_task(jane, f"Task {number}", contact=a_contact(f"Person {number}"), due_on=FRIDAY)
    store = store_of(jane)
    with django_assert_num_queries(2):  # the tasks, and their contacts
        assert len(list(store.scan())) == 5


def test_what_has_no_progress_in_exchange_is_completed_there_when_it_is_done(jane):
    class Plain(Tasks):
        fields = {"title": "title"}

        def completed(self, items):
            return items.filter(status=Task.Status.COMPLETED)

    row = a_task(jane, status="completed")
    assert store_of(jane, Plain).read([key_of(row)]) == {
        key_of(row): Absence(key_of(row), Cause.COMPLETED)
    }


@pytest.mark.parametrize("chosen, cause", [("retain", None), ("delete", Cause.COMPLETED)])
def test_how_a_done_task_stands_follows_the_settings(jane, chosen, cause):
    row = a_task(jane, status="completed")
    _, (standing,) = stand(Tasks(), str(row.pk), [(jane, {"completed": chosen})])
    assert standing.cause is cause


# ------------------------------------------------------------------------------------------- series


def test_a_series_says_its_rule_from_the_day_it_is_due(jane):
    rule = {"rule": "FREQ=WEEKLY;BYDAY=FR", "start": "2030-03-08"}
    assert seen(store_of(jane), report(jane)).record["recurrence"] == rule


@pytest.mark.parametrize(
    "fields", [{"recurrence": "FREQ=MONTHLY;BYDAY=1FR,3FR"}, {"due_on": None}], ids=["rule", "day"]
)
def test_what_exchange_has_no_words_for_is_a_single_task_that_keeps_its_rule(jane, fields):
    row = report(jane, **fields)
    item = seen(store_of(jane), row)
    assert item.record["recurrence"] is None
    assert "recurrence" in item.fixed


def test_a_rule_that_nobody_can_read_is_told_as_it_stands(jane):
    """Whoever is to carry it out refuses it with its reason; the other tasks go on."""
    record = seen(store_of(jane), report(jane, recurrence="every Friday")).record
    assert record["recurrence"]["rule"] == "every Friday"


def test_a_rule_from_exchange_is_written_and_taken_away(jane):
    row, store = a_task(jane, due_on=FRIDAY), store_of(jane)
    rule = {"rule": "FREQ=MONTHLY;BYMONTHDAY=8", "start": "2030-03-08"}
    assert write(store, row, recurrence=rule).record["recurrence"] == rule
    assert write(store, row, recurrence=None).record["recurrence"] is None


def test_a_series_that_is_completed_in_exchange_goes_on_once(jane):
    row, store = report(jane), store_of(jane)

    write(store, row, progress=DONE)
    write(store, row, progress={"status": "notStarted"})
    write(store, row, progress=DONE)

    row.refresh_from_db()
    assert row.completed_at == dt.datetime(2030, 3, 8, 5, tzinfo=dt.UTC)
    (item,) = store.scan()
    assert (item.record["due"], item.record["title"]) == ("2030-03-15", "Weekly report")
    assert item.record["recurrence"]["start"] == "2030-03-15"
    assert Task.objects.count() == 2


def test_a_series_that_is_removed_in_exchange_goes_on_as_well(jane):
    row, store = report(jane), store_of(jane)
    assert store.release(seen(store, row)) is None
    assert [item.record["due"] for item in store.scan()] == ["2030-03-15"]


def test_a_series_that_is_completed_before_it_came_in_does_not_go_on(jane):
    record = {"title": "Weekly report", "due": "2030-03-08", "progress": DONE}
    record["recurrence"] = {"rule": "FREQ=WEEKLY;BYDAY=FR", "start": "2030-03-08"}
    assert isinstance(store_of(jane).create(record), LocalItem)
    assert Task.objects.count() == 1


# ----------------------------------------------------------------------------------------- noticing


@pytest.fixture
def listened():
    """The signals of a source, whether or not the adapter of the tests declares it."""
    source = Tasks()
    heard = [
        (partial(capture._on_row, source, "pk"), Task),
        (partial(capture._on_row, source, "tasks"), Contact),
    ]
    for function, sender in heard:
        post_save.connect(function, sender=sender, weak=False)
    yield
    for function, sender in heard:
        post_save.disconnect(function, sender=sender)


def test_the_next_task_of_a_series_is_news_to_whoever_completed_it(jane, listened):
    hers = a_connection(jane)
    row, store = report(jane), store_of(jane, connection_id=hers.pk)
    forget_hints()

    write(store, row, progress=DONE)

    following = Task.objects.exclude(pk=row.pk).get()
    assert hinted(hers) == {str(following.pk)}, "what we wrote ourselves is none"


def test_a_phone_is_news_of_the_tasks_that_show_it(jane, listened):
    hers, contact = a_connection(jane), a_contact()
    row = a_task(jane, contact=contact)
    a_task(jane)
    forget_hints()
    contact.save()
    assert str(row.pk) in hinted(hers)


# ------------------------------------------------------------------------------------------ writing


def test_each_atom_of_a_task_is_written(jane):
    row = a_task(jane)
    atoms = {
        "title": "Renamed",
        "notes": "Mine\n\n---- From the CRM, please write above this line ----\nOver the top",
        "due": "2030-03-08",
        "reminder": "2030-03-08T09:00:00+11:00",
        "importance": "low",
        "progress": {"status": "inProgress"},
        "recurrence": {"rule": "FREQ=DAILY", "start": "2030-03-08"},
    }
    assert isinstance(write(store_of(jane), row, **atoms), LocalItem)
    row.refresh_from_db()
    assert (row.title, row.notes, row.due_on) == ("Renamed", "Mine", FRIDAY)
    assert row.remind_at == dt.datetime(2030, 3, 7, 22, tzinfo=dt.UTC)
    assert (row.priority, row.status, row.recurrence) == ("low", "in_progress", "FREQ=DAILY")


def test_a_new_task_from_exchange_is_the_agents_own(jane):
    item = store_of(jane).create({"title": "Buy stamps", "due": "2030-03-08", "notes": "Ten"})
    assert isinstance(item, LocalItem)
    row = Task.objects.get()
    assert (row.staff, row.title, row.status, row.priority) == (
        *(jane, "Buy stamps"),
        *("open", "normal"),
    )


def test_a_task_without_a_title_is_refused(jane):
    assert isinstance(store_of(jane).create({"title": "", "due": "2030-03-08"}), ItemRefused)
    assert not Task.objects.exists()


def test_every_declared_place_can_be_written_but_where_it_comes_from(jane):
    assert isinstance(Tasks.fields["notes"], Composed)
    store = store_of(jane)
    assert store._mapping.broken_paths(Task) == store._mapping.misshapen() == []
    assert store._mapping.fixed(Task) == {"reference"}
