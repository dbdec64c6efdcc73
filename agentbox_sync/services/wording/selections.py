"""What the settings of a kind select, in sentences; one entry a kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from agentbox_sync.host.adapter import ClassChoice, ContactSource, KindSource
from agentbox_sync.models import CalendarSettings, ContactSettings, TaskSettings


class Selections:
    """Says what settings select. The names of classes are asked for once, and only if needed."""

    def __init__(self, source: KindSource) -> None:
        self._source = source

    def sentences(self, settings: Any, name: str) -> list[str]:
        """Return what ``settings`` select; ``name`` is the staff member's."""
        return SELECTIONS[settings.KIND](self, settings, name)

    @cached_property
    def classes(self) -> Sequence[ClassChoice]:
        """Return the contact classes of the CRM; none where it has no such thing."""
        return self._source.classes() if isinstance(self._source, ContactSource) else ()


def _contacts(known: Selections, settings: Any, name: str) -> list[str]:
    said = []
    if known.classes:
        chosen = set(settings.classes)
        labels = ", ".join(one.label for one in known.classes if one.key in chosen)
        said.append(
            _("Selected are these classes: %(classes)s.") % {"classes": labels}
            if labels
            else _("Selected is every standard class, and no special one.")
        )
    if settings.primary_owner_only:
        said.append(_("Only contacts of which %(name)s is the Primary Owner.") % {"name": name})
    return said


def _calendar(known: Selections, settings: Any, name: str) -> list[str]:
    del known, name
    hidden = {
        "appraisals": _("Appraisal times are not shown in the calendar."),
        "inspections": _("Inspection times are not shown in the calendar."),
    }
    return [said for tick, said in hidden.items() if not getattr(settings, tick)]


def _tasks(known: Selections, settings: Any, name: str) -> list[str]:
    del known, settings, name
    return []  # every task of a staff member is selected


SELECTIONS: dict[str, Callable[[Selections, Any, str], list[str]]] = {
    ContactSettings.KIND: _contacts,
    CalendarSettings.KIND: _calendar,
    TaskSettings.KIND: _tasks,
}
