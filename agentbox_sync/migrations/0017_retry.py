"""A run may be begun for what was set aside."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agentbox_sync", "0016_pause")]

    operations = [
        migrations.AlterField(
            model_name="run",
            name="cause",
            field=models.CharField(
                choices=[
                    ("person", "A person"),
                    ("schedule", "The schedule"),
                    ("command", "A command"),
                    ("retry", "A person, for what was set aside"),
                ],
                default="schedule",
                max_length=16,
            ),
        ),
    ]
