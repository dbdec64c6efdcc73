"""A connection knows its settings, so that a card reads both at once; no column changes."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agentbox_sync", "0004_leaving_amounts")]

    operations = [
        migrations.AlterField(
            model_name="contactsettings",
            name="connection",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="%(class)s",
                to="agentbox_sync.connection",
            ),
        )
    ]
