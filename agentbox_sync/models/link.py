"""The remembered pairs, and the creates that were announced before they were sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync.core.changes import (
    AMBIGUOUS,
    BORN_IN_EXCHANGE,
    LEFT_BEHIND,
    LinkState,
    Origin,
)
from agentbox_sync.models.connection import Connection

_CURRENT = ~models.Q(state=LinkState.DEAD.value)
_RETAINED = models.Q(state=LinkState.RETAINED.value)
_QUARANTINED = models.Q(state=LinkState.QUARANTINED.value)
# What a person is asked about is no trouble of the item's own: it stands among what waits.
_ASKED = models.Q(reason=BORN_IN_EXCHANGE, error="") | models.Q(error=AMBIGUOUS)
# An item that was left behind by a move and may not be removed belongs to no pair any more.
_BEHIND = models.Q(state=LinkState.DEAD.value, reason=LEFT_BEHIND) & ~models.Q(error="")
# Word for word in queries: databases use the index only where they recognise its condition.
SET_ASIDE = _BEHIND | (_QUARANTINED & ~_ASKED) | (_RETAINED & ~models.Q(error=""))


class Link(models.Model):
    """The pair of a local and a remote item, with what each side looked like when they agreed.

    An item that was born in Exchange and waits for a person has no local key. ``pending`` are
    updates that were sent and never answered. ``turns`` are the writes of the last day by atom,
    pair of values and moment; ``frozen`` names atoms that both sides kept rewriting.
    ``remote_id`` is case-sensitive, as Graph's ids are: on a database with a case-insensitive
    default collation its column needs a binary one. ``collection`` is the remote id of the
    folder, calendar or list where we put or met the item; ``rehomed``: a person has put it there,
    and it stays. ``ties`` tell who else is concerned by it in Exchange: guests, or somebody else
    who has called the meeting.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=16)
    local_model = models.CharField(max_length=128)
    local_pk = models.CharField(max_length=64)
    remote_id = models.CharField(max_length=512, blank=True, default="")
    collection = models.CharField(max_length=512, blank=True, default="")
    rehomed = models.BooleanField(default=False)
    etag = models.CharField(max_length=255, blank=True, default="")
    stamp = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=[(s.value, s.value) for s in LinkState])
    reason = models.CharField(max_length=64, blank=True, default="")
    origin = models.CharField(max_length=16, choices=[(o.value, o.value) for o in Origin])
    base_local = models.JSONField(default=dict)
    base_remote = models.JSONField(default=dict)
    mapping_version = models.PositiveIntegerField(default=1)
    drift = models.JSONField(default=list)
    frozen = models.JSONField(default=list)
    turns = models.JSONField(default=list)
    pending = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    ties = models.JSONField(default=list)
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
            # The short lists of the card, out of fifty thousand pairs that are as they should be.
            models.Index(
                fields=["connection", "id"],
                condition=models.Q(state=LinkState.ACTIVE.value) & ~models.Q(left_out=[]),
                name="agentbox_sync_link_partial",
            ),
            models.Index(
                fields=["connection", "id"],
                condition=models.Q(state=LinkState.ACTIVE.value) & ~models.Q(frozen=[]),
                name="agentbox_sync_link_frozen",
            ),
            models.Index(fields=["connection", "kind", "state"], name="agentbox_sync_link_state"),
            models.Index(fields=["local_model", "local_pk"], name="agentbox_sync_link_item"),
            # What waits for a person, in the order of its pages and counted without a look at the
            # rows; active links cost nothing here. No IN: SQLite would never use it.
            models.Index(
                fields=["connection", "state", "reason", "id", "error", "local_pk", "kind"],
                condition=_RETAINED | _QUARANTINED,
                name="agentbox_sync_link_waiting",
            ),
            models.Index(
                fields=["connection", "id"],
                condition=SET_ASIDE,
                name="agentbox_sync_link_aside",
            ),
        )

    def __str__(self) -> str:
        return f"link {self.pk}"

    @property
    def has_row(self) -> bool:
        """Tell whether the pair has a row of the CRM, or is an item that waits for a person."""
        return bool(self.local_pk)


class Intent(models.Model):
    """A create that was announced; it is deleted when the item is found to have arrived.

    ``open`` until the outcome is known. A create that never arrived keeps its payloads, because
    the next attempt goes out under the same stamp; ``given_up`` then stays for good, because the
    first attempt may land late and must be known as ours (sync-engine, F7). ``payloads`` are all
    records tried under it, oldest first: if the row was edited between two attempts, the first
    one may be the one that landed (sync-engine, F5). ``sent_at`` is when it was announced, or given
    up: it had gone out by then, however late.
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
