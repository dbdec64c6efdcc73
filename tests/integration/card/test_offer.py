"""Where Microsoft 365 is offered: the switches, and what the card says where they are off."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection, ProviderSwitch
from agentbox_sync.services.offer import offer, switchboard
from tests.builders.crm import a_login, a_staff_member, an_office
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, condition_of, primary_buttons, text_of, to

MICROSOFT = "Microsoft 365 (Office 365)"


def switched() -> dict[str, bool | None]:
    return {place.label or "site": place.offered for place in switchboard()}


def is_offered(client: Client, staff: Staff) -> bool:
    page = client.get(card_of(staff))
    has_option = f">{MICROSOFT}</option>" in page.content.decode()
    assert has_option is (condition_of(page) == "not_connected")
    return has_option


def test_without_any_switch_it_is_offered_everywhere(jane: Staff, master: Client) -> None:
    assert switched() == {"site": True, "Mosman": None}
    assert is_offered(master, jane)


def test_one_office_tries_what_the_others_do_not_have_yet(jane: Staff, master: Client) -> None:
    tom = a_staff_member("Tom Reed", office=an_office("Balmain"))
    answers = {"site": "off", f"office-{jane.office_id}": "on", f"office-{tom.office_id}": "site"}
    page = master.post(to("offer"), answers, follow=True)
    assert page.redirect_chain == [(to("offer"), 302)]
    assert switched() == {"site": False, "Balmain": None, "Mosman": True}
    assert is_offered(master, jane)
    assert not is_offered(master, tom)
    master.post(to("offer"), {f"office-{jane.office_id}": "site"})
    assert switched() == {"site": False, "Balmain": None, "Mosman": None}
    assert not is_offered(master, jane)


def test_where_it_is_off_an_agent_is_told_whom_to_ask_and_cannot_connect(
    jane: Staff, janes_browser: Client
) -> None:
    ProviderSwitch.objects.create(provider="microsoft", offered=False)
    page = janes_browser.get(card_of(jane))
    assert f"{MICROSOFT} is not offered here yet. Please contact a Master User." in text_of(page)
    assert to("offer") not in page.content.decode()
    assert primary_buttons(page) == []


def test_where_it_is_off_a_master_user_is_led_to_the_switch_and_back(
    jane: Staff, master: Client
) -> None:
    ProviderSwitch.objects.create(provider="microsoft", offered=False)
    page = master.get(card_of(jane))
    found = re.search(r'href="([^"]*)">\s*Switch it on', page.content.decode())
    assert found
    page = master.get(found.group(1))
    assert "the office of Jane Ashcroft" in text_of(page)
    answers = {"back": str(jane.pk), f"office-{jane.office_id}": "on"}
    page = master.post(to("offer"), answers, follow=True)
    assert page.redirect_chain == [(card_of(jane), 302)]
    assert primary_buttons(page) == ["Connect"]


def test_who_is_connected_stays_connected_where_it_is_switched_off(
    jane: Staff, master: Client
) -> None:
    connection = make.a_syncing_connection(jane)
    master.post(to("offer"), {"site": "off"})
    connection.refresh_from_db()
    assert connection.state == Connection.State.CONNECTED
    assert condition_of(master.get(card_of(jane))) == "in_order"


def test_the_page_says_who_switched(jane: Staff, master: Client) -> None:
    user = a_login(None, first_name="Mary", last_name="Chen")
    offer(user, {"": False})
    assert "switched by Mary Chen" in text_of(master.get(to("offer")))
    assert ProviderSwitch.objects.get().changed_by == user


@pytest.mark.parametrize(
    "answers", [{"site": "site"}, {"site": "maybe"}, {"office-999999": "on"}, {"provider": "x"}, {}]
)
def test_what_is_no_answer_changes_nothing(
    answers: dict[str, str], jane: Staff, master: Client
) -> None:
    assert master.post(to("offer"), answers).status_code == 302
    assert not ProviderSwitch.objects.exists()


def test_an_office_that_is_gone_from_the_crm_can_still_be_switched(
    jane: Staff, master: Client
) -> None:
    ProviderSwitch.objects.create(provider="microsoft", office="closed", offered=False)
    assert switched() == {"site": True, "closed": False, "Mosman": None}
    master.post(to("offer"), {"office-closed": "site"})
    assert switched() == {"site": True, "Mosman": None}


def test_a_way_back_to_a_card_that_is_not_there_is_not_there(jane: Staff, master: Client) -> None:
    assert master.get(to("offer"), {"back": "https://evil.example/"}).status_code == 404
    assert master.get(to("offer"), {"back": "999999"}).status_code == 404
