"""A day of tasks: in the CRM, in To Do and in the calendar, with a colleague in another zone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from . import week
from .tasks_day import TasksDay
from .tasks_scenes import live
from .traffic import hold

pytestmark = pytest.mark.slow
# What the day cannot be lived without; whatever else is sent is held as well.
ROUTES = (
    "POST /$batch",
    "POST /me/todo/lists/{todoTaskList-id}/tasks",
    "PATCH /me/todo/lists/{todoTaskList-id}/tasks/{todoTask-id}",
    "GET /me/todo/lists/{todoTaskList-id}/tasks/{todoTask-id}",
    "POST /me/calendars/{calendar-id}/events",
    "PATCH /me/events/{event-id}",
)


def test_an_agents_tasks(
    transactional_db: None, settings: Any, live_server: Any, page: Page, tmp_path: Path
) -> None:
    log = tmp_path / "tasks.jsonl"
    with week.outlook(log) as at:
        week.prepare(at, settings, live_server.url)
        live(TasksDay.begin(page, at, live_server.url))
    hold(log, require=ROUTES, folder=tmp_path)
