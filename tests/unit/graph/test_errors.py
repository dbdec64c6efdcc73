"""The table of errors: what Microsoft answers, and what we do next."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.core.errors import (
    CursorExpired,
    FixConfiguration,
    ItemChanged,
    ItemMissing,
    ItemProtected,
    ItemRefused,
    OutcomeUnknown,
    ServerFault,
    SignInAgain,
    SuspendConnection,
    SyncError,
    Throttled,
)
from agentbox_sync.graph.errors import BY_CODE, Asked, error_of
from agentbox_sync.graph.exchange import Response, no_answer, not_sent

ITEM, COLLECTION, CREATE, WRITE = Asked.ITEM, Asked.COLLECTION, Asked.CREATE, Asked.WRITE


def answer(status: int, code: str = "", message: str = "", /, **inner: Any) -> Response:
    error: dict[str, Any] = {"code": code, "message": message}
    if inner:
        error["innerError"] = inner
    return Response(status, {"request-id": "microsofts-id"}, {"error": error})


@pytest.mark.parametrize(
    "status,code,asked,leaf",
    [
        (400, "ErrorInvalidProperty", WRITE, ItemRefused),
        (400, "ErrorInvalidProperty", CREATE, ItemRefused),
        (400, "ErrorInvalidIdMalformed", ITEM, ItemRefused),
        (400, "ErrorInvalidRequest", COLLECTION, FixConfiguration),
        (400, "syncStateNotFound", COLLECTION, CursorExpired),
        (401, "InvalidAuthenticationToken", ITEM, SignInAgain),
        (401, "insufficient_claims", ITEM, SignInAgain),
        (403, "InsufficientClaims", WRITE, SignInAgain),
        (403, "ErrorAccessDenied", WRITE, SuspendConnection),
        (403, "Authorization_RequestDenied", COLLECTION, SuspendConnection),
        (403, "ErrorCannotDeleteObject", WRITE, ItemProtected),
        (404, "ErrorItemNotFound", ITEM, ItemMissing),
        (404, "itemNotFound", WRITE, ItemMissing),
        (404, "ErrorItemNotFound", COLLECTION, SuspendConnection),
        (404, "ErrorItemNotFound", CREATE, SuspendConnection),
        (404, "ErrorFolderNotFound", CREATE, SuspendConnection),
        (404, "MailboxNotEnabledForRESTAPI", ITEM, SuspendConnection),
        (404, "ErrorNonExistentMailbox", WRITE, SuspendConnection),
        (404, "SyncStateNotFound", COLLECTION, CursorExpired),
        (409, "ErrorIrresolvableConflict", WRITE, ItemChanged),
        (400, "ErrorDuplicateTransactionId", CREATE, OutcomeUnknown),
        (409, "ErrorDuplicateTransactionId", CREATE, OutcomeUnknown),
        (400, "ErrorOccurrenceCrossingBoundary", WRITE, ItemRefused),
        (400, "ErrorPropertyValidationFailure", WRITE, ItemRefused),
        (410, "resyncRequired", COLLECTION, CursorExpired),
        (410, "somethingNew", COLLECTION, CursorExpired),
        (410, "somethingNew", WRITE, ItemMissing),
        (412, "ErrorIrresolvableConflict", WRITE, ItemChanged),
        (412, "", WRITE, ItemChanged),
        (413, "RequestEntityTooLarge", WRITE, ItemRefused),
        (413, "quotaLimitReached", CREATE, SuspendConnection),
        (422, "unprocessableEntity", WRITE, ItemRefused),
        (424, "FailedDependency", WRITE, Throttled),
        (429, "TooManyRequests", WRITE, Throttled),
        (429, "ApplicationThrottled", ITEM, Throttled),
        (500, "ErrorInternalServerTransientError", CREATE, OutcomeUnknown),
        (500, "ErrorInternalServerTransientError", ITEM, ServerFault),
        (502, "generalException", WRITE, OutcomeUnknown),
        (503, "serviceNotAvailable", WRITE, OutcomeUnknown),
        (503, "serviceNotAvailable", COLLECTION, ServerFault),
        (504, "UnknownError", CREATE, OutcomeUnknown),
        (507, "ErrorQuotaExceeded", CREATE, SuspendConnection),
        (509, "", ITEM, Throttled),
    ],
)
def test_each_known_answer_has_its_leaf(
    status: int, code: str, asked: Asked, leaf: type[SyncError]
) -> None:
    assert type(error_of(answer(status, code), asked)) is leaf


@pytest.mark.parametrize("asked", list(Asked))
def test_codes_are_compared_without_case(asked: Asked) -> None:
    for status, code in BY_CODE:
        assert code == code.lower()
        lower = error_of(answer(status or 400, code), asked)
        upper = error_of(answer(status or 400, code.upper()), asked)
        assert type(lower) is type(upper)


@pytest.mark.parametrize("status", [402, 404, 405, 406, 415, 418, 423, 451])
def test_an_unknown_refusal_is_never_taken_for_a_missing_item(status: int) -> None:
    for asked in (ITEM, WRITE, CREATE):
        assert type(error_of(answer(status, "NeverHeardOf"), asked)) is ItemRefused
    assert type(error_of(answer(status, "NeverHeardOf"), COLLECTION)) is FixConfiguration


@pytest.mark.parametrize("status", [0, 204, 302, 500, 501, 505, 599])
def test_an_unknown_end_of_a_write_is_an_unknown_outcome(status: int) -> None:
    for asked in (WRITE, CREATE):
        assert type(error_of(answer(status, "NeverHeardOf"), asked)) is OutcomeUnknown
    for asked in (ITEM, COLLECTION):
        assert type(error_of(answer(status, "NeverHeardOf"), asked)) is ServerFault


def test_a_code_that_says_throttled_proves_that_a_write_did_not_happen() -> None:
    assert type(error_of(answer(503, "ApplicationThrottled"), WRITE)) is Throttled


def test_the_innermost_known_code_decides() -> None:
    nested = answer(
        403,
        "accessDenied",
        code="ErrorAccessDenied",
        innerError={"code": "ErrorCannotDeleteObject"},
    )

    error = error_of(nested, WRITE)

    assert type(error) is ItemProtected
    assert error.code == "ErrorCannotDeleteObject"


def test_of_two_known_codes_the_inner_one_decides() -> None:
    nested = answer(404, "ErrorItemNotFound", code="MailboxNotEnabledForRESTAPI")

    assert type(error_of(nested, ITEM)) is SuspendConnection


def test_an_unknown_inner_code_does_not_hide_a_known_outer_one() -> None:
    error = error_of(answer(404, "ErrorItemNotFound", code="Whatever"), ITEM)

    assert type(error) is ItemMissing


def test_the_old_spelling_of_the_inner_error_is_read() -> None:
    body = {"error": {"code": "", "innererror": {"code": "resyncRequired"}}}

    assert type(error_of(Response(400, {}, body), COLLECTION)) is CursorExpired


def test_a_success_status_is_not_searched_for_codes() -> None:
    assert type(error_of(answer(200, "ErrorItemNotFound"), WRITE)) is OutcomeUnknown


@pytest.mark.parametrize(
    "body", [None, "", "<html>", [], {}, {"error": "x"}, {"error": {"code": 7}}, {"error": None}]
)
def test_a_body_that_is_no_error_still_leads_to_a_leaf(body: Any) -> None:
    error = error_of(Response(404, {}, body), ITEM)

    assert type(error) is ItemRefused
    assert error.code == "HTTP404"


def test_a_refusal_shows_microsofts_words_on_one_line_and_cut() -> None:
    said = "The multi value property BusinessPhones has 3 entries,\r\n that exceeds 2. " + "x" * 999

    error = error_of(answer(400, "ErrorInvalidProperty", said), WRITE)

    assert error.code == "ErrorInvalidProperty"
    assert str(error).startswith("The multi value property BusinessPhones has 3 entries, that")
    assert len(str(error)) == 300


def test_a_refusal_without_words_says_so() -> None:
    assert "without saying why (Odd)" in str(error_of(answer(400, "Odd"), WRITE))


def test_the_wait_and_microsofts_id_stay_with_the_error() -> None:
    error = error_of(answer(429, "TooManyRequests"), WRITE, retry_after=17.0)

    assert isinstance(error, Throttled)
    assert error.retry_after == 17.0
    assert error.request_id == "microsofts-id"


def test_inside_a_batch_the_id_is_in_the_body() -> None:
    body = {"error": {"code": "x", "innerError": {"request-id": "inner-id"}}}

    assert error_of(Response(400, {}, body), WRITE).request_id == "inner-id"


def test_a_challenge_in_the_header_decides_over_what_the_body_calls_it() -> None:
    header = {"www-authenticate": 'Bearer error="insufficient_claims", claims="e30"'}
    body = {"error": {"code": "ErrorAccessDenied", "message": "x"}}

    error = error_of(Response(403, header, body), WRITE)

    assert (type(error), error.code) == (SignInAgain, "insufficient_claims")


def test_what_was_not_sent_says_why() -> None:
    why = Throttled("spent", code="requestbudget", retry_after=9.0)

    assert error_of(not_sent(why), CREATE) is why


def test_no_answer_keeps_the_name_of_what_happened() -> None:
    error = error_of(no_answer("ReadTimeout"), CREATE)

    assert type(error) is OutcomeUnknown
    assert error.code == "ReadTimeout"
