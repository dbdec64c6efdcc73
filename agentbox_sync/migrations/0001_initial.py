"""Everything agentbox_sync remembers.

Written by hand where the host decides: the staff model is a setting, and so is the migration that
makes it when that is not the first one of its app.
"""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import agentbox_sync.models.fields


def _staff_dependency() -> tuple[str, str]:
    named = getattr(settings, "AGENTBOX_STAFF_MIGRATION", "")
    if named:
        app_label, _, name = named.partition(".")
        return app_label, name
    return migrations.swappable_dependency(settings.AGENTBOX_STAFF_MODEL)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        _staff_dependency(),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=64, unique=True)),
                ("beaten_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "heartbeat",
                "verbose_name_plural": "heartbeats",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Lease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=128, unique=True)),
                ("owner", models.CharField(blank=True, default="", max_length=64)),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("token", models.BigIntegerField(default=0)),
            ],
            options={
                "verbose_name": "lease",
                "verbose_name_plural": "leases",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Connection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "provider",
                    models.CharField(
                        choices=[("microsoft", "Microsoft 365 (Office 365)")],
                        default="microsoft",
                        max_length=32,
                    ),
                ),
                ("tenant_id", models.CharField(max_length=64)),
                ("object_id", models.CharField(max_length=64)),
                ("user_name", models.CharField(blank=True, max_length=320)),
                ("display_name", models.CharField(blank=True, max_length=256)),
                ("zone", models.CharField(blank=True, max_length=64)),
                ("scopes", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("connected", "Connected"),
                            ("needs_sign_in", "Needs sign-in"),
                            ("suspended", "Suspended"),
                            ("paused", "Paused"),
                            ("disconnected", "Disconnected"),
                        ],
                        default="connected",
                        max_length=16,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=64)),
                ("reason_parameters", models.JSONField(blank=True, default=dict)),
                ("not_before", models.DateTimeField(blank=True, null=True)),
                ("wake", models.BooleanField(default=False)),
                ("wants_full", models.BooleanField(default=False)),
                ("queued_at", models.DateTimeField(blank=True, null=True)),
                ("polled_at", models.DateTimeField(blank=True, null=True)),
                ("scanned_at", models.DateTimeField(blank=True, null=True)),
                ("succeeded_at", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                (
                    "tokens",
                    agentbox_sync.models.fields.SealedTextField(
                        blank=True, default="", editable=False
                    ),
                ),
                ("connected_at", models.DateTimeField()),
                ("disconnected_at", models.DateTimeField(blank=True, null=True)),
                (
                    "connected_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AGENTBOX_STAFF_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "connection",
                "verbose_name_plural": "connections",
                "permissions": (("manage_connections", "Can manage everybody's connections"),),
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Collection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("remote_id", models.CharField(max_length=512)),
                ("link", models.TextField(blank=True, default="")),
                ("complete", models.BooleanField(default=False)),
                ("census", models.BooleanField(default=False)),
                ("generation", models.PositiveIntegerField(default=0)),
                ("listed_at", models.DateTimeField(blank=True, null=True)),
                ("is_open", models.BooleanField(default=True)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="agentbox_sync.connection",
                    ),
                ),
            ],
            options={
                "verbose_name": "collection",
                "verbose_name_plural": "collections",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ContactSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("disabled", "Disabled"),
                            ("one_way", "One-way: CRM to Exchange"),
                            ("two_way", "Two-way"),
                        ],
                        default="disabled",
                        max_length=16,
                        verbose_name="Sync Status",
                    ),
                ),
                (
                    "removal",
                    models.CharField(
                        choices=[
                            ("retain", "Retain in Exchange"),
                            ("delete", "Delete from Exchange"),
                        ],
                        default="retain",
                        max_length=16,
                        verbose_name="When removed from the CRM",
                    ),
                ),
                (
                    "strict",
                    models.BooleanField(default=False, verbose_name="keep Exchange identical"),
                ),
                (
                    "conflict",
                    models.CharField(
                        choices=[
                            ("crm_wins", "The CRM's value stands"),
                            ("exchange_wins", "Exchange's value stands"),
                        ],
                        default="crm_wins",
                        max_length=16,
                        verbose_name="When both sides changed the same",
                    ),
                ),
                (
                    "deletion",
                    models.CharField(
                        choices=[
                            ("keep", "Keep in the CRM, leave away in Exchange"),
                            ("restore", "Put it back in Exchange"),
                            ("apply", "Follow in the CRM"),
                        ],
                        default="keep",
                        max_length=16,
                        verbose_name="When removed in Exchange",
                    ),
                ),
                (
                    "adoption",
                    models.CharField(
                        choices=[
                            ("ignore", "Leave alone"),
                            ("review", "Ask on the card"),
                            ("import", "Take into the CRM"),
                        ],
                        default="ignore",
                        max_length=16,
                        verbose_name="New in Exchange",
                    ),
                ),
                ("approved", models.CharField(blank=True, editable=False, max_length=64)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "classes",
                    models.JSONField(blank=True, default=list, verbose_name="contact classes"),
                ),
                (
                    "primary_owner_only",
                    models.BooleanField(default=True, verbose_name="Primary Owner Only"),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "connection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="agentbox_sync.connection",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact settings",
                "verbose_name_plural": "contact settings",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Inbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("remote_id", models.CharField(max_length=512)),
                ("etag", models.CharField(blank=True, default="", max_length=255)),
                ("record", models.JSONField(default=dict)),
                ("container", models.CharField(blank=True, default="", max_length=512)),
                ("removed", models.BooleanField(default=False)),
                ("verified", models.BooleanField(default=False)),
                ("missing", models.BooleanField(default=False)),
                ("swept", models.BooleanField(default=False)),
                ("generation", models.PositiveIntegerField(default=0)),
                ("received_at", models.DateTimeField(auto_now=True)),
                (
                    "collection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="agentbox_sync.collection",
                    ),
                ),
            ],
            options={
                "verbose_name": "staged observation",
                "verbose_name_plural": "staged observations",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("local_model", models.CharField(max_length=128)),
                ("local_pk", models.CharField(max_length=64)),
                ("remote_id", models.CharField(blank=True, default="", max_length=512)),
                ("etag", models.CharField(blank=True, default="", max_length=255)),
                ("stamp", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("creating", "creating"),
                            ("active", "active"),
                            ("retained", "retained"),
                            ("dead", "dead"),
                            ("quarantined", "quarantined"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=64)),
                (
                    "origin",
                    models.CharField(
                        choices=[("crm", "crm"), ("exchange", "exchange")], max_length=16
                    ),
                ),
                ("base_local", models.JSONField(default=dict)),
                ("base_remote", models.JSONField(default=dict)),
                ("mapping_version", models.PositiveIntegerField(default=1)),
                ("drift", models.JSONField(default=list)),
                ("pending", models.JSONField(default=list)),
                ("left_out", models.JSONField(default=list)),
                ("refused", models.CharField(blank=True, default="", max_length=64)),
                ("error", models.CharField(blank=True, default="", max_length=255)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_attempt", models.DateTimeField(blank=True, null=True)),
                ("generation", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="agentbox_sync.connection",
                    ),
                ),
            ],
            options={
                "verbose_name": "link",
                "verbose_name_plural": "links",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Intent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("payloads", models.JSONField(default=list)),
                ("sent_at", models.DateTimeField()),
                ("open", models.BooleanField(default=True)),
                ("given_up", models.BooleanField(default=False)),
                ("fence", models.BigIntegerField()),
                (
                    "link",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="intent",
                        to="agentbox_sync.link",
                    ),
                ),
            ],
            options={
                "verbose_name": "intent",
                "verbose_name_plural": "intents",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="LocalChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("local_model", models.CharField(max_length=128)),
                ("local_pk", models.CharField(max_length=64)),
                ("noticed_at", models.DateTimeField(auto_now_add=True)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="agentbox_sync.connection",
                    ),
                ),
            ],
            options={
                "verbose_name": "noticed change",
                "verbose_name_plural": "noticed changes",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ProviderSwitch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "provider",
                    models.CharField(
                        choices=[("microsoft", "Microsoft 365 (Office 365)")], max_length=32
                    ),
                ),
                ("office", models.CharField(blank=True, default="", max_length=128)),
                ("offered", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name": "provider switch",
                "verbose_name_plural": "provider switches",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "office"), name="agentbox_sync_switch_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("plan_hash", models.CharField(max_length=64)),
                ("rows", models.JSONField(default=list)),
                ("limit", models.PositiveIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="agentbox_sync.connection",
                    ),
                ),
            ],
            options={
                "verbose_name": "review",
                "verbose_name_plural": "reviews",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting for a worker"),
                            ("running", "Running"),
                            ("finished", "Finished"),
                        ],
                        default="queued",
                        max_length=16,
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("person", "A person"),
                            ("schedule", "The schedule"),
                            ("command", "A command"),
                        ],
                        default="schedule",
                        max_length=16,
                    ),
                ),
                ("kinds", models.JSONField(default=list)),
                ("asked_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("requests", models.PositiveIntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
                ("unfinished", models.BooleanField(default=False)),
                ("error", models.CharField(blank=True, default="", max_length=64)),
                ("error_detail", models.CharField(blank=True, default="", max_length=255)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="agentbox_sync.connection",
                    ),
                ),
            ],
            options={
                "verbose_name": "run",
                "verbose_name_plural": "runs",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("local_model", models.CharField(max_length=128)),
                ("local_pk", models.CharField(max_length=64)),
                ("action", models.CharField(max_length=16)),
                ("cause", models.CharField(max_length=64)),
                ("outcome", models.CharField(max_length=16)),
                ("side", models.CharField(max_length=16)),
                ("atoms", models.JSONField(default=list)),
                ("conflicts", models.JSONField(default=list)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("detail", models.CharField(blank=True, default="", max_length=255)),
                ("at", models.DateTimeField()),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="agentbox_sync.connection",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="changes",
                        to="agentbox_sync.link",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="changes",
                        to="agentbox_sync.run",
                    ),
                ),
            ],
            options={
                "verbose_name": "change",
                "verbose_name_plural": "changes",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="StaffSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "self_managed",
                    models.BooleanField(
                        default=False,
                        help_text="Let this staff member manage their own settings.",
                        verbose_name="may manage their own connection",
                    ),
                ),
                (
                    "staff",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AGENTBOX_STAFF_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "staff settings",
                "verbose_name_plural": "staff settings",
            },
        ),
        migrations.AddIndex(
            model_name="connection",
            index=models.Index(fields=["state", "polled_at"], name="agentbox_sync_due"),
        ),
        migrations.AddConstraint(
            model_name="connection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "disconnected"), _negated=True),
                fields=("staff", "provider"),
                name="agentbox_sync_one_live_per_staff",
            ),
        ),
        migrations.AddConstraint(
            model_name="connection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "disconnected"), _negated=True),
                fields=("tenant_id", "object_id"),
                name="agentbox_sync_one_live_per_mailbox",
            ),
        ),
        migrations.AddConstraint(
            model_name="collection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True)),
                fields=("connection", "kind"),
                name="agentbox_sync_one_open_chain",
            ),
        ),
        migrations.AddConstraint(
            model_name="inbox",
            constraint=models.UniqueConstraint(
                fields=("collection", "remote_id"), name="agentbox_sync_inbox_item"
            ),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(
                fields=["connection", "kind", "state"], name="agentbox_sync_link_state"
            ),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(fields=["local_model", "local_pk"], name="agentbox_sync_link_item"),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("state", "dead"), _negated=True),
                    models.Q(("local_pk", ""), _negated=True),
                ),
                fields=("connection", "kind", "local_model", "local_pk"),
                name="agentbox_sync_link_local",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("state", "dead"), _negated=True),
                    models.Q(("remote_id", ""), _negated=True),
                ),
                fields=("connection", "kind", "remote_id"),
                name="agentbox_sync_link_remote",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(fields=("stamp",), name="agentbox_sync_link_stamp"),
        ),
        migrations.AddIndex(
            model_name="localchange",
            index=models.Index(
                fields=["connection", "kind", "id"], name="agentbox_sync_outbox_read"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)),
                fields=("connection", "kind"),
                name="agentbox_sync_one_open_stop",
            ),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["connection", "-id"], name="agentbox_sync_run_latest"),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "finished"), _negated=True),
                fields=("connection",),
                name="agentbox_sync_one_open_run",
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                fields=["connection", "kind", "action", "at"], name="agentbox_sync_change_guard"
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                fields=["local_model", "local_pk"], name="agentbox_sync_change_item"
            ),
        ),
    ]
