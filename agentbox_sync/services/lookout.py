"""Everything that the page of a preview shows beside its list; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agentbox_sync.models import Connection, KindSettings, Preview
from agentbox_sync.permissions import Standing
from agentbox_sync.services import go, preview
from agentbox_sync.services.history import person_name
from agentbox_sync.services.wording import foreseen
from agentbox_sync.services.wording.errors import connection_sentence
from agentbox_sync.services.wording.tones import Tone


class Stage(StrEnum):
    """What the page is for now."""

    OFF = "off"
    """The kind is Disabled: there is nothing to look at."""
    NONE = "none"
    """Nobody has asked yet."""
    LOOKING = "looking"
    FAILED = "failed"
    READY = "ready"
    STALE = "stale"
    """It can be read, and nobody can say go to it any more."""
    GIVEN = "given"
    """Somebody said go; the run has not come to its end."""
    DONE = "done"


_TITLES = {
    Stage.OFF: gettext_lazy("Nothing would change: the Sync Status is Disabled."),
    Stage.NONE: gettext_lazy("Nobody has looked yet at what these settings would do."),
    Stage.LOOKING: gettext_lazy("Looking at what would change in %(name)s’s Outlook …"),
    Stage.FAILED: gettext_lazy("What would change in %(name)s’s Outlook could not be found out."),
    Stage.DONE: gettext_lazy("It was carried out as it was shown here."),
}
_TONES = {
    Stage.LOOKING: Tone.BUSY,
    Stage.GIVEN: Tone.BUSY,
    Stage.FAILED: Tone.BAD,
    Stage.DONE: Tone.GOOD,
}


@dataclass(frozen=True, slots=True)
class Lookout:
    """The page of one kind for one reader. ``seal`` names exactly what the reader sees."""

    stage: Stage
    preview: Preview | None
    name: str = ""
    manages: bool = False
    may_go: bool = False
    needs_master: bool = False
    lead: str = ""
    details: tuple[str, ...] = ()
    label: str = ""
    removes: bool = False
    changes: bool = False
    error: str = ""
    approved_by: str = ""
    approved_at: datetime | None = None

    @property
    def tone(self) -> Tone:
        """Return how the answer feels: what removes anything is never merely busy or good."""
        if self.has_list and self.removes:
            return Tone.BAD
        if self.stage is Stage.READY and not self.changes:
            return Tone.GOOD
        return _TONES.get(self.stage, Tone.CAREFUL)

    @property
    def title(self) -> str:
        """Return the answer in one sentence."""
        if self.has_list:
            return self.lead
        if self.stage is Stage.NONE and self.approved_at:
            return _("These settings are in use; there is nothing to decide.")
        return str(_TITLES[self.stage]) % {"name": self.name}

    @property
    def can_look(self) -> bool:
        """Tell whether looking (again) is what there is to do."""
        return self.manages and self.stage in (Stage.NONE, Stage.FAILED, Stage.STALE)

    @property
    def seal(self) -> str:
        """Return what a go has to name."""
        return go.seal(self.preview) if self.preview is not None else ""

    @property
    def has_list(self) -> bool:
        """Tell whether there is a list to read."""
        return self.stage in (Stage.READY, Stage.STALE, Stage.GIVEN)


def look_out(connection: Connection, kind: str, standing: Standing, name: str) -> Lookout:
    """Return what the page shows; one query, two without a preview."""
    row, settings = preview.find(connection, kind)
    stage = _stage(row, settings)
    approved_by = person_name(settings.approved_by) if settings is not None else ""
    approved_at = settings.approved_at if settings is not None and settings.is_approved else None
    if row is None or stage in (Stage.OFF, Stage.NONE):
        return Lookout(
            stage,
            None,
            name=name,
            manages=standing.manages and approved_at is None,
            approved_by=approved_by,
            approved_at=approved_at,
        )
    is_ready = stage is Stage.READY and standing.manages
    held_from_them = bool(row.held) and not standing.is_master
    return Lookout(
        stage=stage,
        preview=row,
        name=name,
        manages=standing.manages,
        may_go=is_ready and not held_from_them,
        needs_master=is_ready and held_from_them,
        lead=foreseen.lead(kind, row.counts, name),
        details=tuple(foreseen.details(kind, row.counts, name)),
        label=foreseen.go_label(kind, row.counts, name),
        removes=foreseen.removes(row.counts),
        changes=foreseen.changes(kind, row.counts),
        error=connection_sentence(row.error),
        approved_by=approved_by,
        approved_at=approved_at,
    )


def _stage(row: Preview | None, settings: KindSettings | None) -> Stage:
    if settings is None or not settings.is_on:
        return Stage.OFF
    if row is None:
        return Stage.NONE
    by_state = {
        Preview.State.ASKED: Stage.LOOKING,
        Preview.State.MAKING: Stage.LOOKING,
        Preview.State.FAILED: Stage.FAILED,
        Preview.State.READY: Stage.READY,
        Preview.State.GIVEN: Stage.GIVEN,
        Preview.State.DONE: Stage.DONE,
    }
    stage = by_state[Preview.State(row.state)]
    if stage is not Stage.READY:
        return stage
    fits = row.fingerprint == settings.fingerprint and not settings.is_approved
    return Stage.READY if fits and not preview.is_stale(row, timezone.now()) else Stage.STALE
