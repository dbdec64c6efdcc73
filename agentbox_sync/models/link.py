"""The remembered pairs, and the creates that were announced before they were sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync.core.changes import LinkState, Origin
from agentbox_sync.models.connection import Connection

_CURRENT = ~models.Q(state=LinkState.DEAD.value)


class Link(models.Model):
    """The pair of a local and a remote item, with what each side looked like when they agreed.

    An item that was born in Exchange and waits for a person has no local key. ``pending`` are
    updates that were sent and never answered. ``remote_id`` is case-sensitive, as Graph's ids
    are: on a database with a case-insensitive default collation its column needs a binary one.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=16)
    local_model = models.CharField(max_length=128)
    local_pk = models.CharField(max_length=64)
    remote_id = models.CharField(max_length=512, blank=True, default="")
    etag = models.CharField(max_length=255, blank=True, default="")
    stamp = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=[(s.value, s.value) for s in LinkState])
    reason = models.CharField(max_length=64, blank=True, default="")
    origin = models.CharField(max_length=16, choices=[(o.value, o.value) for o in Origin])
    base_local = models.JSONField(default=dict)
    base_remote = models.JSONField(default=dict)
    mapping_version = models.PositiveIntegerField(default=1)
    drift = models.JSONField(default=list)
    pending = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    refused = models.CharField(max_length=64, blank=True, default="")
    error = models.CharField(max_length=255, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    next_attempt = models.DateTimeField(null=True, blank=True)
    generation = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                fields=["connection", "kind", "local_model", "local_pk"],
                condition=_CURRENT & ~models.Q(local_pk=""),  # born in Exchange, waiting
                name="agentbox_sync_link_local",
            ),
            models.UniqueConstraint(
                fields=["connection", "kind", "remote_id"],
                condition=_CURRENT & ~models.Q(remote_id=""),
                name="agentbox_sync_link_remote",
            ),
            models.UniqueConstraint(fields=["stamp"], name="agentbox_sync_link_stamp"),
        )
        indexes = (
            models.Index(fields=["connection", "kind", "state"], name="agentbox_sync_link_state"),
            models.Index(fields=["local_model", "local_pk"], name="agentbox_sync_link_item"),
        )

    def __str__(self) -> str:
        return f"link {self.pk}"


class Intent(models.Model):
    """A create that was announced; it is deleted when the item is found to have arrived.

    ``open`` until the outcome is known. A create that never arrived keeps its payloads, because
    the next attempt goes out under the same stamp; ``given_up`` then stays for good, because the
    first attempt may land late and must be known as ours (sync-engine, F7). ``payloads`` are all
    records tried under it, oldest first: if the row was edited between two attempts, the first
    one may be the one that landed (sync-engine, F5).
    """

    link = models.OneToOneField(Link, on_delete=models.CASCADE, related_name="intent")
    payloads = models.JSONField(default=list)
    sent_at = models.DateTimeField()
    open = models.BooleanField(default=True)
    given_up = models.BooleanField(default=False)
    fence = models.BigIntegerField()

    class Meta:
        verbose_name = _("intent")
        verbose_name_plural = _("intents")
        default_permissions = ()

    def __str__(self) -> str:
        return f"intent of link {self.link_id}"
