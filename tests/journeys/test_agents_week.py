"""An agent's week on both sides, with a colleague in another time zone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from . import week as story
from .traffic import hold
from .week_scenes import live

pytestmark = pytest.mark.slow
# What the week cannot be lived without; whatever else is sent is held as well.
ROUTES = (
    "POST /$batch",
    "POST /me/calendars/{calendar-id}/events",
    "PATCH /me/events/{event-id}",
    "DELETE /me/events/{event-id}",
    "GET /me/events/{event-id}",
)


def test_an_agents_week(
    transactional_db: None, settings: Any, live_server: Any, page: Page, tmp_path: Path
) -> None:
    log = tmp_path / "week.jsonl"
    with story.outlook(log) as at:
        story.prepare(at, settings, live_server.url)
        live(story.Week.begin(page, at, live_server.url))
    hold(log, require=ROUTES, folder=tmp_path)
