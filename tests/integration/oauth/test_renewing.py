from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msal
import pytest

from agentbox_sync.core.errors import FixConfiguration, SignInAgain, Throttled, TryLater
from agentbox_sync.oauth import errors
from agentbox_sync.oauth.tokens import Acquired, acquire

from .front import Scripted
from .microsoft import JANE, Microsoft

OUTAGE = Scripted(503, '{"error": "temporarily_unavailable"}', {"Retry-After": "23"})


@pytest.fixture
def cache(microsoft: Microsoft) -> str:
    """Jane's token cache after her sign-in, with a token that is good for an hour."""
    return connect(microsoft)


def connect(microsoft: Microsoft) -> str:
    begun, answer = microsoft.sign_in(microsoft.registration)
    signed_in = microsoft.finish(microsoft.registration, begun, answer)
    microsoft.front.seen.clear()
    return signed_in.cache


def short_lived(microsoft: Microsoft) -> str:
    """A cache whose access token counts as expired: MSAL wants five minutes left."""
    microsoft.switch(token_life=200)
    return connect(microsoft)


def due_for_renewal(microsoft: Microsoft) -> str:
    """A cache whose access token is valid while Microsoft already wishes a renewal."""
    microsoft.front.change_token = lambda body: {**body, "refresh_in": -10}
    stored = connect(microsoft)
    microsoft.front.change_token = None
    return stored


def renew(microsoft: Microsoft, stored: str, **options: str) -> Acquired:
    return acquire(microsoft.registration, microsoft.session, stored, **options)


def secret(stored: str, kind: str) -> str:
    (entry,) = json.loads(stored)[kind].values()
    return str(entry["secret"])


# ------------------------------------------------------------------------------------- good tokens


def test_valid_token_comes_from_the_cache_without_a_request(
    microsoft: Microsoft, cache: str
) -> None:
    acquired = renew(microsoft, cache)

    assert acquired.access_token == secret(cache, "AccessToken")
    assert acquired.cache_json is None
    left = acquired.expires_at - datetime.now(UTC)
    assert timedelta(hours=19) < left < timedelta(hours=28), "who takes challenges may keep it long"
    assert microsoft.front.seen == []


def test_token_opens_the_mailbox_of_the_person(microsoft: Microsoft, cache: str) -> None:
    token = renew(microsoft, cache).access_token

    me = microsoft.graph_session.get(
        "https://graph.microsoft.com/v1.0/me",
        headers={"Authorization": f"Bearer {token}", "Prefer": 'IdType="ImmutableId"'},
    )

    assert me.json()["userPrincipalName"] == JANE


def test_expired_token_is_renewed_and_the_new_cache_is_handed_back(microsoft: Microsoft) -> None:
    stored = short_lived(microsoft)
    microsoft.switch(token_life=3600)

    acquired = renew(microsoft, stored)

    assert acquired.access_token != secret(stored, "AccessToken")
    assert acquired.cache_json is not None
    assert secret(acquired.cache_json, "AccessToken") == acquired.access_token
    assert secret(acquired.cache_json, "RefreshToken") != secret(stored, "RefreshToken")
    assert microsoft.front.token_requests == 1


def test_rotated_refresh_tokens_carry_on_for_many_renewals(microsoft: Microsoft) -> None:
    stored = short_lived(microsoft)
    microsoft.switch(strict_rotation=True)

    for _ in range(4):
        acquired = renew(microsoft, stored)
        assert acquired.cache_json is not None
        stored = acquired.cache_json

    assert microsoft.front.token_requests == 4


def test_stale_copy_of_the_cache_is_a_dead_grant_where_rotation_is_strict(
    microsoft: Microsoft,
) -> None:
    stored = short_lived(microsoft)
    microsoft.switch(strict_rotation=True)
    renew(microsoft, stored)

    with pytest.raises(errors.GrantEnded):
        renew(microsoft, stored)


def test_claims_challenge_forces_a_new_token(microsoft: Microsoft, cache: str) -> None:
    acquired = renew(microsoft, cache, claims='{"access_token": {"nbf": {"essential": true}}}')

    assert acquired.access_token != secret(cache, "AccessToken")
    assert acquired.cache_json is not None


def test_a_challenge_goes_to_microsoft_together_with_what_we_can_answer(
    microsoft: Microsoft, cache: str
) -> None:
    microsoft.front.forms.clear()

    renew(microsoft, cache, claims='{"access_token": {"nbf": {"essential": true}}}')

    (form,) = microsoft.front.forms
    claims = json.loads(form["claims"][0])["access_token"]
    assert claims == {"nbf": {"essential": True}, "xms_cc": {"values": ["CP1"]}}


def test_every_token_is_asked_for_as_by_one_who_answers_challenges(microsoft: Microsoft) -> None:
    renew(microsoft, short_lived(microsoft))

    assert len(microsoft.front.forms) == 2
    for form in microsoft.front.forms:
        claims = json.loads(form["claims"][0])
        assert claims == {"access_token": {"xms_cc": {"values": ["CP1"]}}}


def test_repr_of_a_token_shows_neither_token_nor_cache(microsoft: Microsoft) -> None:
    acquired = renew(microsoft, short_lived(microsoft))

    assert acquired.access_token not in repr(acquired)
    assert "secret" not in repr(acquired)
    assert "expires_at" in repr(acquired)


# ------------------------------------------------------------------------------------- dead grants


def test_revoked_sign_in_needs_the_person_again(microsoft: Microsoft) -> None:
    stored = short_lived(microsoft)
    microsoft.revoke(JANE)

    with pytest.raises(SignInAgain) as caught:
        renew(microsoft, stored)

    assert caught.value.code == "grant_ended"
    assert secret(stored, "RefreshToken") not in str(caught.value)


def test_sign_in_that_was_unused_too_long_needs_the_person_again(microsoft: Microsoft) -> None:
    stored = short_lived(microsoft)
    microsoft.advance(91 * 24 * 3600)

    with pytest.raises(errors.GrantEnded):
        renew(microsoft, stored)


def test_withdrawn_consent_is_told_apart(microsoft: Microsoft) -> None:
    stored = short_lived(microsoft)
    microsoft.withdraw_consent(JANE)

    with pytest.raises(errors.ConsentRequired):
        renew(microsoft, stored)


def test_refused_renewal_is_asked_anew_and_not_answered_from_memory(microsoft: Microsoft) -> None:
    stored = short_lived(microsoft)
    microsoft.front.token = Scripted(400, '{"error": "invalid_grant", "error_codes": [50057]}')
    with pytest.raises(errors.AccessBlocked):
        renew(microsoft, stored)

    microsoft.front.token = None
    assert renew(microsoft, stored).access_token
    assert microsoft.front.token_requests == 2


@pytest.mark.parametrize(
    "stored", ["", "{", "[]", "null", "{}", '{"RefreshToken": {}, "Account": {}}']
)
def test_cache_that_holds_no_sign_in_needs_the_person_again(
    microsoft: Microsoft, stored: str
) -> None:
    with pytest.raises(errors.GrantEnded):
        renew(microsoft, stored)


def test_cache_of_two_accounts_is_not_guessed_about(microsoft: Microsoft, cache: str) -> None:
    content: dict[str, Any] = json.loads(cache)
    (account,) = content["Account"].values()
    content["Account"]["another"] = {**account, "home_account_id": "another.tenant"}

    with pytest.raises(errors.GrantEnded):
        renew(microsoft, json.dumps(content))


def test_tokens_of_another_application_are_not_used(microsoft: Microsoft, cache: str) -> None:
    other = replace(microsoft.registration, client_id="00000000-0000-4000-8000-000000000000")

    with pytest.raises(errors.GrantEnded):
        acquire(other, microsoft.session, cache)

    assert microsoft.front.token_requests == 0


def test_challenge_that_cannot_be_read_needs_the_person(microsoft: Microsoft, cache: str) -> None:
    with pytest.raises(errors.InteractionRequired):
        renew(microsoft, cache, claims="no json")


# ---------------------------------------------------------------------------- the operator's turn


def test_expired_client_secret_is_a_matter_of_configuration(microsoft: Microsoft) -> None:
    stored = short_lived(microsoft)
    wrong = replace(microsoft.registration, client_secret="wrong~secret")

    with pytest.raises(FixConfiguration) as caught:
        acquire(wrong, microsoft.session, stored)

    assert caught.value.code == "secret_refused"


# -------------------------------------------------------------------------- Microsoft is not there


@pytest.mark.parametrize(
    "scripted",
    [
        OUTAGE,
        Scripted(0),
        Scripted(200, "<html>"),
        Scripted(200, "{}"),
        Scripted(429, '{"error": "too_many_requests"}', {"Retry-After": "9"}),
        Scripted(403, "<html>"),
    ],
)
def test_valid_token_is_given_while_renewal_fails(microsoft: Microsoft, scripted: Scripted) -> None:
    stored = due_for_renewal(microsoft)
    microsoft.front.token = scripted

    acquired = renew(microsoft, stored)

    assert acquired.access_token == secret(stored, "AccessToken")
    assert microsoft.front.token_requests == 1  # the renewal was tried


def test_valid_token_is_given_while_even_discovery_fails(microsoft: Microsoft, cache: str) -> None:
    microsoft.front.discovery = OUTAGE

    acquired = acquire(microsoft.registration, microsoft.new_session(), cache)

    assert acquired.access_token == secret(cache, "AccessToken")
    assert acquired.expires_at > datetime.now(UTC) + timedelta(minutes=50)
    assert microsoft.front.discovery_requests == 1


def test_token_that_the_challenge_refuses_is_no_way_out_of_an_outage(
    microsoft: Microsoft, cache: str
) -> None:
    microsoft.front.discovery = microsoft.front.token = OUTAGE

    for session in (microsoft.session, microsoft.new_session()):
        with pytest.raises(TryLater):
            acquire(microsoft.registration, session, cache, claims='{"access_token": {}}')


def test_outage_without_a_valid_token_is_tried_later(microsoft: Microsoft) -> None:
    stored = short_lived(microsoft)
    microsoft.front.token = microsoft.front.discovery = OUTAGE

    for session in (microsoft.session, microsoft.new_session()):
        with pytest.raises(TryLater) as caught:
            acquire(microsoft.registration, session, stored)
        assert caught.value.code == "microsoft_unavailable"
        assert caught.value.retry_after == 23.0

    microsoft.front.token = microsoft.front.discovery = None
    assert renew(microsoft, stored).access_token


@pytest.mark.parametrize("body", ['{"error": "invalid_grant"}', '{"error": "x"}', "", "<html>"])
def test_throttled_renewal_names_the_wait_and_never_ends_the_grant(
    microsoft: Microsoft, body: str
) -> None:
    stored = short_lived(microsoft)
    microsoft.front.token = Scripted(429, body, {"Retry-After": "9"})

    with pytest.raises(Throttled) as caught:
        renew(microsoft, stored)

    assert caught.value.retry_after == 9.0


def test_answer_that_is_no_json_does_not_reach_the_log(
    microsoft: Microsoft, caplog: pytest.LogCaptureFixture
) -> None:
    stored = short_lived(microsoft)
    microsoft.front.token = Scripted(200, "access_token=leaked-into-the-log")

    with caplog.at_level(logging.INFO), pytest.raises(TryLater):
        renew(microsoft, stored)
    assert "leaked" not in caplog.text

    # The control: with the bare session MSAL writes it there.
    app = msal.ConfidentialClientApplication(
        microsoft.registration.client_id,
        client_credential=microsoft.registration.client_secret,
        authority=microsoft.registration.authority,
        instance_discovery=False,
        http_client=microsoft.session,
    )
    with pytest.raises(ValueError, match="Expecting value"):
        app.acquire_token_by_refresh_token("any", list(microsoft.registration.cloud.scopes))
    assert "leaked" in caplog.text
