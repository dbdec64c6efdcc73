"""A write that was sent and never answered is known again when it is seen to have landed."""

from __future__ import annotations

import pytest

from agentbox_sync.core.merge import Pending
from agentbox_sync.core.rules import Mode
from agentbox_sync.core.written import is_written_form
from tests.builders.merges import (
    CRM,
    CRM_WINS,
    EXCHANGE_WINS,
    OUTLOOK,
    TWO_WAY,
    WAS,
    of_company,
)


def sent(value: object) -> Pending:
    return Pending({"company": value}, if_match="W/1", before={"company": WAS})


@pytest.mark.parametrize("mode", Mode)
def test_a_revert_while_our_write_was_in_flight_is_not_undone(mode: Mode) -> None:
    result = of_company(WAS, WAS, CRM, mode, pending=(sent(CRM),))

    assert (result.push, result.pull, result.conflicts) == (("company",), (), ())


@pytest.mark.parametrize("mode", TWO_WAY)
def test_without_the_memory_of_it_our_own_echo_would_undo_the_revert(mode: Mode) -> None:
    assert of_company(WAS, WAS, CRM, mode).pull == ("company",)


@pytest.mark.parametrize("mode", Mode)
def test_an_edit_after_our_write_landed_is_no_conflict_with_it(mode: Mode) -> None:
    result = of_company(WAS, "Edited since", CRM, mode, pending=(sent(CRM),))

    assert (result.push, result.conflicts) == (("company",), ())


@pytest.mark.parametrize("mode", Mode)
def test_a_write_that_landed_and_still_holds_needs_nothing(mode: Mode) -> None:
    result = of_company(WAS, CRM, CRM, mode, pending=(sent(CRM),))

    assert (result.writes, result.base_local) == (False, {"company": CRM})


@pytest.mark.parametrize("mode", Mode)
def test_a_write_that_never_landed_goes_out_again(mode: Mode) -> None:
    result = of_company(WAS, CRM, WAS, mode, pending=(sent(CRM),))

    assert (result.push, result.overwritten) == (("company",), {"company": WAS})


@pytest.mark.parametrize("mode", Mode)
def test_a_longer_text_that_never_landed_is_not_taken_for_one_cut_short(mode: Mode) -> None:
    short = "a sentence that goes on"

    result = of_company(short, f"{short} and on", short, mode, pending=(sent(f"{short} and on"),))

    assert (result.push, result.pull) == (("company",), ())


def test_what_somebody_else_typed_is_not_taken_for_our_write() -> None:
    result = of_company(WAS, WAS, OUTLOOK, CRM_WINS, pending=(sent(CRM),))

    assert result.pull == ("company",)


def test_any_of_several_unanswered_writes_may_be_the_one_that_landed() -> None:
    pending = sent("First"), sent("Second")

    for landed in ("First", "Second"):
        result = of_company(WAS, WAS, landed, EXCHANGE_WINS, pending=pending)
        assert (result.push, result.pull) == (("company",), ())


def test_a_write_that_the_server_cut_short_is_known_as_ours() -> None:
    long = "a sentence that goes on and on"

    result = of_company(WAS, WAS, long[:20], CRM_WINS, pending=(sent(long),))

    assert (result.push, result.pull) == (("company",), ())


@pytest.mark.parametrize(
    "shown, is_ours",
    [
        ("x" * 40, True),
        ("x" * 16, True),
        ("x" * 15, False),
        ("y" * 40, False),
        ("x" * 41, False),
        (None, False),
        (["x" * 40], False),
    ],
)
def test_a_text_is_cut_short_by_a_server_never_to_almost_nothing(
    shown: object, is_ours: bool
) -> None:
    assert is_written_form("x" * 40, shown) is is_ours


@pytest.mark.parametrize(
    "shown, is_ours",
    [
        (["a", "b", "c", "d"], True),
        (["a", "b", "c"], True),
        (["a", "b"], True),
        (["a"], False),
        ([], False),
        (["a", "c"], False),
        ("a", False),
    ],
)
def test_a_list_is_cut_short_by_a_server_never_to_almost_nothing(
    shown: object, is_ours: bool
) -> None:
    assert is_written_form(["a", "b", "c", "d"], shown) is is_ours
