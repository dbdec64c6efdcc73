"""Tasks."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agentbox_sync.contrib.reference_crm.models import Task

from .contact import SEE_EVERYBODY


@admin.register(Task)
class TaskAdmin(admin.ModelAdmin):
    """Agents see their own tasks."""

    list_display = ["title", "staff", "due_on", "priority", "status", "contact"]
    list_filter = ["status", "priority", ("staff", admin.RelatedOnlyFieldListFilter), "due_on"]
    list_select_related = ["staff", "contact"]
    search_fields = ["title", "notes", "contact__first_name", "contact__last_name"]
    autocomplete_fields = ["staff", "contact"]
    readonly_fields = ["completed_at"]
    fieldsets = [
        (None, {"fields": ["title", "staff", "contact"]}),
        (_("When"), {"fields": [("due_on", "remind_at"), "recurrence"]}),
        (_("State"), {"fields": [("status", "priority"), "completed_at"]}),
        (_("Notes"), {"fields": ["notes"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Task]:
        tasks = super().get_queryset(request)
        if request.user.has_perm(SEE_EVERYBODY):
            return tasks
        return tasks.filter(staff__user=request.user.pk)
