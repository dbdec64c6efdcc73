"""How many requests were sent to a mailbox, and a pause that Microsoft asked for."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agentbox_sync", "0010_tallies"),
    ]

    operations = [
        migrations.AddField(
            model_name="lease",
            name="spent",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="lease",
            name="quiet_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
