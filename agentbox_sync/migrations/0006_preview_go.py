"""Who waits for a preview, what the guard would stop of it, and what became of its go."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agentbox_sync", "0005_settings_by_connection"),
    ]

    operations = [
        migrations.AddField(
            model_name="preview",
            name="held",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="preview",
            name="limit",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="preview",
            name="queued_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="preview",
            name="state",
            field=models.CharField(
                choices=[
                    ("asked", "Waiting for a worker"),
                    ("making", "Comparing"),
                    ("ready", "Ready"),
                    ("failed", "Failed"),
                    ("given", "Somebody said go"),
                    ("done", "Carried out"),
                ],
                default="asked",
                max_length=16,
            ),
        ),
    ]
