"""Listings."""

from __future__ import annotations

from django.contrib import admin

from agentbox_sync.contrib.reference_crm.models import Listing


@admin.register(Listing)
class ListingAdmin(admin.ModelAdmin):
    list_display = ["address"]
    search_fields = ["address"]
