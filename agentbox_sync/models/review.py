"""What waits for a person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync.models.connection import Connection


class Review(models.Model):
    """A guard stop: exactly this list of removals waits until a Master User lets it go, once.

    ``rows`` names the items by model, primary key, action and cause; ``plan_hash`` names the list.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="reviews")
    kind = models.CharField(max_length=16)
    plan_hash = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    limit = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                fields=["connection", "kind"],
                condition=models.Q(closed_at=None),
                name="agentbox_sync_one_open_stop",
            ),
        )

    def __str__(self) -> str:
        return f"review {self.pk}"
