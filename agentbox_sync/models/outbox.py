"""Local items noticed as changed, written in the CRM's own transaction."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync.models.connection import Connection


class LocalChange(models.Model):
    """A hint, never the truth: rows are deleted by id when worked, never by a cursor over ids.

    A transaction that began earlier may commit later with a smaller id; a cursor would skip it.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    local_model = models.CharField(max_length=128)
    local_pk = models.CharField(max_length=64)
    noticed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("noticed change")
        verbose_name_plural = _("noticed changes")
        default_permissions = ()
        indexes = (
            models.Index(fields=["connection", "kind", "id"], name="agentbox_sync_outbox_read"),
        )

    def __str__(self) -> str:
        return f"noticed change {self.pk}"
