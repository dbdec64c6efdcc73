from __future__ import annotations

from dataclasses import replace

import msal
import pytest

from agentbox_sync.core.errors import FixConfiguration, SignInAgain, TryLater
from agentbox_sync.oauth import errors, flow

from .front import Scripted
from .microsoft import JANE, Microsoft

# ----------------------------------------------------------------------------- the operator's turn


def test_wrong_secret_is_a_matter_of_configuration(microsoft: Microsoft) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)
    wrong = replace(microsoft.registration, client_secret="wrong~secret")

    with pytest.raises(FixConfiguration) as caught:
        microsoft.finish(wrong, begun, answer)

    assert caught.value.code == "secret_refused"
    assert "MS365_CLIENT_SECRET" in caught.value.next_step
    assert "wrong~secret" not in str(caught.value)


def test_unknown_application_is_a_matter_of_configuration(microsoft: Microsoft) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)
    unknown = replace(microsoft.registration, client_id="00000000-0000-4000-8000-000000000000")

    with pytest.raises(errors.ApplicationUnknown):
        microsoft.finish(unknown, begun, answer)


def test_unknown_tenant_is_found_when_the_sign_in_begins(microsoft: Microsoft) -> None:
    unknown = replace(microsoft.registration, tenant="00000000-0000-4000-8000-000000000000")

    with pytest.raises(FixConfiguration, match="MS365_TENANT") as caught:
        flow.begin(unknown, microsoft.session)

    assert caught.value.code == "tenant_unknown"


# -------------------------------------------------------------------------- Microsoft is not there


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
    begun, answer = microsoft.sign_in(microsoft.registration)
    microsoft.front.token = scripted
    with pytest.raises(TryLater):
        microsoft.finish(microsoft.registration, begun, answer)

    microsoft.front.token = None
    assert microsoft.finish(microsoft.registration, begun, answer).user_name == JANE


@pytest.mark.parametrize("status", [302, 307, 308])
def test_secret_and_code_are_not_carried_to_where_a_redirect_points(
    microsoft: Microsoft, status: int
) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)
    elsewhere = f"{microsoft.front.base_url}/elsewhere"
    microsoft.front.token = Scripted(status, "", {"Location": elsewhere})

    with pytest.raises(TryLater):
        microsoft.finish(microsoft.registration, begun, answer)

    assert microsoft.front.token_requests == 1
    assert "/elsewhere" not in microsoft.front.seen


def test_refused_sign_in_asks_microsoft_anew_at_the_next_try(microsoft: Microsoft) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)
    microsoft.front.token = Scripted(400, '{"error": "invalid_grant", "error_codes": [70008]}')
    with pytest.raises(SignInAgain):
        microsoft.finish(microsoft.registration, begun, answer)
    microsoft.front.token = None

    assert microsoft.finish(microsoft.registration, begun, answer).user_name == JANE
    assert microsoft.front.token_requests == 2


def test_msal_by_itself_would_have_answered_that_try_from_memory(microsoft: Microsoft) -> None:
    """The control of the two tests above: the trap is there, and this is how it looks."""
    http_cache: dict[str, object] = {}
    begun, answer = microsoft.sign_in(microsoft.registration)
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
