"""Appointments, appraisals and inspections."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agentbox_sync.admin import WhyPanelMixin
from agentbox_sync.contrib.reference_crm.models import Appointment, Staff

from .contact import SEE_EVERYBODY


@admin.register(Appointment)
class AppointmentAdmin(WhyPanelMixin, admin.ModelAdmin):
    """Everybody sees the office's appointments; a private one only who takes part in it."""

    list_display = ["title", "kind", "starts_at", "ends_at", "organiser", "status"]
    list_filter = ["kind", "status", ("staff", admin.RelatedOnlyFieldListFilter), "starts_at"]
    list_select_related = ["organiser"]
    date_hierarchy = "starts_at"
    search_fields = ["title", "location", "listing__address", "notes"]
    autocomplete_fields = ["listing", "organiser", "staff", "contacts", "series"]
    fieldsets = [
        (None, {"fields": ["title", ("kind", "status"), ("private", "reminder_minutes")]}),
        (_("When"), {"fields": [("starts_at", "ends_at"), ("all_day", "time_zone")]}),
        (_("Where and who"), {"fields": ["listing", "location", "organiser", "staff", "contacts"]}),
        (_("Notes"), {"fields": ["notes"]}),
        (
            _("Repeats"),
            {
                "fields": ["recurrence", "excluded_starts", ("series", "original_start")],
                "classes": ["collapse"],
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appointment]:
        appointments = super().get_queryset(request)
        if request.user.has_perm(SEE_EVERYBODY):
            return appointments
        me = Staff.objects.filter(user=request.user.pk)
        mine = Appointment.staff.through.objects.filter(staff__in=me).values("appointment")
        return appointments.filter(Q(private=False) | Q(organiser__in=me) | Q(pk__in=mine))
