"""What several tests of the reference CRM need."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS

from agentbox_sync.contrib.reference_crm.groups import ensure_groups


@pytest.fixture
def django_app_config_migrated() -> Callable[[str], None]:
    """Tells the reference CRM that an app was migrated, as Django does after every migrate."""

    def migrated(label: str) -> None:
        ensure_groups(
            sender=apps.get_app_config(label), apps=apps, using=DEFAULT_DB_ALIAS, verbosity=0
        )

    return migrated
