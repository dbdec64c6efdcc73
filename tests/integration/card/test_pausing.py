"""Pause and resume on the card: who may press it, and what the card says."""

from __future__ import annotations

import pytest
from django.test import Client
from django_q.models import OrmQ

from agentbox_sync.contrib.reference_crm.groups import AGENTS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.core.rules import Status
from agentbox_sync.models import Connection, Run, StaffSettings
from agentbox_sync.services import pause as pausing
from agentbox_sync.services import states
from agentbox_sync.services.wording.conditions import Condition
from agentbox_sync.views import landing
from tests.builders.crm import a_login
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, condition_of, text_of, to

State = Connection.State


def test_somebody_who_manages_themselves_pauses_and_resumes(jane: Staff) -> None:
    StaffSettings.objects.create(staff=jane, self_managed=True)
    browser = Client()
    user = a_login(jane, AGENTS, first_name="Jane", last_name="Ashcroft")
    browser.force_login(user)
    connection = make.a_syncing_connection(jane)
    assert "Pause syncing" in text_of(browser.get(card_of(jane)))

    page = browser.post(to("pause", connection.pk), follow=True)

    assert condition_of(page) == Condition.PAUSED
    assert "Jane Ashcroft paused it at" in text_of(page)
    assert "Pause syncing" not in text_of(page)
    assert "Sync Contact Now" not in text_of(page)

    page = browser.post(to("resume", connection.pk), follow=True)

    assert condition_of(page) == Condition.QUEUED
    assert Run.objects.get().asked_by == user
    assert OrmQ.objects.count() == 1


def test_who_only_looks_is_offered_neither(jane: Staff, janes_browser: Client) -> None:
    connection = make.a_syncing_connection(jane)
    assert "Pause syncing" not in text_of(janes_browser.get(card_of(jane)))
    Connection.objects.update(state=State.PAUSED)
    assert "Resume syncing" not in text_of(janes_browser.get(card_of(jane)))
    assert janes_browser.post(to("resume", connection.pk)).status_code == 404


def test_where_nothing_is_synced_there_is_nothing_to_pause(jane: Staff, master: Client) -> None:
    make.settings_of(make.a_connection(jane), Status.DISABLED)
    assert "Pause syncing" not in text_of(master.get(card_of(jane)))


def test_sync_now_from_an_old_page_says_what_to_do_first(jane: Staff, master: Client) -> None:
    connection = make.a_paused_connection(jane)
    page = master.post(to("sync", connection.pk), {"kind": "contacts"}, follow=True)
    assert "Nothing was begun, because syncing is paused. Resume it first." in text_of(page)
    assert not Run.objects.exists()


@pytest.mark.parametrize("press", ["pause", "resume"])
def test_an_account_that_is_being_disconnected_is_left_alone(
    press: str, jane: Staff, master: Client
) -> None:
    connection = make.a_syncing_connection(jane, leaving_at=make.ago(minutes=1))
    page = master.post(to(press, connection.pk), follow=True)
    assert "Nothing was done, because this account is being disconnected." in text_of(page)
    connection.refresh_from_db()
    assert connection.state == State.CONNECTED
    assert not pausing.pause(connection, None)


def test_removing_everything_waits_until_it_is_resumed(jane: Staff, master: Client) -> None:
    connection = make.a_paused_connection(jane)
    make.a_link(connection)
    page = master.get(to("disconnect", connection.pk))
    assert "Not possible now, because syncing is paused." in text_of(page)
    data = {"stays": "remove", "confirmed": "1"}
    page = master.post(to("disconnect", connection.pk), data, follow=True)
    assert "Nothing was done yet, because syncing is paused." in text_of(page)
    connection.refresh_from_db()
    assert (connection.state, connection.leaving_at) == (State.PAUSED, None)


def test_disconnecting_and_keeping_everything_needs_no_resuming(
    jane: Staff, master: Client
) -> None:
    connection = make.a_paused_connection(jane)
    page = master.post(to("disconnect", connection.pk), {"stays": "keep"}, follow=True)
    assert condition_of(page) == Condition.NOT_CONNECTED


def test_who_signs_in_meanwhile_is_told_that_it_stays_paused(jane: Staff, master: Client) -> None:
    connection = make.a_paused_connection(jane, paused_state=State.NEEDS_SIGN_IN)
    states.learn(connection, State.CONNECTED)
    connection.save()
    session = master.session
    session[landing.KEY] = {str(jane.pk): {"code": "renewed_paused", "parameters": {}}}
    session.save()
    page = master.get(card_of(jane))
    assert "Syncing stays paused until somebody resumes it" in text_of(page)
    assert condition_of(page) == Condition.PAUSED
