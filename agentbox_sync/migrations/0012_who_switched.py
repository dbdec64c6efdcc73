"""Who allowed a staff member to manage their own settings, and who switched a provider."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _who() -> models.ForeignKey:
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("agentbox_sync", "0011_requests_spent"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        operation
        for model in ("staffsettings", "providerswitch")
        for operation in (
            migrations.AddField(model_name=model, name="changed_by", field=_who()),
            migrations.AddField(
                model_name=model,
                name="changed_at",
                field=models.DateTimeField(blank=True, null=True),
            ),
        )
    ]
