"""Who did what: the trail that outlives people, staff records and connections."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _kept(to: str, verbose_name: str | None = None) -> models.ForeignKey:
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to=to,
        **({"verbose_name": verbose_name} if verbose_name else {}),
    )


class Migration(migrations.Migration):
    # What makes the staff model is a dependency of 0001 already.
    dependencies = [
        ("agentbox_sync", "0013_invitation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True, verbose_name="when")),
                (
                    "actor_key",
                    models.CharField(blank=True, max_length=64, verbose_name="key of who did it"),
                ),
                (
                    "actor_name",
                    models.CharField(blank=True, max_length=150, verbose_name="name at the time"),
                ),
                ("action", models.CharField(max_length=32, verbose_name="what")),
                ("doorway", models.CharField(max_length=16, verbose_name="through")),
                (
                    "staff_key",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="key of the staff record"
                    ),
                ),
                ("kind", models.CharField(blank=True, max_length=16)),
                ("subject", models.JSONField(default=dict, verbose_name="about")),
                ("actor", _kept(settings.AUTH_USER_MODEL, "who")),
                ("staff", _kept(settings.AGENTBOX_STAFF_MODEL, "on the card of")),
                ("connection", _kept("agentbox_sync.connection")),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit entries",
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["staff_key", "-id"], name="agentbox_sync_audit_staff")
                ],
            },
        ),
    ]
