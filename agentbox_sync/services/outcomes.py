"""How a run ended, as a filter and a chart ask for it: numbers that stand in the row itself."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# Somebody wanted it to end; nothing went wrong.
BY_PEOPLE = frozenset({"disconnected", "leaving", "leaving_cancelled", "nothing_to_do", "paused"})
CHANGES = ("created", "updated", "deleted", "moved", "linked")


class Ending(StrEnum):
    """What a person looks for among runs."""

    WELL = "well"
    ASIDE = "aside"
    GUARD = "guard"
    FAILED = "failed"
    UNFINISHED = "unfinished"


LABELS: dict[Ending, Any] = {
    Ending.WELL: _("All well"),
    Ending.ASIDE: _("Something set aside"),
    Ending.GUARD: _("Held back by the safety stop"),
    Ending.FAILED: _("Failed"),
    Ending.UNFINISHED: _("To be continued"),
}

# That there is an error stands by itself, for the index that knows the few with trouble.
_FAILED = Q(unfinished=False) & ~Q(error="") & ~Q(error__in=sorted(BY_PEOPLE))
CONDITIONS: dict[Ending, Q] = {
    Ending.WELL: Q(unfinished=False, set_aside=0, held_back=0) & ~_FAILED,
    Ending.ASIDE: Q(set_aside__gt=0),
    Ending.GUARD: Q(held_back__gt=0),
    Ending.FAILED: _FAILED,
    Ending.UNFINISHED: Q(unfinished=True),
}


def numbers(counts: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Return the columns of a run that sum up its counts by kind."""

    def total(*names: str) -> int:
        return sum(int(of_kind.get(name) or 0) for of_kind in counts.values() for name in names)

    return {
        "count_changes": total(*CHANGES),
        "set_aside": total("set_aside"),
        "held_back": total("held_back"),
    }
