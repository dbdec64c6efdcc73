"""How many items go out together."""

from __future__ import annotations

import pytest

from agentbox_sync.graph.exchange import Response
from agentbox_sync.graph.pace import CALM, FEWEST, Pace, is_crowded

FINE = Response(200)


def refused(code: str, status: int = 429) -> Response:
    return Response(status, {}, {"error": {"code": "x", "innerError": {"code": code}}})


def test_twenty_go_out_together_until_graph_complains() -> None:
    pace = Pace()
    pace.note([FINE] * 20)

    assert pace.size == 20


@pytest.mark.parametrize("code", ["ApplicationThrottled", "applicationthrottled"])
def test_too_many_at_once_makes_the_next_batches_as_small_as_graphs_own_groups(code: str) -> None:
    pace = Pace()

    pace.note([refused(code)])

    assert pace.size == FEWEST == 4


def test_batches_without_a_complaint_grow_again() -> None:
    pace = Pace()
    pace.note([refused("ApplicationThrottled")])
    sizes = []
    for _ in range(3 * CALM):
        pace.note([FINE] * pace.size)
        sizes.append(pace.size)

    assert sizes[CALM - 2 : CALM] == [4, 8]
    assert sizes[-1] == 20


@pytest.mark.parametrize(
    "answers,crowded",
    [
        ([refused("TooManyRequests"), FINE], True),
        ([refused("TooManyRequests"), refused("TooManyRequests")], False),
        ([refused("MailboxConcurrency"), refused("MailboxConcurrency")], True),
        ([refused("ApplicationThrottled", 403), FINE], False),
        ([FINE, Response(404)], False),
        ([], False),
    ],
)
def test_a_part_that_was_put_off_tells_of_a_crowd_and_the_whole_of_an_empty_purse(
    answers: list[Response], crowded: bool
) -> None:
    assert is_crowded(answers) is crowded
