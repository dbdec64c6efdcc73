"""Whose account it is, by addresses alone."""

from __future__ import annotations

import pytest

from agentbox_sync.core.accounts import Fit, addresses, fit

JANE = "jane@agency.example"


@pytest.mark.parametrize(
    "expected, found",
    [
        ([JANE], [JANE]),
        (["Jane@Agency.Example "], [JANE]),
        ([JANE], ["jane@agency.onmicrosoft.example", "", f"SMTP:{JANE}"]),
        ([JANE], ["smtp:JANE@agency.example"]),
        (["", "j.doe@agency.example", JANE], ["x@agency.example", JANE]),
    ],
)
def test_one_address_in_common_is_enough(expected: list[str], found: list[str]) -> None:
    assert fit(expected, found) is Fit.FITS


@pytest.mark.parametrize(
    "found",
    [
        ["tom@agency.example"],
        ["jane@agency.example.evil.example"],
        ["jane@evil.example"],
        [f"x500:{JANE}"],
        ["jane+home@agency.example"],
        ["straße@agency.example", f"sip:{JANE}", "t@agency.example"],
    ],
)
def test_what_is_alike_is_not_the_same(found: list[str]) -> None:
    assert fit([JANE], [*found, "other@agency.example"]) is Fit.DIFFERS


@pytest.mark.parametrize("expected, found", [([], [JANE]), ([""], [JANE]), ([JANE], ["", "@"])])
def test_without_an_address_on_one_side_nobody_can_tell(
    expected: list[str], found: list[str]
) -> None:
    assert fit(expected, found) is Fit.UNKNOWN


def test_letters_are_compared_and_nothing_is_made_alike() -> None:
    assert addresses(["STRASSE@a.example"]) != addresses(["straße@a.example"])
    assert addresses(["no address", "a@", "@b", "smtp:"]) == frozenset()
