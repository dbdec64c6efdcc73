"""Who is connected to which mailbox, and in what state."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync import conf
from agentbox_sync.models.fields import SealedTextField
from agentbox_sync.models.organisation import Organisation


class Provider(models.TextChoices):
    """Where a staff member can be connected to."""

    MICROSOFT = "microsoft", _("Microsoft 365 (Office 365)")


class StaffSettings(models.Model):
    """What a Master User allows one staff member."""

    staff = models.OneToOneField(conf.staff_model(), on_delete=models.CASCADE, related_name="+")
    self_managed = models.BooleanField(
        _("may manage their own connection"),
        default=False,
        help_text=_("Let this staff member manage their own settings."),
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("staff settings")
        verbose_name_plural = _("staff settings")

    def __str__(self) -> str:
        return f"staff {self.staff_id}"


class ProviderSwitch(models.Model):
    """Whether a provider is offered; ``office`` is empty for the whole site.

    A provider without a row is offered: a company that installs the app wants to use it.
    """

    provider = models.CharField(max_length=32, choices=Provider)
    office = models.CharField(max_length=128, blank=True, default="")
    offered = models.BooleanField(default=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("provider switch")
        verbose_name_plural = _("provider switches")
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "office"], name="agentbox_sync_switch_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.provider} {self.office or '*'}: {self.offered}"


class _WithoutTokens(models.Manager["Connection"]):
    """Leaves the tokens sealed until somebody asks for them.

    Opening them costs time on every page, and a key that was dropped too early would turn every
    page and command into an error instead of one connection into "needs a setting".
    """

    def get_queryset(self) -> models.QuerySet[Connection]:
        return super().get_queryset().defer("tokens")


class Connection(models.Model):
    """One mailbox bound to one staff record. It outlives a disconnect, so that links can rest."""

    class State(models.TextChoices):
        """What can be done with the connection."""

        CONNECTED = "connected", _("Connected")
        NEEDS_SIGN_IN = "needs_sign_in", _("Needs sign-in")
        SUSPENDED = "suspended", _("Suspended")
        PAUSED = "paused", _("Paused")
        DISCONNECTED = "disconnected", _("Disconnected")

    staff = models.ForeignKey(
        conf.staff_model(),
        on_delete=models.SET_NULL,  # never block the host's own delete
        null=True,
        related_name="+",
    )
    provider = models.CharField(max_length=32, choices=Provider, default=Provider.MICROSOFT)
    tenant_id = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64)
    user_name = models.CharField(max_length=320, blank=True)
    display_name = models.CharField(max_length=256, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    scopes = models.JSONField(default=list)
    state = models.CharField(max_length=16, choices=State, default=State.CONNECTED)
    reason = models.CharField(max_length=64, blank=True)
    reason_parameters = models.JSONField(default=dict, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    wake = models.BooleanField(default=False)
    wants_full = models.BooleanField(default=False)
    queued_at = models.DateTimeField(null=True, blank=True)
    polled_at = models.DateTimeField(null=True, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    tokens = SealedTextField(blank=True, default="", editable=False)
    # The way in: the organisation that lets us in, or none where the person has signed in.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="connections"
    )
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    connected_at = models.DateTimeField()
    disconnected_at = models.DateTimeField(null=True, blank=True)
    # A pause lies over what Microsoft allows: what that is meanwhile, it becomes again afterwards.
    paused_state = models.CharField(max_length=16, blank=True, default="", editable=False)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # How many pairs stand how, counted when a run ends; nothing where none ever did.
    tallies = models.JSONField(null=True, default=None, editable=False)
    # Set while what we put into the mailbox is being removed: the end of that is the disconnect.
    # The amounts are what the person confirmed, by kind; they stay as a record afterwards.
    leaving_at = models.DateTimeField(null=True, blank=True)
    leaving_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    leaving_amounts = models.JSONField(default=dict, blank=True)
    # What was edited in Exchange has been taken in; from here on nothing is created there.
    leaving_merged = models.BooleanField(default=False)

    objects = _WithoutTokens()

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        default_permissions = ("view",)
        permissions = (("manage_connections", _("Can manage everybody's connections")),)
        constraints = (
            models.UniqueConstraint(
                fields=["staff", "provider"],
                condition=~models.Q(state="disconnected"),
                name="agentbox_sync_one_live_per_staff",
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "object_id"],
                condition=~models.Q(state="disconnected"),
                name="agentbox_sync_one_live_per_mailbox",
            ),
        )
        indexes = (models.Index(fields=["state", "polled_at"], name="agentbox_sync_due"),)

    def __str__(self) -> str:
        return f"connection {self.pk}"

    @property
    def is_leaving(self) -> bool:
        """Tell whether what we put into the mailbox is being removed, before it is let go."""
        return self.leaving_at is not None

    @property
    def is_paused(self) -> bool:
        """Tell whether a person wants nothing to be read or written until somebody resumes it."""
        return self.state == self.State.PAUSED

    @property
    def is_live(self) -> bool:
        """Tell whether the mailbox is bound to the staff record now."""
        return self.state != self.State.DISCONNECTED
