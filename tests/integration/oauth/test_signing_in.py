from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest

from agentbox_sync.oauth import errors, flow
from agentbox_sync.oauth.clouds import CLOUDS, PERMISSIONS

from .microsoft import JANE, OTHER_TENANT, STRANGER, TENANT, Microsoft

# ------------------------------------------------------------------------------------ the good end


def test_person_signs_in_and_the_account_and_its_tokens_are_known(microsoft: Microsoft) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)

    signed_in = microsoft.finish(microsoft.registration, begun, answer)

    assert signed_in.tenant_id == TENANT
    assert signed_in.user_name == JANE
    assert signed_in.display_name == "Jane Citizen"
    assert signed_in.object_id == microsoft.object_id(JANE)
    assert set(PERMISSIONS) <= set(signed_in.scopes)
    cache = json.loads(signed_in.cache)
    assert len(cache["AccessToken"]) == len(cache["RefreshToken"]) == len(cache["Account"]) == 1


def test_request_carries_pkce_state_nonce_and_asks_which_account(microsoft: Microsoft) -> None:
    begun = flow.begin(microsoft.registration, microsoft.session)

    asked = {k: v[0] for k, v in parse_qs(urlsplit(begun.authorization_url).query).items()}
    assert asked["prompt"] == "select_account"
    assert asked["state"] == begun.state
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["nonce"]) == 64
    assert set(asked["scope"].split()) == {*PERMISSIONS, "openid", "profile", "offline_access"}
    assert "login_hint" not in asked
    assert asked.get("response_mode", "query") == "query"


def test_browser_is_sent_to_an_address_that_it_can_reach(microsoft: Microsoft) -> None:
    begun = flow.begin(microsoft.registration, microsoft.session)

    for url in (begun.authorization_url, begun.admin_consent_url):
        assert url.startswith(f"{microsoft.emulator_url}/{TENANT}/")


def test_flow_survives_a_session_that_is_stored_as_json(microsoft: Microsoft) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)
    stored = json.loads(json.dumps(begun.flow))

    signed_in = flow.finish(microsoft.registration, microsoft.session, stored, answer)

    assert signed_in.user_name == JANE
    assert stored == begun.flow


def test_two_flows_have_nothing_in_common_that_could_be_guessed(microsoft: Microsoft) -> None:
    first = flow.begin(microsoft.registration, microsoft.session)
    second = flow.begin(microsoft.registration, microsoft.session)

    for name in ("state", "code_verifier", "nonce"):
        assert first.flow[name] != second.flow[name]
    assert first.admin_consent_state != second.admin_consent_state


def test_discovery_is_asked_once_for_a_session(microsoft: Microsoft) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)
    microsoft.finish(microsoft.registration, begun, answer)

    assert microsoft.front.discovery_requests == 1


def test_values_with_secrets_show_none_of_them(microsoft: Microsoft) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)
    signed_in = microsoft.finish(microsoft.registration, begun, answer)

    shown = repr(begun) + repr(signed_in)
    cache = json.loads(signed_in.cache)
    secrets = [
        entry["secret"]
        for kind in ("AccessToken", "RefreshToken", "IdToken")
        for entry in cache[kind].values()
    ]
    secrets += [begun.state, begun.flow["nonce"], begun.flow["code_verifier"], JANE]
    assert all(secret in f"{begun.flow} {signed_in.cache}" for secret in secrets)
    assert not [secret for secret in secrets if secret in shown]


@pytest.mark.parametrize("tenant", ["organizations", "common"])
def test_application_for_many_organisations_takes_any_of_them(
    microsoft: Microsoft, tenant: str
) -> None:
    registration = replace(microsoft.registration, tenant=tenant)
    begun, answer = microsoft.sign_in(registration, STRANGER)

    assert microsoft.finish(registration, begun, answer).tenant_id == OTHER_TENANT


def test_national_cloud_is_reached_at_its_own_hosts(microsoft: Microsoft) -> None:
    registration = replace(microsoft.registration, cloud=CLOUDS["gcc_high"])
    begun, answer = microsoft.sign_in(registration)

    signed_in = microsoft.finish(registration, begun, answer)

    assert set(PERMISSIONS) <= set(signed_in.scopes)
    (account,) = json.loads(signed_in.cache)["Account"].values()
    assert account["environment"] == "login.microsoftonline.us"


def test_tenant_given_by_its_domain_is_the_tenant_that_discovery_names(
    microsoft: Microsoft,
) -> None:
    registration = replace(microsoft.registration, tenant=microsoft.domain)
    begun, answer = microsoft.sign_in(registration)

    assert microsoft.finish(registration, begun, answer).tenant_id == TENANT


# --------------------------------------------------------------------------- the person's bad ends


def test_person_who_declines_comes_back_with_that_reason(microsoft: Microsoft) -> None:
    begun = flow.begin(microsoft.registration, microsoft.session)
    visitor = microsoft.visitor()
    visitor.sign_in(begun.authorization_url, JANE, microsoft.password)
    visitor.submit("cancel")

    with pytest.raises(errors.Declined) as caught:
        microsoft.finish(microsoft.registration, begun, visitor.came_back())

    assert caught.value.code == "declined"
    assert 65004 in caught.value.numbers


def test_company_that_wants_an_administrator_gets_the_link_for_that_person(
    microsoft: Microsoft,
) -> None:
    microsoft.forbid_user_consent()
    begun = flow.begin(microsoft.registration, microsoft.session)
    visitor = microsoft.visitor()
    visitor.sign_in(begun.authorization_url, JANE, microsoft.password)
    visitor.submit("cancel")

    with pytest.raises(errors.ConsentRequired) as caught:
        microsoft.finish(microsoft.registration, begun, visitor.came_back())

    assert caught.value.admin_consent_url == begun.admin_consent_url


def test_administrator_approves_once_and_the_person_is_no_longer_asked(
    microsoft: Microsoft,
) -> None:
    microsoft.forbid_user_consent()
    begun = flow.begin(microsoft.registration, microsoft.session)
    administrator = microsoft.visitor()
    administrator.sign_in(begun.admin_consent_url, microsoft.administrator, microsoft.password)
    administrator.submit("accept")

    answer = administrator.came_back()
    assert flow.is_admin_consent(answer)
    consent = flow.read_admin_consent(answer)
    assert consent.state == begun.admin_consent_state
    assert set(consent.scopes) == set(PERMISSIONS)

    person = microsoft.visitor()
    person.sign_in(begun.authorization_url, JANE, microsoft.password)
    assert microsoft.finish(microsoft.registration, begun, person.came_back()).user_name == JANE


def test_administrator_who_declines_is_heard(microsoft: Microsoft) -> None:
    begun = flow.begin(microsoft.registration, microsoft.session)
    administrator = microsoft.visitor()
    administrator.sign_in(begun.admin_consent_url, microsoft.administrator, microsoft.password)
    administrator.submit("cancel")

    with pytest.raises(errors.AdminDeclined):
        flow.read_admin_consent(administrator.came_back())


def test_person_who_grants_less_than_is_needed_is_told_what_is_missing(
    microsoft: Microsoft,
) -> None:
    begun = flow.begin(microsoft.registration, microsoft.session)
    parts = urlsplit(begun.authorization_url)
    asked = {k: v[0] for k, v in parse_qs(parts.query).items()}
    asked["scope"] = "Contacts.ReadWrite User.Read openid profile offline_access"
    visitor = microsoft.visitor()
    visitor.sign_in(urlunsplit(parts._replace(query=urlencode(asked))), JANE, microsoft.password)
    visitor.submit("accept")

    with pytest.raises(errors.MissingScopes) as caught:
        microsoft.finish(microsoft.registration, begun, visitor.came_back())

    assert caught.value.missing == (
        "Calendars.ReadWrite",
        "Tasks.ReadWrite",
        "MailboxSettings.Read",
    )


def test_sign_in_without_a_refresh_token_is_not_taken(microsoft: Microsoft) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)
    microsoft.front.change_token = lambda body: {**body, "refresh_token": None}

    with pytest.raises(errors.MissingScopes) as caught:
        microsoft.finish(microsoft.registration, begun, answer)

    assert caught.value.missing == ("offline_access",)
