from __future__ import annotations

import base64
import warnings
from collections.abc import Iterator

import msal
import pytest
import requests

from .clients import (
    CALLBACK,
    CLIENT_ID,
    GRAPH,
    JANE,
    LOGIN,
    SECRET,
    Browser,
    Client,
    Control,
    session_to,
)

SCOPES = ["User.Read", "Contacts.ReadWrite"]


@pytest.fixture
def http(control: Control) -> Iterator[requests.Session]:
    with session_to(control.url) as session:
        yield session


def client(
    http: requests.Session, tenant: str = "organizations", secret: str = SECRET
) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        CLIENT_ID,
        client_credential=secret,
        authority=f"{LOGIN}/{tenant}",
        instance_discovery=False,
        http_client=http,
    )


def start(app: msal.ConfidentialClientApplication, **more: str) -> dict[str, str]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*response_mode.*")
        flow: dict[str, str] = app.initiate_auth_code_flow(SCOPES, redirect_uri=CALLBACK, **more)
    return flow


def visit(
    control: Control, flow: dict[str, str], upn: str = JANE, password: str = "correct horse"
) -> dict[str, str]:
    """What the person's browser does with the link that MSAL made."""
    browser = Browser(control.url)
    page = browser._follow(browser.session.get(flow["auth_uri"], allow_redirects=False))
    page = browser.step(page, "email", email=upn)
    page = browser.step(page, "password", password=password)
    if "Permissions requested" in page.text:
        page = browser.step(page, "accept")
    return browser.callback(page)


def test_msal_walks_the_whole_authorization_code_flow(
    control: Control, http: requests.Session
) -> None:
    app = client(http)
    flow = start(app, prompt="select_account")
    assert flow["auth_uri"].startswith(control.url), "a browser must reach the page on loopback"
    result = app.acquire_token_by_auth_code_flow(flow, visit(control, flow))
    claims = result["id_token_claims"]
    assert claims["preferred_username"] == JANE
    assert claims["name"] == "Jane Smith"
    assert claims["aud"] == CLIENT_ID
    assert claims["iss"] == f"{LOGIN}/{claims['tid']}/v2.0"
    account = app.get_accounts()[0]
    assert account["home_account_id"] == f"{claims['oid']}.{claims['tid']}"
    me = http.get(
        f"{GRAPH}/v1.0/me", headers={"Authorization": f"Bearer {result['access_token']}"}
    ).json()
    assert me["userPrincipalName"] == JANE
    assert me["id"] == claims["oid"]


def test_msal_refreshes_silently_and_gets_a_new_refresh_token(
    control: Control, http: requests.Session
) -> None:
    app = client(http)
    flow = start(app)
    first = app.acquire_token_by_auth_code_flow(flow, visit(control, flow))
    again = app.acquire_token_silent_with_error(
        SCOPES, account=app.get_accounts()[0], force_refresh=True
    )
    assert again["access_token"] != first["access_token"]
    tokens = control.get("stats")["tokens"]
    assert tokens["authorization_code"] == 1
    assert tokens["refresh_token"] == 1


def test_msal_sees_a_code_that_was_redeemed_before(
    control: Control, http: requests.Session
) -> None:
    app = client(http)
    flow = start(app)
    callback = visit(control, flow)
    assert "access_token" in app.acquire_token_by_auth_code_flow(flow, callback)
    second = client(http).acquire_token_by_auth_code_flow(flow, callback)
    assert second["error"] == "invalid_grant"
    assert second["error_codes"] == [54005]


def test_msal_reports_a_wrong_client_secret(control: Control, http: requests.Session) -> None:
    app = client(http, secret="wrong")
    flow = start(app)
    result = app.acquire_token_by_auth_code_flow(flow, visit(control, flow))
    assert result["error"] == "invalid_client"
    assert result["error_codes"] == [7000215]


def test_msal_works_against_the_tenant_by_domain(control: Control, http: requests.Session) -> None:
    app = client(http, tenant="harbour.example")
    flow = start(app)
    result = app.acquire_token_by_auth_code_flow(flow, visit(control, flow))
    assert result["id_token_claims"]["preferred_username"] == JANE


def test_msal_gets_a_refusal_after_the_sessions_were_revoked(
    control: Control, http: requests.Session
) -> None:
    app = client(http)
    flow = start(app)
    app.acquire_token_by_auth_code_flow(flow, visit(control, flow))
    assert control.post("revoke", {"upn": JANE})["refresh_tokens"] == 1
    result = app.acquire_token_silent_with_error(
        SCOPES, account=app.get_accounts()[0], force_refresh=True
    )
    assert result["error"] == "invalid_grant"
    assert result["error_codes"] == [50173]


def test_msal_answers_a_claims_challenge_with_a_younger_token(
    control: Control, http: requests.Session
) -> None:
    app = msal.ConfidentialClientApplication(
        CLIENT_ID,
        client_credential=SECRET,
        authority=f"{LOGIN}/organizations",
        instance_discovery=False,
        http_client=http,
        client_capabilities=["CP1"],
    )
    flow = start(app)
    result = app.acquire_token_by_auth_code_flow(flow, visit(control, flow))
    control.post("revoke", {"upn": JANE, "challenge": True})
    with Client(control.url, result["access_token"]) as graph:
        header = graph("GET", "/me/contacts").headers["WWW-Authenticate"]
    text = header.partition('claims="')[2].rstrip('"')
    claims = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    (account,) = app.get_accounts()
    fresh = app.acquire_token_silent(SCOPES, account, claims_challenge=claims)
    assert fresh["access_token"] != result["access_token"]
    with Client(control.url, fresh["access_token"]) as graph:
        assert graph("GET", "/me/contacts").status_code == 200


def test_msal_gets_a_token_for_the_app_itself(control: Control, http: requests.Session) -> None:
    entry = {"tenant": "harbour.example", "client_id": CLIENT_ID, "roles": ["Contacts.Read"]}
    control.post("seed", {"consent": [entry]})
    app = client(http, "harbour.example")
    result = app.acquire_token_for_client([f"{GRAPH}/.default"])
    with Client(control.url, result["access_token"]) as graph:
        assert graph("GET", f"/users/{JANE}/contacts").status_code == 200
