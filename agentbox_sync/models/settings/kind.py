"""What a person chose that every kind asks for; one abstract base, one table a kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync.core.fingerprints import fingerprint
from agentbox_sync.core.rules import (
    Adoption,
    Conflict,
    Deletion,
    Policy,
    Removal,
    Status,
    Target,
)
from agentbox_sync.core.windows import Window
from agentbox_sync.models.connection import Connection


class KindSettings(models.Model):
    """The settings every kind has, and the *go* of a person for exactly these settings."""

    KIND: ClassVar[str]
    # What a run does depends on these; a change of one of them needs a new go.
    DECIDING: ClassVar[tuple[str, ...]] = (
        "status",
        "removal",
        "strict",
        "conflict",
        "deletion",
        "adoption",
        "target",
        "categories",
    )

    # Other kinds whose items are shown among these where a tick says so: the kind to its tick.
    SHOWS: ClassVar[Mapping[str, str]] = {}

    connection = models.OneToOneField(
        Connection, on_delete=models.CASCADE, related_name="%(class)s"
    )
    status = models.CharField(
        _("Sync Status"),
        max_length=16,
        choices=[
            (Status.DISABLED.value, _("Disabled")),
            (Status.ONE_WAY.value, _("One-way: CRM to Exchange")),
            (Status.TWO_WAY.value, _("Two-way")),
        ],
        default=Status.DISABLED.value,
    )
    removal = models.CharField(
        _("When removed from the CRM"),
        max_length=16,
        choices=[
            (Removal.RETAIN.value, _("Retain in Exchange")),
            (Removal.DELETE.value, _("Delete from Exchange")),
        ],
        default=Removal.RETAIN.value,
    )
    strict = models.BooleanField(_("keep Exchange identical"), default=False)
    conflict = models.CharField(
        _("When both sides changed the same"),
        max_length=16,
        choices=[
            (Conflict.CRM_WINS.value, _("The CRM's value stands")),
            (Conflict.EXCHANGE_WINS.value, _("Exchange's value stands")),
        ],
        default=Conflict.CRM_WINS.value,
    )
    deletion = models.CharField(
        _("When removed in Exchange"),
        max_length=16,
        choices=[
            (Deletion.KEEP.value, _("Keep in the CRM, leave away in Exchange")),
            (Deletion.RESTORE.value, _("Put it back in Exchange")),
            (Deletion.APPLY.value, _("Follow in the CRM")),
        ],
        default=Deletion.KEEP.value,
    )
    adoption = models.CharField(
        _("New in Exchange"),
        max_length=16,
        choices=[
            (Adoption.IGNORE.value, _("Leave alone")),
            (Adoption.REVIEW.value, _("Ask on the card")),
            (Adoption.IMPORT.value, _("Take into the CRM")),
        ],
        default=Adoption.IGNORE.value,
    )
    target = models.CharField(
        _("Where in Exchange"),
        max_length=16,
        choices=[(Target.MAIN.value, _("The main folder")), (Target.OWN.value, _("An own folder"))],
        default=Target.MAIN.value,
    )
    categories = models.JSONField(_("Outlook categories"), default=dict, blank=True)
    approved = models.CharField(max_length=64, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.KIND} of connection {self.connection_id}"

    @property
    def is_on(self) -> bool:
        """Tell whether the kind travels at all."""
        return self.status != Status.DISABLED

    def shows(self, kind: str) -> bool:
        """Tell whether items of another kind are shown among these."""
        return kind in self.SHOWS and bool(getattr(self, self.SHOWS[kind]))

    @property
    def fingerprint(self) -> str:
        """Return the name of exactly these settings: what a go is given for.

        Made of what differs from the default, so that a setting that comes with a new version
        takes nobody's go away.
        """
        chosen = {name: getattr(self, name) for name in self.DECIDING}
        return fingerprint(
            {
                name: value
                for name, value in chosen.items()
                if value != self._meta.get_field(name).get_default()
            }
        )

    @property
    def is_approved(self) -> bool:
        """Tell whether a person said go to exactly these settings."""
        return self.approved == self.fingerprint

    def policy(self) -> Policy:
        """Return the rules for the engine."""
        return Policy(
            status=Status(self.status),
            removal=Removal(self.removal),
            strict=self.strict,
            conflict=Conflict(self.conflict),
            deletion=Deletion(self.deletion),
            adoption=Adoption(self.adoption),
            target=Target(self.target),
        )

    def window(self, today: date, zone: ZoneInfo) -> Window | None:
        """Return from when to when items count; ``None`` for a kind that has no times."""
        del today, zone
        return None

    def selection(self) -> dict[str, Any]:
        """Return what the host adapter selects by, as plain values."""
        return {}

    def labels(self) -> dict[str, str]:
        """Return the category in Outlook of each kind of entry that has one, by its key."""
        return {str(key): name for key, name in self.categories.items() if name}
