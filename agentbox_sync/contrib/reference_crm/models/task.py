"""What a staff member has to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .contact import Contact
from .office import Staff
from .task_series import follows, moved


class Task(models.Model):
    class Priority(models.TextChoices):
        LOW = "low", _("Low")
        NORMAL = "normal", _("Normal")
        HIGH = "high", _("High")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        IN_PROGRESS = "in_progress", _("In progress")
        COMPLETED = "completed", _("Completed")

    staff = models.ForeignKey(
        Staff, verbose_name=_("staff member"), on_delete=models.CASCADE, related_name="tasks"
    )
    title = models.CharField(_("title"), max_length=240)
    notes = models.TextField(_("notes"), blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    remind_at = models.DateTimeField(_("remind at"), null=True, blank=True)
    priority = models.CharField(
        _("priority"), max_length=10, choices=Priority.choices, default=Priority.NORMAL
    )
    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.OPEN
    )
    completed_at = models.DateTimeField(
        _("completed"), null=True, blank=True, help_text=_("Filled in when the task is completed.")
    )
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("contact"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tasks",
    )
    recurrence = models.CharField(
        _("recurrence"),
        max_length=240,
        blank=True,
        help_text=_("A rule like FREQ=MONTHLY;BYMONTHDAY=1; empty for a single task."),
    )

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["staff", "status"], name="crm_task_staff_status"),
            models.Index(fields=["due_on"], name="crm_task_due"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keeps `completed_at` in step with `status`, and a series going, whoever changes it."""
        completed = self.status == self.Status.COMPLETED
        known = self.completed_at is not None
        if completed != known:
            self.completed_at = timezone.now() if completed else None
            if update_fields is not None and "status" in update_fields:
                update_fields = {*update_fields, "completed_at"}
        with transaction.atomic():
            is_done_now = completed and self._was_open()
            super().save(*args, update_fields=update_fields, **kwargs)
            if is_done_now and self.recurrence and self.due_on:
                self._go_on(self.due_on)

    def _was_open(self) -> bool:
        """Whether somebody sees it done for the first time; one that is added done is not."""
        rows = Task.objects.filter(pk=self.pk).exclude(status=self.Status.COMPLETED)
        return self.pk is not None and rows.exists()

    def _go_on(self, was_due: date) -> None:
        """Add the next task of the series, unless it is there: undone and done again is once."""
        following = follows(self.recurrence, was_due)
        if following is None:
            return
        due, rule = following
        Task.objects.get_or_create(
            staff=self.staff,
            title=self.title,
            due_on=due,
            defaults={
                "recurrence": rule,
                "notes": self.notes,
                "priority": self.priority,
                "contact": self.contact,
                "remind_at": moved(self.remind_at, due - was_due),
            },
        )
