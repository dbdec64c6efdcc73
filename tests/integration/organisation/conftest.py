"""A tenant whose administrator lets the CRM in, and the staff who belong to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.contracts.emulated import Microsoft, emulator, microsoft

from .office import Office

__all__ = ["emulator", "microsoft"]


@pytest.fixture
def office(db: None, microsoft: Microsoft, settings: Settings) -> Iterator[Office]:
    """Jane and Tom work here; the administrator has approved nothing yet."""
    yield Office(microsoft, settings)
    # Whatever a test did: nobody came back before Retry-After was over.
    assert microsoft.look("stats")["retry_after_broken"] == 0
