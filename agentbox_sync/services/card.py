"""Everything that the card of one staff member shows, read in a few queries; changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, Subquery, When
from django.utils import timezone

from agentbox_sync import conf, permissions
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import (
    SETTINGS,
    Connection,
    Heartbeat,
    KindSettings,
    Review,
    Run,
)
from agentbox_sync.models.connection import Provider
from agentbox_sync.permissions import Standing
from agentbox_sync.services import chosen, heartbeat, preview
from agentbox_sync.services.chart import Chart, chart
from agentbox_sync.services.facts import facts_of, look_of
from agentbox_sync.services.findings import Findings, find, with_counts
from agentbox_sync.services.history import RunStory, person_name, tell
from agentbox_sync.services.progress import Progress, of
from agentbox_sync.services.wording.conditions import PASSING, Facts
from agentbox_sync.services.wording.headlines import Headline, headline
from agentbox_sync.services.wording.kinds import KindWords, words_offered
from agentbox_sync.services.wording.upcoming import looked_at, next_run

RUNS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Section:
    """One kind on the card. ``settings`` is unsaved while nobody has configured the kind."""

    words: KindWords
    settings: KindSettings

    @property
    def approved_by(self) -> str:
        """Return who said go, by name; empty where nobody did or the user is gone."""
        return person_name(self.settings.approved_by)


@dataclass(frozen=True, slots=True)
class Card:
    """The card of one staff member for one reader."""

    staff: Any
    staff_name: str
    expected_address: str
    standing: Standing
    provider: str
    provider_label: str
    is_offered: bool
    headline: Headline
    connection: Connection | None
    is_live: bool
    sections: tuple[Section, ...]
    progress: Progress | None
    next_run: str
    chart: Chart | None
    last_run: RunStory | None
    runs: tuple[RunStory, ...]
    findings: Findings

    @property
    def is_syncing(self) -> bool:
        """Tell whether there is anything that a pause would stop."""
        return bool(self.kinds_on)

    @property
    def kinds_on(self) -> list[str]:
        """Return the kinds that travel."""
        return [section.words.name for section in self.sections if section.settings.is_on]

    @property
    def can_run(self) -> bool:
        """Tell whether a run that is asked for now would begin."""
        return self.connection is not None and can_run(self.connection)


def present(staff: Any, standing: Standing, now: datetime | None = None) -> Card:
    """Return the card of ``staff`` for a reader of that standing; ``now`` is for tests."""
    moment = now or timezone.now()
    adapter = get_adapter()
    connection = _latest(staff)
    is_live = connection is not None and connection.is_live
    # A switch counts only before connecting: what runs is not stopped by hiding the button.
    offered = is_live or permissions.is_offered(Provider.MICROSOFT, staff)
    sections = _sections(connection) if connection is not None else ()
    runs = _runs(connection) if connection is not None else []
    findings = find(connection) if connection is not None and is_live else Findings()
    if connection is not None and connection.is_leaving:  # what differs there goes with the rest
        findings = replace(findings, partial_total=0, drifted=0, withheld=0, away=0)
    previews = preview.carried_by(connection) if connection is not None and is_live else []
    name = adapter.staff_name(staff)
    facts: dict[str, Any] = {}
    if connection is not None and is_live:
        wanted = [section.settings for section in sections]
        removals, aside = findings.waiting_removals, findings.set_aside_total
        facts = facts_of(connection, wanted, runs, waiting_removals=removals, set_aside=aside)
        facts |= look_of(wanted, previews, name, moment)
    seen = Facts(
        name=name,
        now=moment,
        is_offered=offered,
        is_master=standing.is_master,
        manages=standing.manages,
        **facts,
    )
    first_line = headline(seen)
    progress = None
    if connection is not None and is_live and first_line.condition in PASSING:
        newest = runs[0] if runs else None
        progress = of(newest, previews, connection, moment, worker=facts["worker_alive"])
    stories = tuple(tell(run) for run in runs if run.state == Run.State.FINISHED)
    return Card(
        staff=staff,
        staff_name=name,
        expected_address=adapter.staff_address(staff),
        standing=standing,
        provider=Provider.MICROSOFT,
        provider_label=str(Provider.MICROSOFT.label),
        is_offered=offered,
        headline=first_line,
        connection=connection,
        is_live=is_live,
        sections=sections if is_live and not connection.is_leaving else (),
        progress=progress,
        next_run=_next_run(connection, first_line, seen) if is_live else "",
        chart=chart(connection, moment) if connection is not None and is_live else None,
        last_run=stories[0] if stories else None,
        runs=stories[:RUNS_SHOWN],
        findings=findings,
    )


def _next_run(connection: Any, first_line: Headline, seen: Facts) -> str:
    interval = conf.seconds("POLL_INTERVAL")
    return next_run(first_line.condition, seen, looked_at(connection), interval)


def can_run(connection: Connection) -> bool:
    """Tell whether a run of the connection would begin: others would wait in the queue for ever."""
    return connection.state == Connection.State.CONNECTED and not connection.is_leaving


def load_connection(pk: int) -> Connection | None:
    """Return a connection with its staff record; ``None`` when either is not there."""
    rows = Connection.objects.select_related("staff", "organisation")
    connection = rows.filter(pk=pk).first()
    return connection if connection is not None and connection.staff is not None else None


def switched_on(connection: Connection) -> list[str]:
    """Return the kinds that travel, in the order of the card."""
    return [section.words.name for section in _sections(connection) if section.settings.is_on]


def not_approved(connection: Connection, kinds: Collection[str]) -> list[str]:
    """Return those of ``kinds`` that travel and whose settings nobody has said go to."""
    return [
        section.words.name
        for section in _sections(connection)
        if section.words.name in kinds
        and section.settings.is_on
        and not section.settings.is_approved
    ]


def load_review(pk: int) -> Review | None:
    """Return an open guard stop of a connection that has a staff record."""
    reviews = Review.objects.select_related("connection__staff").defer("connection__tokens")
    review = reviews.filter(pk=pk, closed_at=None).first()
    return review if review is not None and review.connection.staff is not None else None


def load_staff(pk: str) -> Any | None:
    """Return a staff record by its key as text; ``None`` for one that is not there."""
    model = Connection._meta.get_field("staff").related_model
    try:
        return model._default_manager.filter(pk=pk).first()
    except (TypeError, ValueError, ValidationError):
        return None  # not a key of this type: a UUID where a number is due


def _latest(staff: Any) -> Connection | None:
    """Return the live connection, else the one that was there last."""
    rows = Connection.objects.filter(staff=staff, provider=Provider.MICROSOFT)
    beats = Heartbeat.objects.filter(name=heartbeat.NAME)
    is_past = Case(When(state=Connection.State.DISCONNECTED, then=1), default=0)
    return (
        preview.beside(with_counts(rows))
        .select_related(
            "paused_by",
            "connected_by",
            "organisation",
            *chosen.related("__approved_by"),
        )
        .annotate(last_beat=Subquery(beats.values("beaten_at")[:1]))
        .order_by(is_past, "-connected_at", "-pk")
        .first()
    )


def _sections(connection: Connection) -> tuple[Section, ...]:
    return tuple(
        Section(
            words,
            getattr(connection, SETTINGS[name]._meta.model_name, None)
            or chosen.fresh(connection, name),
        )
        for name, words in words_offered().items()
    )


def _runs(connection: Connection) -> list[Run]:
    # One more than is shown, because the newest one may still be open.
    rows = Run.objects.filter(connection=connection).select_related("asked_by")
    return list(rows.order_by("-pk")[: RUNS_SHOWN + 1])
