"""What somebody might try with the approval of an organisation, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from agentbox_sync import conf, urls
from agentbox_sync.contrib.reference_crm.groups import AGENTS, MASTER_USERS
from agentbox_sync.models import Organisation
from agentbox_sync.services.organisation import approve
from tests.builders import crm
from tests.integration.card.pages import text_of, to

from .office import Office

STRANGE = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def browser(office: Office) -> Client:
    client = Client()
    client.force_login(office.master)
    return client


def begun(client: Client) -> str:
    """Begin an approval; returns its state."""
    client.post(to("organisation"))
    return next(iter(client.session[approve.SESSION_KEY]))


def answer(office: Office, state: str, **changes: str) -> dict[str, str]:
    """What Microsoft sends back, or what somebody writes into an address."""
    tenant = office.microsoft.look("mailbox/jane@agency.example")["owner"]["tenant"]
    return {"admin_consent": "True", "tenant": tenant, "state": state, **changes}


def test_the_control_an_answer_that_is_right_connects(office: Office, browser: Client) -> None:
    office.approve()
    page = browser.get(to("callback"), answer(office, begun(browser)), follow=True)
    assert "The organisation is connected." in text_of(page)
    assert Organisation.objects.get().is_live


def test_an_answer_is_good_once(office: Office, browser: Client) -> None:
    office.approve()
    said = answer(office, begun(browser))
    browser.get(to("callback"), said)
    Organisation.objects.all().delete()
    page = browser.get(to("callback"), said, follow=True)
    assert "belongs to no approval begun here" in text_of(page)
    assert not Organisation.objects.exists()


def test_an_answer_without_an_approval_behind_it_is_not_believed(
    office: Office, browser: Client
) -> None:
    page = browser.get(to("callback"), answer(office, begun(browser)), follow=True)
    assert "Microsoft knows of no approval" in text_of(page)
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [{"tenant": STRANGE}, {"tenant": ""}, {"admin_consent": "False"}, {"admin_consent": ""}],
)
def test_an_answer_of_another_tenant_or_without_a_yes_connects_nothing(
    office: Office, browser: Client, changes: dict[str, str]
) -> None:
    office.approve()
    browser.get(to("callback"), answer(office, begun(browser), **changes))
    assert not Organisation.objects.exists()


def test_an_answer_is_good_for_whoever_began_it_alone(office: Office, browser: Client) -> None:
    office.approve()
    said = answer(office, begun(browser))
    other = Client()
    other.force_login(crm.a_login(None, MASTER_USERS))
    other.get(to("callback"), said)
    assert not Organisation.objects.exists()
    # Also where the other one has got hold of the session.
    session = other.session
    session[approve.SESSION_KEY] = browser.session[approve.SESSION_KEY]
    session.save()
    other.get(to("callback"), said)
    assert not Organisation.objects.exists()


def test_who_is_no_master_user_any_more_connects_nothing(office: Office, browser: Client) -> None:
    office.approve()
    said = answer(office, begun(browser))
    office.master.groups.clear()
    page = browser.get(to("callback"), said)
    assert page.status_code == 200
    assert "organisation is connected" not in text_of(page)
    assert not Organisation.objects.exists()


def test_a_tenant_that_the_settings_do_not_name_is_refused(office: Office, browser: Client) -> None:
    for way in ("approved", ""):
        browser.post(to("organisation"), {"way": way, "tenant": STRANGE})
    assert not Organisation.objects.exists()
    assert not browser.session.get(approve.SESSION_KEY)


def test_where_any_organisation_may_sign_in_the_settings_have_to_name_it(
    office: Office, browser: Client, settings: Any
) -> None:
    office.approve()
    tenant = settings.MS365_TENANT
    settings.MS365_TENANT = "organizations"
    page = browser.post(to("organisation"), {"way": "approved", "tenant": tenant}, follow=True)
    assert "do not say which organisation this is" in text_of(page)
    assert not Organisation.objects.exists()
    office.set(ALLOWED_TENANTS=[tenant])
    browser.post(to("organisation"), {"way": "approved", "tenant": STRANGE})
    assert not Organisation.objects.exists()
    browser.post(to("organisation"), {"way": "approved", "tenant": tenant})
    assert Organisation.objects.get().tenant_id == tenant


def test_staff_find_no_page_and_change_nothing(office: Office) -> None:
    office.connect_all()
    client = Client()
    client.force_login(crm.a_login(crm.a_staff_member(), AGENTS))
    pk = office.organisation.pk
    addresses = [to("organisation")]
    addresses += [to(f"organisation_{name}", pk) for name in ("check", "mailboxes", "end")]
    for address in addresses:
        assert client.get(address).status_code == 404
        assert client.post(address, {"way": "all"}).status_code == 404
    assert Organisation.objects.get().is_live


def test_no_token_and_no_secret_shows_on_a_page_or_in_the_log(
    office: Office, browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        office.connect_all()
        pages = [browser.get(to("organisation")), browser.post(to("organisation"))]
        pages.append(browser.get(to("organisation_mailboxes", office.organisation.pk)))
    told = "".join(page.content.decode() for page in pages) + caplog.text
    assert "eyJ" not in told
    assert conf.required("MS365_CLIENT_SECRET") not in told
    assert "jane@agency.example" not in caplog.text


@pytest.mark.parametrize(
    "name", ["callback", "organisation", "organisation_check", "organisation_mailboxes"]
)
def test_microsoft_is_never_asked_inside_a_transaction_of_the_host(name: str) -> None:
    """A host may wrap every view in one (ATOMIC_REQUESTS)."""
    view = next(one.callback for one in urls.urlpatterns if one.name == name)
    assert "default" in view._non_atomic_requests
    ordinary = next(one.callback for one in urls.urlpatterns if one.name == "offer")
    assert not hasattr(ordinary, "_non_atomic_requests")
