"""A write of several requests that was cut off is known as our own, and its rest is written."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.merge import Pending, Sides, merge
from agentbox_sync.core.rules import Mode

ONE = {"original": "2027-01-03", "cancelled": True}
TWO = {"original": "2027-01-10", "cancelled": True}
THREE = {"original": "2027-01-17", "subject": "Open home"}
ALL: list[dict[str, Any]] = [ONE, TWO, THREE]


def merged(shown: list[dict[str, Any]], mode: Mode) -> Any:
    dates = [{"exceptions": value} for value in ([], ALL, shown)]
    sent = Pending({"exceptions": ALL}, "W/1", before={"exceptions": []})
    return merge(
        Sides(
            base_local=dates[0],
            base_remote=dates[0],
            local=dates[1],
            remote=dates[2],
            pending=(sent,),
            half_written=KIND.half_written,
        ),
        mode,
    )


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("landed", [1, 2])
def test_what_was_cut_off_is_no_list_that_was_cut_to_fit(mode: Mode, landed: int) -> None:
    """The seeds 1347 and 2225: two of three dates looked like a list shortened by a server."""
    result = merged(ALL[:landed], mode)

    assert (result.push, result.pull) == (("exceptions",), ())
    # Until it has been read back nothing says that both sides agree.
    assert result.base_local["exceptions"] == []


@pytest.mark.parametrize("mode", Mode)
def test_what_landed_to_its_end_needs_nothing(mode: Mode) -> None:
    assert not merged(ALL, mode).writes
