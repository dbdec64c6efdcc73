from __future__ import annotations

import inspect

import pytest

from agentbox_sync.core.errors import FixConfiguration, SignInAgain, TryLater
from agentbox_sync.oauth import errors
from agentbox_sync.oauth.refusals import Stage, refusal


def answer(error: str, *numbers: int, suberror: str = "") -> dict[str, object]:
    return {
        "error": error,
        "suberror": suberror,
        "error_description": f"AADSTS{numbers[0]}: some words." if numbers else "some words",
        "error_codes": list(numbers),
        "correlation_id": "0f8fad5b-d9cb-469f-a165-70867728950e",
    }


@pytest.mark.parametrize(
    "stage, given, leaf",
    [
        (Stage.AUTHORIZE, answer("access_denied", 65004), errors.Declined),
        (Stage.AUTHORIZE, answer("access_denied"), errors.Declined),
        (Stage.AUTHORIZE, answer("consent_required", 65004), errors.Declined),
        (Stage.AUTHORIZE, answer("access_denied", 90094), errors.ConsentRequired),
        (Stage.AUTHORIZE, answer("consent_required"), errors.ConsentRequired),
        (Stage.AUTHORIZE, answer("access_denied", 50105), errors.AccessBlocked),
        (Stage.AUTHORIZE, answer("interaction_required", 50076), errors.InteractionRequired),
        (Stage.AUTHORIZE, answer("login_required"), errors.InteractionRequired),
        (Stage.AUTHORIZE, answer("unauthorized_client", 700016), errors.ApplicationUnknown),
        (Stage.AUTHORIZE, answer("invalid_request", 50011), errors.RedirectRefused),
        (Stage.AUTHORIZE, answer("invalid_request", 50194), errors.TenantUnknown),
        (Stage.AUTHORIZE, answer("invalid_request", 90002), errors.TenantUnknown),
        (Stage.AUTHORIZE, answer("invalid_request", 900144), errors.RequestRefused),
        (Stage.AUTHORIZE, answer("invalid_scope", 70011), errors.RequestRefused),
        (Stage.AUTHORIZE, answer("temporarily_unavailable"), errors.MicrosoftUnavailable),
        (Stage.AUTHORIZE, answer("server_error", 90012), errors.MicrosoftUnavailable),
        (Stage.REDEEM, answer("invalid_grant", 54005), errors.CodeExpired),
        (Stage.REDEEM, answer("invalid_grant", 70008), errors.CodeExpired),
        (Stage.REDEEM, answer("invalid_grant"), errors.CodeExpired),
        (Stage.REDEEM, answer("invalid_grant", 501481), errors.AnswerTampered),
        (Stage.REDEEM, answer("invalid_grant", 65001), errors.ConsentRequired),
        (Stage.REDEEM, answer("invalid_grant", 50020), errors.WrongTenant),
        (Stage.REDEEM, answer("invalid_client", 7000215), errors.SecretRefused),
        (Stage.REDEEM, answer("invalid_client", 7000222), errors.SecretRefused),
        (Stage.REDEEM, answer("invalid_client", 700016), errors.ApplicationUnknown),
        (Stage.RENEW, answer("invalid_grant", 700082), errors.GrantEnded),
        (Stage.RENEW, answer("invalid_grant", 50173, suberror="bad_token"), errors.GrantEnded),
        (
            Stage.RENEW,
            answer("invalid_grant", suberror="consent_required"),
            errors.ConsentRequired,
        ),
        (
            Stage.RENEW,
            answer("invalid_grant", suberror="basic_action"),
            errors.InteractionRequired,
        ),
        (Stage.RENEW, answer("invalid_grant", 50057), errors.AccessBlocked),
        (Stage.RENEW, answer("interaction_required", 53003), errors.AccessBlocked),
        (Stage.RENEW, answer("invalid_client"), errors.SecretRefused),
        (Stage.ADMIN_CONSENT, answer("consent_required", 65004), errors.AdminDeclined),
        (Stage.ADMIN_CONSENT, answer("permission_denied"), errors.AdminDeclined),
        (Stage.ADMIN_CONSENT, answer("access_denied"), errors.AdminDeclined),
        (Stage.ADMIN_CONSENT, answer("invalid_request", 50011), errors.RedirectRefused),
    ],
)
def test_answer_becomes_the_leaf_that_says_what_to_do(
    stage: Stage, given: dict[str, object], leaf: type[errors.OAuthError]
) -> None:
    found = refusal(given, stage)

    assert type(found) is leaf
    assert found.request_id == "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("number", [0, 90012, 7000215, 99999999])
def test_unknown_error_is_never_taken_as_passing(stage: Stage, number: int) -> None:
    found = refusal(answer("something_new", *filter(None, [number])), stage)

    assert type(found) is errors.RefusedWithoutKnownReason
    assert isinstance(found, SignInAgain)


@pytest.mark.parametrize("number", [90006, 90012, 90033])
def test_number_of_a_passing_fault_does_not_outweigh_the_error(number: int) -> None:
    assert not isinstance(refusal(answer("invalid_grant", number), Stage.RENEW), TryLater)


def test_number_is_read_from_the_words_when_a_callback_brings_no_list() -> None:
    found = refusal(
        {"error": "access_denied", "error_description": "AADSTS90094: An administrator …"},
        Stage.AUTHORIZE,
        admin_consent_url="https://login.example/adminconsent",
    )

    assert isinstance(found, errors.ConsentRequired)
    assert found.numbers == (90094,)
    assert found.admin_consent_url == "https://login.example/adminconsent"


def test_log_line_names_error_and_numbers_and_repeats_nothing_that_a_stranger_wrote() -> None:
    found = refusal(
        {
            "error": "x\nFORGED LINE jane@example.com",
            "error_description": "AADSTS50020: jane@example.com is not there",
            "correlation_id": "not an id\n",
        },
        Stage.AUTHORIZE,
    )

    assert str(found) == "Microsoft refused at authorize: unreadable, AADSTS50020."
    assert found.request_id == ""


def leaves() -> list[type[errors.OAuthError]]:
    return [
        leaf
        for _, leaf in inspect.getmembers(errors, inspect.isclass)
        if issubclass(leaf, errors.OAuthError) and leaf is not errors.OAuthError
    ]


def test_every_leaf_has_a_code_of_its_own_a_next_step_and_one_way_to_go() -> None:
    found = leaves()
    codes = [leaf().code for leaf in found]

    assert len(found) >= 20
    assert len(set(codes)) == len(codes)
    assert "oauth" not in codes
    for leaf in found:
        ways = [way for way in (SignInAgain, FixConfiguration, TryLater) if issubclass(leaf, way)]
        assert len(ways) == 1, leaf
        assert leaf.next_step.strip(), leaf
