"""What a sync would do, made by a worker and looked at by a person before the go."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync.models.connection import Connection


class Preview(models.Model):
    """The plan of one kind under exactly the settings that ``fingerprint`` names.

    ``counts`` holds how many rows each group has and what they come to, so that a page needs not
    count them, and while it is made how many items were read. ``held`` is how many of its removals
    the guard would stop, ``limit`` how many it lets go, ``plan_hash`` the name of that list.
    """

    class State(models.TextChoices):
        """Where a preview stands."""

        ASKED = "asked", _("Waiting for a worker")
        MAKING = "making", _("Comparing")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        GIVEN = "given", _("Somebody said go")
        DONE = "done", _("Carried out")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="previews")
    kind = models.CharField(max_length=16)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    held = models.PositiveIntegerField(default=0)
    limit = models.PositiveIntegerField(default=0)
    plan_hash = models.CharField(max_length=64, blank=True, default="")
    error = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("preview")
        verbose_name_plural = _("previews")
        default_permissions = ()
        constraints = (
            # A new one takes the place of the old one.
            models.UniqueConstraint(
                fields=["connection", "kind"], name="agentbox_sync_one_preview"
            ),
        )

    def __str__(self) -> str:
        return f"preview {self.pk}"


class PreviewRow(models.Model):
    """One row of the plan: ids, action, cause and atom names, no values (design section 5).

    ``group`` is the heading under which people read it, ``number`` its place there.
    """

    preview = models.ForeignKey(Preview, on_delete=models.CASCADE, related_name="rows")
    group = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=16)
    cause = models.CharField(max_length=64)
    local_model = models.CharField(max_length=128, blank=True, default="")
    local_pk = models.CharField(max_length=64, blank=True, default="")
    link_id = models.BigIntegerField(default=0)
    remote_id = models.CharField(max_length=512, blank=True, default="")
    push = models.JSONField(default=list)
    pull = models.JSONField(default=list)
    conflicts = models.JSONField(default=list)
    blanks = models.JSONField(default=list)

    class Meta:
        verbose_name = _("row of a preview")
        verbose_name_plural = _("rows of previews")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["preview", "group", "number"], name="agentbox_sync_preview_row"
            ),
        )

    def __str__(self) -> str:
        return f"row {self.pk}"
