from __future__ import annotations

import pytest

from tests.contracts.emulated import Microsoft, emulator, microsoft
from tests.projects.foreign_crm.cases.builders import an_employee
from tests.projects.foreign_crm.cases.world import World
from tests.projects.foreign_crm.models import Employee

__all__ = ["emulator", "microsoft"]


@pytest.fixture
def roisin(db: None) -> Employee:
    return an_employee()


@pytest.fixture
def world(transactional_db: None, microsoft: Microsoft, settings: pytest.FixtureRequest) -> World:
    return World(microsoft, settings)
