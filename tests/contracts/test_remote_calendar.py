"""The RemoteStore contract, held by the calendar slice against the emulated Microsoft."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contracts.emulated import Microsoft
from tests.contracts.emulated_calendar import EmulatedCalendar
from tests.contracts.remote_events import *  # noqa: F403
from tests.contracts.remote_series import *  # noqa: F403
from tests.contracts.remote_store import *  # noqa: F403


@pytest.fixture
def side(microsoft: Microsoft) -> Iterator[EmulatedCalendar]:
    side = EmulatedCalendar(microsoft)
    yield side
    side.close()
    assert microsoft.look("stats")["retry_after_broken"] == 0
    # No request of ours has made Exchange send mail; what people caused names no application.
    assert [mail for mail in side.mails() if mail["app"]] == []
