"""Registers the demo host itself: its checks of who gets in are Django's matter too."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.management import call_command
from django.db.models.signals import post_migrate

SHARED_TABLE = "django.core.cache.backends.db.DatabaseCache"


class HostConfig(AppConfig):
    name = "config"
    verbose_name = "My Office"

    def ready(self) -> None:
        # Not before the registry is full: they import allauth's models.
        from config import addresses, second_factor

        addresses.connect()
        second_factor.connect()
        post_migrate.connect(make_cache_table, dispatch_uid="config.make_cache_table")
        if getattr(settings, "DEMO_FOLDER", None):
            # As above; and nobody but the demo knows this module.
            from config import demo_authenticator

            demo_authenticator.connect()


def make_cache_table(sender: AppConfig, using: str, **_: Any) -> None:
    """Makes the table that sign-in limits are counted in, once a migration; it may be there.

    Django tells of apps with models alone; the sessions' stand for the one that has none.
    """
    shared = any(cache["BACKEND"] == SHARED_TABLE for cache in settings.CACHES.values())
    if shared and sender.label == "sessions":
        call_command("createcachetable", database=using, verbosity=0)
