"""What happened, for those who look after connections: to be read, never to be changed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agentbox_sync.models import (
    Change,
    Connection,
    Decision,
    Invitation,
    Link,
    ProviderSwitch,
    Review,
    Run,
    StaffSettings,
)
from agentbox_sync.permissions import is_master_user


class MasterUserAdmin(admin.ModelAdmin):
    """Pages for Master Users, whatever model permissions they hold beside."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the app in the admin's index."""
        return is_master_user(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let Master Users read."""
        del obj
        return is_master_user(request.user)


class ReadOnlyAdmin(MasterUserAdmin):
    """A log: an entry that a person could edit would prove nothing."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        del request
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        del request, obj
        return False


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    """Without the tokens: not even sealed ones are shown."""

    change_list_template = "agentbox_sync/admin/connection_list.html"

    list_display = ["id", "staff", "provider", "state", "user_name", "succeeded_at", "failures"]
    list_filter = ["state", "provider"]
    list_select_related = ["staff"]
    search_fields = ["user_name", "display_name"]
    exclude = ["tokens"]


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """One line a run."""

    list_display = ["id", "connection", "cause", "state", "asked_at", "finished_at", "error"]
    list_filter = ["state", "cause", "error"]
    list_select_related = ["connection"]
    date_hierarchy = "asked_at"


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    """One line for each thing that a run did to an item."""

    list_display = ["id", "at", "connection", "kind", "action", "cause", "outcome", "local_pk"]
    list_filter = ["kind", "action", "outcome"]
    list_select_related = ["connection"]
    search_fields = ["=local_pk"]
    raw_id_fields = ["link", "run"]


@admin.register(Link)
class LinkAdmin(ReadOnlyAdmin):
    """One line for each remembered pair."""

    list_display = ["id", "connection", "kind", "local_pk", "state", "reason", "error"]
    list_filter = ["kind", "state", "origin"]
    list_select_related = ["connection"]
    search_fields = ["=local_pk", "=remote_id", "=stamp"]


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Guard stops, and who let them go."""

    list_display = ["id", "connection", "kind", "opened_at", "approved_by", "closed_at"]
    list_filter = ["kind"]
    list_select_related = ["connection", "approved_by"]


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """What people decided about single items, and what became of it."""

    list_display = ["id", "decided_at", "connection", "kind", "verb", "decided_by", "outcome"]
    list_filter = ["kind", "verb", "outcome"]
    list_select_related = ["connection", "decided_by"]
    search_fields = ["=local_pk"]
    raw_id_fields = ["link", "change"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Who was invited to connect, by whom, and what became of it."""

    list_display = ["id", "staff", "made_by", "made_at", "expires_at", "used_at", "withdrawn_at"]
    list_select_related = ["staff", "made_by"]
    exclude = ["digest"]


@admin.register(ProviderSwitch)
class ProviderSwitchAdmin(ReadOnlyAdmin):
    """Where a provider is offered; it is switched on a page of its own."""

    list_display = ["provider", "office", "offered", "changed_by", "changed_at"]
    list_select_related = ["changed_by"]


@admin.register(StaffSettings)
class StaffSettingsAdmin(ReadOnlyAdmin):
    """Who may manage their own card, and who allowed it."""

    list_display = ["staff", "self_managed", "changed_by", "changed_at"]
    list_filter = ["self_managed"]
    list_select_related = ["staff", "changed_by"]
