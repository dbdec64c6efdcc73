"""What a person chose for tasks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from agentbox_sync.models.settings.completing import CompletingSettings


class TaskSettings(CompletingSettings):
    """Tasks: which way they travel, and what becomes of those that are done or gone."""

    KIND = "tasks"

    class Meta(CompletingSettings.Meta):
        abstract = False
        verbose_name = _("task settings")
        verbose_name_plural = _("task settings")
