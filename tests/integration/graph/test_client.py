"""The Graph client under everything that the wire and Microsoft do to it."""

from __future__ import annotations

import re
import socket
import uuid
from typing import Any

import pytest

from agentbox_sync.core.errors import (
    FixConfiguration,
    OutcomeUnknown,
    ServerFault,
    Throttled,
    Unreachable,
)
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.exchange import Request
from agentbox_sync.graph.mailbox import GraphMailbox
from agentbox_sync.graph.transport import build_session
from agentbox_sync.ports import Create, Turn, Written
from tests.contracts.emulated import EmulatedSide

IMMUTABLE = 'IdType="ImmutableId"'


def jane(number: int = 0) -> Create:
    return Create(f"stamp-{number}", {"name": {"given": f"Jane {number}"}})


def home(side: EmulatedSide) -> str:
    return side.store.locate("contacts", "")


# --------------------------------------------------------------------------- one batch under way


def test_nothing_else_is_asked_while_a_batch_is_under_way(emulated: EmulatedSide) -> None:
    collection = home(emulated)
    land = emulated.store.begin_write("contacts", collection, [jane(1)])

    with pytest.raises(AssertionError, match="under way"):
        emulated.client.get("/me")
    with pytest.raises(AssertionError, match="under way"):
        emulated.store.begin_write("contacts", collection, [jane(2)])

    assert isinstance(land()[0], Written)
    assert emulated.client.get("/me").ok
    assert len(emulated.items()) == 1


# ------------------------------------------------------------------------------------ every request


def test_every_request_and_every_item_asks_for_immutable_ids(emulated: EmulatedSide) -> None:
    collection = home(emulated)
    emulated.store.write("contacts", collection, [jane(1), jane(2)])
    emulated.store.find_stamped("contacts", collection, ["stamp-1"])

    for exchange in emulated.microsoft.exchanges():
        assert IMMUTABLE in exchange["request_headers"]["prefer"]
        for item in (exchange["request_body"] or {}).get("requests", []):
            assert IMMUTABLE in item["headers"]["Prefer"]


def test_every_request_has_an_id_of_its_own(emulated: EmulatedSide) -> None:
    emulated.client.get("/me")
    emulated.client.get("/me")

    ids = [one["request_headers"]["client-request-id"] for one in emulated.microsoft.exchanges()]
    assert len({uuid.UUID(one) for one in ids}) == 2


def test_round_trips_are_what_microsoft_counts(emulated: EmulatedSide) -> None:
    emulated.microsoft.fault(status=503, path="/me$", times=2)

    emulated.client.get("/me")
    emulated.client.batch([Request("GET", "/me")] * 20)

    assert emulated.client.round_trips == emulated.round_trips == 4


def test_logs_hold_ids_and_statuses_and_no_addresses(
    emulated: EmulatedSide, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="agentbox_sync")
    emulated.microsoft.fault(status=403, code="ErrorAccessDenied", path="/contacts", method="GET")

    emulated.client.get("/me/contacts?$filter=emailAddresses/any(a:a/address%20eq%20'x@y.example')")

    said = " ".join(record.getMessage() for record in caplog.records)
    assert re.search(r"answered 403 request-id=\S{36} client-request-id=\S{36}", said)
    assert "y.example" not in said
    assert emulated.tokens.token() not in said


def test_a_refused_item_is_logged_with_both_ids_of_its_batch(
    emulated: EmulatedSide, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="agentbox_sync")
    home(emulated)
    emulated.store.fetch("contacts", ["AAMkAGI2THk0AAA=", "x@y.example"])

    (sent,) = [one for one in emulated.microsoft.exchanges() if one["url"].endswith("$batch")]
    ours, theirs = (
        sent["request_headers"]["client-request-id"],
        sent["response_headers"]["request-id"],
    )
    said = [r.getMessage() for r in caplog.records if "batch item" in r.getMessage()]
    assert len(said) == 2
    for line in said:
        assert f"request-id={theirs} client-request-id={ours}" in line
        assert "y.example" not in line
    assert "400 ErrorInvalidIdMalformed" in said[0]


# --------------------------------------------------------------------------------------- reads


@pytest.mark.parametrize("seconds", [7, 15])
def test_a_throttled_read_waits_exactly_as_long_as_it_was_told(
    emulated: EmulatedSide, seconds: int
) -> None:
    emulated.microsoft.fault(
        status=429, path="/me$", times=1, headers={"Retry-After": str(seconds)}
    )

    assert emulated.client.get("/me").ok
    assert emulated.clock.slept == [seconds]


def test_a_wait_that_would_hold_the_worker_is_handed_on(emulated: EmulatedSide) -> None:
    remote_id = emulated.add("Jane")
    emulated.microsoft.fault(
        status=429, path="/me/contacts/", times=1, headers={"Retry-After": "16"}
    )

    with pytest.raises(Throttled) as caught:
        emulated.store.fetch("contacts", [remote_id])

    assert caught.value.retry_after == 16.0
    assert emulated.clock.slept == []


def test_throttled_items_of_a_batch_are_asked_again_after_the_longest_wait(
    emulated: EmulatedSide,
) -> None:
    ids = [emulated.add(f"Given {number}") for number in range(5)]
    emulated.store.locate("contacts", "")  # as every run does first
    emulated.microsoft.control("log", method="DELETE")
    for place, seconds in ((1, 3), (4, 5)):
        emulated.microsoft.fault(
            status=429,
            path=re.escape(ids[place].rstrip("=")),
            times=1,
            headers={"Retry-After": str(seconds)},
        )

    answers = emulated.store.fetch("contacts", ids)

    assert [getattr(answer, "remote_id", answer) for answer in answers] == ids
    assert emulated.clock.slept == [5.0]
    sizes = [len(one["request_body"]["requests"]) for one in emulated.microsoft.exchanges()]
    assert sizes == [5, 2]


def test_a_failing_read_is_given_up_after_growing_pauses(emulated: EmulatedSide) -> None:
    good, bad = emulated.add("Good"), emulated.add("Bad")
    emulated.microsoft.fault(status=500, path=re.escape(bad.rstrip("=")))

    answers = emulated.store.fetch("contacts", [good, bad])

    assert getattr(answers[0], "remote_id", None) == good
    assert isinstance(answers[1], ServerFault)
    first, second, third = emulated.clock.slept
    assert 0.25 <= first <= 0.5 <= second <= 1.0 <= third <= 2.0


@pytest.mark.parametrize("action", ["drop", "truncate"])
def test_a_read_without_a_whole_answer_is_asked_again(emulated: EmulatedSide, action: str) -> None:
    remote_id = emulated.add("Jane")
    emulated.microsoft.fault(action=action, path=r"\$batch", times=2, commit="after")

    (answer,) = emulated.store.fetch("contacts", [remote_id])

    assert getattr(answer, "remote_id", None) == remote_id
    assert len(emulated.clock.slept) == 2


# --------------------------------------------------------------------------------------- writes


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_write_that_failed_at_the_server_is_unknown_and_sent_once(
    emulated: EmulatedSide, status: int
) -> None:
    collection = home(emulated)
    before = emulated.round_trips
    emulated.microsoft.fault(status=status, path="/contacts$", method="POST", commit="after")

    answers = emulated.store.write("contacts", collection, [jane(1), jane(2)])

    assert {type(answer) for answer in answers} == {OutcomeUnknown}
    assert emulated.round_trips == before + 1
    assert len(emulated.items()) == 2
    assert emulated.clock.slept == []


def test_a_batch_that_failed_as_a_whole_leaves_its_writes_unknown(emulated: EmulatedSide) -> None:
    collection = home(emulated)
    before = emulated.round_trips
    emulated.microsoft.fault(status=503, path=r"\$batch", commit="after")

    answers = emulated.store.write("contacts", collection, [jane(1), jane(2)])

    assert {type(answer) for answer in answers} == {OutcomeUnknown}
    assert emulated.round_trips == before + 1


def test_a_batch_that_was_put_off_as_a_whole_wrote_nothing(emulated: EmulatedSide) -> None:
    collection = home(emulated)
    before = emulated.round_trips
    emulated.microsoft.fault(status=429, path=r"\$batch", times=1, headers={"Retry-After": "4"})

    with pytest.raises(Throttled) as caught:
        emulated.store.write("contacts", collection, [jane(1)])

    assert caught.value.retry_after == 4.0
    assert emulated.round_trips == before + 1
    emulated.clock.sleep(4)


def test_half_an_answer_to_writes_is_no_answer(emulated: EmulatedSide) -> None:
    collection = home(emulated)
    emulated.microsoft.fault(action="truncate", path=r"\$batch", times=1, commit="after")

    answers = emulated.store.write("contacts", collection, [jane(1), jane(2)])

    assert {type(answer) for answer in answers} == {OutcomeUnknown}
    assert len(emulated.items()) == 2


# ----------------------------------------------------------------------- one mailbox, many askers


def sizes(side: EmulatedSide) -> list[int]:
    return [len(one["request_body"]["requests"]) for one in side.microsoft.exchanges()]


def crowded(side: EmulatedSide, text: str = "", **rule: Any) -> None:
    """Graph says once that too many requests to the mailbox run at the same time."""
    side.microsoft.fault(
        status=429,
        code="ApplicationThrottled",
        message="Application is over its MailboxConcurrency limit.",
        body_contains=text,
        times=1,
        headers={"Retry-After": "2"},
        **rule,
    )


def test_a_crowded_mailbox_is_written_to_in_smaller_batches(emulated: EmulatedSide) -> None:
    collection = home(emulated)
    people = [jane(number) for number in range(20)]
    crowded(emulated, "Jane 7", path="/contacts$", method="POST")
    emulated.microsoft.control("log", method="DELETE")

    first = emulated.store.write("contacts", collection, people)
    again = [people[place] for place, one in enumerate(first) if isinstance(one, Throttled)]
    emulated.clock.sleep(2)
    emulated.store.write("contacts", collection, again)
    emulated.store.write("contacts", collection, [jane(number) for number in range(20, 30)])

    assert emulated.store.batch_size == 4
    assert sizes(emulated) == [20, 1, 4, 4, 2]
    assert len(emulated.items()) == 30


def test_reads_that_bear_witness_for_each_other_stay_together(emulated: EmulatedSide) -> None:
    ids = [emulated.add(f"Given {number}") for number in range(10)]
    home(emulated)
    crowded(emulated, path=re.escape(ids[3].rstrip("=")))
    emulated.microsoft.control("log", method="DELETE")

    emulated.store.fetch("contacts", ids)
    emulated.store.fetch("contacts", ids)

    assert sizes(emulated) == [10, 1, 10]


def test_writes_of_which_the_second_batch_cannot_be_sent_are_not_lost(
    emulated: EmulatedSide,
) -> None:
    collection = home(emulated)
    crowded(emulated, path=re.escape("/me/contacts/"), method="GET")
    emulated.store.fetch("contacts", ["AAMkAGI2THk0AAA="])
    assert emulated.store.batch_size == 4
    emulated.microsoft.fault(status=400, code="BadRequest", path=r"\$batch", nth=2)

    answers = emulated.store.write("contacts", collection, [jane(number) for number in range(10)])

    assert [type(answer) for answer in answers] == [Written] * 4 + [FixConfiguration] * 6
    assert len(emulated.items()) == 4


class Turns:
    """A turn that is over after so many requests, and lasts as long as nobody asks for a pause."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.taken: list[int] = []
        self.pauses: list[float] = []

    def take(self, count: int) -> None:
        if sum(self.taken) + count > self.left:
            raise Throttled("spent", code="requestbudget", retry_after=400.0)
        self.taken.append(count)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


def in_turn(side: EmulatedSide, turn: Turn) -> GraphClient:
    return GraphClient(side.session, side.tokens, side.clock, turn=turn)


def test_items_of_a_batch_are_taken_out_of_the_budget_one_by_one(emulated: EmulatedSide) -> None:
    turn = Turns(100)
    client = in_turn(emulated, turn)

    client.get("/me")
    client.batch([Request("GET", "/me")] * 20)

    assert turn.taken == [1, 20]


def test_nothing_is_sent_when_the_budget_is_spent(emulated: EmulatedSide) -> None:
    with pytest.raises(Throttled) as caught:
        in_turn(emulated, Turns(19)).batch([Request("GET", "/me")] * 20)

    assert caught.value.retry_after == 400.0
    assert emulated.round_trips == 0
    assert emulated.clock.slept == []


def test_every_pause_that_microsoft_names_is_handed_on(emulated: EmulatedSide) -> None:
    turn = Turns(100)
    client = in_turn(emulated, turn)
    emulated.microsoft.fault(status=503, path="/me$", times=1, headers={"Retry-After": "3"})
    client.get("/me")
    emulated.microsoft.fault(status=429, path="/contacts", times=1, headers={"Retry-After": "900"})

    answers = client.batch([Request("POST", "/me/contacts", body={"givenName": "Jane"})])

    assert [answer.status for answer in answers] == [429]
    assert turn.pauses == [3.0, 900.0]
    emulated.clock.sleep(900)


# --------------------------------------------------------------------------------- no network


@pytest.fixture
def nobody(emulated: EmulatedSide) -> GraphClient:
    """A client whose Microsoft does not listen."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    session = build_session(redirects={"graph.microsoft.com": f"http://127.0.0.1:{port}"})
    return GraphClient(session, emulated.tokens, emulated.clock)


def test_reads_try_again_while_nobody_answers_and_then_say_unreachable(
    nobody: GraphClient, emulated: EmulatedSide
) -> None:
    with pytest.raises(Unreachable):
        nobody.get("/me")

    assert len(emulated.clock.slept) == 3


def test_a_write_that_never_left_is_not_called_unknown(
    nobody: GraphClient, emulated: EmulatedSide
) -> None:
    with pytest.raises(Unreachable):
        GraphMailbox(nobody, "UTC").write("contacts", "AAMk", [jane()])

    assert emulated.clock.slept == []


def test_a_redirect_is_not_followed_with_the_token(emulated: EmulatedSide) -> None:
    elsewhere = {"Location": f"{emulated.microsoft.url}/v1.0/me"}
    emulated.microsoft.fault(status=302, path="/me/contacts", headers=elsewhere)

    assert emulated.client.get("/me/contacts").status == 302
    assert emulated.round_trips == 1
