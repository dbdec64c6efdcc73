"""The Django app: its label, and what it listens to."""

from __future__ import annotations

import sys
from pathlib import PurePath

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class AgentboxSyncConfig(AppConfig):
    """Wires checks and signals when Django starts; does nothing else on import."""

    name = "agentbox_sync"
    label = "agentbox_sync"
    verbose_name = _("Connections")
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """Ask for what we cannot even be imported without."""
        if not apps.is_installed("django_q"):
            raise ImproperlyConfigured(
                "agentbox_sync needs django-q2. Add this line:\n"
                '    INSTALLED_APPS = [..., "django_q", "agentbox_sync"]'
            )
        super().import_models()

    def ready(self) -> None:
        """Register the checks and the signal handlers.

        A host's mistake is told by the checks of the command that is about to run. A server
        process runs none: there it stops the start. Raises ImproperlyConfigured.
        """
        # Both need models, which exist only from here on.
        from agentbox_sync import checks, signals

        mistakes = checks.mistakes()
        if mistakes and not _is_command(sys.argv):
            raise ImproperlyConfigured("\n".join(str(mistake) for mistake in mistakes))
        try:
            signals.connect()
        except Exception:
            if not mistakes:
                raise


def _is_command(argv: list[str]) -> bool:
    """Tell whether this process was started as manage.py, django-admin or python -m django."""
    started = PurePath(argv[0]) if argv else PurePath()
    return started.stem in {"manage", "django-admin"} or started.parts[-2:] == (
        "django",
        "__main__.py",
    )
