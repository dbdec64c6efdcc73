"""The fields of a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agentbox_sync.core.kinds.tasks import COMPLETED
from agentbox_sync.core.kinds.text import line
from agentbox_sync.services.wording.values.series import series_text
from agentbox_sync.services.wording.values.times import date_text, moment_text
from agentbox_sync.services.wording.values.words import FieldWords, each, line_of, paragraph_of

_NOT_STARTED = "notStarted"
_STATUS: dict[str, tuple[str, Any]] = {
    word.casefold(): (word, said)
    for word, said in (
        (_NOT_STARTED, ""),
        ("inProgress", _("In progress")),
        ("waitingOnOthers", _("Waiting for others")),
        ("deferred", _("Deferred")),
    )
}
_IMPORTANCE: dict[str, Any] = {"low": _("Low"), "normal": "", "high": _("High")}


def _progress(value: Any, zone: str = "") -> str:
    status = line((value or {}).get("status")) or ""
    if status.casefold() != COMPLETED:
        return str(_STATUS.get(status.casefold(), ("", status))[1])
    moment = moment_text(value.get("completed_at"), zone)
    return (
        gettext("Completed on %(moment)s") % {"moment": moment} if moment else gettext("Completed")
    )


def _importance(value: Any) -> str:
    word = line(value) or ""
    return str(_IMPORTANCE.get(word.casefold(), word))


def _reference(value: Any) -> str:
    parts = value or {}
    return "\n".join(filter(None, (line(parts.get("name")), line(parts.get("url")))))


def _typed_progress(value: Any) -> Any:
    """Return remembered progress in Graph's own words; what was not started says so."""
    status = line((value or {}).get("status")) or _NOT_STARTED
    word = _STATUS.get(status.casefold(), (status, ""))[0]
    return {"status": word, "completed_at": (value or {}).get("completed_at")}


def _typed_series(value: Any) -> Any:
    """Return a remembered series as a record has it: by days, which have no clocks."""
    return {"rule": value["rule"], "start": value["start"]} if value else value


TASK_FIELDS: Mapping[str, FieldWords] = {
    "title": FieldWords(_("Title")),
    "notes": FieldWords(_("Notes"), paragraph_of),
    "due": FieldWords(_("Due"), date_text),
    "reminder": FieldWords(_("Reminder"), moment_text, is_zoned=True),
    "importance": FieldWords(
        _("Importance"), _importance, lambda value: value or "normal", absent=_("Normal")
    ),
    "progress": FieldWords(
        _("Progress"), _progress, _typed_progress, is_zoned=True, absent=_("Not started")
    ),
    "categories": FieldWords(_("Categories"), each(line_of)),
    "recurrence": FieldWords(_("Repeats"), series_text, _typed_series, is_zoned=True),
    "reference": FieldWords(_("Link to the CRM"), _reference),
}
RECOGNISED = ("due", "reference", "progress")
