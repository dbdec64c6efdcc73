"""The log of what runs did to items."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync.models.connection import Connection
from agentbox_sync.models.link import Link
from agentbox_sync.models.run import Run


class Change(models.Model):
    """One thing a run did to one item, with what the item looked like before.

    Kept for ``CHANGE_RETENTION_DAYS``. ``undecided``: both sides had changed the same, the rule
    chose one of them, and no person has looked at it yet.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey(
        Run,
        on_delete=models.SET_NULL,
        null=True,
        related_name="changes",
        db_index=False,  # the index of the pages of a run serves it
    )
    link = models.ForeignKey(Link, on_delete=models.SET_NULL, null=True, related_name="changes")
    kind = models.CharField(max_length=16)
    local_model = models.CharField(max_length=128)
    local_pk = models.CharField(max_length=64)
    action = models.CharField(max_length=16)
    cause = models.CharField(max_length=64)
    outcome = models.CharField(max_length=16)
    side = models.CharField(max_length=16)
    atoms = models.JSONField(default=list)
    conflicts = models.JSONField(default=list)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    detail = models.CharField(max_length=255, blank=True, default="")
    at = models.DateTimeField()
    undecided = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        default_permissions = ("view",)
        indexes = (
            models.Index(
                fields=["connection", "kind", "action", "at"], name="agentbox_sync_change_guard"
            ),
            models.Index(fields=["local_model", "local_pk"], name="agentbox_sync_change_item"),
            models.Index(fields=["run", "id"], name="agentbox_sync_change_run"),
            models.Index(
                fields=["connection", "-id"],
                condition=models.Q(undecided=True),
                name="agentbox_sync_undecided",
            ),
        )

    def __str__(self) -> str:
        return f"change {self.pk}"
