"""The state of many connections at a glance, for a host's own lists of people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agentbox_sync.models import Connection
from agentbox_sync.services.wording.tones import Tone


@dataclass(frozen=True, slots=True)
class StateBadge:
    """A few words and a tone (``quiet``, ``good``, ``busy``, ``careful`` or ``bad``)."""

    label: str
    tone: str


_LEAVING = StateBadge(gettext_lazy("Being disconnected"), Tone.BUSY)


def connection_states(staff_pks: Iterable[Any]) -> dict[Any, StateBadge]:
    """Return a badge for each primary key, in the type it was given; one query."""
    wanted = list(staff_pks)
    live = Connection.objects.filter(staff__in=wanted).exclude(state=Connection.State.DISCONNECTED)
    found = {
        str(staff): _LEAVING if leaving_at else _badge(state, failures, succeeded_at is not None)
        for staff, state, failures, succeeded_at, leaving_at in live.values_list(
            "staff_id", "state", "failures", "succeeded_at", "leaving_at"
        )
    }
    nobody = StateBadge(_("Not connected"), Tone.QUIET)
    return {pk: found.get(str(pk), nobody) for pk in wanted}


def _badge(state: str, failures: int, has_succeeded: bool) -> StateBadge:
    if state == Connection.State.CONNECTED:
        if failures:
            return StateBadge(_("Will be tried again"), Tone.CAREFUL)
        if not has_succeeded:
            return StateBadge(_("Connected, not yet synced"), Tone.CAREFUL)
        return StateBadge(_("Connected"), Tone.GOOD)
    return {
        Connection.State.NEEDS_SIGN_IN: StateBadge(_("Needs sign-in"), Tone.BAD),
        Connection.State.SUSPENDED: StateBadge(_("Suspended"), Tone.BAD),
        Connection.State.PAUSED: StateBadge(_("Paused"), Tone.QUIET),
    }[Connection.State(state)]
