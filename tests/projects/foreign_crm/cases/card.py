"""The Connections tab in an admin that has its own sign-in, its own template and UUID keys."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from agentbox_sync.core.changes import LocalKey
from agentbox_sync.host.registry import get_adapter
from tests.integration.host.builders import a_connection
from tests.projects.foreign_crm.cases.builders import a_party, a_user, an_employee

pytestmark = pytest.mark.django_db


@pytest.fixture
def master():
    user = a_user(is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(
            codename__in=["manage_connections", "view_employee", "change_employee"]
        )
    )
    browser = Client()
    browser.force_login(user)
    return browser


def text_of(answer):
    """What a person reads: an address may be broken over two lines."""
    return answer.content.decode().replace("<wbr>", "")


def details_of(employee):
    return reverse("admin:foreign_crm_employee_change", args=[employee.pk])


def card_of(employee):
    return reverse("admin:foreign_crm_employee_connections", args=[employee.pk])


def test_the_tab_stands_beside_what_the_project_put_on_its_page(roisin, master):
    page = master.get(details_of(roisin)).content.decode()
    assert f"Rota of {roisin}" in page  # the project's own template
    assert 'class="agentbox-tabs"' in page
    assert f'href="{card_of(roisin)}"' in page


@pytest.mark.parametrize("is_connected", [False, True])
def test_the_card_is_drawn(is_connected, roisin, master):
    if is_connected:
        a_connection(roisin, user_name="roisin@brokerage.example")
    answer = master.get(card_of(roisin))
    page = text_of(answer)
    assert answer.status_code == 200
    assert str(roisin) in page
    assert ("roisin@brokerage.example" in page) is is_connected


def test_connect_leads_to_a_page_with_the_address_that_is_expected(roisin, master, world):
    answer = master.post(
        reverse("agentbox_sync:connect", args=[world.employee.pk]), {"provider": "microsoft"}
    )
    assert answer.status_code == 200
    assert world.employee.work_mail in text_of(answer)


def test_somebody_elses_card_is_not_there_and_a_stranger_signs_in(roisin):
    browser = Client()
    assert browser.get(card_of(roisin)).status_code == 302
    browser.force_login(a_user(an_employee("Seán Walsh"), is_staff=True))
    assert browser.get(card_of(roisin)).status_code == 404


def test_ones_own_card_is_there(roisin):
    browser = Client()
    browser.force_login(a_user(roisin, is_staff=True))
    assert browser.get(card_of(roisin)).status_code == 200


def test_items_and_staff_have_addresses_and_names(roisin):
    adapter, party = get_adapter(), a_party("Ciara Byrne", of=roisin)
    key = LocalKey("foreign_crm.party", str(party.pk))
    assert adapter.item_url(key) == reverse("admin:foreign_crm_party_change", args=[party.pk])
    assert adapter.item_label("contacts", [key]) == {key: "Ciara Byrne"}
    assert adapter.staff_url(roisin) == details_of(roisin)


def test_a_partys_own_page_says_with_whom_it_is_synced(roisin, master):
    view = Permission.objects.filter(codename__in=["view_party", "change_party"])
    get_user_model().objects.get(is_staff=True).user_permissions.add(*view)
    a_connection(roisin)
    party = a_party("Aoife Byrne", of=roisin)

    page = text_of(master.get(reverse("admin:foreign_crm_party_change", args=[party.pk])))

    assert 'class="agentbox-why-panel' in page
    assert f"Not synced with {roisin}’s Outlook yet" in page
    why = reverse("agentbox_sync:why", args=["foreign_crm.party", party.pk])
    assert f"Not synced with {roisin}’s Outlook" in text_of(master.get(why))


def test_the_overview_knows_everybody_by_branch(roisin, master):
    """Its staff have UUID keys, an admin elsewhere, and branches that are plain words."""
    a_connection(roisin, user_name="roisin@brokerage.example")
    sean = an_employee("Seán Walsh", branch="Cork")
    a_user(sean)
    page = text_of(master.get(reverse("agentbox_sync:overview"), {"q": "ROISIN"}))
    assert card_of(roisin) in page
    assert "Seán Walsh" not in page
    page = text_of(master.get(reverse("agentbox_sync:overview"), {"state": "not-connected"}))
    assert "Seán Walsh" in page
    assert "Cork" in page
    assert reverse("agentbox_sync:invite", args=[sean.pk]) in page


def test_the_brokerage_pauses_many_at_once(roisin, master):
    connection = a_connection(roisin)
    address = reverse("agentbox_sync:at_once")
    question = text_of(master.post(address, {"all": "pause"}))
    assert "Pause 1 account?" in question
    page = master.post(address, {"order": "pause", "ids": connection.pk}, follow=True)
    assert "1 account was paused." in text_of(page)
    connection.refresh_from_db()
    assert connection.state == "paused"
