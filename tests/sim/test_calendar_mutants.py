"""Every rule of the calendar is missed when it is taken away."""

from __future__ import annotations

import pytest

from tests.sim.mutants.calendar import CALENDAR
from tests.sim.mutants.record import Mutant
from tests.sim.mutants.workshop import fails_directed


@pytest.mark.parametrize("mutant", CALENDAR, ids=lambda mutant: mutant.name)
def test_a_directed_test_fails_without_its_rule(mutant: Mutant) -> None:
    assert fails_directed(mutant)


def test_a_directed_test_holds_with_its_rule() -> None:
    assert not fails_directed(Mutant("whole", "", (), CALENDAR[0].directed))
