"""Which declaration an atom wants, by the shape of its value."""

from __future__ import annotations

from types import UnionType
from typing import Any, get_args, get_origin, is_typeddict

from agentbox_sync.core.kinds.calendar import EventException, Recurrence, Times
from agentbox_sync.core.kinds.tasks import Progress, TaskRecurrence
from agentbox_sync.host.choices import Choice
from agentbox_sync.host.fields import Children, Day, Parts, Source, Text, Texts
from agentbox_sync.host.progress import Moment

# Of shapes that a source of their own makes: what to write instead.
_EXAMPLES: dict[Any, str] = {
    Times: 'Period("starts_at", "ends_at")',
    Recurrence: 'Rule("recurrence", PERIOD)',
    list[EventException]: 'Exceptions(RULE, excluded="excluded_starts")',
    int: 'Minutes("reminder_minutes")',
    Progress: 'Progress("status", {"open": "notStarted", "done": "completed"})',
    TaskRecurrence: 'DayRule("recurrence", Day("due_on"))',
}
# Texts that are a day or a moment: what may stand there, and what to write instead.
_DATED: dict[str, tuple[type, str]] = {
    "due": (Day, 'Day("due_on")'),
    "reminder": (Moment, 'Moment("remind_at")'),
}


def wanted_declaration(source: Source, hint: Any, atom: str) -> str:
    """Return what should stand there instead of ``source``; empty where it is right.

    A function of the host may make anything, and so may a source of its own.
    """
    shape = _bare(hint)
    made = getattr(source, "shape", None)
    is_ours = isinstance(source, Text | Texts | Parts | Day | Children)
    if shape in _EXAMPLES:
        return _EXAMPLES[shape] if is_ours or made not in (None, shape) else ""
    if is_typeddict(shape):
        parts = getattr(source, "parts", None)
        is_other = is_ours and not isinstance(source, Parts)
        if is_other or made is not None or not set(parts or ()) <= set(shape.__annotations__):
            names = ", ".join(f"{part}=…" for part in shape.__annotations__)
            return f"Parts({names})"
    elif shape == list[str]:
        is_single = isinstance(source, Text | Parts | Day) or getattr(source, "single", False)
        if is_single or made is not None:
            return 'a tuple of names, or Children("relation", "field")'
    elif atom in _DATED:
        right, example = _DATED[atom]
        is_other = is_ours or isinstance(source, Moment | Choice)
        return example if is_other and not isinstance(source, right) else ""
    elif isinstance(source, Texts | Parts) or getattr(source, "single", None) is False:
        return "one name, or Children(…, single=True)"
    elif made not in (None, shape):
        return "one name"
    return ""


def _bare(hint: Any) -> Any:
    """Return the shape without the "or none"."""
    if get_origin(hint) is UnionType or type(None) in get_args(hint):
        return next(one for one in get_args(hint) if one is not type(None))
    return hint
