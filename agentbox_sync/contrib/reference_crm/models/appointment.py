"""Appointments, appraisals and inspections."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .contact import Contact
from .listing import Listing
from .office import Staff


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Write one like Australia/Sydney."),
            code="time_zone",
            params={"name": name},
        )


class Appointment(models.Model):
    class Kind(models.TextChoices):
        APPOINTMENT = "appointment", _("Appointment")
        APPRAISAL = "appraisal", _("Appraisal")
        INSPECTION = "inspection", _("Inspection")

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(
        _("kind"), max_length=20, choices=Kind.choices, default=Kind.APPOINTMENT
    )
    title = models.CharField(_("title"), max_length=240)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    all_day = models.BooleanField(
        _("all day"),
        default=False,
        help_text=_("From midnight to midnight in the time zone of the appointment."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="Australia/Sydney",
        validators=[validate_time_zone],
        help_text=_("Where the appointment takes place: its clock time is kept there."),
    )
    location = models.CharField(_("location"), max_length=240, blank=True)
    listing = models.ForeignKey(
        Listing,
        verbose_name=_("listing"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="appointments",
    )
    notes = models.TextField(_("notes"), blank=True)
    organiser = models.ForeignKey(
        Staff,
        verbose_name=_("organiser"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="organised_appointments",
    )
    staff = models.ManyToManyField(
        Staff, verbose_name=_("staff"), blank=True, related_name="appointments"
    )
    contacts = models.ManyToManyField(
        Contact, verbose_name=_("contacts"), blank=True, related_name="appointments"
    )
    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.SCHEDULED
    )
    private = models.BooleanField(
        _("private"), default=False, help_text=_("Others see only that the time is taken.")
    )
    reminder_minutes = models.PositiveIntegerField(
        _("reminder"),
        null=True,
        blank=True,
        help_text=_("Minutes before the start; empty for no reminder."),
    )
    recurrence = models.CharField(
        _("recurrence"),
        max_length=240,
        blank=True,
        help_text=_("A rule like FREQ=WEEKLY;BYDAY=SA; empty for a single appointment."),
    )
    excluded_starts = models.JSONField(
        _("excluded starts"),
        default=list,
        blank=True,
        help_text=_("Starts that the rule would give but that do not take place, as ISO times."),
    )
    series = models.ForeignKey(
        "self",
        verbose_name=_("series"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="exceptions",
        help_text=_("The series in which this appointment is an exception."),
    )
    original_start = models.DateTimeField(
        _("original start"),
        null=True,
        blank=True,
        help_text=_("When this exception would have started by the rule of its series."),
    )

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("starts_at")),
                name="crm_appointment_ends_after_start",
                violation_error_message=_("The appointment ends before it starts."),
            ),
            models.CheckConstraint(
                condition=models.Q(series__isnull=True, original_start__isnull=True)
                | models.Q(series__isnull=False, original_start__isnull=False),
                name="crm_appointment_exception_whole",
                violation_error_message=_(
                    "An exception needs both its series and its original start."
                ),
            ),
            models.UniqueConstraint(
                fields=["series", "original_start"],
                condition=models.Q(series__isnull=False),
                name="crm_appointment_exception_once",
                violation_error_message=_("This series already has an exception for that start."),
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at", "ends_at"], name="crm_appointment_times"),
            models.Index(fields=["status", "ends_at"], name="crm_appointment_status"),
        ]

    def __str__(self) -> str:
        return self.title
