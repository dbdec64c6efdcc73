"""The RemoteStore contract, held by the contacts slice against the emulated Microsoft."""

from __future__ import annotations

import pytest

from tests.contracts.emulated import EmulatedSide
from tests.contracts.remote_people import *  # noqa: F403
from tests.contracts.remote_store import *  # noqa: F403


@pytest.fixture
def side(emulated: EmulatedSide) -> EmulatedSide:
    return emulated
