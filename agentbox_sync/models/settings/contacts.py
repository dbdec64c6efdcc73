"""What a person chose for contacts."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync.models.settings.kind import KindSettings


class ContactSettings(KindSettings):
    """Contacts: the classes and whose contacts count.

    ``classes`` holds the host's class keys; empty means every standard class, and special ones
    only when they are named. ``categories`` gives a class the category that its contacts carry
    in Outlook: class key to category name.
    """

    KIND = "contacts"
    DECIDING = (*KindSettings.DECIDING, "classes", "primary_owner_only")

    classes = models.JSONField(_("contact classes"), default=list, blank=True)
    primary_owner_only = models.BooleanField(_("Primary Owner Only"), default=True)

    class Meta(KindSettings.Meta):
        abstract = False
        verbose_name = _("contact settings")
        verbose_name_plural = _("contact settings")

    def selection(self) -> dict[str, Any]:
        """Return the classes and the ownership rule."""
        return {"classes": list(self.classes), "primary_owner_only": self.primary_owner_only}
