"""What the app listens to in its host; handlers translate and delegate."""

from __future__ import annotations

from django.apps import apps
from django.db.models.signals import post_migrate, pre_delete
from django_q.signals import post_spawn

from agentbox_sync import conf
from agentbox_sync.host import capture
from agentbox_sync.services import disconnect, schedule


def connect() -> None:
    """Connect every handler; called once, when the app registry is ready."""
    staff = apps.get_model(conf.staff_model())
    pre_delete.connect(_on_staff_delete, sender=staff, dispatch_uid="agentbox_sync.staff")
    post_migrate.connect(
        _on_migrate,
        sender=apps.get_app_config("agentbox_sync"),
        dispatch_uid="agentbox_sync.schedule",
    )
    post_spawn.connect(_on_worker_start, dispatch_uid="agentbox_sync.first_tick")
    capture.connect()


def _on_worker_start(**_: object) -> None:
    schedule.tick_at_once()


def _on_staff_delete(*, instance: object, **_: object) -> None:
    disconnect.forget_staff(instance)


def _on_migrate(*, using: str, **_: object) -> None:
    schedule.ensure(using=using)
