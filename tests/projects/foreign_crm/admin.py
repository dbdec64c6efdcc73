from __future__ import annotations

from django.contrib import admin

from agentbox_sync.admin import ConnectionsTabMixin, WhyPanelMixin
from tests.projects.foreign_crm.models import Employee, Party, PartyMail, PartyPhone, User


class PhoneInline(admin.TabularInline):
    model = PartyPhone


class MailInline(admin.TabularInline):
    model = PartyMail


@admin.register(Party)
class PartyAdmin(WhyPanelMixin, admin.ModelAdmin):
    inlines = (PhoneInline, MailInline)


@admin.register(Employee)
class EmployeeAdmin(ConnectionsTabMixin, admin.ModelAdmin):
    """Its change form is this project's own: templates/admin/foreign_crm/employee/."""

    list_display = ("full_title", "branch")


admin.site.register(User)
