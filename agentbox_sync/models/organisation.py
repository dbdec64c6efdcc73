"""An organisation that was connected as a whole, and whom we found there."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync import conf


class Organisation(models.Model):
    """A tenant whose administrator lets the application work on its own.

    It outlives its end, so that the cards can tell by what they were connected. ``renewed_at`` is
    when tokens were last asked for anew; ``reason`` is the code of what the last look has found
    wrong with the whole, ``missing`` the permissions that it did not see.
    """

    tenant_id = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=256, blank=True, default="")
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    connected_at = models.DateTimeField()
    disconnected_at = models.DateTimeField(null=True, blank=True)
    renewed_at = models.DateTimeField()
    reason = models.CharField(max_length=64, blank=True, default="")
    missing = models.JSONField(default=list, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"organisation {self.pk}"

    @property
    def is_live(self) -> bool:
        """Tell whether mailboxes are connected through it now."""
        return self.disconnected_at is None


class Match(models.Model):
    """The accounts that were found at one organisation for one staff member, none of them opened.

    ``accounts`` are what the directory said of each: object id, names, and whether it has a
    mailbox, is a guest, or is switched off.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey(conf.staff_model(), on_delete=models.CASCADE, related_name="+")
    accounts = models.JSONField(default=list)
    looked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "staff"], name="agentbox_sync_one_match"
            ),
        )

    def __str__(self) -> str:
        return f"match {self.pk}"
