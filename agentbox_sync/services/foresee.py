"""Making the previews of one connection: the plan of a run that writes nothing, kept for people."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from agentbox_sync.core.actions import Row, Side
from agentbox_sync.core.errors import SignInAgain, SuspendConnection, SyncError, TryLater
from agentbox_sync.core.groups import deeds_of, group_of
from agentbox_sync.core.plan import Plan
from agentbox_sync.core.report import Report
from agentbox_sync.core.safety import plan_hash
from agentbox_sync.engine import Box, Depth, Part
from agentbox_sync.engine.context import chunks
from agentbox_sync.engine.guard import held_back
from agentbox_sync.engine.meetings import looked_into
from agentbox_sync.engine.soonest import soonest_first
from agentbox_sync.models import SETTINGS, Connection, KindSettings, Preview, PreviewRow
from agentbox_sync.services import preview
from agentbox_sync.services.consequence import consequence
from agentbox_sync.services.execute import execute

log = logging.getLogger(__name__)

# Rows a transaction: nobody else reads or locks them before the preview is ready.
CHUNK = 500
EVERY = 0.5  # seconds between two writes of the progress


def foresee(connection_id: int) -> bool:
    """Make what was asked for; returns whether the mailbox was free and there was something to do.

    A crash leaves a preview asked for, and the minute tick hands it over again.
    """
    waiting = Preview.objects.filter(connection_id=connection_id, state__in=preview.OPEN)
    waiting.update(queued_at=None)
    kinds = [row.kind for row in waiting]
    off = [kind for kind in kinds if not _is_on(connection_id, kind)]
    if off:
        preview.withdraw(connection_id, off)
    wanted = [kind for kind in kinds if kind not in off]
    if not wanted:
        return False
    looker = Foresight(connection_id)
    return execute(connection_id, kinds=wanted, dry=True, forced=True, looker=looker) is not None


def _is_on(connection_id: int, kind: str) -> bool:
    settings = SETTINGS[kind].objects.filter(connection=connection_id).first()
    return settings is not None and settings.is_on


class Foresight:
    """Keeps what a dry run finds; used under the lease of the connection, by one worker."""

    def __init__(self, connection_id: int) -> None:
        self._rows = Preview.objects.filter(connection_id=connection_id)
        self._connections = Connection.objects.filter(pk=connection_id)
        self._made_for: dict[str, str] = {}
        self._written_at = 0.0
        self._had_failed = False

    def begin(self, settings: Sequence[KindSettings]) -> None:
        """Name the settings that are looked at; whoever changes them meanwhile asks anew."""
        for one in settings:
            asked = self._rows.filter(kind=one.KIND, state__in=preview.OPEN)
            self._had_failed |= asked.exclude(error="").exists()
            fingerprint = one.fingerprint
            if asked.update(state=Preview.State.MAKING, fingerprint=fingerprint, counts={}):
                self._made_for[one.KIND] = fingerprint

    def progress(self, report: Report) -> None:
        """Write how many items were read, twice a second at most."""
        if time.monotonic() - self._written_at < EVERY:
            return
        self._written_at = time.monotonic()
        for kind in self._made_for:
            self._mine(kind).update(counts={"read": report.kind(kind).read})

    def found(self, box: Box, parts: Sequence[Part], plans: Sequence[Plan]) -> None:
        """Keep the plans; a kind for which there was no time for a plan stays asked for."""
        for part, plan in zip(parts, plans, strict=False):
            if plan.kind in self._made_for:
                self._keep(box, part, plan)
        if self._had_failed:  # the back-off that looking had caused is over
            self._connections.update(failures=0, not_before=None, reason="", reason_parameters={})

    def failed(self, error: SyncError, report: Report) -> None:
        """Say why there is no preview; what passes by itself is tried again by itself."""
        connection = self._connections.get()
        self._connections.exclude(state=Connection.State.DISCONNECTED).update(
            **consequence(connection, error, report, Depth.FULL)
        )
        # After the pause, or the next sign-in, it is looked again; more a person has to mend.
        passes = isinstance(error, TryLater | SignInAgain | SuspendConnection)
        state = Preview.State.ASKED if passes else Preview.State.FAILED
        for kind in self._made_for:
            self._mine(kind).update(state=state, error=error.code[:64], counts={})
        log.warning("no preview of connection %s: %s", connection.pk, error.code)

    def _mine(self, kind: str) -> Any:
        return self._rows.filter(
            kind=kind, state=Preview.State.MAKING, fingerprint=self._made_for[kind]
        )

    def _keep(self, box: Box, part: Part, plan: Plan) -> None:
        making = self._mine(plan.kind).first()
        if making is None:
            return  # the settings were changed meanwhile: it is made anew
        preview.empty(making.pk)
        counts: Counter[str] = Counter()
        for group in chunks(_stored(box, part, plan, making, counts), CHUNK):
            box.lease.renew()
            with box.memory.unit():
                PreviewRow.objects.bulk_create(group)
        held = held_back(box, part, plan)
        self._mine(plan.kind).update(
            state=Preview.State.READY,
            made_at=timezone.now(),
            error="",
            counts=dict(counts),
            held=len(held),
            limit=part.limit.of(box.memory.count_active(plan.kind)) if held else 0,
            plan_hash=plan_hash(held) if held else "",
        )


def _stored(
    box: Box, part: Part, plan: Plan, making: Preview, counts: Counter[str]
) -> Iterator[PreviewRow]:
    """Yield the rows as they are kept, numbered within their group as people read them.

    ``counts`` grows with them.
    """
    for row in looked_into(box, part, soonest_first(box, part, plan.rows)):
        group = group_of(row)
        if group is None:
            continue
        counts[group] += 1
        counts.update(str(deed) for deed in deeds_of(row))
        yield PreviewRow(preview=making, group=group.value, number=counts[group], **_columns(row))


def _columns(row: Row) -> dict[str, Any]:
    return {
        "action": row.action.value,
        "cause": row.cause,
        "local_model": row.key.model,
        "local_pk": row.key.pk,
        "link_id": row.link_id,
        "remote_id": row.remote_id,
        "push": list(row.push),
        "pull": list(row.pull),
        "conflicts": list(row.conflicts),
        "blanks": [side.value for side in Side if side in row.blanks],
    }
