"""What the app listens to in its host; handlers translate and delegate."""

from __future__ import annotations

import logging

from django.apps import apps
from django.db import models, transaction
from django.db.models.signals import post_migrate, pre_delete
from django.utils import timezone
from django_q.signals import post_spawn

from agentbox_sync import conf
from agentbox_sync.host import capture
from agentbox_sync.models import Connection
from agentbox_sync.services import disconnect, schedule
from agentbox_sync.services.trouble import without_words

log = logging.getLogger(__name__)


def connect() -> None:
    """Connect every handler; called once, when the app registry is ready.

    Raises whatever a host's mistake leads to; the system checks explain it.
    """
    post_migrate.connect(
        _on_migrate,
        sender=apps.get_app_config("agentbox_sync"),
        dispatch_uid="agentbox_sync.schedule",
    )
    post_spawn.connect(_on_worker_start, dispatch_uid="agentbox_sync.first_tick")
    for model in capture.family(apps.get_model(conf.staff_model())):
        pre_delete.connect(
            _on_staff_delete,
            sender=model,
            dispatch_uid=f"agentbox_sync.staff.{model._meta.label_lower}",
        )
    capture.connect()


def _on_staff_delete(*, instance: models.Model, **_: object) -> None:
    """Disconnect, and never block the host's own delete."""
    try:
        with transaction.atomic():
            disconnect.forget_staff(instance)
    except Exception as error:  # noqa: BLE001  the tokens must go, and the staff record may go
        told = "could not end the connections of staff %s in order: %s"
        log.error(told, instance.pk, without_words(error))  # noqa: TRY400
        Connection.objects.filter(staff=instance.pk).update(
            state=Connection.State.DISCONNECTED, tokens="", disconnected_at=timezone.now()
        )


def _on_migrate(*, using: str, **_: object) -> None:
    schedule.ensure(using=using)


def _on_worker_start(**_: object) -> None:
    schedule.tick_at_once()
