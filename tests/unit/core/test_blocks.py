"""Blocks of the CRM's own in texts: when what stands below the mark has yet to go to Exchange."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.core.blocks import yet_to_go
from agentbox_sync.core.kinds.bodies import joined
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.merge import Merge

OLD, NEW = "Olivia: 0412 345 678", "Olivia: 0498 765 432"


def base_after(before: dict[str, Any], shown: str, after: str) -> dict[str, Any]:
    """Return what is yet to go when Exchange's text was taken in, and the row says ``after``."""
    merged = Merge((), ("body",), before, before, ())
    return yet_to_go(KIND, merged, {"body": shown}, {"body": after})


def text(notes: str, block: str = "") -> dict[str, Any]:
    return {"body": joined(notes, block)}


@pytest.mark.parametrize(
    "before, shown, after",
    [
        pytest.param({}, text("Typed", OLD), text("Typed", NEW), id="another row's at first"),
        pytest.param({}, text("Typed"), text("Typed", NEW), id="none at first"),
        pytest.param({}, text("Typed", OLD), text("Typed"), id="one of no row's at first"),
        pytest.param(
            text("Was", OLD), text("Typed", OLD), text("Typed", NEW), id="changed as it was typed"
        ),
        pytest.param(text("Was", OLD), text("Typed", OLD), text("Typed"), id="gone as it was"),
    ],
)
def test_a_block_that_the_two_sides_had_not_agreed_on_has_yet_to_go(
    before: dict[str, Any], shown: dict[str, Any], after: dict[str, Any]
) -> None:
    assert base_after(before, shown["body"], after["body"]) == shown


@pytest.mark.parametrize(
    "before, shown, after",
    [
        pytest.param({}, text("Typed", OLD), text("Typed", OLD), id="the same at first"),
        pytest.param({}, text("A long text"), text("A long"), id="no block, and cut short"),
        pytest.param(text("Was", OLD), text("Typed"), text("Typed", OLD), id="taken away"),
        pytest.param(text("Was", OLD), text("Typed", "Mine"), text("Typed", OLD), id="typed over"),
        pytest.param(text("Was", OLD), text("Typed", NEW), text("Typed", NEW), id="there already"),
    ],
)
def test_a_block_that_was_agreed_on_stands_as_a_person_left_it(
    before: dict[str, Any], shown: dict[str, Any], after: dict[str, Any]
) -> None:
    assert base_after(before, shown["body"], after["body"]) == {}
