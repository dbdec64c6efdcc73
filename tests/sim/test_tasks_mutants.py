"""Every rule of tasks is missed when it is taken away."""

from __future__ import annotations

import inspect

import pytest

from tests.sim import (
    test_tasks,
    test_tasks_elsewhere,
    test_tasks_meetings,
    test_tasks_moves,
    test_tasks_series,
    test_tasks_unanswered,
)
from tests.sim.mutants.record import Mutant
from tests.sim.mutants.series import SERIES
from tests.sim.mutants.strayed import STRAYED
from tests.sim.mutants.tasks import TASKS
from tests.sim.mutants.workshop import fails_directed


@pytest.mark.parametrize("mutant", [*TASKS, *SERIES, *STRAYED], ids=lambda mutant: mutant.name)
def test_a_directed_test_fails_without_its_rule(mutant: Mutant) -> None:
    series = (test_tasks_series, test_tasks_meetings)
    elsewhere = (test_tasks_moves, test_tasks_elsewhere, test_tasks_unanswered)
    places = (test_tasks, *series, *elsewhere)
    found = [getattr(place, mutant.directed, None) for place in places]
    assert any(inspect.isfunction(story) for story in found)
    assert fails_directed(mutant)


def test_a_directed_test_holds_with_its_rule() -> None:
    assert not fails_directed(Mutant("whole", "", (), TASKS[0].directed))
