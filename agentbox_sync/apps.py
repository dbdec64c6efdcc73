"""The Django app: its label, and what it listens to."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgentboxSyncConfig(AppConfig):
    """Wires checks and signals when Django starts; does nothing else on import."""

    name = "agentbox_sync"
    label = "agentbox_sync"
    verbose_name = _("Connections")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks and the signal handlers."""
        # Both need models, which exist only from here on.
        from agentbox_sync import checks, signals  # noqa: F401, PLC0415

        signals.connect()
