"""What people choose for tasks, and whether the calendar shows them as well."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RETAIN_OR_DELETE = [("retain", "Retain in Exchange"), ("delete", "Delete from Exchange")]


class Migration(migrations.Migration):
    dependencies = [
        ("agentbox_sync", "0021_windows_and_ties"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="calendarsettings",
            name="tasks",
            field=models.BooleanField(default=False, verbose_name="show tasks"),
        ),
        migrations.CreateModel(
            name="TaskSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("disabled", "Disabled"),
                            ("one_way", "One-way: CRM to Exchange"),
                            ("two_way", "Two-way"),
                        ],
                        default="disabled",
                        max_length=16,
                        verbose_name="Sync Status",
                    ),
                ),
                (
                    "removal",
                    models.CharField(
                        choices=RETAIN_OR_DELETE,
                        default="retain",
                        max_length=16,
                        verbose_name="When removed from the CRM",
                    ),
                ),
                (
                    "strict",
                    models.BooleanField(default=False, verbose_name="keep Exchange identical"),
                ),
                (
                    "conflict",
                    models.CharField(
                        choices=[
                            ("crm_wins", "The CRM's value stands"),
                            ("exchange_wins", "Exchange's value stands"),
                        ],
                        default="crm_wins",
                        max_length=16,
                        verbose_name="When both sides changed the same",
                    ),
                ),
                (
                    "deletion",
                    models.CharField(
                        choices=[
                            ("keep", "Keep in the CRM, leave away in Exchange"),
                            ("restore", "Put it back in Exchange"),
                            ("apply", "Follow in the CRM"),
                        ],
                        default="keep",
                        max_length=16,
                        verbose_name="When removed in Exchange",
                    ),
                ),
                (
                    "adoption",
                    models.CharField(
                        choices=[
                            ("ignore", "Leave alone"),
                            ("review", "Ask on the card"),
                            ("import", "Take into the CRM"),
                        ],
                        default="ignore",
                        max_length=16,
                        verbose_name="New in Exchange",
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[("main", "The main folder"), ("own", "An own folder")],
                        default="main",
                        max_length=16,
                        verbose_name="Where in Exchange",
                    ),
                ),
                ("approved", models.CharField(blank=True, editable=False, max_length=64)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "completed",
                    models.CharField(
                        choices=RETAIN_OR_DELETE,
                        default="retain",
                        max_length=16,
                        verbose_name="When completed in the CRM",
                    ),
                ),
                (
                    "categories",
                    models.JSONField(blank=True, default=dict, verbose_name="Outlook categories"),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "connection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)s",
                        to="agentbox_sync.connection",
                    ),
                ),
            ],
            options={
                "verbose_name": "task settings",
                "verbose_name_plural": "task settings",
                "abstract": False,
            },
        ),
    ]
