"""Counts that pages read, and the indexes of the card's short lists."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agentbox_sync", "0009_own_collections"),
    ]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="tallies",
            field=models.JSONField(default=None, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(
                condition=models.Q(("state", "active"), models.Q(("left_out", []), _negated=True)),
                fields=["connection", "id"],
                name="agentbox_sync_link_partial",
            ),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(
                condition=models.Q(("state", "active"), models.Q(("frozen", []), _negated=True)),
                fields=["connection", "id"],
                name="agentbox_sync_link_frozen",
            ),
        ),
    ]
