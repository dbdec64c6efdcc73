"""From the Connect button to Microsoft (the emulator) and back to the card, by HTTP alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection, ContactSettings, ProviderSwitch
from tests.builders.calendar_crm import CONTACTS_ALONE
from tests.builders.crm import a_staff_member
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, condition_of, text_of, to
from tests.integration.card.signing_in import (
    JANE,
    PASSWORD,
    TOM,
    connect,
    leave,
    links_of,
    press_connect,
)


def test_the_page_before_leaving_names_the_account_and_both_ways(
    jane: Staff, master: Client, control: Any
) -> None:
    page = press_connect(master, jane)
    assert page.status_code == 200, "a redirect would be stopped by form-action 'self'"
    links = links_of(page)
    assert set(links) == {"Continue to Microsoft", "Approval link for the administrator"}
    assert "/adminconsent" in links["Approval link for the administrator"]
    assert f"Sign in there as {JANE} and press Accept." in text_of(page)
    assert re.search(r"<a [^>]*autofocus>\s*Continue", page.content.decode())
    for help_line in ("My administrator must approve first", "another", ".onmicrosoft.com"):
        assert help_line in text_of(page)


def test_a_person_connects_and_is_told_that_nothing_is_synced_yet(
    jane: Staff, master: Client, control: Any
) -> None:
    page = connect(master, jane)
    assert page.redirect_chain == [(card_of(jane), 302)]
    connection = Connection.objects.get(staff=jane)
    assert (connection.user_name, connection.state) == (JANE, Connection.State.CONNECTED)
    assert condition_of(page) == "disabled"
    assert "Jane Ashcroft is connected to Microsoft 365. Nothing is synced before" in text_of(page)
    assert "Jane Ashcroft is connected, but nothing is synced yet." in text_of(page)
    assert "code=" not in page.request["QUERY_STRING"]


def test_signing_in_again_says_that_syncing_goes_on(
    jane: Staff, master: Client, control: Any
) -> None:
    connect(master, jane)
    connection = Connection.objects.get(staff=jane)
    connection.state = Connection.State.NEEDS_SIGN_IN
    connection.save()
    ContactSettings.objects.filter(connection=connection).update(status="one_way")
    page = text_of(connect(master, jane))
    assert "is signed in at Microsoft again" in page
    assert "Nothing is synced before" not in page


def test_a_person_who_declines_lands_on_the_card_unconnected(
    jane: Staff, master: Client, control: Any
) -> None:
    visitor, url = leave(master, jane)
    visitor.sign_in(url, JANE, PASSWORD)
    visitor.submit("cancel")
    page = master.get(to("callback"), visitor.came_back(), follow=True)
    visitor.session.close()
    assert "the sign-in was cancelled at Microsoft" in text_of(page)
    assert condition_of(page) == "not_connected"


def test_an_answer_is_good_once(jane: Staff, master: Client, control: Any) -> None:
    visitor, url = leave(master, jane)
    visitor.sign_in(url, JANE, PASSWORD)
    visitor.submit("accept")
    answer = visitor.came_back()
    visitor.session.close()
    assert master.get(to("callback"), answer).status_code == 302
    assert master.get(to("callback"), answer).status_code == 400


def test_an_answer_in_another_persons_browser_connects_nothing(
    jane: Staff, master: Client, janes_browser: Client, control: Any
) -> None:
    visitor, url = leave(master, jane)
    visitor.sign_in(url, JANE, PASSWORD)
    visitor.submit("accept")
    assert janes_browser.get(to("callback"), visitor.came_back()).status_code == 400
    visitor.session.close()
    assert not Connection.objects.exists()


def test_a_mailbox_of_another_card_is_refused(jane: Staff, master: Client, control: Any) -> None:
    tom = a_staff_member("Tom Reed", email=TOM)
    connect(master, tom, TOM)
    page = connect(master, jane, TOM)
    assert "that mailbox is connected to another staff member" in text_of(page)
    assert not Connection.objects.filter(staff=jane).exists()


def test_two_tabs_do_not_mix_up_whose_sign_in_it_is(
    jane: Staff, master: Client, control: Any
) -> None:
    tom = a_staff_member("Tom Reed", email=TOM)
    first, janes_url = leave(master, jane)
    second, toms_url = leave(master, tom)
    second.sign_in(toms_url, TOM, PASSWORD)
    second.submit("accept")
    first.sign_in(janes_url, JANE, PASSWORD)
    first.submit("accept")
    master.get(to("callback"), second.came_back())
    master.get(to("callback"), first.came_back())
    first.session.close()
    second.session.close()
    bound = dict(Connection.objects.values_list("staff", "user_name"))
    assert bound == {jane.pk: JANE, tom.pk: TOM}


@pytest.mark.parametrize("provider", ["", "google", "microsoft'"])
def test_a_provider_that_is_not_offered_is_not_begun(
    provider: str, jane: Staff, master: Client, control: Any
) -> None:
    page = master.post(to("connect", jane.pk), {"provider": provider}, follow=True)
    assert page.redirect_chain == [(card_of(jane), 302)]
    assert "Microsoft 365 is not switched on here" in text_of(page)


def test_a_provider_that_was_switched_off_meanwhile_is_not_begun(
    jane: Staff, master: Client, control: Any
) -> None:
    ProviderSwitch.objects.create(provider="microsoft", offered=False)
    page = master.post(to("connect", jane.pk), {"provider": "microsoft"}, follow=True)
    assert condition_of(page) == "not_offered"


def test_microsoft_out_of_reach_is_said_on_the_card(
    jane: Staff, master: Client, settings: Any
) -> None:
    settings.MS365_LOGIN_URL = settings.MS365_GRAPH_URL = "http://127.0.0.1:9"
    page = master.post(to("connect", jane.pk), {"provider": "microsoft"}, follow=True)
    assert "Microsoft did not answer." in text_of(page)
    assert "Wait a few minutes and press Connect again." in text_of(page)


def test_a_wrong_setting_is_said_on_the_card(jane: Staff, master: Client, settings: Any) -> None:
    settings.MS365_CLOUD = "cirrus"
    page = master.post(to("connect", jane.pk), {"provider": "microsoft"}, follow=True)
    assert "a setting of the CRM is wrong" in text_of(page)


def test_a_cloud_without_what_is_synced_is_said_before_anybody_signs_in(
    jane: Staff, master: Client, settings: Any
) -> None:
    settings.MS365_CLOUD = "china"
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "ADAPTER": CONTACTS_ALONE}

    page = master.post(to("connect", jane.pk), {"provider": "microsoft"}, follow=True)

    said = text_of(page)
    assert "the Microsoft cloud of your company does not offer what would be synced" in said
    assert "agentbox_doctor" in said


def test_a_disconnected_mailbox_adopts_what_it_left(
    jane: Staff, master: Client, control: Any
) -> None:
    connect(master, jane)
    connection = Connection.objects.get(staff=jane)
    link = make.a_link(connection)
    master.post(to("disconnect", connection.pk))
    page = connect(master, jane)
    again = Connection.objects.get(staff=jane)
    assert (again.pk, again.links.get().pk) == (connection.pk, link.pk)
    assert condition_of(page) == "disabled"
