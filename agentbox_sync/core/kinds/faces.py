"""Two faces: a task that is shown in the calendar as well, as an entry on the day it is due."""

from __future__ import annotations

TASK_ENTRY = "task"
"""The class by which the calendar's settings name the category of entries that are tasks."""

DONE = "Done"
"""The category in Outlook that says an entry's task is done: set it to complete, take it off to
open the task again. One name in every language, because it is compared with what stands there."""
