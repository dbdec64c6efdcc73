"""Running connections from a terminal: whom, and how it went in a line or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError

from agentbox_sync import conf
from agentbox_sync.core.actions import Row
from agentbox_sync.core.plan import Plan
from agentbox_sync.core.report import Report
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import SETTINGS, Connection
from agentbox_sync.services.consequence import must_wait
from agentbox_sync.services.describe import describe
from agentbox_sync.services.execute import execute
from agentbox_sync.services.sync import approve as give_go

PATIENCE = 60.0  # seconds: the worker may be at this very mailbox


class NobodyFound(Exception):
    """The staff member named on the command line does not exist or is not connected."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One run from the command line. ``status`` is the command's exit status for it."""

    connection: Connection
    report: Report
    plans: list[Plan] = field(default_factory=list)
    status: int = 0
    dry: bool = False
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the run as scripts rely on it; a dry one shows the plan."""
        run = describe(self.connection, self.report)
        if self.reason:
            run["error"] = self.reason
        if self.dry:
            run["plan"] = [_planned(plan.kind, row) for plan in self.plans for row in plan.rows]
        return run

    def sentence(self) -> str:
        """Return the run as one line for an engineer; ids and counts only."""
        if self.reason:
            return f"connection {self.connection.pk}: did not run: {self.reason}"
        if self.dry:
            rows = sum(len(plan.rows) for plan in self.plans)
            return f"connection {self.connection.pk}: would do {rows} things"
        counts = "; ".join(
            f"{kind}: {c.created} created, {c.updated} updated, {c.deleted} deleted, "
            f"{c.linked} linked, {c.set_aside} set aside, {c.review} to review"
            for kind, c in self.report.kinds.items()
        )
        return (
            f"connection {self.connection.pk}: {counts or 'nothing to do'} "
            f"(requests: {self.report.requests}, {self.report.seconds:.1f} s)"
        )


def _planned(kind: str, row: Row) -> dict[str, Any]:
    return {"kind": kind, **asdict(row), "blanks": sorted(row.blanks)}


def find_connections(staff: str) -> list[Connection]:
    """Return the live connection of one staff member, or of everybody when ``staff`` is empty.

    ``staff`` is an e-mail address as the adapter tells it, or a primary key. Raises NobodyFound.
    """
    live = Connection.objects.exclude(state=Connection.State.DISCONNECTED).order_by("pk")
    if not staff:
        return list(live)
    model = apps.get_model(conf.staff_model())
    try:
        pk = model._meta.pk.to_python(staff)
    except ValidationError:
        pk = None
    found = live.filter(staff=pk).first() if pk is not None else None
    if found is None:
        adapter = get_adapter()
        wanted = staff.casefold()
        found = next(
            (
                connection
                for connection in live.select_related("staff")
                if connection.staff is not None
                and adapter.staff_address(connection.staff).casefold() == wanted
            ),
            None,
        )
    if found is None:
        raise NobodyFound(
            f"Nobody called {staff!r} is connected. Give the e-mail address or the primary key of "
            "a staff member with a connection; agentbox_status lists them."
        )
    return [found]


def exit_status(runs: Sequence[Ran], *, everybody: bool) -> int:
    """Return the worst status; among everybody those that are paused are left alone on purpose."""
    counted = [run for run in runs if not (everybody and run.reason == Connection.State.PAUSED)]
    return max((run.status for run in counted), default=0)


def run_now(connection: Connection, *, kinds: Sequence[str], approve: bool, dry: bool) -> Ran:
    """Run one connection in this process, without the queue."""
    if connection.state != Connection.State.CONNECTED:
        return Ran(connection, Report(), status=2, reason=connection.state)
    if approve and not dry:
        give_go(connection, kinds or list(SETTINGS), None)
    done = execute(connection.pk, kinds=kinds, dry=dry, forced=True, patience=PATIENCE)
    if done is None:
        return Ran(connection, Report(), **_why_not(connection, kinds))
    report, plans = done
    connection.refresh_from_db()
    if report.error:
        return Ran(connection, report, plans, status=2, dry=dry, reason=report.error)
    failed = any(counts.set_aside or counts.held_back for counts in report.kinds.values())
    return Ran(connection, report, plans, status=1 if failed else 0, dry=dry)


def _why_not(connection: Connection, kinds: Sequence[str]) -> dict[str, Any]:
    connection.refresh_from_db()
    if must_wait(connection, forced=True):
        return {"status": 2, "reason": "waiting"}
    switched_on = [
        row
        for kind, model in SETTINGS.items()
        if (not kinds or kind in kinds)
        and (row := model.objects.filter(connection=connection).first()) is not None
        and row.is_on
    ]
    if not switched_on:
        return {"status": 0, "reason": "disabled"}
    if not any(row.is_approved for row in switched_on):
        # Left alone on purpose, so it is no failure; the reason stands in the report.
        return {"status": 0, "reason": "not_approved"}
    return {"status": 2, "reason": "busy"}
