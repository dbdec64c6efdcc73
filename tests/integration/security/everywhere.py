"""Every address of the app, read from urls.py: a new one is attacked without being named here."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from agentbox_sync import urls
from tests.integration.card.office import ADDRESSES, Desk

# The tab in the admin is an address of ours as well.
NAMES: tuple[str, ...] = ("tab", *(str(pattern.name) for pattern in urls.urlpatterns))
WITH_AN_ID = tuple(str(pattern.name) for pattern in urls.urlpatterns if pattern.pattern.converters)


def each(desk: Desk) -> Iterator[tuple[str, str]]:
    """Name and address of everything about one card; KeyError for one that nobody describes."""
    return ((name, ADDRESSES[name](desk)) for name in NAMES)


def our_models() -> list[type[models.Model]]:
    return list(apps.get_app_config("agentbox_sync").get_models())


def everything() -> dict[str, list[object]]:
    """Every row of every table of ours, as it stands."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in our_models()
    }
