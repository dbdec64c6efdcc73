"""What the buttons do, and what they do when the world has moved on."""

from __future__ import annotations

import pytest
from django.test import Client
from django_q.models import OrmQ

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.core.rules import Removal, Status
from agentbox_sync.models import Connection, Preview, Review, Run
from tests.builders.crm import a_contact
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, condition_of, text_of, to


def test_saving_is_not_yet_the_go(jane: Staff, master: Client) -> None:
    connection = make.a_connection(jane)
    settings = make.settings_of(connection, Status.DISABLED, approved=False)
    page = master.post(
        to("configure", connection.pk, "contacts"),
        make.answers(settings, status="one_way", removal="delete"),
        follow=True,
    )
    settings.refresh_from_db()
    assert (settings.status, settings.removal) == (Status.ONE_WAY, Removal.DELETE)
    assert not settings.is_approved
    assert not connection.runs.exists()
    assert "nothing is written before you say go." in text_of(page)
    look = Preview.objects.get(connection=connection)
    assert (look.state, look.fingerprint) == (Preview.State.ASKED, settings.fingerprint)
    make.a_heartbeat()
    assert condition_of(master.get(card_of(jane))) == "looking"


def test_a_kind_that_does_not_exist_is_not_there(jane: Staff, master: Client) -> None:
    connection = make.a_syncing_connection(jane)
    assert master.post(to("configure", connection.pk, "mails")).status_code == 404


def test_pressing_sync_without_a_go_leads_to_what_would_happen(jane: Staff, master: Client) -> None:
    connection = make.a_connection(jane)
    settings = make.settings_of(connection, approved=False)
    for _ in range(2):
        page = master.post(to("sync", connection.pk), {"kind": "contacts"})
        assert page.headers["Location"] == to("preview", connection.pk, "contacts")
    settings.refresh_from_db()
    assert not settings.is_approved
    assert not connection.runs.exists()
    assert Preview.objects.get().state == Preview.State.ASKED
    assert OrmQ.objects.count() == 1, "two presses are one look"


def test_two_presses_are_one_run(jane: Staff, master: Client) -> None:
    connection = make.a_syncing_connection(jane)
    for _ in range(2):
        page = master.post(to("sync", connection.pk), {"kind": "contacts"}, follow=True)
    run = connection.runs.get()
    assert (run.state, run.kinds, run.cause) == (Run.State.QUEUED, ["contacts"], Run.Cause.PERSON)
    assert condition_of(page) == "queued"


@pytest.mark.parametrize("kinds", [[], ["contacts"], ["tasks"]])
def test_nothing_runs_for_a_kind_that_is_disabled(
    kinds: list[str], jane: Staff, master: Client
) -> None:
    connection = make.a_connection(jane)
    make.settings_of(connection, Status.DISABLED)
    page = master.post(to("sync", connection.pk), {"kind": kinds}, follow=True)
    assert not connection.runs.exists()
    assert "Choose a Sync Status other than Disabled first." in text_of(page)


def test_a_run_that_could_never_begin_is_not_queued(jane: Staff, master: Client) -> None:
    connection = make.a_syncing_connection(jane, state=Connection.State.NEEDS_SIGN_IN)
    page = master.post(to("sync", connection.pk), {"kind": "contacts"}, follow=True)
    assert not connection.runs.exists()
    assert "Microsoft needs a sign-in first" in text_of(page)
    assert "Sync Contact Now" not in text_of(master.get(card_of(jane)))


def test_disconnecting_asks_first_and_says_what_stays(jane: Staff, master: Client) -> None:
    connection = make.a_syncing_connection(jane, user_name="jane@harbourvale.example")
    make.a_link(connection, a_contact())
    asked = text_of(master.get(to("disconnect", connection.pk)))
    assert "jane@harbourvale.example will no longer be connected to Jane Ashcroft." in asked
    assert "What should become of the 1 contact that the CRM put into Outlook?" in asked
    assert "goes on where it stopped, without duplicates" in asked
    connection.refresh_from_db()
    assert connection.is_live
    page = master.post(to("disconnect", connection.pk), follow=True)
    connection.refresh_from_db()
    assert (connection.state, connection.tokens) == (Connection.State.DISCONNECTED, "")
    assert connection.links.count() == 1
    assert condition_of(page) == "not_connected"
    assert "Jane Ashcroft is disconnected." in text_of(page)


@pytest.mark.parametrize("name", ["sync", "disconnect", "configure", "stay"])
def test_an_old_page_of_a_disconnected_card_does_no_harm(
    name: str, jane: Staff, master: Client
) -> None:
    connection = make.a_connection(jane, state=Connection.State.DISCONNECTED, tokens="")
    settings = make.settings_of(connection)
    more = ("contacts",) if name == "configure" else ()
    data = {"kind": "contacts", **make.answers(settings, status="disabled")}
    page = master.post(to(name, connection.pk, *more), data, follow=True)
    assert "connected" in text_of(page)
    assert not connection.runs.exists()
    settings.refresh_from_db()
    assert settings.status == Status.ONE_WAY


def test_a_master_user_lets_exactly_one_list_go(jane: Staff, master: Client) -> None:
    connection = make.a_syncing_connection(jane)
    stop = make.a_stop(connection, [a_contact(f"Person {number}") for number in range(12)])
    page = master.get(card_of(jane))
    assert "Let exactly these 12 go" in text_of(page)
    assert all(f"Person {number}" in text_of(page) for number in range(12))
    page = master.post(to("let_go", stop.pk), follow=True)
    stop.refresh_from_db()
    assert stop.approved_by is not None
    assert "This list, and no other, is removed from Exchange with the next run." in text_of(page)
    assert "Let exactly" not in text_of(page)


def test_a_stop_that_was_closed_meanwhile_is_not_there(jane: Staff, master: Client) -> None:
    stop = make.a_stop(make.a_syncing_connection(jane), [a_contact()], closed_at=make.ago(hours=1))
    assert master.post(to("let_go", stop.pk)).status_code == 404
    assert not Review.objects.exclude(approved_at=None).exists()


def test_a_connection_whose_staff_record_is_gone_is_not_there(db: None, master: Client) -> None:
    connection = make.a_connection(None)
    stop = make.a_stop(connection, [a_contact()])
    assert master.get(to("progress", connection.pk)).status_code == 404
    assert master.post(to("sync", connection.pk)).status_code == 404
    assert master.post(to("let_go", stop.pk)).status_code == 404
