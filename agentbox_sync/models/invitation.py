"""A link by which a staff member may connect their own account, once."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync import conf
from agentbox_sync.models.connection import Provider


class Invitation(models.Model):
    """One invitation. The link itself is kept nowhere: ``digest`` only recognises it."""

    staff = models.ForeignKey(conf.staff_model(), on_delete=models.CASCADE, related_name="+")
    provider = models.CharField(max_length=32, choices=Provider, default=Provider.MICROSOFT)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def is_open(self, now: datetime) -> bool:
        """Tell whether the link can still be used."""
        return self.used_at is None and self.withdrawn_at is None and now < self.expires_at
