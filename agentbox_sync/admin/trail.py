"""The audit trail in the admin: who did what, for Master Users to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agentbox_sync.admin.records import ReadOnlyAdmin
from agentbox_sync.models import AuditEntry
from agentbox_sync.models.audit import Action
from agentbox_sync.services.wording import audit as words


class ActionFilter(admin.SimpleListFilter):
    """By what was done, in words; without a query for the values that occur."""

    title = gettext_lazy("what was done")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return every deed by its word."""
        del request, model_admin
        return [(value, str(label)) for value, label in Action.choices]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        """Narrow the list to what was chosen."""
        del request
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """One line a deed; nobody adds, changes or deletes one."""

    list_display = ["at", "who", "what", "whose", "details", "through"]
    list_filter = [
        ActionFilter,
        ("actor", admin.RelatedOnlyFieldListFilter),
        ("staff", admin.RelatedOnlyFieldListFilter),
        "at",
    ]
    list_select_related = ["actor", "staff"]
    list_per_page = 50
    ordering = ["-id"]
    search_fields = ["actor_name", "=actor_key", "=staff_key", "=connection__id"]
    search_help_text = gettext_lazy(
        "The name of who did it, or the number of a staff member or a connection."
    )
    fields = ["at", "who", "actor_key", "what", "details", "whose", "staff_key"]
    fields += ["connection", "kind", "through", "subject"]
    readonly_fields = ["who", "what", "whose", "details", "through"]

    @admin.display(description=gettext_lazy("who"), ordering="actor_name")
    def who(self, entry: AuditEntry) -> str:
        """Return who did it, by the name of that time; a command has no name."""
        return entry.actor_name or (_("a user who is gone") if entry.actor_key else _("nobody"))

    @admin.display(description=gettext_lazy("what"), ordering="action")
    def what(self, entry: AuditEntry) -> str:
        """Return the deed in words."""
        return words.title(entry)

    @admin.display(description=gettext_lazy("on the card of"), ordering="staff_key")
    def whose(self, entry: AuditEntry) -> str:
        """Return whose card it was; of a deleted staff record its key."""
        if entry.staff is not None:
            return str(entry.staff)
        return _("staff %(key)s, deleted") % {"key": entry.staff_key} if entry.staff_key else "–"

    @admin.display(description=gettext_lazy("details"))
    def details(self, entry: AuditEntry) -> str:
        """Return about what it was."""
        return words.details(entry) or "–"

    @admin.display(description=gettext_lazy("through"), ordering="doorway")
    def through(self, entry: AuditEntry) -> str:
        """Return the doorway."""
        return words.through(entry)
