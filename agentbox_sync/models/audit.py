"""Who did what: one row a deed, written once and never changed."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync import conf
from agentbox_sync.models.connection import Connection


class Written(TypeError):
    """An entry of the trail cannot be changed or deleted; write a new one about what happened."""


class Action(models.TextChoices):
    """What a person did. Not the choices of the column, so that a new one needs no migration."""

    CONNECTED = "connected", _("Connected")
    SIGNED_IN_AGAIN = "signed_in_again", _("Signed in again")
    DISCONNECTED = "disconnected", _("Disconnected")
    LEAVING = "leaving", _("Began to remove everything from Exchange")
    STAYED = "stayed", _("Stopped the removal and stayed connected")
    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("Resumed")
    CONFIGURED = "configured", _("Changed settings")
    APPROVED = "approved", _("Said go")
    LET_GO = "let_go", _("Let removals go")
    SYNC_ASKED = "sync_asked", _("Asked for a sync")
    DECIDED = "decided", _("Decided")
    KEPT = "kept", _("Let the rule stand")
    WITHDRAWN = "withdrawn", _("Took a decision back")
    UNDONE = "undone", _("Undid a change")
    RETRIED = "retried", _("Tried again what was set aside")
    SELF_MANAGED = "self_managed", _("Changed who may manage the card")
    SWITCHED = "switched", _("Switched a provider")
    INVITED = "invited", _("Made an invitation")
    INVITATION_MAILED = "invitation_mailed", _("Sent an invitation")
    INVITATION_WITHDRAWN = "invitation_withdrawn", _("Withdrew an invitation")
    ORGANISATION_CONNECTED = "organisation_connected", _("Connected the organisation")
    ORGANISATION_ENDED = "organisation_ended", _("Disconnected the organisation")
    ORGANISATION_CHECKED = "organisation_checked", _("Looked whether Microsoft lets the CRM in")
    MAILBOXES_MATCHED = "mailboxes_matched", _("Looked the staff up in the organisation")
    ERASED = "erased", _("Erased what is remembered of an item")


class Doorway(models.TextChoices):
    """Through what it was done."""

    PAGE = "page", _("A page")
    COMMAND = "command", _("A command")
    WORKER = "worker", _("The worker, for a person")
    HOST = "host", _("The CRM, by deleting a staff record")


class _WrittenOnce(models.QuerySet["AuditEntry"]):
    def update(self, **_: Any) -> NoReturn:
        raise Written("the trail is not changed")

    def delete(self) -> NoReturn:
        raise Written("the trail is not deleted; its retention time is AUDIT_RETENTION_DAYS")

    def bulk_update(self, *_: Any, **__: Any) -> NoReturn:
        raise Written("the trail is not changed")


class AuditEntry(models.Model):
    """One deed of a person. It outlives the person, the staff record and the connection.

    ``subject`` holds plain ids, numbers and choice values: what was decided about what, and of
    settings of ours what they were before and after. Never an address, a name of a contact, or
    what an item says.
    """

    at = models.DateTimeField(_("when"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    actor_key = models.CharField(_("key of who did it"), max_length=64, blank=True)
    actor_name = models.CharField(_("name at the time"), max_length=150, blank=True)
    action = models.CharField(_("what"), max_length=32)
    doorway = models.CharField(_("through"), max_length=16)
    staff = models.ForeignKey(
        conf.staff_model(),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("on the card of"),
    )
    staff_key = models.CharField(_("key of the staff record"), max_length=64, blank=True)
    connection = models.ForeignKey(
        Connection, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    kind = models.CharField(max_length=16, blank=True)
    subject = models.JSONField(_("about"), default=dict)

    objects = _WrittenOnce.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        default_permissions = ("view",)
        indexes = (models.Index(fields=["staff_key", "-id"], name="agentbox_sync_audit_staff"),)

    def __str__(self) -> str:
        return f"audit entry {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new entry; raises Written for one that is there already."""
        if not self._state.adding:
            raise Written("the trail is not changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        del args, kwargs
        raise Written("the trail is not deleted; its retention time is AUDIT_RETENTION_DAYS")
