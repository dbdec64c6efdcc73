"""How far a run is, in words and numbers that a script may ask for every second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from agentbox_sync.models import Connection, Preview, Run
from agentbox_sync.services import heartbeat, preview
from agentbox_sync.services.wording.foreseen import FORESEEN
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

    ``waiting_until`` is an ISO moment or empty; ``text`` and ``waiting`` are sentences. The card
    reads differently when ``stamp`` does.
    """

    run: int = 0
    state: str = Run.State.FINISHED.value
    seconds: int = 0
    text: str = ""
    waiting: str = ""
    waiting_until: str = ""
    elapsed: str = ""
    worker: bool = True
    stamp: str = ""
    kinds: tuple[KindProgress, ...] = field(default=())

    @property
    def is_open(self) -> bool:
        """Tell whether the run has yet to end."""
        return self.state != Run.State.FINISHED

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
    """Return where the newest run or preview of a connection stands; three queries."""
    run = Run.objects.filter(connection=connection).order_by("-pk").first()
    alive = heartbeat.is_worker_alive()
    previews = preview.all_of(connection)
    return of(run, previews, connection, now or timezone.now(), worker=alive)


def of(
    run: Run | None,
    previews: Sequence[Preview],
    connection: Connection,
    now: datetime,
    *,
    worker: bool,
) -> Progress:
    """Return where ``run`` stands, or what is being looked at; no query."""
    until = connection.not_before
    rests = until is not None and until > now
    state = run.state if run is not None else Run.State.FINISHED.value
    # The counts move all the time; what changes the card's first line is all that is in here. A run
    # is closed a moment before its success is noted, and whoever looked in between must hear of it.
    marks = [run.pk if run else 0, state, connection.state, connection.failures, rests, worker]
    marks.append(connection.succeeded_at)
    marks += [f"{one.pk}{one.state}{one.asked_at:%H%M%S%f}" for one in previews]
    stamp = ":".join(str(mark) for mark in marks)
    looked_at = [one for one in previews if one.state in preview.OPEN]
    if looked_at and state == Run.State.FINISHED:
        return _of_preview(looked_at[0], connection, now, worker=worker, stamp=stamp)
    if run is None:
        return Progress(worker=worker, stamp=stamp)
    waits = rests and state == Run.State.QUEUED
    # A run that the schedule began names no kinds; what it counted tells.
    names = [name for name in WORDS if name in run.kinds or name in run.counts]
    kinds = tuple(_kind(name, run.counts.get(name) or {}) for name in names)
    length = (run.finished_at or now) - (run.started_at or run.finished_at or now)
    return Progress(
        run=run.pk,
        state=run.state,
        seconds=max(0, int(length.total_seconds())),
        text=_text(run, kinds, waits=waits),
        waiting=_("Waiting for Microsoft until %(time)s.") % {"time": clock_time(until)}
        if waits
        else "",
        waiting_until=until.isoformat() if waits else "",
        elapsed=duration(length) if run.started_at else "",
        worker=worker,
        stamp=stamp,
        kinds=kinds,
    )


def _of_preview(
    row: Preview, connection: Connection, now: datetime, *, worker: bool, stamp: str
) -> Progress:
    until = connection.not_before
    rests = until is not None and until > now
    making = row.state == Preview.State.MAKING
    read = int(row.counts.get("read") or 0)
    said = _("Comparing the CRM with Exchange.") if making else _("Waiting for a worker to begin.")
    text = " ".join(
        filter(None, (str(FORESEEN[row.kind].read % {"n": read}) if read else "", said))
    )
    length = max(now - row.asked_at, timedelta(0))
    return Progress(
        state=(Run.State.RUNNING if making else Run.State.QUEUED).value,
        seconds=int(length.total_seconds()),
        text="" if rests else text,
        waiting=_("Waiting for Microsoft until %(time)s.") % {"time": clock_time(until)}
        if rests
        else "",
        waiting_until=until.isoformat() if rests else "",
        elapsed=duration(length) if making else "",
        worker=worker,
        stamp=stamp,
    )


def _kind(name: str, counts: dict[str, Any]) -> KindProgress:
    words = WORDS[name]
    planned = int(counts.get("planned") or 0)
    worked = min(planned, int(counts.get("worked") or 0))
    text = str(words.progress % {"n": planned, "done": worked}) if planned else ""
    return KindProgress(name, str(words.label), planned, worked, text)


def _text(run: Run, kinds: tuple[KindProgress, ...], *, waits: bool) -> str:
    if run.state == Run.State.FINISHED:
        return _("The run has finished.")
    said = " ".join(kind.text for kind in kinds if kind.text)
    if said or waits:
        return said
    if run.state == Run.State.QUEUED:
        return _("Waiting for a worker to begin.")
    return _("Comparing the CRM with Exchange.")
