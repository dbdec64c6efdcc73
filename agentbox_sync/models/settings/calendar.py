"""What a person chose for the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync.core.rules import Policy
from agentbox_sync.core.windows import Window
from agentbox_sync.models.settings.completing import CompletingSettings

MOST_DAYS_BACK = 365
MOST_DAYS_AHEAD = 1095


class Guests(StrEnum):
    """Whether a change of ours may make Exchange send mail to who was invited."""

    NEVER = "never"
    TELL = "tell"


class CalendarSettings(CompletingSettings):
    """The calendar: which entries, how far back and ahead, and what other people hear of it.

    ``categories`` gives a kind of entry the category that it carries in Outlook: the host's key
    of it to the name. ``tasks`` shows open tasks of the CRM as entries too.
    """

    KIND = "calendar"
    DECIDING = (
        *CompletingSettings.DECIDING,
        "appraisals",
        "inspections",
        "tasks",
        "days_back",
        "days_ahead",
        "guests",
    )
    SHOWS: ClassVar[Mapping[str, str]] = {"tasks": "tasks"}

    appraisals = models.BooleanField(_("show appraisal times"), default=True)
    inspections = models.BooleanField(_("show inspection times"), default=True)
    tasks = models.BooleanField(_("show tasks"), default=False)
    days_back = models.PositiveSmallIntegerField(
        _("days back"), default=30, validators=[MaxValueValidator(MOST_DAYS_BACK)]
    )
    days_ahead = models.PositiveSmallIntegerField(
        _("days ahead"),
        default=365,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS_AHEAD)],
    )
    guests = models.CharField(
        _("Entries with guests"),
        max_length=16,
        choices=[
            (Guests.NEVER.value, _("Leave them as they are in Outlook")),
            (Guests.TELL.value, _("Update them, and Exchange tells the guests")),
        ],
        default=Guests.NEVER.value,
    )

    class Meta(CompletingSettings.Meta):
        abstract = False
        verbose_name = _("calendar settings")
        verbose_name_plural = _("calendar settings")

    def window(self, today: date, zone: ZoneInfo) -> Window:
        """Return from when to when entries count: whole days of ``zone``, as instants in UTC."""
        first = today - timedelta(days=self.days_back)
        behind = today + timedelta(days=self.days_ahead + 1)
        midnights = (datetime.combine(day, time.min, zone) for day in (first, behind))
        return Window(*(midnight.astimezone(UTC) for midnight in midnights))

    def policy(self) -> Policy:
        """Return the rules for the engine."""
        return replace(super().policy(), tells_guests=self.guests == Guests.TELL)

    def selection(self) -> dict[str, Any]:
        """Return which entries are shown beside plain appointments, and what completed ones do."""
        return {
            "appraisals": self.appraisals,
            "inspections": self.inspections,
            "tasks": self.tasks,
            **super().selection(),
        }
