"""An office with tasks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contracts.emulated import Microsoft, emulator, microsoft
from tests.contracts.emulated_tasks import EmulatedTasks
from tests.integration.tasks.office import Office

__all__ = ["emulator", "microsoft", "office"]


@pytest.fixture
def office(microsoft: Microsoft) -> Iterator[Office]:
    side = EmulatedTasks(microsoft)
    yield Office(side)
    side.close()
    assert microsoft.look("stats")["retry_after_broken"] == 0
