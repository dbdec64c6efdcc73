"""Collections of our own, and where each item lies that is linked already."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def tell_where_items_lie(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Until now there was one collection a kind: whatever is linked was put or met there."""
    using = schema_editor.connection.alias
    links = apps.get_model("agentbox_sync", "Link").objects.using(using)
    collections = apps.get_model("agentbox_sync", "Collection").objects.using(using)
    for row in collections.filter(is_open=True).exclude(remote_id="").iterator():
        links.filter(connection_id=row.connection_id, kind=row.kind, collection="").exclude(
            remote_id=""
        ).update(collection=row.remote_id)


class Migration(migrations.Migration):
    dependencies = [("agentbox_sync", "0008_open_decisions")]

    operations = [
        migrations.AddField(
            model_name="collection",
            name="announced_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="collection",
            name="moving",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="collection",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(tell_where_items_lie, migrations.RunPython.noop),
    ]
