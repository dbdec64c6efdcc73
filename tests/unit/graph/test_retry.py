"""How long a read waits before it is asked again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agentbox_sync.graph.exchange import Response
from agentbox_sync.graph.retry import RetryPolicy, retry_after

NOW = datetime(2026, 11, 22, 8, 0, 0, tzinfo=UTC)


def waits(policy: RetryPolicy) -> list[float | None]:
    return [policy.wait(attempt, None) for attempt in range(1, policy.attempts + 1)]


def test_pauses_grow_and_end() -> None:
    first, second, third, end = waits(RetryPolicy(seed="connection 1"))

    assert end is None
    assert first is not None
    assert second is not None
    assert third is not None
    assert 0.25 <= first <= 0.5 <= second <= 1.0 <= third <= 2.0


def test_pauses_never_exceed_the_longest() -> None:
    policy = RetryPolicy(attempts=12, longest_wait=15.0)

    assert max(wait for wait in waits(policy) if wait is not None) == 15.0


def test_mailboxes_spread_and_the_same_seed_decides_the_same() -> None:
    spread = {RetryPolicy(seed=f"connection {number}").wait(1, None) for number in range(50)}

    assert len(spread) > 40
    assert waits(RetryPolicy(seed="x")) == waits(RetryPolicy(seed="x"))


@pytest.mark.parametrize("named,waited", [(0.0, 0.0), (7.0, 7.0), (15.0, 15.0), (15.1, None)])
def test_a_named_wait_is_obeyed_to_the_second_or_not_at_all(
    named: float, waited: float | None
) -> None:
    assert RetryPolicy().wait(1, named) == waited


@pytest.mark.parametrize(
    "value,seconds",
    [
        ("10", 10.0),
        (" 10 ", 10.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("Sun, 22 Nov 2026 08:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 08:00:30 -0000", 30.0),
        ("Sun, 22 Nov 2026 07:59:00 GMT", 0.0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("nan", None),
        ("1e9", None),
        ("9999999999999", None),
    ],
)
def test_seconds_and_dates_are_read_and_nonsense_is_not(value: str, seconds: float | None) -> None:
    assert retry_after(Response(429, {"retry-after": value}), NOW) == seconds


def test_an_answer_without_the_header_names_no_wait() -> None:
    assert retry_after(Response(503), NOW) is None
