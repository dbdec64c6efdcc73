"""What the queue calls. These paths stand in queue rows and schedules: they are public.

Arguments are ids; every job may run twice, and the second time finds nothing to do.
"""

from __future__ import annotations

from agentbox_sync.services import execute, heartbeat, retention, schedule


def tick() -> int:
    """Run once a minute: a sign of life, everybody who is due, and once a day the log's end."""
    heartbeat.beat()
    handed_over = schedule.hand_over_due()
    retention.trim_daily()
    return handed_over


def poll(connection_id: int) -> bool:
    """Run one connection; returns whether it was free and there was something to run."""
    ran = execute.execute(connection_id) is not None
    if ran:
        # A press that came while this run was on its way is answered now, not at the next tick.
        # Only by the one that has run: whoever found it busy would hand it over without an end.
        schedule.hand_over_if_asked(connection_id)
    return ran
