from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from agentbox_sync.contrib.reference_crm.models.appointment import validate_time_zone


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactClass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                (
                    "special",
                    models.BooleanField(
                        default=False,
                        help_text="A class of the office's own making, beside the standard ones.",
                        verbose_name="special",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact class",
                "verbose_name_plural": "contact classes",
                "ordering": ["special", "name"],
            },
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=240, verbose_name="address")),
            ],
            options={
                "verbose_name": "listing",
                "verbose_name_plural": "listings",
                "ordering": ["address", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Office",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
            ],
            options={
                "verbose_name": "office",
                "verbose_name_plural": "offices",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "first_name",
                    models.CharField(blank=True, max_length=80, verbose_name="first name"),
                ),
                (
                    "last_name",
                    models.CharField(blank=True, max_length=80, verbose_name="last name"),
                ),
                ("company", models.CharField(blank=True, max_length=160, verbose_name="company")),
                (
                    "job_title",
                    models.CharField(blank=True, max_length=120, verbose_name="job title"),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "email_2",
                    models.EmailField(blank=True, max_length=254, verbose_name="second e-mail"),
                ),
                ("mobile", models.CharField(blank=True, max_length=40, verbose_name="mobile")),
                (
                    "phone_home",
                    models.CharField(blank=True, max_length=40, verbose_name="home phone"),
                ),
                (
                    "phone_work",
                    models.CharField(blank=True, max_length=40, verbose_name="work phone"),
                ),
                ("street", models.CharField(blank=True, max_length=200, verbose_name="street")),
                ("suburb", models.CharField(blank=True, max_length=80, verbose_name="suburb")),
                ("state", models.CharField(blank=True, max_length=40, verbose_name="state")),
                ("postcode", models.CharField(blank=True, max_length=12, verbose_name="postcode")),
                ("country", models.CharField(blank=True, max_length=80, verbose_name="country")),
                ("birthday", models.DateField(blank=True, null=True, verbose_name="birthday")),
                ("website", models.CharField(blank=True, max_length=200, verbose_name="website")),
                ("notes", models.TextField(blank=True, verbose_name="notes")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="last changed")),
                (
                    "classes",
                    models.ManyToManyField(
                        blank=True,
                        related_name="contacts",
                        to="agentbox_crm.contactclass",
                        verbose_name="classes",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "ordering": ["last_name", "first_name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_name", models.CharField(max_length=80, verbose_name="first name")),
                (
                    "last_name",
                    models.CharField(blank=True, max_length=80, verbose_name="last name"),
                ),
                (
                    "email",
                    models.EmailField(
                        help_text=(
                            "The person's address at work, which is usually also the Microsoft "
                            "account."
                        ),
                        max_length=254,
                        unique=True,
                        verbose_name="e-mail",
                    ),
                ),
                ("mobile", models.CharField(blank=True, max_length=40, verbose_name="mobile")),
                (
                    "position",
                    models.CharField(
                        blank=True,
                        help_text="For example: Sales Agent.",
                        max_length=80,
                        verbose_name="position",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff",
                        to="agentbox_crm.office",
                        verbose_name="office",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        help_text=(
                            "The login this person uses. A person without one cannot sign in."
                        ),
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="staff",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="login",
                    ),
                ),
            ],
            options={
                "verbose_name": "staff member",
                "verbose_name_plural": "staff",
                "ordering": ["last_name", "first_name", "pk"],
                "permissions": [
                    ("see_everybody", "Can see the contacts, appointments and tasks of everybody")
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactAccess",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("primary_owner", "Primary Owner"),
                            ("full_access", "Full Access"),
                            ("view_only", "View Only"),
                        ],
                        default="primary_owner",
                        help_text=(
                            "Primary Owner and Full Access may change the contact, View Only may "
                            "not."
                        ),
                        max_length=20,
                        verbose_name="access",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="access",
                        to="agentbox_crm.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact_access",
                        to="agentbox_crm.staff",
                        verbose_name="staff member",
                    ),
                ),
            ],
            options={
                "verbose_name": "access to a contact",
                "verbose_name_plural": "access to contacts",
            },
        ),
        migrations.AddField(
            model_name="contact",
            name="staff",
            field=models.ManyToManyField(
                related_name="contacts",
                through="agentbox_crm.ContactAccess",
                to="agentbox_crm.staff",
                verbose_name="staff with access",
            ),
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("appointment", "Appointment"),
                            ("appraisal", "Appraisal"),
                            ("inspection", "Inspection"),
                        ],
                        default="appointment",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=240, verbose_name="title")),
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                (
                    "all_day",
                    models.BooleanField(
                        default=False,
                        help_text="From midnight to midnight in the time zone of the appointment.",
                        verbose_name="all day",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="Australia/Sydney",
                        help_text=(
                            "Where the appointment takes place: its clock time is kept there."
                        ),
                        max_length=64,
                        validators=[validate_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("location", models.CharField(blank=True, max_length=240, verbose_name="location")),
                ("notes", models.TextField(blank=True, verbose_name="notes")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("scheduled", "Scheduled"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="scheduled",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "private",
                    models.BooleanField(
                        default=False,
                        help_text="Others see only that the time is taken.",
                        verbose_name="private",
                    ),
                ),
                (
                    "reminder_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Minutes before the start; empty for no reminder.",
                        null=True,
                        verbose_name="reminder",
                    ),
                ),
                (
                    "recurrence",
                    models.CharField(
                        blank=True,
                        help_text=(
                            "A rule like FREQ=WEEKLY;BYDAY=SA; empty for a single appointment."
                        ),
                        max_length=240,
                        verbose_name="recurrence",
                    ),
                ),
                (
                    "excluded_starts",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text=(
                            "Starts that the rule would give but that do not take place, as ISO "
                            "times."
                        ),
                        verbose_name="excluded starts",
                    ),
                ),
                (
                    "original_start",
                    models.DateTimeField(
                        blank=True,
                        help_text=(
                            "When this exception would have started by the rule of its series."
                        ),
                        null=True,
                        verbose_name="original start",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        blank=True,
                        help_text="The series in which this appointment is an exception.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exceptions",
                        to="agentbox_crm.appointment",
                        verbose_name="series",
                    ),
                ),
                (
                    "contacts",
                    models.ManyToManyField(
                        blank=True,
                        related_name="appointments",
                        to="agentbox_crm.contact",
                        verbose_name="contacts",
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="appointments",
                        to="agentbox_crm.listing",
                        verbose_name="listing",
                    ),
                ),
                (
                    "organiser",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="organised_appointments",
                        to="agentbox_crm.staff",
                        verbose_name="organiser",
                    ),
                ),
                (
                    "staff",
                    models.ManyToManyField(
                        blank=True,
                        related_name="appointments",
                        to="agentbox_crm.staff",
                        verbose_name="staff",
                    ),
                ),
            ],
            options={
                "verbose_name": "appointment",
                "verbose_name_plural": "appointments",
                "ordering": ["starts_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=240, verbose_name="title")),
                ("notes", models.TextField(blank=True, verbose_name="notes")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due")),
                (
                    "remind_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="remind at"),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[("low", "Low"), ("normal", "Normal"), ("high", "High")],
                        default="normal",
                        max_length=10,
                        verbose_name="priority",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("in_progress", "In progress"),
                            ("completed", "Completed"),
                        ],
                        default="open",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "completed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Filled in when the task is completed.",
                        null=True,
                        verbose_name="completed",
                    ),
                ),
                (
                    "recurrence",
                    models.CharField(
                        blank=True,
                        help_text="A rule like FREQ=MONTHLY;BYMONTHDAY=1; empty for a single task.",
                        max_length=240,
                        verbose_name="recurrence",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tasks",
                        to="agentbox_crm.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="agentbox_crm.staff",
                        verbose_name="staff member",
                    ),
                ),
            ],
            options={
                "verbose_name": "task",
                "verbose_name_plural": "tasks",
                "ordering": ["due_on", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="contactaccess",
            index=models.Index(fields=["staff", "level"], name="crm_access_staff_level"),
        ),
        migrations.AddConstraint(
            model_name="contactaccess",
            constraint=models.UniqueConstraint(
                fields=("contact", "staff"),
                name="crm_access_once",
                violation_error_message="This staff member already has access to the contact.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["primary_owner", "full_access", "view_only"])),
                name="crm_access_level_known",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["last_name", "first_name"], name="crm_contact_name"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["updated_at"], name="crm_contact_updated"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["email"], name="crm_contact_email"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["starts_at", "ends_at"], name="crm_appointment_times"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["status", "ends_at"], name="crm_appointment_status"),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gte", models.F("starts_at"))),
                name="crm_appointment_ends_after_start",
                violation_error_message="The appointment ends before it starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("original_start__isnull", True), ("series__isnull", True)),
                    models.Q(("original_start__isnull", False), ("series__isnull", False)),
                    _connector="OR",
                ),
                name="crm_appointment_exception_whole",
                violation_error_message=(
                    "An exception needs both its series and its original start."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("series__isnull", False)),
                fields=("series", "original_start"),
                name="crm_appointment_exception_once",
                violation_error_message="This series already has an exception for that start.",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["staff", "status"], name="crm_task_staff_status"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["due_on"], name="crm_task_due"),
        ),
    ]
