"""Offices and the staff card."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agentbox_sync.admin import ConnectionsTabMixin
from agentbox_sync.contrib.reference_crm.models import Office, Staff


@admin.register(Office)
class OfficeAdmin(admin.ModelAdmin):
    list_display = ["name", "staff_count"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Office]:
        return super().get_queryset(request).annotate(staff_number=Count("staff"))

    @admin.display(description=_("staff"), ordering="staff_number")
    def staff_count(self, office: Office) -> int:
        return office.staff_number


@admin.register(Staff)
class StaffAdmin(ConnectionsTabMixin, admin.ModelAdmin):
    """The staff card."""

    list_display = ["full_name", "position", "office", "email", "mobile"]
    list_filter = ["office", "position"]
    list_select_related = ["office"]
    search_fields = ["first_name", "last_name", "email", "position"]
    autocomplete_fields = ["user"]
    fieldsets = [
        (None, {"fields": [("first_name", "last_name"), "position", "office"]}),
        (_("How to reach"), {"fields": ["email", "mobile"]}),
        (_("Sign-in"), {"fields": ["user"]}),
    ]

    @admin.display(description=_("name"), ordering="last_name")
    def full_name(self, staff: Staff) -> str:
        return staff.full_name
