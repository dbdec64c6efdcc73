"""Who may change a card, and the same card for those who may not enter the admin."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from agentbox_sync.contrib.reference_crm.groups import AGENTS, MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import StaffSettings
from tests.builders.crm import a_login, a_staff_member
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, condition_of, primary_buttons, text_of, to

CHECKBOX = "Let this staff member manage their own settings"


@pytest.fixture
def outside(jane: Staff) -> Client:
    """Jane's browser, and Jane may not enter the admin."""
    client = Client()
    client.force_login(a_login(jane, AGENTS, is_staff=False))
    return client


def box_of(page: str) -> str:
    found = re.search(r'<input type="checkbox" name="self_managed"[^>]*>', page)
    assert found, "there is no checkbox"
    return found.group()


def test_a_master_user_lets_a_staff_member_manage_their_own_card_and_takes_it_back(
    jane: Staff, master: Client, janes_browser: Client
) -> None:
    assert "checked" not in box_of(master.get(card_of(jane)).content.decode())
    assert primary_buttons(janes_browser.get(card_of(jane))) == []
    page = master.post(to("allow", jane.pk), {"self_managed": "on"}, follow=True)
    assert page.redirect_chain == [(card_of(jane), 302)]
    assert "checked" in box_of(page.content.decode())
    assert "Jane Ashcroft may manage this card from now on." in text_of(page)
    assert primary_buttons(janes_browser.get(card_of(jane))) == ["Connect"]
    page = master.post(to("allow", jane.pk), {}, follow=True)
    assert "checked" not in box_of(page.content.decode())
    assert primary_buttons(janes_browser.get(card_of(jane))) == []


def test_the_card_says_who_decided_it(jane: Staff) -> None:
    mary = a_login(None, MASTER_USERS, first_name="Mary", last_name="Chen")
    client = Client()
    client.force_login(mary)
    assert "Last changed by" not in text_of(client.get(card_of(jane)))
    page = client.post(to("allow", jane.pk), {"self_managed": "on"}, follow=True)
    assert "Last changed by Mary Chen" in text_of(page)
    kept = StaffSettings.objects.get()
    # Saving the same again is no decision.
    client.force_login(a_login(None, MASTER_USERS))
    client.post(to("allow", jane.pk), {"self_managed": "on"})
    assert StaffSettings.objects.get().changed_at == kept.changed_at
    mary.delete()
    assert "Last changed by somebody" in text_of(client.get(card_of(jane)))


def test_only_a_master_user_sees_the_checkbox(jane: Staff, master: Client) -> None:
    StaffSettings.objects.create(staff=jane, self_managed=True)
    client = Client()
    client.force_login(a_login(jane, AGENTS))
    assert CHECKBOX in text_of(master.get(card_of(jane)))
    assert CHECKBOX not in text_of(client.get(card_of(jane)))


def test_allowing_one_allows_nobody_else(jane: Staff, master: Client) -> None:
    tom = a_staff_member("Tom Reed")
    browser = Client()
    browser.force_login(a_login(tom, AGENTS))
    master.post(to("allow", jane.pk), {"self_managed": "on"})
    assert primary_buttons(browser.get(card_of(tom))) == []


@pytest.mark.parametrize("is_connected", [True, False])
def test_whoever_may_only_look_is_told_whom_to_ask(
    is_connected: bool, jane: Staff, janes_browser: Client
) -> None:
    if is_connected:
        make.a_syncing_connection(jane)
    page = janes_browser.get(card_of(jane))
    assert re.search(r"Please (ask|contact) a Master User", text_of(page))
    assert 'type="submit"' not in page.content.decode().split("data-agentbox-card")[1]


# ------------------------------------------------------------------------------ my connections


def test_my_connections_leads_everybody_to_their_own_card(jane: Staff, outside: Client) -> None:
    answer = outside.get(to("mine"), follow=True)
    assert answer.redirect_chain == [(to("card", jane.pk), 302)]
    assert "My connections" in text_of(answer)
    inside = Client()
    tom = a_staff_member("Tom Reed")
    inside.force_login(a_login(tom, AGENTS))
    assert inside.get(to("mine"), follow=True).redirect_chain == [(card_of(tom), 302)]


def test_outside_of_the_admin_it_is_the_same_card(
    jane: Staff, outside: Client, janes_browser: Client
) -> None:
    make.a_syncing_connection(jane, user_name="jane@harbourvale.example")
    pages = []
    for client in (outside, janes_browser):
        jane.user_id = client.session["_auth_user_id"]
        jane.save()
        address = to("card", jane.pk) if client is outside else card_of(jane)
        body = client.get(address).content.decode()
        card = body.split("data-agentbox-card")[1].split('id="footer"')[0]
        pages.append(re.sub(r'"[\w-]{64}"|\s+|data-address="[^"]*"', " ", card).split("</main>")[0])
    assert pages[0] == pages[1]
    assert "jane<wbr>@" in pages[0]


def test_nothing_outside_of_the_admin_leads_into_it(jane: Staff, outside: Client) -> None:
    StaffSettings.objects.create(staff=jane, self_managed=True)
    connection = make.a_syncing_connection(jane)
    admin = reverse("admin:index")
    for address in (
        to("card", jane.pk),
        to("disconnect", connection.pk),
        to("preview", connection.pk, "contacts"),
        to("reviews", connection.pk),
    ):
        page = outside.get(address)
        assert page.status_code == 200
        links = re.findall(r'(?:href|action)="([^"]*)"', page.content.decode())
        assert [link for link in links if link.startswith(admin)] == []
        assert any(link == "/" for link in links), "there is a way back to the CRM"


def test_whoever_may_enter_the_admin_finds_the_way_into_it_on_the_same_pages(
    jane: Staff, master: Client
) -> None:
    connection = make.a_syncing_connection(jane)
    for address in (to("card", jane.pk), to("disconnect", connection.pk)):
        assert f'href="{reverse("admin:index")}"' in master.get(address).content.decode()


def test_what_is_done_outside_of_the_admin_leads_back_there(jane: Staff, outside: Client) -> None:
    StaffSettings.objects.create(staff=jane, self_managed=True)
    connection = make.a_syncing_connection(jane)
    page = outside.post(to("sync", connection.pk), {"kind": "contacts"}, follow=True)
    assert page.redirect_chain == [(to("card", jane.pk), 302)]
    assert condition_of(page) == "queued"
    page = outside.post(to("disconnect", connection.pk), follow=True)
    assert page.redirect_chain == [(to("card", jane.pk), 302)]
    assert condition_of(page) == "not_connected"


def test_signing_in_to_the_demo_host_leads_an_agent_outside_of_the_admin_to_their_card(
    jane: Staff, outside: Client
) -> None:
    chain = outside.get("/", follow=True).redirect_chain
    assert chain == [(to("mine"), 302), (to("card", jane.pk), 302)]


def test_a_master_user_is_led_on_to_the_details(jane: Staff, master: Client) -> None:
    details = reverse("admin:agentbox_crm_staff_change", args=[jane.pk])
    assert f'href="{details}"' in master.get(to("card", jane.pk)).content.decode()
