from __future__ import annotations

from django.apps import AppConfig


class ForeignCRMConfig(AppConfig):
    name = "tests.projects.foreign_crm"
    label = "foreign_crm"
    default_auto_field = "django.db.models.BigAutoField"
