"""Tokens that Graph refuses: renewed once, whatever it asks of the new one, and never in a loop."""

from __future__ import annotations

import base64

import pytest

from agentbox_sync.core.errors import SignInAgain, SuspendConnection
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.exchange import Request
from agentbox_sync.graph.mailbox import GraphMailbox
from agentbox_sync.ports import Create, Written
from tests.contracts.emulated import EmulatedSide

CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}'
ENCODED = base64.b64encode(CLAIMS.encode()).decode().rstrip("=")
CHALLENGE = {
    "WWW-Authenticate": f'Bearer realm="", error="insufficient_claims", claims="{ENCODED}"'
}


def jane(number: int = 0) -> Create:
    return Create(f"stamp-{number}", {"name": {"given": f"Jane {number}"}})


def home(side: EmulatedSide) -> str:
    return side.store.locate("contacts", "")


def test_an_expired_token_is_renewed_once_and_the_write_happens_once(
    emulated: EmulatedSide,
) -> None:
    collection = home(emulated)
    emulated.microsoft.control("clock", {"advance": 2 * 60 * 60})

    (answer,) = emulated.store.write("contacts", collection, [jane()])

    assert isinstance(answer, Written)
    assert emulated.tokens.asked == ["{}"]
    assert len(emulated.items()) == 1


def test_a_refused_item_is_sent_again_with_a_new_token_and_alone(emulated: EmulatedSide) -> None:
    collection = home(emulated)
    emulated.microsoft.fault(
        status=401, path="/contacts$", body_contains="Jane 1", method="POST", times=1
    )

    answers = emulated.store.write("contacts", collection, [jane(0), jane(1), jane(2)])

    assert [type(answer) for answer in answers] == [Written] * 3
    assert len(emulated.items()) == 3
    assert emulated.tokens.asked == ["{}"]


@pytest.mark.parametrize("status", [401, 403])
def test_a_claims_challenge_is_handed_to_the_token_source(
    emulated: EmulatedSide, status: int
) -> None:
    emulated.microsoft.fault(status=status, path="/me$", times=1, headers=CHALLENGE)

    assert emulated.client.get("/me").ok
    assert emulated.tokens.asked == [CLAIMS]


@pytest.mark.parametrize("status", [401, 403])
def test_a_challenge_to_one_item_is_answered_for_that_item_alone(
    emulated: EmulatedSide, status: int
) -> None:
    collection = home(emulated)
    emulated.microsoft.fault(
        status=status, path="/contacts$", body_contains="Jane 1", times=1, headers=CHALLENGE
    )

    answers = emulated.store.write("contacts", collection, [jane(0), jane(1), jane(2)])

    assert [type(answer) for answer in answers] == [Written] * 3
    assert len(emulated.items()) == 3
    assert emulated.tokens.asked == [CLAIMS]


@pytest.mark.parametrize("status", [401, 403])
def test_who_is_challenged_again_has_to_sign_in(emulated: EmulatedSide, status: int) -> None:
    emulated.microsoft.fault(status=status, path="/contacts", headers=CHALLENGE)
    before = emulated.round_trips

    with pytest.raises(SignInAgain) as caught:
        emulated.store.fetch("contacts", ["AAMk"])

    assert caught.value.code == "insufficient_claims"
    assert emulated.tokens.asked == [CLAIMS]
    assert emulated.round_trips == before + 2


def test_a_single_read_that_is_challenged_for_ever_ends(emulated: EmulatedSide) -> None:
    emulated.microsoft.fault(status=401, path="/me$", headers=CHALLENGE)

    assert emulated.client.get("/me").status == 401
    assert emulated.tokens.asked == [CLAIMS]
    assert emulated.round_trips == 2


def test_a_403_without_a_challenge_asks_for_no_token(emulated: EmulatedSide) -> None:
    emulated.microsoft.fault(status=403, code="ErrorAccessDenied", path="/contacts")

    with pytest.raises(SuspendConnection):
        emulated.store.fetch("contacts", ["AAMk"])

    assert emulated.tokens.asked == []


def test_what_was_written_before_a_challenge_that_nobody_answers_is_not_lost(
    emulated: EmulatedSide,
) -> None:
    requests = [
        Request("POST", "/me/contacts", body={"givenName": f"Jane {number}"}) for number in range(3)
    ]
    emulated.microsoft.fault(
        status=403, path="/contacts$", body_contains="Jane 1", headers=CHALLENGE
    )

    answers = emulated.client.batch(requests)

    assert [answer.status for answer in answers] == [201, 403, 201]


def test_a_token_that_is_refused_again_needs_the_person(emulated: EmulatedSide) -> None:
    emulated.microsoft.fault(status=401, code="InvalidAuthenticationToken", path="/contacts")

    with pytest.raises(SignInAgain):
        emulated.store.fetch("contacts", ["AAMk"])

    assert emulated.tokens.asked == ["{}"]


class Ended:
    """A token source whose grant ends while a batch is under way: there is no second token."""

    def __init__(self, side: EmulatedSide) -> None:
        self._side = side

    def token(self, *, claims: str = "") -> str:
        if claims:
            raise SignInAgain("no other token", code="grant_ended")
        return self._side.tokens.token()


def test_what_was_written_beside_an_item_that_no_token_opens_is_not_lost(
    emulated: EmulatedSide,
) -> None:
    store = GraphMailbox(GraphClient(emulated.session, Ended(emulated), emulated.clock), "UTC")
    collection = home(emulated)
    emulated.microsoft.fault(status=401, path="/contacts$", body_contains="Jane 1", method="POST")

    answers = store.write("contacts", collection, [jane(0), jane(1), jane(2)])

    assert [type(answer) for answer in answers] == [Written, SignInAgain, Written]
    assert len(emulated.items()) == 2


def test_where_no_token_opens_anything_the_person_is_needed_at_once(
    emulated: EmulatedSide,
) -> None:
    store = GraphMailbox(GraphClient(emulated.session, Ended(emulated), emulated.clock), "UTC")
    collection = home(emulated)
    emulated.microsoft.fault(status=401, path="/contacts$", method="POST")

    with pytest.raises(SignInAgain) as caught:
        store.write("contacts", collection, [jane(0), jane(1)])

    assert caught.value.code == "grant_ended"
