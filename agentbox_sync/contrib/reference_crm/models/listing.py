"""Properties that the office sells or lets."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Listing(models.Model):
    address = models.CharField(_("address"), max_length=240)

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering = ["address", "pk"]

    def __str__(self) -> str:
        return self.address
