"""The reference CRM with a field that no migration knows: what `--check` must see."""

from __future__ import annotations

from django.db import models
from django.db.models.signals import class_prepared

from config.settings.test import *  # noqa: F403


def _change(sender: type[models.Model], **_: object) -> None:
    if sender._meta.label == "agentbox_crm.Staff":
        models.CharField(max_length=20, default="").contribute_to_class(sender, "nickname")


class_prepared.connect(_change)
