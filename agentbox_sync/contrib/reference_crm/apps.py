"""Registers the reference CRM with Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from agentbox_sync.contrib.reference_crm.groups import ensure_groups


class ReferenceCRMConfig(AppConfig):
    name = "agentbox_sync.contrib.reference_crm"
    label = "agentbox_crm"
    verbose_name = _("CRM")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(ensure_groups, dispatch_uid="agentbox_crm.ensure_groups")
