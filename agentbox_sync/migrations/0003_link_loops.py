"""What tells that two sides keep rewriting an atom, and which atoms are frozen for it."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agentbox_sync", "0002_people_decide")]

    operations = [
        migrations.AddField(model_name="link", name="frozen", field=models.JSONField(default=list)),
        migrations.AddField(model_name="link", name="turns", field=models.JSONField(default=list)),
    ]
