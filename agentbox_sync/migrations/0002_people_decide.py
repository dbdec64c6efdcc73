"""What people decide, previews, own collections, and leaving with everything removed."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agentbox_sync", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="collection",
            name="stamp",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="connection",
            name="leaving_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="leaving_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contactsettings",
            name="categories",
            field=models.JSONField(blank=True, default=dict, verbose_name="Outlook categories"),
        ),
        migrations.AddField(
            model_name="contactsettings",
            name="target",
            field=models.CharField(
                choices=[("main", "The main folder"), ("own", "An own folder")],
                default="main",
                max_length=16,
                verbose_name="Where in Exchange",
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="collection",
            field=models.CharField(blank=True, default="", max_length=512),
        ),
        migrations.AlterField(
            model_name="collection",
            name="remote_id",
            field=models.CharField(blank=True, default="", max_length=512),
        ),
        migrations.CreateModel(
            name="Preview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waiting for a worker"),
                            ("making", "Comparing"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                        ],
                        default="asked",
                        max_length=16,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                ("counts", models.JSONField(default=dict)),
                ("plan_hash", models.CharField(blank=True, default="", max_length=64)),
                ("error", models.CharField(blank=True, default="", max_length=64)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="previews",
                        to="agentbox_sync.connection",
                    ),
                ),
            ],
            options={
                "verbose_name": "preview",
                "verbose_name_plural": "previews",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PreviewRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("group", models.CharField(max_length=16)),
                ("number", models.PositiveIntegerField()),
                ("action", models.CharField(max_length=16)),
                ("cause", models.CharField(max_length=64)),
                ("local_model", models.CharField(blank=True, default="", max_length=128)),
                ("local_pk", models.CharField(blank=True, default="", max_length=64)),
                ("link_id", models.BigIntegerField(default=0)),
                ("remote_id", models.CharField(blank=True, default="", max_length=512)),
                ("push", models.JSONField(default=list)),
                ("pull", models.JSONField(default=list)),
                ("conflicts", models.JSONField(default=list)),
                ("blanks", models.JSONField(default=list)),
                (
                    "preview",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="agentbox_sync.preview",
                    ),
                ),
            ],
            options={
                "verbose_name": "row of a preview",
                "verbose_name_plural": "rows of previews",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("local_model", models.CharField(blank=True, default="", max_length=128)),
                ("local_pk", models.CharField(blank=True, default="", max_length=64)),
                ("verb", models.CharField(max_length=16)),
                ("parameters", models.JSONField(default=dict)),
                ("decided_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=32)),
                (
                    "change",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="decisions",
                        to="agentbox_sync.change",
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="agentbox_sync.connection",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="decisions",
                        to="agentbox_sync.link",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision",
                "verbose_name_plural": "decisions",
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(
                        fields=["connection", "kind", "-id"], name="agentbox_sync_decision_log"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("link",),
                        name="agentbox_sync_one_open_decision",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="preview",
            constraint=models.UniqueConstraint(
                fields=("connection", "kind"), name="agentbox_sync_one_preview"
            ),
        ),
        migrations.AddConstraint(
            model_name="previewrow",
            constraint=models.UniqueConstraint(
                fields=("preview", "group", "number"), name="agentbox_sync_preview_row"
            ),
        ),
    ]
