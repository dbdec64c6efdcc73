"""How far a run is, in words and numbers that a script may ask for every second."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from agentbox_sync.models import Connection, Run
from agentbox_sync.services.wording.kinds import WORDS
from agentbox_sync.services.wording.moments import clock_time, duration


@dataclass(frozen=True, slots=True)
class KindProgress:
    """``worked`` of ``planned`` items; ``planned`` is 0 while the run still reads."""

    kind: str
    label: str
    planned: int
    worked: int
    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the newest run stands. ``seconds`` count from its start, ``state`` is the run's own.

    ``waiting_until`` is an ISO moment or empty; ``text`` and ``waiting`` are sentences.
    """

    run: int = 0
    state: str = Run.State.FINISHED.value
    seconds: int = 0
    text: str = ""
    waiting: str = ""
    waiting_until: str = ""
    elapsed: str = ""
    kinds: tuple[KindProgress, ...] = field(default=())

    @property
    def planned(self) -> int:
        """Return how many items there are to work in all kinds together."""
        return sum(kind.planned for kind in self.kinds)

    @property
    def worked(self) -> int:
        """Return how many of them are done."""
        return sum(kind.worked for kind in self.kinds)

    def as_json(self) -> dict[str, Any]:
        """Return plain values without markup."""
        return {**asdict(self), "planned": self.planned, "worked": self.worked}


def latest(connection: Connection, now: datetime | None = None) -> Progress:
    """Return where the newest run of a connection stands; one query."""
    run = Run.objects.filter(connection=connection).order_by("-pk").first()
    return Progress() if run is None else of_run(run, connection, now or timezone.now())


def of_run(run: Run, connection: Connection, now: datetime) -> Progress:
    """Return where ``run`` stands; no query."""
    is_open = run.state != Run.State.FINISHED
    until = connection.not_before
    waits = is_open and until is not None and until > now
    kinds = tuple(_kind(name, run.counts.get(name) or {}) for name in run.kinds if name in WORDS)
    length = (run.finished_at or now) - (run.started_at or run.finished_at or now)
    return Progress(
        run=run.pk,
        state=run.state,
        seconds=max(0, int(length.total_seconds())),
        text=_text(run, kinds),
        waiting=_("Waiting for Microsoft until %(time)s.") % {"time": clock_time(until)}
        if waits
        else "",
        waiting_until=until.isoformat() if waits else "",
        elapsed=duration(length) if run.started_at else "",
        kinds=kinds,
    )


def _kind(name: str, counts: dict[str, Any]) -> KindProgress:
    words = WORDS[name]
    planned = int(counts.get("planned") or 0)
    worked = min(planned, int(counts.get("worked") or 0))
    text = str(words.progress % {"n": planned, "done": worked}) if planned else ""
    return KindProgress(name, str(words.label), planned, worked, text)


def _text(run: Run, kinds: tuple[KindProgress, ...]) -> str:
    if run.state == Run.State.QUEUED:
        return _("Waiting for a worker to begin.")
    if run.state == Run.State.FINISHED:
        return _("The run has finished.")
    said = [kind.text for kind in kinds if kind.text]
    return " ".join(said) if said else _("Comparing the CRM with Exchange.")
