"""Tasks."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agentbox_sync.admin import WhyPanelMixin
from agentbox_sync.contrib.reference_crm.models import Staff, Task

from .contact import SEE_EVERYBODY


@admin.register(Task)
class TaskAdmin(WhyPanelMixin, admin.ModelAdmin):
    """Agents see their own tasks."""

    list_display = ["title", "staff", "due_on", "priority", "status", "contact"]
    list_filter = ["status", "priority", ("staff", admin.RelatedOnlyFieldListFilter), "due_on"]
    list_select_related = ["staff", "contact"]
    search_fields = ["title", "notes", "contact__first_name", "contact__last_name"]
    autocomplete_fields = ["staff", "contact"]
    readonly_fields = ["completed_at"]
    actions = ["complete"]
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

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Whoever writes a task down means to do it."""
        me = Staff.objects.filter(user=request.user.pk).first()
        return {"staff": me and me.pk, **super().get_changeform_initial_data(request)}

    @admin.action(description=_("Mark the chosen tasks as done"), permissions=["change"])
    def complete(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        tasks = list(queryset.exclude(status=Task.Status.COMPLETED))
        for task in tasks:  # each by itself: a series goes on when its task is saved
            task.status = Task.Status.COMPLETED
            task.save()
        done = ngettext("%(number)d task is done.", "%(number)d tasks are done.", len(tasks))
        self.message_user(request, done % {"number": len(tasks)})
