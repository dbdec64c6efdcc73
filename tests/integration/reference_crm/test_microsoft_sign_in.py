"""Signing in to the demo host with Microsoft, at the emulator; never a way to become somebody."""

from __future__ import annotations

from copy import deepcopy

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from agentbox_sync.contrib.reference_crm.groups import AGENTS, MASTER_USERS
from tests.builders.crm import a_login, a_staff_member
from tests.builders.second_factor import a_phone
from tests.contracts.emulated import JANE, PASSWORD, emulator, microsoft
from tests.integration.oauth.visitor import Visitor

__all__ = ["emulator", "microsoft"]

pytestmark = pytest.mark.django_db
BACK = "http://localhost/accounts/microsoft/login/callback/"


@pytest.fixture(autouse=True)
def at(microsoft, settings):
    """The host's registration as in the demo, at this emulator."""
    providers = deepcopy(settings.SOCIALACCOUNT_PROVIDERS)
    app = providers["microsoft"]["APPS"][0]
    tenant = microsoft.look(f"mailbox/{JANE}")["owner"]["tenant"]
    app["settings"] = {"tenant": tenant, "login_url": microsoft.url, "graph_url": microsoft.url}
    settings.SOCIALACCOUNT_PROVIDERS = providers
    registered = {"client_id": app["client_id"], "client_secret": app["secret"]}
    microsoft.control("seed", {"apps": [registered | {"redirect_uris": [BACK]}]})
    return microsoft


@pytest.fixture
def jane():
    return a_login(a_staff_member(email=JANE), AGENTS, username="jane", email=JANE)


def browser(user=None):
    client = Client(headers={"host": "localhost"})
    if user is not None:
        client.post(reverse("account_login"), {"login": user.username, "password": "secret"})
    return client


def by_microsoft(client, process="login", **query):
    """Press the button, sign in and accept at Microsoft, come back; returns the first answer."""
    press = client.post(f"{reverse('microsoft_login')}?process={process}", query)
    visitor = Visitor(BACK)
    visitor.sign_in(press.url, JANE, PASSWORD)
    if visitor.answer is None:
        visitor.submit("accept")
    visitor.session.close()
    return client.get(reverse("microsoft_callback"), visitor.came_back())


def link(client):
    """Link the account to the login of this browser, with the password again where asked."""
    by_microsoft(client, "connect")
    client.post(reverse("account_reauthenticate"), {"password": "secret"})


def test_an_unknown_account_is_told_whom_to_ask_and_becomes_nobody(jane):
    client = browser()
    answer = by_microsoft(client)
    assert answer.status_code == 403
    assert JANE in answer.text
    assert "ask a Master User" in answer.text
    assert "<input" not in answer.text.replace('<input type="hidden"', "")
    assert "_auth_user_id" not in client.session
    assert User.objects.count() == 1  # the same address is no proof either
    assert not SocialAccount.objects.exists()


def test_it_opens_no_other_road_to_a_sign_up():
    client = browser()
    by_microsoft(client)
    form = {"username": "x", "email": "x@example.com"}
    assert client.post(reverse("socialaccount_signup"), form).url == reverse("account_login")
    assert not User.objects.exists()


def test_a_linked_account_lets_in_and_leads_where_one_wanted(jane):
    link(browser(jane))
    account = SocialAccount.objects.get()
    assert (account.user, account.extra_data["userPrincipalName"]) == (jane, JANE)
    assert not SocialToken.objects.exists()
    client = browser()
    assert by_microsoft(client, next="/admin/agentbox_crm/contact/").url.endswith("/contact/")
    assert client.session["_auth_user_id"] == str(jane.pk)
    assert by_microsoft(browser(), next="https://evil.example/").url == "/"


def test_linking_asks_for_the_password_again(jane):
    client = browser(jane)
    assert by_microsoft(client, "connect").url.startswith(reverse("account_reauthenticate"))
    assert not SocialAccount.objects.exists()
    client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert not SocialAccount.objects.exists()
    client.post(reverse("account_reauthenticate"), {"password": "secret"})
    assert SocialAccount.objects.get().user == jane


def test_linking_without_being_signed_in_links_nothing(jane):
    by_microsoft(browser(), "connect")
    assert not SocialAccount.objects.exists()


def test_an_account_that_belongs_to_another_login_stays_there(jane):
    link(browser(jane))
    tom = a_login(None, AGENTS, username="tom")
    client = browser(tom)
    link(client)
    assert SocialAccount.objects.get().user == jane
    page = client.get(reverse("socialaccount_connections")).text
    assert "linked to another login already" in page


def test_microsoft_does_not_stand_for_the_second_factor(jane):
    link(browser(jane))
    jane.groups.set([])
    phone = a_phone(jane)
    client = browser()
    answer = by_microsoft(client)
    assert answer.url == reverse("mfa_authenticate")
    assert client.get("/admin/").status_code == 302
    assert client.post(answer.url, {"code": phone.code()}).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_a_master_user_without_second_factor_is_sent_to_it_from_microsoft_too():
    mary = a_login(None, AGENTS, username="mary")
    link(browser(mary))
    mary.groups.set(mary.groups.model.objects.filter(name=MASTER_USERS))
    client = browser()
    by_microsoft(client)
    assert client.get("/admin/").url == reverse("mfa_activate_totp")


def test_a_login_that_is_switched_off_stays_outside(jane):
    link(browser(jane))
    jane.is_active = False
    jane.save()
    client = browser()
    assert by_microsoft(client).url == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(jane, caplog):
    link(browser(jane))
    asked, planted = browser(), browser()
    press = asked.post(f"{reverse('microsoft_login')}?process=login")
    visitor = Visitor(BACK)
    visitor.sign_in(press.url, JANE, PASSWORD)
    visitor.session.close()
    answer = planted.get(reverse("microsoft_callback"), visitor.came_back())
    assert "Microsoft did not sign you in." in answer.text
    assert "_auth_user_id" not in planted.session
    assert "Microsoft sign-in failed" in caplog.text


def test_who_cancels_at_microsoft_reads_that_nothing_happened(jane):
    client = browser()
    press = client.post(f"{reverse('microsoft_login')}?process=login")
    query = dict(part.split("=") for part in press.url.partition("?")[2].split("&"))
    answer = client.get(
        reverse("microsoft_callback"), {"error": "access_denied", "state": query["state"]}
    )
    assert "Nothing was changed." in client.get(answer.url).text
