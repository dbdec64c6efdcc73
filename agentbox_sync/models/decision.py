"""What a person decided about one item, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync.models.change import Change
from agentbox_sync.models.connection import Connection
from agentbox_sync.models.link import Link


class Decision(models.Model):
    """A person's word about one pair: the next run carries it out, the trail of who said it stays.

    ``verb`` is what was chosen, ``parameters`` which row or item it names. Open until a run has
    carried it out (or found that it no longer can, which ``outcome`` tells); a decision that
    is done at once, such as an undo in the CRM, is closed when it is made.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=16)
    link = models.ForeignKey(Link, on_delete=models.SET_NULL, null=True, related_name="decisions")
    change = models.ForeignKey(
        Change, on_delete=models.SET_NULL, null=True, related_name="decisions"
    )
    local_model = models.CharField(max_length=128, blank=True, default="")
    local_pk = models.CharField(max_length=64, blank=True, default="")
    verb = models.CharField(max_length=16)
    parameters = models.JSONField(default=dict)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                fields=["link"],
                condition=models.Q(closed_at=None),
                name="agentbox_sync_one_open_decision",
            ),
        )
        indexes = (
            models.Index(fields=["connection", "kind", "-id"], name="agentbox_sync_decision_log"),
            # Every run asks for the open ones; the closed ones are many in time.
            models.Index(
                fields=["connection", "kind"],
                condition=models.Q(closed_at=None),
                name="agentbox_sync_decision_open",
            ),
        )

    def __str__(self) -> str:
        return f"decision {self.pk}"
