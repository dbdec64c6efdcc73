"""What an administrator takes back: sessions, consents, accounts; and who hears of it when."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from .clients import CLIENT_ID, JANE, SCOPES, Browser, Client, Control, seed

CP1 = json.dumps({"access_token": {"xms_cc": {"values": ["CP1"]}}})
ADMIN = "admin@harbour.example"


def sign_in(control: Control, claims: str = "") -> dict[str, Any]:
    callback = Browser(control.url).sign_in(JANE, "correct horse")
    return control.redeem(callback["code"], **({"claims": claims} if claims else {}))


def refresh(control: Control, token: str, **form: str) -> Any:
    return control.token_request(
        grant_type="refresh_token", refresh_token=token, scope=SCOPES, **form
    ).json()


def status(control: Control, token: str) -> int:
    with Client(control.url, token) as graph:
        return graph("GET", "/me/contacts").status_code


def wanted(control: Control, token: str) -> dict[str, Any]:
    """The claims that Graph's challenge asks for."""
    with Client(control.url, token) as graph:
        header = graph("GET", "/me/contacts").headers["WWW-Authenticate"]
    assert 'error="insufficient_claims"' in header
    text = header.partition('claims="')[2].rstrip('"')
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def test_an_ordinary_token_outlives_the_revocation_until_it_expires(control: Control) -> None:
    tokens = sign_in(control)
    control.post("revoke", {"upn": JANE})
    assert status(control, tokens["access_token"]) == 200
    assert refresh(control, tokens["refresh_token"])["error_codes"] == [50173]
    control.post("clock", {"advance": 91 * 60})
    assert status(control, tokens["access_token"]) == 401


def test_a_client_that_takes_challenges_is_told_at_once(control: Control) -> None:
    tokens = sign_in(control, CP1)
    assert tokens["expires_in"] > 2 * 3600, "and its tokens live long"
    assert status(control, tokens["access_token"]) == 200
    control.post("revoke", {"upn": JANE})
    claims = wanted(control, tokens["access_token"])
    assert claims["access_token"]["nbf"]["essential"] is True
    again = refresh(control, tokens["refresh_token"], claims=json.dumps(claims))
    assert again["error"] == "invalid_grant"


def test_a_mere_challenge_is_answered_with_a_refresh(control: Control) -> None:
    tokens = sign_in(control, CP1)
    control.post("revoke", {"upn": JANE, "challenge": True})
    claims = wanted(control, tokens["access_token"])
    claims["access_token"] |= json.loads(CP1)["access_token"]
    fresh = refresh(control, tokens["refresh_token"], claims=json.dumps(claims))
    assert status(control, fresh["access_token"]) == 200
    assert status(control, tokens["access_token"]) == 401, "the old one stays refused"


def test_a_challenge_does_not_concern_other_people(control: Control) -> None:
    tokens = sign_in(control, CP1)
    control.post("revoke", {"upn": ADMIN, "challenge": True})
    assert status(control, tokens["access_token"]) == 200


@pytest.mark.parametrize("claims", ["{", "[]", '{"access_token": 1}'])
def test_claims_that_cannot_be_read_are_refused(control: Control, claims: str) -> None:
    assert sign_in(control, claims)["error"] == "invalid_request"


def test_a_revoked_person_types_the_password_again(control: Control) -> None:
    browser = Browser(control.url)
    browser.sign_in(JANE, "correct horse")
    assert "code" in browser.callback(browser.authorize(login_hint=JANE)), "the browser knew her"
    control.post("revoke", {"upn": JANE})
    assert 'name="password"' in browser.authorize(login_hint=JANE).text


def test_a_disabled_account_is_out_and_may_come_back(control: Control) -> None:
    tokens = sign_in(control)
    control.post("revoke", {"upn": JANE, "enabled": False})
    assert status(control, tokens["access_token"]) == 401
    assert refresh(control, tokens["refresh_token"])["error_codes"] == [50057]
    control.post("revoke", {"upn": JANE, "enabled": True})
    assert status(control, refresh(control, tokens["refresh_token"])["access_token"]) == 200


def test_an_administrator_s_consent_can_be_withdrawn(control: Control) -> None:
    control.post("seed", {"consent": [{"tenant": "harbour.example", "client_id": CLIENT_ID}]})
    control.post("revoke", {"upn": JANE, "consent": True})
    tokens = sign_in(control)
    assert "access_token" in refresh(control, tokens["refresh_token"])
    control.post("revoke", {"tenant": "harbour.example", "consent": True, "client_id": "another"})
    assert "access_token" in refresh(control, tokens["refresh_token"])
    control.post("revoke", {"tenant": "harbour.example", "consent": True, "client_id": CLIENT_ID})
    answer = refresh(control, tokens["refresh_token"])
    assert (answer["error"], answer["error_codes"]) == ("invalid_grant", [65001])
    assert answer["suberror"] == "consent_required"


@pytest.mark.parametrize(
    "policy,contacts,profile",
    [("allow", False, False), ("microsoft_managed", True, False), ("block", True, True)],
)
def test_what_a_person_may_agree_to_is_the_tenant_s_policy(
    control: Control, policy: str, contacts: bool, profile: bool
) -> None:
    control.post("seed", seed(consent_policy=policy))
    control.post("revoke", {"upn": JANE, "consent": True})
    for scope, blocked in (("User.Read Contacts.ReadWrite", contacts), ("User.Read", profile)):
        browser = Browser(control.url)
        page = browser.authorize(scope=scope, login_hint=JANE)
        page = browser.step(page, "password", password="correct horse")
        assert ("Need admin approval" in page.text) == blocked
        assert ("Permissions requested" in page.text) == (not blocked)


def test_consents_that_exist_live_on_under_a_stricter_policy(control: Control) -> None:
    control.post("revoke", {"tenant": "harbour.example", "consent_policy": "microsoft_managed"})
    tokens = sign_in(control)
    assert "access_token" in refresh(control, tokens["refresh_token"])


@pytest.mark.parametrize(
    "body,words",
    [
        ({"tenant": "moon.example", "consent": True}, "moon.example"),
        ({"tenant": "harbour.example"}, "consent"),
        ({"tenant": "harbour.example", "consent_policy": "maybe"}, "microsoft_managed"),
        ({"upn": "nobody@x.example"}, "whose"),
    ],
)
def test_what_cannot_be_revoked_is_said(control: Control, body: dict[str, Any], words: str) -> None:
    answer = control.session.post(f"{control.url}/_emulator/revoke", json=body)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
