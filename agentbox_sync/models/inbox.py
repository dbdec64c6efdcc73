"""Remote observations, staged in the transaction that moves the cursor."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync.models.collection import Collection


class Inbox(models.Model):
    """One observation that waits to be worked.

    An item that is nobody's business of ours leaves no row behind: it is deleted as soon as the
    run that listed it has looked for first meetings. ``ties`` are empty where what was shown does
    not tell who else is concerned.
    """

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="+")
    remote_id = models.CharField(max_length=512)
    etag = models.CharField(max_length=255, blank=True, default="")
    record = models.JSONField(default=dict)
    ties = models.JSONField(null=True, blank=True, default=None)
    container = models.CharField(max_length=512, blank=True, default="")
    removed = models.BooleanField(default=False)
    verified = models.BooleanField(default=False)
    missing = models.BooleanField(default=False)
    swept = models.BooleanField(default=False)
    generation = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("staged observation")
        verbose_name_plural = _("staged observations")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["collection", "remote_id"], name="agentbox_sync_inbox_item"
            ),
        )

    def __str__(self) -> str:
        return f"staged observation {self.pk}"
