from __future__ import annotations

import pytest
import requests

from .clients import CALLBACK, CLIENT_ID, JANE, SCOPES, SECRET, Browser, Control, seed

ADMIN = "admin@harbour.example"
FRESH = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def browser(control: Control) -> Browser:
    """A browser that meets an app to which nobody has agreed yet."""
    control.post(
        "seed",
        {
            "apps": [
                {
                    "client_id": FRESH,
                    "name": "Fresh App",
                    "client_secret": SECRET,
                    "redirect_uris": [CALLBACK],
                }
            ]
        },
    )
    return Browser(control.url)


def to_consent(
    browser: Browser, upn: str = JANE, password: str = "correct horse", **params: str
) -> requests.Response:
    page = browser.authorize(**{"client_id": FRESH, **params})
    page = browser.step(page, "email", email=upn)
    return browser.step(page, "password", password=password)


def test_sign_in_asks_address_password_and_consent_in_microsoft_s_words(browser: Browser) -> None:
    page = to_consent(browser)
    for words in (
        "Permissions requested",
        "Fresh App",
        "Have full access to your contacts",
        "Have full access to your calendars",
        "Read your mailbox settings",
        "Create, read, update, and delete your tasks and task lists",
        "Sign you in and read your profile",
        "Emulator – not Microsoft",
        "Maintain access to data you have given it access to",
        "Accept",
        "Cancel",
    ):
        assert words in page.text
    callback = browser.callback(browser.step(page, "accept"))
    assert callback["state"] == "st4te"
    assert callback["code"]


def test_a_wrong_password_and_an_unknown_address_are_told(browser: Browser) -> None:
    page = browser.authorize(client_id=FRESH)
    page = browser.step(page, "email", email="nobody@harbour.example")
    assert "find an account with that username" in page.text
    page = browser.step(page, "email", email=JANE.upper())
    page = browser.step(page, "password", password="wrong")
    assert "Your account or password is incorrect" in page.text
    page = browser.step(page, "accept")
    assert "Enter password" in page.text, "no step can be skipped"


def test_cancel_means_access_denied(browser: Browser) -> None:
    callback = browser.callback(browser.step(to_consent(browser), "cancel"))
    assert callback["error"] == "access_denied"
    assert callback["error_subcode"] == "cancel"
    assert callback["error_description"].startswith("AADSTS65004")
    assert callback["state"] == "st4te"


def test_consent_is_remembered_unless_it_is_asked_for_again(browser: Browser) -> None:
    browser.step(to_consent(browser), "accept")
    callback = browser.callback(browser.authorize(client_id=FRESH))
    assert callback["code"], "signed in and agreed: straight back"
    again = browser.authorize(client_id=FRESH, prompt="consent")
    assert "Permissions requested" in again.text


def test_a_new_scope_asks_again(browser: Browser) -> None:
    browser.step(to_consent(browser, scope="openid User.Read"), "accept")
    more = browser.authorize(client_id=FRESH, scope="openid User.Read Contacts.ReadWrite")
    assert "Have full access to your contacts" in more.text


def test_the_account_picker_shows_who_is_signed_in(browser: Browser) -> None:
    browser.step(to_consent(browser), "accept")
    page = browser.authorize(client_id=FRESH, prompt="select_account")
    assert "Pick an account" in page.text
    assert JANE in page.text
    page = browser.step(page, "pick", account="")
    assert "Sign in" in page.text
    page = browser.step(page, "email", email=ADMIN)
    page = browser.step(page, "password", password="battery staple")
    assert "Permissions requested" in page.text
    both = browser.authorize(client_id=FRESH)
    assert "Pick an account" in both.text, "two accounts: one must be picked"
    assert ADMIN in both.text
    foreign = browser.step(both, "pick", account="someone-else")
    assert 'name="email"' in foreign.text


def test_select_account_beside_a_hint_is_dropped_or_refused(
    browser: Browser, control: Control
) -> None:
    page = browser.authorize(client_id=FRESH, prompt="select_account", login_hint=JANE)
    assert 'name="email"' in page.text
    control.switch(select_account_with_hint="refuse")
    page = browser.authorize(client_id=FRESH, prompt="select_account", login_hint=JANE)
    assert browser.callback(page)["error"] == "invalid_request"


def test_a_hint_goes_straight_to_the_password(browser: Browser) -> None:
    page = browser.authorize(client_id=FRESH, login_hint=JANE)
    assert "Enter password" in page.text
    assert JANE in page.text


def test_prompt_none_never_shows_a_page(browser: Browser) -> None:
    silent = browser.authorize(client_id=FRESH, prompt="none")
    assert browser.callback(silent)["error"] == "login_required"
    browser.step(to_consent(browser), "accept")
    assert "code" in browser.callback(browser.authorize(client_id=FRESH, prompt="none"))


@pytest.mark.parametrize(
    "change,words",
    [
        ({"client_id": "unknown"}, "AADSTS700016"),
        ({"redirect_uri": CALLBACK.rstrip("/")}, "AADSTS50011"),
        ({"redirect_uri": "https://evil.example/"}, "AADSTS50011"),
        ({"authority": "nowhere.example"}, "AADSTS90002"),
    ],
)
def test_entra_never_redirects_to_what_it_does_not_know(
    browser: Browser, change: dict[str, str], words: str
) -> None:
    page = browser.authorize(**{"client_id": FRESH, **change})
    assert page.status_code == 400
    assert words in page.text
    assert "location" not in page.headers


@pytest.mark.parametrize(
    "change,error",
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"prompt": "maybe"}, "invalid_request"),
        ({"scope": ""}, "invalid_request"),
        ({"scope": "openid Contacts.Everything"}, "invalid_client"),
        ({"code_challenge": "x" * 43, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ],
)
def test_a_faulty_request_is_told_to_the_application(
    browser: Browser, change: dict[str, str], error: str
) -> None:
    callback = browser.callback(browser.authorize(**{"client_id": FRESH, **change}))
    assert callback["error"] == error
    assert callback["state"] == "st4te"


def test_a_single_tenant_app_is_not_served_under_organizations(
    browser: Browser, control: Control
) -> None:
    control.post(
        "seed",
        {
            "apps": [
                {
                    "client_id": "single",
                    "client_secret": "s",
                    "name": "One",
                    "redirect_uris": [CALLBACK],
                    "multi_tenant": False,
                }
            ]
        },
    )
    page = browser.authorize(client_id="single")
    assert "AADSTS50194" in page.text
    page = browser.authorize("harbour.example", client_id="single")
    assert 'name="email"' in page.text


def test_people_of_another_tenant_cannot_sign_in_under_this_one(browser: Browser) -> None:
    page = browser.authorize("harbour.example", client_id=FRESH)
    page = browser.step(page, "email", email="kim@other.example")
    assert "AADSTS50020" in page.text
    page = browser.authorize("organizations", client_id=FRESH)
    page = browser.step(page, "email", email="kim@other.example")
    assert "Enter password" in page.text


def test_a_tenant_that_blocks_user_consent_needs_an_administrator(
    browser: Browser, control: Control
) -> None:
    control.post("seed", seed(user_consent=False))
    page = to_consent(browser)
    assert "Need admin approval" in page.text
    assert "Accept" not in page.text
    assert "Need admin approval" in browser.step(page, "accept").text
    callback = browser.callback(browser.step(page, "cancel"))
    assert callback["error"] == "consent_required"
    assert callback["error_description"].startswith("AADSTS90094")
    control.switch(approval_way_back=False)
    assert "Return to the application" not in to_consent(Browser(control.url)).text


def test_an_administrator_consents_for_everybody_at_the_consent_page(
    browser: Browser, control: Control
) -> None:
    control.post("seed", seed(user_consent=False))
    page = to_consent(browser, ADMIN, "battery staple")
    assert "Consent on behalf of your organization" in page.text
    browser.step(page, "accept", for_all="on")
    assert "code" in browser.callback(to_consent(Browser(control.url)))


def admin_consent(
    browser: Browser,
    authority: str = "harbour.example",
    upn: str = ADMIN,
    password: str = "battery staple",
) -> requests.Response:
    page = browser._follow(
        browser.session.get(
            f"{browser.url}/{authority}/v2.0/adminconsent",
            allow_redirects=False,
            params={
                "client_id": FRESH,
                "redirect_uri": CALLBACK,
                "state": "adm",
                "scope": "https://graph.microsoft.com/.default",
            },
        )
    )
    if page.status_code == 200:
        page = browser.step(page, "email", email=upn)
        page = browser.step(page, "password", password=password)
    return page


def test_the_admin_consent_endpoint_grants_for_the_tenant(
    browser: Browser, control: Control
) -> None:
    control.post("seed", seed(user_consent=False))
    page = admin_consent(browser)
    assert "Accept for your organization" in page.text
    assert "Have full access to your contacts" in page.text
    callback = browser.callback(browser.step(page, "accept"))
    assert callback["admin_consent"] == "True"
    assert callback["state"] == "adm"
    tenant = control.get("mailbox/" + JANE)["owner"]["tenant"]
    assert callback["tenant"] == tenant
    assert "https://graph.microsoft.com/Contacts.ReadWrite" in callback["scope"].split()
    assert "code" in browser.callback(to_consent(Browser(control.url)))


def test_admin_consent_needs_an_administrator_and_a_tenant(browser: Browser) -> None:
    assert "Need admin approval" in admin_consent(browser, upn=JANE, password="correct horse").text
    common = admin_consent(Browser(browser.url), authority="common")
    assert common.status_code == 400
    refused = browser.callback(browser.step(admin_consent(Browser(browser.url)), "cancel"))
    assert refused["error"] == "consent_required"
    assert refused["error_description"].startswith("AADSTS65004")


def test_signing_out_forgets_the_accounts(browser: Browser) -> None:
    browser.step(to_consent(browser), "accept")
    out = browser.session.get(f"{browser.url}/organizations/oauth2/v2.0/logout")
    assert "You signed out" in out.text
    assert 'name="email"' in browser.authorize(client_id=FRESH).text


def test_an_old_sign_in_page_leads_nowhere(browser: Browser, control: Control) -> None:
    page = browser.authorize(client_id=FRESH)
    control.post("clock", {"advance": 16 * 60})
    assert browser.step(page, "email", email=JANE).status_code == 400


def test_a_disabled_account_is_told(browser: Browser, control: Control) -> None:
    control.post(
        "seed",
        {
            "tenants": [
                {
                    "domain": "harbour.example",
                    "users": [{"upn": "gone@harbour.example", "password": "pw", "enabled": False}],
                }
            ]
        },
    )
    page = to_consent(browser, "gone@harbour.example", "pw")
    assert "AADSTS50057" in page.text


def test_the_scopes_of_the_tests_are_what_the_consent_page_explains(browser: Browser) -> None:
    page = to_consent(browser, scope=f"{SCOPES} email")
    assert page.text.count("<summary>") == 6
    assert CLIENT_ID not in page.text
