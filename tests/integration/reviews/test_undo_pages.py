"""The log of a run item by item, and the page that takes one line of it back."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from agentbox_sync.contrib.reference_crm.models import Contact, Staff
from agentbox_sync.models import Change, Connection, ContactSettings, Decision
from agentbox_sync.services.deeds import PAGE
from tests.builders import crm
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, text_of, to

from . import builders as waits


@pytest.fixture
def connection(jane: Staff) -> Connection:
    return waits.a_two_way_connection(jane)


@pytest.fixture
def contact(jane: Staff) -> Contact:
    return crm.a_contact("Ada Lane", company="New Firm", access={jane: crm.OWNER})


def seen(page: HttpResponse) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page.content.decode())
    assert found, "nothing is offered"
    return found.group(1)


def test_a_run_is_told_item_by_item_and_the_card_leads_there(
    jane: Staff, connection: Connection, contact: Contact, master: Client
) -> None:
    run = make.a_run(connection, counts={"contacts": {"updated": 1}})
    change = waits.a_change(connection, contact, run=run)
    waits.a_change(
        connection, contact, run=run, action="create", side="remote", cause="new in the CRM",
        atoms=[], before={}, after={},
    )  # fmt: skip
    assert to("changes", run.pk) in master.get(card_of(jane)).content.decode()
    page = master.get(to("changes", run.pk))
    text = text_of(page)
    assert "Ada Lane Taken from Outlook into the CRM: Company." in text
    assert "Before differs: Old After differs: New Firm" in text
    assert "Ada Lane Created in Outlook. It is new in the CRM." in text
    assert to("undo", change.pk) in page.content.decode()
    assert page.content.decode().count("/undo/") == 1


def test_the_log_of_a_run_can_be_narrowed_and_goes_on_behind_a_page(
    connection: Connection, contact: Contact, master: Client
) -> None:
    run = make.a_run(connection)
    for _ in range(PAGE + 1):
        waits.a_change(connection, contact, run=run)
    waits.a_change(connection, contact, run=run, side="remote", action="create")
    address = to("changes", run.pk)
    page = master.get(address, {"action": "create"}).content.decode()
    assert page.count('class="agentbox-who"') == 1
    nothing = master.get(address, {"side": "nowhere", "action": "link"})
    assert "This run did nothing of that kind." in text_of(nothing)
    first = master.get(address).content.decode()
    before = re.findall(r"before=(\d+)", first)
    assert len(before) == 1
    second = master.get(address, {"before": before[0]}).content.decode()
    assert len(re.findall(r"/changes/\d+/undo/", first + second)) == PAGE + 1
    assert second.count('class="agentbox-who"') == 2


@pytest.mark.parametrize("status, offered", [("two_way", 1), ("one_way", 2)])
def test_what_is_put_back_because_the_crm_never_takes_it_offers_no_undo(
    status: str, offered: int, connection: Connection, contact: Contact, master: Client
) -> None:
    """In one way it may be what "keep Exchange identical" put back: the CRM can take that."""
    ContactSettings.objects.update(status=status)
    run = make.a_run(connection)
    waits.a_change(connection, contact, run=run, side="remote", cause="put back")
    waits.a_change(connection, contact, run=run, side="remote")
    body = master.get(to("changes", run.pk)).content.decode()
    assert body.count('class="agentbox-who"') == 2
    assert len(re.findall(r"/changes/\d+/undo/", body)) == offered


def test_a_disconnected_account_offers_no_undo(
    connection: Connection, contact: Contact, master: Client
) -> None:
    run = make.a_run(connection)
    waits.a_change(connection, contact, run=run)
    assert "/undo/" in master.get(to("changes", run.pk)).content.decode()
    Connection.objects.update(state=Connection.State.DISCONNECTED)
    page = master.get(to("changes", run.pk))
    assert "Ada Lane" in text_of(page)
    assert "/undo/" not in page.content.decode()


def test_undo_shows_both_values_and_puts_the_old_one_back(
    connection: Connection, contact: Contact, master: Client
) -> None:
    change = waits.a_change(connection, contact, run=make.a_run(connection))
    page = master.get(to("undo", change.pk))
    text = text_of(page)
    assert "In the CRM now differs: New Firm After the undo differs: Old" in text
    assert "In Exchange: the next run writes it there as well." in text
    page = master.post(to("undo", change.pk), {"seen": seen(page)}, follow=True)
    assert "Undone in the CRM. The next run carries it to Exchange." in text_of(page)
    contact.refresh_from_db()
    assert contact.company == "Old"
    lately = master.get(to("reviews", connection.pk), {"list": "decided"})
    assert "Ada Lane Undone in the CRM Done" in text_of(lately)
    again = Decision.objects.get().parameters["change"]
    assert to("undo", again) in lately.content.decode()
    page = master.get(to("undo", again))
    assert "Undone in the CRM by a person: Company." in text_of(page)
    master.post(to("undo", again), {"seen": seen(page)})
    contact.refresh_from_db()
    assert contact.company == "New Firm"


def test_what_changed_since_is_shown_and_asked_again(
    connection: Connection, contact: Contact, master: Client
) -> None:
    change = waits.a_change(connection, contact)
    old_tab = seen(master.get(to("undo", change.pk)))
    contact.company = "Newest"
    contact.save()
    page = master.post(to("undo", change.pk), {"seen": old_tab})
    text = text_of(page)
    assert page.status_code == 409
    assert "Nothing was undone, because the CRM says something else by now." in text
    assert "Somebody has changed it again since." in text
    assert "In the CRM now differs: Newest After the undo differs: Old" in text
    contact.refresh_from_db()
    assert contact.company == "Newest"
    assert not Decision.objects.exists()
    master.post(to("undo", change.pk), {"seen": seen(page)})
    contact.refresh_from_db()
    assert contact.company == "Old"


def test_of_a_conflict_only_what_both_changed_is_taken(
    connection: Connection, contact: Contact, master: Client
) -> None:
    change = waits.a_conflict(
        connection,
        contact,
        atoms=["company", "job_title"],
        before={"company": "Theirs", "job_title": "Old"},
        after={"company": "New Firm", "job_title": "Buyer"},
    )
    Contact.objects.filter(pk=contact.pk).update(job_title="Buyer")
    page = master.get(to("undo", change.pk), {"conflict": 1})
    assert "Take the other value" in text_of(page)
    page = master.post(to("undo", change.pk), {"seen": seen(page), "conflict": 1}, follow=True)
    contact.refresh_from_db()
    assert (contact.company, contact.job_title) == ("Theirs", "Buyer")
    assert "nothing left in this list" in text_of(page)


@pytest.mark.parametrize(
    "fields, said",
    [
        ({"action": "create", "side": "remote"}, "It was created in Exchange."),
        ({"action": "delete", "side": "remote", "cause": "left_filter"}, "It comes back by itself"),
        ({"action": "import", "side": "local"}, "Only a person deletes there"),
        ({"outcome": "set_aside"}, "Nothing was written"),
        ({"after": {"company": "New Firm"}, "before": {"company": "New Firm"}},
         "The CRM says so already."),
    ],
)  # fmt: skip
def test_what_cannot_be_undone_says_why(
    fields: dict[str, object], said: str, connection: Connection, contact: Contact, master: Client
) -> None:
    change = waits.a_change(connection, contact, **fields)
    page = master.get(to("undo", change.pk))
    assert "This cannot be undone from here." in text_of(page)
    assert said in text_of(page)
    assert 'name="seen"' not in page.content.decode()


def test_a_value_that_the_crm_refuses_is_told(
    connection: Connection, contact: Contact, master: Client
) -> None:
    change = waits.a_change(connection, contact, before={"company": "x" * 999})
    page = master.get(to("undo", change.pk))
    page = master.post(to("undo", change.pk), {"seen": seen(page)})
    assert page.status_code == 409
    assert 'role="alert"' in page.content.decode()
    assert "The CRM does not accept one of the values." in text_of(page)
    assert Change.objects.count() == 1
