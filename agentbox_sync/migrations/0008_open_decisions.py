"""What every run asks for: the decisions of people that are still open."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agentbox_sync", "0007_reviews")]

    operations = [
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                fields=["connection", "kind"],
                condition=models.Q(closed_at=None),
                name="agentbox_sync_decision_open",
            ),
        ),
    ]
