"""One delta chain: a remote folder, calendar or list and how far it was read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync.models.connection import Connection


class Collection(models.Model):
    """A remote collection that is followed. ``link`` is the next or delta link, byte for byte.

    ``stamp`` is set on one that we created; it is announced before it has a ``remote_id``, and
    ``removed_at`` tells when it was found to be gone. ``moving``: items of ours may still lie in
    the one that was followed before. ``window_start`` and ``window_end`` are what the listing of a
    windowed kind shows.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    remote_id = models.CharField(max_length=512, blank=True, default="")
    stamp = models.CharField(max_length=64, blank=True, default="")
    link = models.TextField(blank=True, default="")
    complete = models.BooleanField(default=False)
    census = models.BooleanField(default=False)
    generation = models.PositiveIntegerField(default=0)
    listed_at = models.DateTimeField(null=True, blank=True)
    is_open = models.BooleanField(default=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    moving = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    window_start = models.DateTimeField(null=True, blank=True)
    window_end = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["connection", "kind"],
                condition=models.Q(is_open=True),
                name="agentbox_sync_one_open_chain",
            ),
        )

    def __str__(self) -> str:
        return f"collection {self.pk}"
