"""The fields of a calendar entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agentbox_sync.core.kinds.text import line
from agentbox_sync.core.recurrence.zones import zone_of
from agentbox_sync.services.wording.values.series import exceptions_text, series_text
from agentbox_sync.services.wording.values.times import when_text
from agentbox_sync.services.wording.values.words import FieldWords, each, line_of, paragraph_of

_SENSITIVITY: dict[str, Any] = {
    "normal": "",
    "personal": _("Personal"),
    "private": _("Private"),
    "confidential": _("Confidential"),
}
_SHOWN_AS: dict[str, Any] = {
    "free": _("Free"),
    "tentative": _("Tentative"),
    "busy": _("Busy"),
    "oof": _("Away"),
    "workingelsewhere": _("Working elsewhere"),
}
_MINUTES_OF_A_DAY = 24 * 60


def _word(table: Mapping[str, Any], value: Any) -> str:
    said = line(value) or ""
    return str(table.get(said.casefold(), said))


def _sensitivity(value: Any) -> str:
    return _word(_SENSITIVITY, value)


def _shown_as(value: Any) -> str:
    return _word(_SHOWN_AS, value)


def _reminder(value: Any) -> str:
    try:
        minutes = int(value)
    except (TypeError, ValueError):
        return ""
    if minutes <= 0:
        return gettext("at the start")
    if minutes % _MINUTES_OF_A_DAY == 0:
        days = minutes // _MINUTES_OF_A_DAY
        return ngettext("%(n)d day before", "%(n)d days before", days) % {"n": days}
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%(n)d hour before", "%(n)d hours before", hours) % {"n": hours}
    return ngettext("%(n)d minute before", "%(n)d minutes before", minutes) % {"n": minutes}


def _typed_times(value: Any) -> Any:
    """Return remembered instants as a record has them; whole days say that they are."""
    if not isinstance(value, Mapping):
        return value
    is_day = len(line(value.get("start")) or "") == len("2026-01-05")
    return {**value, "all_day": is_day}


def _typed_series(value: Any) -> Any:
    """Return a remembered series with the zone by the name that a CRM keeps."""
    if not isinstance(value, Mapping) or not line(value.get("zone")):
        return value
    zone = zone_of(str(value["zone"]))
    return {**value, "zone": zone.iana if zone.known else zone.raw}


def _typed_exceptions(value: Any) -> Any:
    return [
        {**one, "when": _typed_times(one["when"])} if one.get("when") else dict(one)
        for one in value or ()
    ]


CALENDAR_FIELDS: Mapping[str, FieldWords] = {
    "subject": FieldWords(_("Subject")),
    "when": FieldWords(_("When"), when_text, _typed_times, is_zoned=True),
    "location": FieldWords(_("Place")),
    "body": FieldWords(_("Notes"), paragraph_of),
    "reminder": FieldWords(_("Reminder"), _reminder),
    "sensitivity": FieldWords(_("Privacy"), _sensitivity),
    "show_as": FieldWords(_("Shown as"), _shown_as),
    "categories": FieldWords(_("Categories"), each(line_of)),
    "recurrence": FieldWords(_("Repeats"), series_text, _typed_series, is_zoned=True),
    "exceptions": FieldWords(
        _("Dates that differ"), exceptions_text, _typed_exceptions, is_zoned=True
    ),
}
RECOGNISED = ("when", "location", "recurrence")
