"""Whether background jobs run at all, told by a job that ran and not by the queue itself."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from agentbox_sync import conf
from agentbox_sync.models import Heartbeat

NAME = "worker"


def beat() -> None:
    """Record that a job ran end to end just now."""
    Heartbeat.objects.update_or_create(name=NAME, defaults={"beaten_at": timezone.now()})


def last_beat() -> datetime | None:
    """Return when a job last ran; ``None`` when none ever did."""
    return Heartbeat.objects.filter(name=NAME).values_list("beaten_at", flat=True).first()


def is_worker_alive() -> bool:
    """Tell whether a job ran within ``WORKER_SILENCE``."""
    return is_recent(last_beat())


def is_recent(beaten: datetime | None) -> bool:
    """Tell whether a sign of life that somebody has read already is within the limit."""
    return beaten is not None and timezone.now() - beaten < conf.seconds("WORKER_SILENCE")
