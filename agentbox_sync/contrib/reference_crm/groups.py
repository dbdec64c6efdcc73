"""The two groups of people who use the CRM, made after every migration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps.registry import Apps
from django.apps.registry import apps as installed_apps
from django.contrib.auth.management import create_permissions
from django.db import DEFAULT_DB_ALIAS, router

MASTER_USERS = "Master Users"
AGENTS = "Agents"

_EVERYTHING = ("view", "add", "change", "delete")
_WORK = ("view", "add", "change")
_CRM_PERMISSIONS: dict[str, dict[str, tuple[str, ...]]] = {
    MASTER_USERS: {
        "office": _WORK,
        "staff": _WORK,
        "contactclass": _EVERYTHING,
        "contact": _EVERYTHING,
        "contactaccess": _EVERYTHING,
        "listing": _EVERYTHING,
        "appointment": _EVERYTHING,
        "task": _EVERYTHING,
    },
    AGENTS: {
        "office": ("view",),
        "staff": ("view",),
        "contactclass": ("view",),
        "contact": _WORK,
        "contactaccess": _WORK,
        "listing": _WORK,
        "appointment": _WORK,
        "task": _WORK,
    },
}


def ensure_groups(
    sender: AppConfig,
    apps: Apps = installed_apps,
    using: str = DEFAULT_DB_ALIAS,
    verbosity: int = 1,
    **_: Any,
) -> None:
    """Makes the groups, and gives Master Users the permission to look after connections.

    The CRM's own permissions are given only to a group that is new: what a Master User took away
    later stays away. Runs once per migrated app, in any order of the two that matter here, and
    after `flush`, which names no `apps`.
    """
    if sender.label not in {"agentbox_crm", "agentbox_sync"}:
        return
    try:
        group_model = apps.get_model("auth", "Group")
        permission_model = apps.get_model("auth", "Permission")
        apps.get_model("agentbox_crm", "Staff")
    except LookupError:  # migrated back to a state that knows no groups or no CRM yet
        return
    if not router.allow_migrate_model(using, group_model):
        return
    create_permissions(sender, verbosity=verbosity, using=using, apps=apps)
    permissions = permission_model.objects.using(using)
    if sender.label == "agentbox_crm":
        for name, rights in _CRM_PERMISSIONS.items():
            group, is_new = group_model.objects.using(using).get_or_create(name=name)
            if is_new:
                codenames = [f"{verb}_{noun}" for noun, verbs in rights.items() for verb in verbs]
                codenames += ["see_everybody"] if name == MASTER_USERS else []
                given = permissions.filter(
                    content_type__app_label="agentbox_crm", codename__in=codenames
                )
                group.permissions.add(*given)
    master_users = group_model.objects.using(using).filter(name=MASTER_USERS).first()
    if master_users is not None:
        master_users.permissions.add(
            *permissions.filter(
                content_type__app_label="agentbox_sync", codename="manage_connections"
            )
        )
