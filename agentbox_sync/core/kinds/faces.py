"""Two faces: a task that is shown in the calendar as well, as an entry on the day it is due."""

from __future__ import annotations

TASK_ENTRY = "task"
"""The class by which the calendar's settings name the category of entries that are tasks."""

DONE = "Task done"
"""The category in Outlook that says that an entry's task is done.

Set it to complete the task, take it off to open it again. One name in every language, because it
is compared with what stands there; and one that nobody uses by themselves: a plain "Done" that an
agent puts on an appointment is theirs.
"""
