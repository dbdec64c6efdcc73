"""The right to write for one connection, and the sign of life of the workers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Lease(models.Model):
    """One holder at a time; ``token`` grows with every new holder and fences off the old one.

    Who holds the lease of a connection may speak to its mailbox: ``spent`` is how many requests
    were sent to it lately, and ``quiet_until`` the end of a pause that Microsoft asked for.
    """

    key = models.CharField(max_length=128, unique=True)
    owner = models.CharField(max_length=64, blank=True, default="")
    until = models.DateTimeField(null=True, blank=True)
    token = models.BigIntegerField(default=0)
    spent = models.JSONField(default=dict)
    quiet_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")
        default_permissions = ()

    def __str__(self) -> str:
        return f"lease {self.key}"


class Heartbeat(models.Model):
    """When a job last ran end to end; what the queue says of itself misleads (django-q2 #23)."""

    name = models.CharField(max_length=64, unique=True)
    beaten_at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        default_permissions = ()

    def __str__(self) -> str:
        return f"heartbeat {self.name}"
