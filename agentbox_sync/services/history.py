"""What a run did, told to a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agentbox_sync.models import Run
from agentbox_sync.services.outcomes import BY_PEOPLE
from agentbox_sync.services.wording.errors import connection_sentence
from agentbox_sync.services.wording.kinds import WORDS
from agentbox_sync.services.wording.moments import duration
from agentbox_sync.services.wording.tones import Tone


@dataclass(frozen=True, slots=True)
class RunStory:
    """One finished run. ``lines`` are whole sentences, ``summary`` the first or only one."""

    pk: int
    at: datetime
    cause: str
    by: str
    tone: Tone
    outcome: str
    lines: tuple[str, ...]
    length: str
    requests: str

    @property
    def summary(self) -> str:
        """Return everything in one paragraph."""
        return " ".join(self.lines)


def tell(run: Run) -> RunStory:
    """Return the story of a finished run; ``asked_by`` should have been selected with it."""
    lines = list(_lines(run.counts))
    if run.error:
        lines = [connection_sentence(run.error), *lines]
    if run.unfinished:
        tone, outcome = Tone.CAREFUL, _("To be continued")
    elif run.error in BY_PEOPLE:
        tone, outcome = Tone.QUIET, _("Ended early")
    elif run.error:
        tone, outcome = Tone.BAD, _("Stopped")
    elif any(counts.get("held_back") for counts in run.counts.values()):
        tone, outcome = Tone.CAREFUL, _("Done, removals held back")
    elif any(counts.get("set_aside") for counts in run.counts.values()):
        tone, outcome = Tone.CAREFUL, _("Done, some set aside")
    else:
        tone, outcome = Tone.GOOD, _("Done")
    at = run.finished_at or run.asked_at
    return RunStory(
        pk=run.pk,
        at=at,
        cause=str(run.get_cause_display()),
        by=person_name(run.asked_by),
        tone=tone,
        outcome=outcome,
        lines=tuple(lines) or (_("Everything was right already; nothing had to be changed."),),
        length=duration(at - (run.started_at or at)),
        requests=ngettext("%(n)d request to Microsoft", "%(n)d requests to Microsoft", run.requests)
        % {"n": run.requests},
    )


# What is counted for both sides, and the part of it that was done in the CRM.
_IN_THE_CRM = {
    "created": ("imported",),
    "updated": ("pulled",),
    "deleted": ("released",),
    "writes_local": ("imported", "released"),
}


def _lines(counts: Mapping[str, Any]) -> list[str]:
    return [
        words.say(name, number)
        for kind, words in WORDS.items()
        if kind in counts
        for name in words.counts
        if (number := _number(counts[kind], name))
    ]


def _number(counted: Mapping[str, Any], name: str) -> int:
    """Return what one line tells of: nothing is told as done in Exchange that was not."""
    told_apart = sum(int(counted.get(part) or 0) for part in _IN_THE_CRM.get(name, ()))
    return int(counted.get(name) or 0) - told_apart


def person_name(user: Any) -> str:
    """Return the full name of a user of whatever model, else what it calls itself."""
    if user is None:
        return ""
    return str(user.get_full_name() if hasattr(user, "get_full_name") else "") or str(user)
