"""How many items of each kind a person confirmed to be removed before a disconnect."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agentbox_sync", "0003_link_loops")]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="leaving_amounts",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="connection",
            name="leaving_merged",
            field=models.BooleanField(default=False),
        ),
    ]
