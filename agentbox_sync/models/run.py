"""One run of the engine."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agentbox_sync.models.connection import Connection


class Run(models.Model):
    """A run that was asked for, or that did something; an idle tick writes none.

    ``counts`` is the report by kind, summed up in the three numbers behind it (``changes`` are
    the lines of its log); ``error`` is the code of what stopped it.
    """

    class State(models.TextChoices):
        """Where a run stands."""

        QUEUED = "queued", _("Waiting for a worker")
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")

    class Cause(models.TextChoices):
        """What started a run."""

        PERSON = "person", _("A person")
        SCHEDULE = "schedule", _("The schedule")
        COMMAND = "command", _("A command")
        RETRY = "retry", _("A person, for what was set aside")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    cause = models.CharField(max_length=16, choices=Cause, default=Cause.SCHEDULE)
    kinds = models.JSONField(default=list)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    requests = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    count_changes = models.PositiveIntegerField(default=0)
    set_aside = models.PositiveIntegerField(default=0)
    held_back = models.PositiveIntegerField(default=0)
    unfinished = models.BooleanField(default=False)
    error = models.CharField(max_length=64, blank=True, default="")
    error_detail = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        default_permissions = ("view",)
        constraints = (
            # A double click, two tabs, a person and the schedule: one run.
            models.UniqueConstraint(
                fields=["connection"],
                condition=~models.Q(state="finished"),
                name="agentbox_sync_one_open_run",
            ),
        )
        indexes = (
            models.Index(fields=["connection", "-id"], name="agentbox_sync_run_latest"),
            # All that a day of the chart is made from: ten thousand rows need not be opened for it.
            models.Index(
                fields=[
                    "connection",
                    "state",
                    "finished_at",
                    "count_changes",
                    "set_aside",
                    "held_back",
                    "unfinished",
                    "error",
                ],
                name="agentbox_sync_run_finished",
            ),
            # The few that somebody looks for: each filter of the history asks for one of these.
            models.Index(
                fields=["connection", "-id"],
                condition=~models.Q(error="")
                | models.Q(set_aside__gt=0)
                | models.Q(held_back__gt=0)
                | models.Q(unfinished=True),
                name="agentbox_sync_run_troubled",
            ),
        )

    def __str__(self) -> str:
        return f"run {self.pk}"
