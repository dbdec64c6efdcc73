from __future__ import annotations

from dataclasses import replace

import pytest

from agentbox_sync.oauth import errors, flow

from .microsoft import JANE, OTHER_TENANT, STRANGER, TENANT, Microsoft

# ----------------------------------------------------------------------- answers that are not ours


def test_answer_that_was_used_before_is_refused(microsoft: Microsoft) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)
    microsoft.finish(microsoft.registration, begun, answer)

    with pytest.raises(errors.CodeExpired) as caught:
        microsoft.finish(microsoft.registration, begun, answer)

    assert caught.value.code == "code_expired"


def test_answer_that_took_too_long_is_refused(microsoft: Microsoft) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)
    microsoft.advance(11 * 60)

    with pytest.raises(errors.CodeExpired):
        microsoft.finish(microsoft.registration, begun, answer)


@pytest.mark.parametrize("state", ["", "somebody-elses", None])
def test_answer_with_another_state_never_reaches_microsoft(
    microsoft: Microsoft, state: str | None
) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)
    tampered = {**answer, "state": state} if state is not None else {"code": answer["code"]}

    with pytest.raises(errors.AnswerTampered):
        microsoft.finish(microsoft.registration, begun, tampered)

    assert microsoft.front.token_requests == 0


def test_flow_that_lost_its_state_takes_no_answer(microsoft: Microsoft) -> None:
    _, answer = microsoft.sign_in(microsoft.registration)

    with pytest.raises(errors.AnswerTampered, match="The state"):
        flow.finish(microsoft.registration, microsoft.session, {}, {**answer, "state": ""})


def test_answer_with_neither_code_nor_error_is_refused(microsoft: Microsoft) -> None:
    begun = flow.begin(microsoft.registration, microsoft.session)

    with pytest.raises(errors.AnswerTampered):
        microsoft.finish(microsoft.registration, begun, {"state": begun.state})


def test_identity_token_with_another_nonce_is_refused_without_naming_it(
    microsoft: Microsoft,
) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)
    begun.flow["nonce"] = "another-nonce"

    with pytest.raises(errors.AnswerTampered, match="nonce") as caught:
        microsoft.finish(microsoft.registration, begun, answer)

    assert "another" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_code_of_another_sign_in_does_not_fit_the_verifier(microsoft: Microsoft) -> None:
    _, stolen = microsoft.sign_in(microsoft.registration)
    begun = flow.begin(microsoft.registration, microsoft.session)

    with pytest.raises(errors.AnswerTampered):
        microsoft.finish(microsoft.registration, begun, {**stolen, "state": begun.state})


def test_client_info_that_a_stranger_wrote_into_the_address_is_not_read(
    microsoft: Microsoft,
) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)

    signed_in = microsoft.finish(
        microsoft.registration, begun, {**answer, "client_info": "%%% no base64"}
    )

    assert signed_in.user_name == JANE


@pytest.mark.parametrize("claim, value", [("aud", "another-app"), ("oid", ""), ("tid", None)])
def test_identity_token_that_is_not_for_us_is_refused(
    microsoft: Microsoft, claim: str, value: str | None
) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)
    microsoft.change_claims({claim: value})

    with pytest.raises(errors.AnswerTampered):
        microsoft.finish(microsoft.registration, begun, answer)


@pytest.mark.parametrize("token", [None, "", "garbage", "a.b.c", "a.e30.c"])
def test_identity_token_that_cannot_be_read_is_refused(
    microsoft: Microsoft, token: str | None
) -> None:
    begun, answer = microsoft.sign_in(microsoft.registration)
    microsoft.front.change_token = lambda body: {
        **{k: v for k, v in body.items() if k != "id_token"},
        **({} if token is None else {"id_token": token}),
    }

    with pytest.raises(errors.AnswerTampered):
        microsoft.finish(microsoft.registration, begun, answer)


# ----------------------------------------------------------------------------- wrong organisations


def test_account_of_an_organisation_that_is_not_on_the_list_is_refused(
    microsoft: Microsoft,
) -> None:
    registration = replace(microsoft.registration, tenant="organizations")
    begun, answer = microsoft.sign_in(registration, STRANGER)

    with pytest.raises(errors.WrongTenant):
        microsoft.finish(registration, begun, answer, allowed_tenants=[TENANT])


def test_account_of_an_organisation_on_the_list_is_taken_whatever_the_case(
    microsoft: Microsoft,
) -> None:
    registration = replace(microsoft.registration, tenant="organizations")
    begun, answer = microsoft.sign_in(registration, STRANGER)

    signed_in = microsoft.finish(
        registration, begun, answer, allowed_tenants=[TENANT, OTHER_TENANT.upper()]
    )

    assert signed_in.tenant_id == OTHER_TENANT


@pytest.mark.parametrize("by_domain", [False, True])
def test_token_of_another_tenant_than_the_one_that_was_asked_is_refused(
    microsoft: Microsoft, *, by_domain: bool
) -> None:
    tenant = microsoft.domain if by_domain else TENANT
    registration = replace(microsoft.registration, tenant=tenant)
    begun, answer = microsoft.sign_in(registration)
    microsoft.change_claims({"tid": OTHER_TENANT})

    with pytest.raises(errors.WrongTenant):
        microsoft.finish(registration, begun, answer)


def test_microsoft_itself_refuses_an_account_of_another_tenant(microsoft: Microsoft) -> None:
    begun, answer = microsoft.sign_in(
        replace(microsoft.registration, tenant="organizations"), STRANGER
    )

    with pytest.raises(errors.WrongTenant):
        microsoft.finish(microsoft.registration, begun, answer)


@pytest.mark.parametrize("tenant", ["organizations", "common", TENANT])
def test_personal_account_is_never_taken(microsoft: Microsoft, tenant: str) -> None:
    registration = replace(microsoft.registration, tenant=tenant)
    begun, answer = microsoft.sign_in(registration)
    microsoft.change_claims({"tid": "9188040d-6c67-4b5b-b112-36a304b66dad"})

    with pytest.raises(errors.PersonalAccount):
        microsoft.finish(
            registration,
            begun,
            answer,
            allowed_tenants=["9188040d-6c67-4b5b-b112-36a304b66dad"],
        )
