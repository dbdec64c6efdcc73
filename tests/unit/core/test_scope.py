"""The four causes, told apart in one order."""

from __future__ import annotations

import itertools

import pytest

from agentbox_sync.core.changes import Cause
from agentbox_sync.core.scope import explain

IN_SCOPE = {"exists": True, "accessible": True, "completed": False, "selected": True}


def test_an_item_that_is_there_allowed_open_and_selected_is_in_scope() -> None:
    assert explain(**IN_SCOPE) is None


@pytest.mark.parametrize(
    "fact, cause",
    [
        ({"exists": False}, Cause.DELETED),
        ({"accessible": False}, Cause.LOST_ACCESS),
        ({"completed": True}, Cause.COMPLETED),
        ({"selected": False}, Cause.LEFT_FILTER),
    ],
)
def test_each_fact_alone_has_its_cause(fact: dict[str, bool], cause: Cause) -> None:
    assert explain(**{**IN_SCOPE, **fact}) is cause


def test_of_several_facts_the_gravest_is_named() -> None:
    order = (Cause.DELETED, Cause.LOST_ACCESS, Cause.COMPLETED, Cause.LEFT_FILTER)
    for deleted, lost, completed, left in itertools.product((False, True), repeat=4):
        said = dict(zip(order, (deleted, lost, completed, left), strict=True))

        cause = explain(
            exists=not deleted, accessible=not lost, completed=completed, selected=not left
        )

        assert cause is next((one for one in order if said[one]), None)
