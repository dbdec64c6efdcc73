from __future__ import annotations

import pytest

from agentbox_sync.oauth import errors
from agentbox_sync.oauth.flow import is_admin_consent, read_admin_consent

STATE = "admin-consent.abc"


def test_approval_is_read_and_the_tenant_in_the_address_is_not() -> None:
    found = read_admin_consent(
        {
            "admin_consent": "True",
            "tenant": "11111111-1111-4111-8111-111111111111",
            "scope": "https://graph.microsoft.com/User.Read https://graph.microsoft.com/Tasks.Read",
            "state": STATE,
        }
    )

    assert found.state == STATE
    assert found.scopes == ("Tasks.Read", "User.Read")
    assert not hasattr(found, "tenant")


def test_administrator_who_declines_is_told_apart_from_the_person_who_does() -> None:
    with pytest.raises(errors.AdminDeclined):
        read_admin_consent(
            {
                "error": "consent_required",
                "error_description": "AADSTS65004: The administrator declined.",
                "state": STATE,
            }
        )


@pytest.mark.parametrize("value", ["", "False", "yes"])
def test_answer_without_approval_is_no_approval(value: str) -> None:
    with pytest.raises(errors.AnswerTampered):
        read_admin_consent({"admin_consent": value, "state": STATE})


def test_approval_with_the_state_of_a_sign_in_is_refused() -> None:
    with pytest.raises(errors.AnswerTampered):
        read_admin_consent({"admin_consent": "True", "state": "abc"})


def test_callback_can_tell_the_two_journeys_apart() -> None:
    assert is_admin_consent({"state": STATE, "error": "consent_required"})
    assert not is_admin_consent({"state": "abc", "code": "1"})
    assert not is_admin_consent({})
