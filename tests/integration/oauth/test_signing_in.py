from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import msal
import pytest

from agentbox_sync.core.errors import FixConfiguration, SignInAgain, TryLater
from agentbox_sync.oauth import errors, flow
from agentbox_sync.oauth.client import AppRegistration
from agentbox_sync.oauth.clouds import PERMISSIONS
from agentbox_sync.oauth.flow import BegunFlow, SignedIn

from .front import Scripted
from .microsoft import JANE, OTHER_TENANT, STRANGER, TENANT, Microsoft


def sign_in(
    microsoft: Microsoft, registration: AppRegistration, account: str = JANE
) -> tuple[BegunFlow, dict[str, str]]:
    """Begin, sign in, accept; the answer is not yet redeemed."""
    begun = flow.begin(registration, microsoft.session)
    visitor = microsoft.visitor()
    visitor.sign_in(begun.authorization_url, account, microsoft.password)
    visitor.submit("accept")
    return begun, visitor.came_back()


def finish(
    microsoft: Microsoft,
    registration: AppRegistration,
    begun: BegunFlow,
    answer: dict[str, str],
    **options: list[str],
) -> SignedIn:
    return flow.finish(registration, microsoft.session, begun.flow, answer, **options)


# ------------------------------------------------------------------------------------ the good end


def test_person_signs_in_and_the_account_and_its_tokens_are_known(microsoft: Microsoft) -> None:
    begun, answer = sign_in(microsoft, microsoft.registration)

    signed_in = finish(microsoft, microsoft.registration, begun, answer)

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
    begun, answer = sign_in(microsoft, microsoft.registration)
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
    begun, answer = sign_in(microsoft, microsoft.registration)
    finish(microsoft, microsoft.registration, begun, answer)

    assert microsoft.front.discovery_requests == 1


def test_values_with_secrets_show_none_of_them(microsoft: Microsoft) -> None:
    begun, answer = sign_in(microsoft, microsoft.registration)
    signed_in = finish(microsoft, microsoft.registration, begun, answer)

    shown = repr(begun) + repr(signed_in)
    cache = json.loads(signed_in.cache)
    secrets = [
        entry["secret"]
        for kind in ("AccessToken", "RefreshToken", "IdToken")
        for entry in cache[kind].values()
    ]
    secrets += [begun.state, begun.flow["nonce"], begun.flow["code_verifier"], JANE]
    assert secrets
    assert not [secret for secret in secrets if secret in shown]


@pytest.mark.parametrize("tenant", ["organizations", "common"])
def test_application_for_many_organisations_takes_any_of_them(
    microsoft: Microsoft, tenant: str
) -> None:
    registration = replace(microsoft.registration, tenant=tenant)
    begun, answer = sign_in(microsoft, registration, STRANGER)

    assert finish(microsoft, registration, begun, answer).tenant_id == OTHER_TENANT


def test_tenant_given_by_its_domain_is_the_tenant_that_discovery_names(
    microsoft: Microsoft,
) -> None:
    registration = replace(microsoft.registration, tenant=microsoft.domain)
    begun, answer = sign_in(microsoft, registration)

    assert finish(microsoft, registration, begun, answer).tenant_id == TENANT


# -------------------------------------------------------------------------- the person's bad ends


def test_person_who_declines_comes_back_with_that_reason(microsoft: Microsoft) -> None:
    begun = flow.begin(microsoft.registration, microsoft.session)
    visitor = microsoft.visitor()
    visitor.sign_in(begun.authorization_url, JANE, microsoft.password)
    visitor.submit("cancel")

    with pytest.raises(errors.Declined) as caught:
        finish(microsoft, microsoft.registration, begun, visitor.came_back())

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
        finish(microsoft, microsoft.registration, begun, visitor.came_back())

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
    assert finish(microsoft, microsoft.registration, begun, person.came_back()).user_name == JANE


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
        finish(microsoft, microsoft.registration, begun, visitor.came_back())

    assert caught.value.missing == (
        "Calendars.ReadWrite",
        "Tasks.ReadWrite",
        "MailboxSettings.Read",
    )


def test_sign_in_without_a_refresh_token_is_not_taken(microsoft: Microsoft) -> None:
    begun, answer = sign_in(microsoft, microsoft.registration)
    microsoft.front.change_token = lambda body: {**body, "refresh_token": None}

    with pytest.raises(errors.MissingScopes) as caught:
        finish(microsoft, microsoft.registration, begun, answer)

    assert caught.value.missing == ("offline_access",)


# --------------------------------------------------------------------- answers that are not ours


def test_answer_that_was_used_before_is_refused(microsoft: Microsoft) -> None:
    begun, answer = sign_in(microsoft, microsoft.registration)
    finish(microsoft, microsoft.registration, begun, answer)

    with pytest.raises(errors.CodeExpired) as caught:
        finish(microsoft, microsoft.registration, begun, answer)

    assert caught.value.code == "code_expired"


def test_answer_that_took_too_long_is_refused(microsoft: Microsoft) -> None:
    begun, answer = sign_in(microsoft, microsoft.registration)
    microsoft.advance(11 * 60)

    with pytest.raises(errors.CodeExpired):
        finish(microsoft, microsoft.registration, begun, answer)


@pytest.mark.parametrize("state", ["", "somebody-elses", None])
def test_answer_with_another_state_never_reaches_microsoft(
    microsoft: Microsoft, state: str | None
) -> None:
    begun, answer = sign_in(microsoft, microsoft.registration)
    tampered = {**answer, "state": state} if state is not None else {"code": answer["code"]}

    with pytest.raises(errors.AnswerTampered):
        finish(microsoft, microsoft.registration, begun, tampered)

    assert microsoft.front.token_requests == 0


def test_flow_that_lost_its_state_takes_no_answer(microsoft: Microsoft) -> None:
    _, answer = sign_in(microsoft, microsoft.registration)

    with pytest.raises(errors.AnswerTampered):
        flow.finish(microsoft.registration, microsoft.session, {}, {**answer, "state": ""})


def test_answer_with_neither_code_nor_error_is_refused(microsoft: Microsoft) -> None:
    begun = flow.begin(microsoft.registration, microsoft.session)

    with pytest.raises(errors.AnswerTampered):
        finish(microsoft, microsoft.registration, begun, {"state": begun.state})


def test_identity_token_with_another_nonce_is_refused_without_naming_it(
    microsoft: Microsoft,
) -> None:
    begun, answer = sign_in(microsoft, microsoft.registration)
    begun.flow["nonce"] = "another-nonce"

    with pytest.raises(errors.AnswerTampered, match="nonce") as caught:
        finish(microsoft, microsoft.registration, begun, answer)

    assert "another" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_code_of_another_sign_in_does_not_fit_the_verifier(microsoft: Microsoft) -> None:
    _, stolen = sign_in(microsoft, microsoft.registration)
    begun = flow.begin(microsoft.registration, microsoft.session)

    with pytest.raises(errors.AnswerTampered):
        finish(microsoft, microsoft.registration, begun, {**stolen, "state": begun.state})


def test_client_info_that_a_stranger_wrote_into_the_address_is_not_read(
    microsoft: Microsoft,
) -> None:
    begun, answer = sign_in(microsoft, microsoft.registration)

    signed_in = finish(
        microsoft, microsoft.registration, begun, {**answer, "client_info": "%%% no base64"}
    )

    assert signed_in.user_name == JANE


@pytest.mark.parametrize("claim, value", [("aud", "another-app"), ("oid", ""), ("tid", None)])
def test_identity_token_that_is_not_for_us_is_refused(
    microsoft: Microsoft, claim: str, value: str | None
) -> None:
    begun, answer = sign_in(microsoft, microsoft.registration)
    microsoft.change_claims({claim: value})

    with pytest.raises(errors.AnswerTampered):
        finish(microsoft, microsoft.registration, begun, answer)


@pytest.mark.parametrize("token", [None, "", "garbage", "a.b.c", "a.e30.c"])
def test_identity_token_that_cannot_be_read_is_refused(
    microsoft: Microsoft, token: str | None
) -> None:
    begun, answer = sign_in(microsoft, microsoft.registration)
    microsoft.front.change_token = lambda body: {
        **{k: v for k, v in body.items() if k != "id_token"},
        **({} if token is None else {"id_token": token}),
    }

    with pytest.raises(errors.AnswerTampered):
        finish(microsoft, microsoft.registration, begun, answer)


# ----------------------------------------------------------------------------- wrong organisations


def test_account_of_an_organisation_that_is_not_on_the_list_is_refused(
    microsoft: Microsoft,
) -> None:
    registration = replace(microsoft.registration, tenant="organizations")
    begun, answer = sign_in(microsoft, registration, STRANGER)

    with pytest.raises(errors.WrongTenant):
        finish(microsoft, registration, begun, answer, allowed_tenants=[TENANT])


def test_account_of_an_organisation_on_the_list_is_taken_whatever_the_case(
    microsoft: Microsoft,
) -> None:
    registration = replace(microsoft.registration, tenant="organizations")
    begun, answer = sign_in(microsoft, registration, STRANGER)

    signed_in = finish(
        microsoft, registration, begun, answer, allowed_tenants=[TENANT, OTHER_TENANT.upper()]
    )

    assert signed_in.tenant_id == OTHER_TENANT


@pytest.mark.parametrize("by_domain", [False, True])
def test_token_of_another_tenant_than_the_one_that_was_asked_is_refused(
    microsoft: Microsoft, *, by_domain: bool
) -> None:
    tenant = microsoft.domain if by_domain else TENANT
    registration = replace(microsoft.registration, tenant=tenant)
    begun, answer = sign_in(microsoft, registration)
    microsoft.change_claims({"tid": OTHER_TENANT})

    with pytest.raises(errors.WrongTenant):
        finish(microsoft, registration, begun, answer)


def test_microsoft_itself_refuses_an_account_of_another_tenant(microsoft: Microsoft) -> None:
    begun, answer = sign_in(
        microsoft, replace(microsoft.registration, tenant="organizations"), STRANGER
    )

    with pytest.raises(errors.WrongTenant):
        finish(microsoft, microsoft.registration, begun, answer)


@pytest.mark.parametrize("tenant", ["organizations", "common", TENANT])
def test_personal_account_is_never_taken(microsoft: Microsoft, tenant: str) -> None:
    registration = replace(microsoft.registration, tenant=tenant)
    begun, answer = sign_in(microsoft, registration)
    microsoft.change_claims({"tid": "9188040d-6c67-4b5b-b112-36a304b66dad"})

    with pytest.raises(errors.PersonalAccount):
        finish(
            microsoft,
            registration,
            begun,
            answer,
            allowed_tenants=["9188040d-6c67-4b5b-b112-36a304b66dad"],
        )


# ---------------------------------------------------------------------------- the operator's turn


def test_wrong_secret_is_a_matter_of_configuration(microsoft: Microsoft) -> None:
    begun, answer = sign_in(microsoft, microsoft.registration)
    wrong = replace(microsoft.registration, client_secret="wrong~secret")

    with pytest.raises(FixConfiguration) as caught:
        finish(microsoft, wrong, begun, answer)

    assert caught.value.code == "secret_refused"
    assert "MS365_CLIENT_SECRET" in caught.value.next_step
    assert "wrong~secret" not in str(caught.value)


def test_unknown_application_is_a_matter_of_configuration(microsoft: Microsoft) -> None:
    begun, answer = sign_in(microsoft, microsoft.registration)
    unknown = replace(microsoft.registration, client_id="00000000-0000-4000-8000-000000000000")

    with pytest.raises(errors.ApplicationUnknown):
        finish(microsoft, unknown, begun, answer)


def test_unknown_tenant_is_found_when_the_sign_in_begins(microsoft: Microsoft) -> None:
    unknown = replace(microsoft.registration, tenant="00000000-0000-4000-8000-000000000000")

    with pytest.raises(FixConfiguration, match="MS365_TENANT") as caught:
        flow.begin(unknown, microsoft.session)

    assert caught.value.code == "tenant_unknown"


# ------------------------------------------------------------------------- Microsoft is not there


@pytest.mark.parametrize(
    "scripted",
    [
        Scripted(0),
        Scripted(500, "{}"),
        Scripted(503, "<html>"),
        Scripted(200, "<html>Welcome to the hotel's network</html>"),
        Scripted(200, "[]"),
        Scripted(200, "{}"),
        Scripted(302, "", {"Location": "http://127.0.0.1:9/"}),
        Scripted(408, ""),
    ],
)
def test_discovery_that_does_not_answer_is_tried_later(
    microsoft: Microsoft, scripted: Scripted
) -> None:
    microsoft.front.discovery = scripted

    with pytest.raises(TryLater) as caught:
        flow.begin(microsoft.registration, microsoft.session)
    assert caught.value.code == "microsoft_unavailable"

    microsoft.front.discovery = None
    assert flow.begin(microsoft.registration, microsoft.session).state


def test_throttled_discovery_names_the_wait(microsoft: Microsoft) -> None:
    microsoft.front.discovery = Scripted(429, "", {"Retry-After": "17"})

    with pytest.raises(errors.MicrosoftBusy) as caught:
        flow.begin(microsoft.registration, microsoft.session)

    assert caught.value.retry_after == 17.0


@pytest.mark.parametrize(
    "scripted",
    [
        Scripted(0),
        Scripted(503, '{"error": "temporarily_unavailable"}'),
        Scripted(400, '{"error": "temporarily_unavailable"}'),
        Scripted(200, "<html>"),
        Scripted(200, "{}"),
        Scripted(400, '{"message": "no OAuth"}'),
        Scripted(307, "", {"Location": "http://127.0.0.1:9/"}),
    ],
)
def test_sign_in_that_meets_an_outage_can_be_repeated_at_once(
    microsoft: Microsoft, scripted: Scripted
) -> None:
    """MSAL alone would answer the second try from its memory of a 400, and of a 503."""
    begun, answer = sign_in(microsoft, microsoft.registration)
    microsoft.front.token = scripted
    with pytest.raises(TryLater):
        finish(microsoft, microsoft.registration, begun, answer)

    microsoft.front.token = None
    assert finish(microsoft, microsoft.registration, begun, answer).user_name == JANE


def test_refused_sign_in_asks_microsoft_anew_at_the_next_try(microsoft: Microsoft) -> None:
    begun, answer = sign_in(microsoft, microsoft.registration)
    microsoft.front.token = Scripted(400, '{"error": "invalid_grant", "error_codes": [70008]}')
    with pytest.raises(SignInAgain):
        finish(microsoft, microsoft.registration, begun, answer)
    microsoft.front.token = None

    assert finish(microsoft, microsoft.registration, begun, answer).user_name == JANE
    assert microsoft.front.token_requests == 2


def test_msal_by_itself_would_have_answered_that_try_from_memory(microsoft: Microsoft) -> None:
    """The control of the two tests above: the trap is there, and this is how it looks."""
    http_cache: dict[str, object] = {}
    begun, answer = sign_in(microsoft, microsoft.registration)
    microsoft.front.token = Scripted(400, '{"error": "invalid_grant"}')
    results = []
    for _ in range(2):
        app = msal.ConfidentialClientApplication(
            microsoft.registration.client_id,
            client_credential=microsoft.registration.client_secret,
            authority=microsoft.registration.authority,
            instance_discovery=False,
            http_client=microsoft.session,
            http_cache=http_cache,
        )
        results.append(app.acquire_token_by_auth_code_flow(dict(begun.flow), answer))
        microsoft.front.token = None

    assert [result.get("error") for result in results] == ["invalid_grant", "invalid_grant"]
    assert microsoft.front.token_requests == 1
