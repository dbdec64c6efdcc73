from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from .clients import CALLBACK, CLIENT_ID, JANE, LOGIN, SECRET, Browser, Control, session_to


def code(control: Control, **params: str) -> str:
    return Browser(control.url).sign_in(JANE, "correct horse", **params)["code"]


def error(answer: Any) -> tuple[int, str, int]:
    body = answer.json()
    assert {
        "error",
        "error_description",
        "error_codes",
        "timestamp",
        "trace_id",
        "correlation_id",
    } <= set(body)
    assert body["error_description"].startswith(f"AADSTS{body['error_codes'][0]}: ")
    return answer.status_code, body["error"], body["error_codes"][0]


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def test_discovery_keeps_the_login_host_and_names_a_page_that_a_browser_reaches(
    control: Control,
) -> None:
    with session_to(control.url) as session:
        own = control.mailbox()["owner"]["tenant"]
        for name, tenant in (
            ("organizations", "organizations"),
            ("common", "common"),
            ("harbour.example", own),
            (own, own),
        ):
            found = session.get(f"{LOGIN}/{name}/v2.0/.well-known/openid-configuration").json()
            assert found["token_endpoint"] == f"{LOGIN}/{tenant}/oauth2/v2.0/token"
            page = found["authorization_endpoint"]
            assert page == f"{control.url}/{tenant}/oauth2/v2.0/authorize"
        shared = session.get(f"{LOGIN}/common/v2.0/.well-known/openid-configuration").json()
        assert shared["issuer"] == f"{LOGIN}/{{tenantid}}/v2.0"
        unknown = session.get(f"{LOGIN}/nowhere.example/v2.0/.well-known/openid-configuration")
        assert error(unknown) == (400, "invalid_tenant", 90002)
    plain = control.session.get(
        f"{control.url}/common/v2.0/.well-known/openid-configuration"
    ).json()
    assert plain["token_endpoint"].startswith(control.url)


def test_a_token_reply_holds_what_entra_sends(control: Control) -> None:
    reply = control.redeem(code(control, nonce="n0nce"))
    assert reply["token_type"] == "Bearer"
    assert 3600 <= reply["expires_in"] <= 5400
    assert "Contacts.ReadWrite" in reply["scope"].split()
    assert "offline_access" not in reply["scope"]
    identity = claims(reply["id_token"])
    assert identity["nonce"] == "n0nce"
    assert identity["preferred_username"] == JANE
    assert identity["aud"] == CLIENT_ID
    info = json.loads(base64.urlsafe_b64decode(reply["client_info"] + "=="))
    assert info == {"uid": identity["oid"], "utid": identity["tid"]}
    assert claims(reply["access_token"])["aud"] == "https://graph.microsoft.com"


def test_without_offline_access_there_is_no_refresh_token(control: Control) -> None:
    reply = control.redeem(code(control, scope="openid User.Read"))
    assert "refresh_token" not in reply
    assert "id_token" not in control.redeem(code(control, scope="User.Read"))


def test_a_token_life_can_be_fixed(control: Control) -> None:
    control.switch(token_life=120)
    assert control.redeem(code(control))["expires_in"] == 120


@pytest.mark.parametrize(
    "change,expected",
    [
        ({"client_id": "unknown"}, (400, "unauthorized_client", 700016)),
        ({"client_secret": "wrong"}, (401, "invalid_client", 7000215)),
        ({"client_secret": ""}, (401, "invalid_client", 7000218)),
        ({"code": "nonsense"}, (400, "invalid_grant", 9002313)),
        ({"code": ""}, (400, "invalid_request", 900144)),
        ({"redirect_uri": "http://localhost/other"}, (400, "invalid_grant", 500112)),
        ({"code_verifier": "wrong"}, (400, "invalid_grant", 501481)),
        ({"code_verifier": ""}, (400, "invalid_grant", 501481)),
        ({"grant_type": "password"}, (400, "unsupported_grant_type", 70003)),
        ({"authority": "other.example"}, (400, "invalid_grant", 50020)),
        ({"authority": "nowhere.example"}, (400, "invalid_tenant", 90002)),
    ],
)
def test_a_code_is_redeemed_only_by_whom_it_was_made_for(
    control: Control, change: dict[str, str], expected: tuple[int, str, int]
) -> None:
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # of RFC 7636, appendix B
    made = code(control, code_challenge=challenge, code_challenge_method="S256")
    form = {
        "grant_type": "authorization_code",
        "code": made,
        "redirect_uri": CALLBACK,
        "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    }
    assert error(control.token_request(**{**form, **change})) == expected
    if change.keys() & {"code_verifier", "redirect_uri", "client_secret"}:
        assert control.token_request(**form).status_code == 200, "the code is still good"


def test_a_code_lives_ten_minutes_and_once(control: Control) -> None:
    made = code(control)
    control.redeem(made)
    form = {"grant_type": "authorization_code", "code": made, "redirect_uri": CALLBACK}
    assert error(control.token_request(**form)) == (400, "invalid_grant", 54005)
    form["code"] = code(control)
    control.post("clock", {"advance": 601})
    assert error(control.token_request(**form)) == (400, "invalid_grant", 70008)


def refresh(control: Control, token: str, **form: str) -> Any:
    return control.token_request(grant_type="refresh_token", refresh_token=token, **form)


def test_every_refresh_gives_a_new_token_and_leaves_the_old_one(control: Control) -> None:
    first = control.redeem(code(control))["refresh_token"]
    second = refresh(control, first).json()["refresh_token"]
    assert first != second
    assert refresh(control, first).status_code == 200, "Entra does not revoke on use"
    assert refresh(control, second).status_code == 200


def test_a_switch_makes_rotation_strict(control: Control) -> None:
    control.switch(strict_rotation=True)
    first = control.redeem(code(control))["refresh_token"]
    second = refresh(control, first).json()["refresh_token"]
    assert error(refresh(control, first)) == (400, "invalid_grant", 70000)
    assert refresh(control, second).status_code == 200


def test_a_refresh_token_dies_of_idleness_revocation_and_lost_consent(control: Control) -> None:
    token = control.redeem(code(control))["refresh_token"]
    assert error(refresh(control, token[:-3])) == (400, "invalid_grant", 9002313)
    control.post("clock", {"advance": 91 * 24 * 3600})
    assert error(refresh(control, token)) == (400, "invalid_grant", 700082)
    control.post("clock", {"reset": True})
    assert refresh(control, token).status_code == 200
    control.post("revoke", {"upn": JANE})
    assert error(refresh(control, token)) == (400, "invalid_grant", 50173)


def test_a_withdrawn_consent_is_asked_for_again(control: Control) -> None:
    control.post("revoke", {"upn": JANE, "consent": True})
    browser = Browser(control.url)
    page = browser.step(browser.authorize(login_hint=JANE), "password", password="correct horse")
    assert "Permissions requested" in page.text


def test_a_refresh_cannot_widen_what_was_agreed_to(control: Control) -> None:
    token = control.redeem(code(control))["refresh_token"]
    assert error(refresh(control, token, scope="Contacts.Read openid")) == (
        400,
        "invalid_grant",
        65001,
    ), "a scope that nobody agreed to"
    assert refresh(control, token, scope="Contacts.ReadWrite openid offline_access").ok


def test_a_client_may_authenticate_in_the_header(control: Control) -> None:
    made = code(control)
    answer = control.session.post(
        f"{control.url}/organizations/oauth2/v2.0/token",
        auth=(CLIENT_ID, SECRET),
        data={"grant_type": "authorization_code", "code": made, "redirect_uri": CALLBACK},
    )
    assert answer.status_code == 200
