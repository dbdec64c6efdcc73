"""Whether a person has put the item of a pair into another collection, where it stays."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agentbox_sync", "0023_count_withheld")]

    operations = [
        migrations.AddField(
            model_name="link",
            name="rehomed",
            field=models.BooleanField(default=False),
        ),
    ]
