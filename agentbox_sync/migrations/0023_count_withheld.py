"""Have all pairs counted anew: what the CRM may not change is a number of its own."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def forget(apps: Any, schema_editor: Any) -> None:
    """Leave no number behind: every page counts where there is none, until the next run has."""
    connections = apps.get_model("agentbox_sync", "Connection").objects.using(
        schema_editor.connection.alias
    )
    connections.update(tallies=None)


class Migration(migrations.Migration):
    dependencies = [("agentbox_sync", "0022_task_settings")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
