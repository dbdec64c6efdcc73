"""What a person chose for a kind whose items are done one day: both questions, asked apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync.core.rules import Policy, Removal
from agentbox_sync.models.settings.kind import KindSettings


class CompletingSettings(KindSettings):
    """Settings with a question of their own about items that are completed in the CRM.

    ``completed`` answers for what is done there, ``removal`` for what left the CRM otherwise.
    """

    DECIDING = (*KindSettings.DECIDING, "completed")

    completed = models.CharField(
        _("When completed in the CRM"),
        max_length=16,
        choices=[
            (Removal.RETAIN.value, _("Retain in Exchange")),
            (Removal.DELETE.value, _("Delete from Exchange")),
        ],
        default=Removal.RETAIN.value,
    )

    class Meta(KindSettings.Meta):
        abstract = True

    def policy(self) -> Policy:
        """Return the rules for the engine."""
        return replace(super().policy(), completed=Removal(self.completed))

    def selection(self) -> dict[str, Any]:
        """Return what becomes of completed items: the host decides which those are."""
        return {"completed": self.completed}
