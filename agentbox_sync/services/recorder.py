"""The row of a run: written when there is something to say, adopted after a crash."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils import timezone

from agentbox_sync import conf
from agentbox_sync.core.actions import Action, Line, Outcome, Side
from agentbox_sync.core.errors import SyncError
from agentbox_sync.core.report import KindReport, Report
from agentbox_sync.models import Change, Connection, Decision, LocalChange, Run
from agentbox_sync.services import outcomes

_EVERY = 0.5  # seconds between two writes of the progress: a bar that moves twice a second


class Recorder:
    """Records one run of one connection. Holding the lease proves that no other worker does."""

    def __init__(self, connection: Connection, *, forced: bool = False) -> None:
        self._connection = connection
        self._run = (
            Run.objects.exclude(state=Run.State.FINISHED).filter(connection=connection).first()
        )
        self._report = Report()
        self._written_at = 0.0
        self._scheduled = forced
        now = self._begun = timezone.now()
        scanned = connection.scanned_at
        # A retry is about the items that were made due, and looks at nothing else anew.
        is_asked = self._run is not None and self._run.cause != Run.Cause.RETRY
        self.is_forced = forced or is_asked
        self.wants_full = (
            self.is_forced
            or connection.wants_full
            or scanned is None
            or now - scanned >= conf.seconds("FULL_SCAN_INTERVAL")
        )

    def start(self) -> Report:
        """Return the report to count in; after a crash it goes on from what the log holds."""
        if self._run is None:
            return self._report
        for name in self._run.changes.values_list("kind", flat=True).distinct():
            self._report.kinds[name] = _counted(self._run, name)
        self._report.requests = self._run.requests
        self._run.state = Run.State.RUNNING
        self._run.started_at = self._run.started_at or timezone.now()
        self._run.save(update_fields=["state", "started_at"])
        return self._report

    def begin_scan(self) -> None:
        """Answer the call for a full scan before looking: a later one is a call of its own.

        Until the scan has come to its end there is none, so that a crash cannot lose it.
        """
        Connection.objects.filter(pk=self._connection.pk).update(wants_full=False, scanned_at=None)

    def run_id(self) -> int:
        """Return the id of the run's row, writing it on the first thing worth a row."""
        if self._run is None:
            now = timezone.now()
            cause = Run.Cause.COMMAND if self._scheduled else Run.Cause.SCHEDULE
            try:
                with transaction.atomic():
                    self._run = Run.objects.create(
                        connection=self._connection,
                        state=Run.State.RUNNING,
                        cause=cause,
                        asked_at=now,
                        started_at=now,
                    )
            except IntegrityError:  # somebody pressed the button meanwhile: it is this run
                self._run = Run.objects.exclude(state=Run.State.FINISHED).get(
                    connection=self._connection
                )
        return self._run.pk

    def progress(self, report: Report) -> None:
        """Write the counts, twice a second at most."""
        if self._run is not None and time.monotonic() - self._written_at >= _EVERY:
            self._written_at = time.monotonic()
            Run.objects.filter(pk=self._run.pk).update(counts=_counts(report))

    def nothing_to_do(self) -> None:
        """Close a run that was asked for when no kind is switched on and approved."""
        if self._run is not None:
            self._close(error="nothing_to_do")

    def finish(self, failure: SyncError | None, **connection: object) -> None:
        """Record how the run ended and what that means for the connection."""
        report = self._report
        if failure is not None:
            self.run_id()
            self._close(error=failure.code[:64], detail=str(failure)[:255])
        elif self._run is not None or not report.is_idle:
            self.run_id()
            self._close(error=report.error)
        live = Connection.objects.exclude(state=Connection.State.DISCONNECTED)
        # What is as it was when we began is left alone: it may have been changed meanwhile.
        changed = {k: v for k, v in connection.items() if v != getattr(self._connection, k)}
        if changed.get("wake") is False and "polled_at" in connection:
            # What woke us may have happened after we looked: only an older call is answered.
            changed["wake"] = _called_meanwhile(self._begun)
        if changed:
            live.filter(pk=self._connection.pk).update(**changed)

    def _close(self, *, error: str = "", detail: str = "") -> None:
        counts = _counts(self._report)
        Run.objects.filter(pk=self._run.pk).update(
            state=Run.State.FINISHED,
            finished_at=timezone.now(),
            requests=self._report.requests,
            counts=counts,
            **outcomes.numbers(counts),
            unfinished=self._report.unfinished,
            error=error,
            error_detail=detail,
        )


def _called_meanwhile(begun: datetime) -> Case:
    notices = LocalChange.objects.filter(connection=OuterRef("pk"))
    decided = Decision.objects.filter(
        connection=OuterRef("pk"), closed_at=None, decided_at__gte=begun
    )
    called = Q(wants_full=True) | Exists(notices) | Exists(decided)
    return Case(When(called, then=True), default=False)


def _counts(report: Report) -> dict[str, dict[str, int]]:
    return {kind: asdict(counts) for kind, counts in report.kinds.items()}


def _counted(run: Run, kind: str) -> KindReport:
    counts = KindReport()
    done = Change.objects.filter(run=run, kind=kind).only("action", "outcome", "side", "atoms")
    for change in done:
        how = Outcome(change.outcome), Side(change.side)
        counts.count(Line(Action(change.action), "", *how, tuple(change.atoms)))
        counts.worked += 1
    counts.planned = counts.worked
    return counts
