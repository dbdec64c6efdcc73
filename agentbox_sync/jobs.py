"""What the queue calls. These paths stand in queue rows and schedules: they are public.

Arguments are ids; every job may run twice, and the second time finds nothing to do. What a job
raises is kept by the queue, and so it names no client: see :mod:`agentbox_sync.services.trouble`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from agentbox_sync.services import fleet, heartbeat, preview, retention, schedule
from agentbox_sync.services import foresee as foreseeing
from agentbox_sync.services.trouble import without_words

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def job(work: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Let the queue keep of an error what failed and where, and none of its words."""

    @wraps(work)
    def worded(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        try:
            return work(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  raised again, in other words
            raise without_words(error) from None

    return worded


@job
def tick() -> int:
    """Run once a minute: a sign of life, everybody who is due, and once a day the log's end."""
    heartbeat.beat()
    handed_over = schedule.hand_over_due() + preview.hand_over_due()
    retention.trim_daily()
    return handed_over


@job
def poll(connection_id: int) -> bool:
    """Run one connection; returns whether it was free and there was something to run."""
    return fleet.poll(connection_id)


@job
def poll_due() -> int:
    """Run everybody who is due, many at a time; returns how many runs there were."""
    return fleet.poll_due()


@job
def foresee(connection_id: int) -> bool:
    """Make the previews that were asked for; returns whether the mailbox was free for it."""
    made = foreseeing.foresee(connection_id)
    if made:
        fleet.answer_calls(connection_id)
    return made
