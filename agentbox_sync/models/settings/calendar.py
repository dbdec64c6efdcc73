"""What a person chose for the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync.core.rules import Policy, Removal
from agentbox_sync.core.windows import Window
from agentbox_sync.models.settings.kind import KindSettings

MOST_DAYS_BACK = 365
MOST_DAYS_AHEAD = 1095


class Guests(StrEnum):
    """Whether a change of ours may make Exchange send mail to who was invited."""

    NEVER = "never"
    TELL = "tell"


class CalendarSettings(KindSettings):
    """The calendar: which entries, how far back and ahead, and what other people hear of it.

    ``categories`` gives a kind of entry the category that it carries in Outlook: the host's key
    of it to the name. ``completed`` answers for entries that are over and done in the CRM,
    ``removal`` for those that left it otherwise.
    """

    KIND = "calendar"
    DECIDING = (
        *KindSettings.DECIDING,
        "completed",
        "appraisals",
        "inspections",
        "days_back",
        "days_ahead",
        "guests",
        "categories",
    )

    completed = models.CharField(
        _("When completed in the CRM"),
        max_length=16,
        choices=[
            (Removal.RETAIN.value, _("Retain in Exchange")),
            (Removal.DELETE.value, _("Delete from Exchange")),
        ],
        default=Removal.RETAIN.value,
    )
    appraisals = models.BooleanField(_("show appraisal times"), default=True)
    inspections = models.BooleanField(_("show inspection times"), default=True)
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
    categories = models.JSONField(_("Outlook categories"), default=dict, blank=True)

    class Meta(KindSettings.Meta):
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
        return replace(
            super().policy(),
            completed=Removal(self.completed),
            tells_guests=self.guests == Guests.TELL,
        )

    def selection(self) -> dict[str, Any]:
        """Return which entries are shown beside plain appointments, and what completed ones do."""
        return {
            "appraisals": self.appraisals,
            "inspections": self.inspections,
            "completed": self.completed,
        }

    def labels(self) -> dict[str, str]:
        """Return the category in Outlook of each kind of entry that has one, by its key."""
        return {str(key): name for key, name in self.categories.items() if name}
