"""The staff model: which it is, and which migration makes it."""

from __future__ import annotations

import re
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel, RenameModel, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation

from agentbox_sync import conf

PASTE = conf.EXAMPLES["AGENTBOX_STAFF_MODEL"]
Key = tuple[str, str]


def find_staff_model() -> type[models.Model] | None:
    """Return the staff model, ``None`` where another check says what is wrong with it."""
    try:
        return apps.get_model(conf.staff_model())
    except (ImproperlyConfigured, LookupError):
        return None


@register("agentbox_sync")
def check_staff_model(**_: Any) -> list[CheckMessage]:
    """AGENTBOX_STAFF_MODEL names an installed model."""
    given = conf.host("AGENTBOX_STAFF_MODEL")
    try:
        name = conf.staff_model()
    except ImproperlyConfigured:
        return [
            Error(
                f"AGENTBOX_STAFF_MODEL is {given or None!r}; it must be an app label, a dot and "
                "the name of a model.",
                hint=PASTE,
                id="agentbox_sync.E001",
            )
        ]
    try:
        apps.get_model(name)
    except LookupError:
        return [
            Error(
                f"AGENTBOX_STAFF_MODEL is {name!r}, and no installed app has this model.",
                hint=f"Add its app to INSTALLED_APPS, or name another model:\n{PASTE}",
                id="agentbox_sync.E002",
            )
        ]
    return []


@register("agentbox_sync")
def check_staff_migration(**_: Any) -> list[CheckMessage]:
    """Our first migration waits for the one that makes the staff model."""
    staff = find_staff_model()
    if staff is None:
        return []
    label = staff._meta.app_label
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    own = {key: found for key, found in loader.disk_migrations.items() if key[0] == label}
    named = conf.host("AGENTBOX_STAFF_MIGRATION")
    makers = {key for key, found in own.items() if _makes(found.operations, staff)}
    good = next(iter(sorted(makers)), None)
    if named:
        return _check_named(named, loader, good, makers)
    if good is None or good in _roots(own):
        return []
    return [
        Error(
            f"{staff._meta.label} is made by the migration {good[1]}, which is not the first one "
            f"of {label}; ours would come too early.",
            hint=_line(good),
            id="agentbox_sync.E003",
        )
    ]


def _check_named(
    named: object, loader: MigrationLoader, good: Key | None, makers: set[Key]
) -> list[CheckMessage]:
    paste = _line(good) if good else 'AGENTBOX_STAFF_MIGRATION = "mycrm.0002_staff"'
    match = re.fullmatch(r"(\w+)\.(\w+)", named) if isinstance(named, str) else None
    key = (match[1], match[2]) if match else None
    if key is None or key not in loader.disk_migrations:
        return [
            Error(
                f"AGENTBOX_STAFF_MIGRATION is {named!r}, which names no migration.",
                hint=paste,
                id="agentbox_sync.E004",
            )
        ]
    if makers and not _comes_after(key, makers, loader):
        return [
            Error(
                f"AGENTBOX_STAFF_MIGRATION is {named!r}, and the staff model does not exist yet "
                "when it has run.",
                hint=paste,
                id="agentbox_sync.E003",
            )
        ]
    return []


def _line(key: Key) -> str:
    return f'AGENTBOX_STAFF_MIGRATION = "{key[0]}.{key[1]}"'


def _makes(operations: list[Operation], model: type[models.Model]) -> bool:
    name = model._meta.model_name
    return any(
        (isinstance(operation, CreateModel) and operation.name_lower == name)
        or (isinstance(operation, RenameModel) and operation.new_name_lower == name)
        or (
            isinstance(operation, SeparateDatabaseAndState)
            and _makes(operation.state_operations, model)
        )
        for operation in operations
    )


def _roots(own: dict[Key, Migration]) -> set[Key]:
    """Return what ``__first__`` may mean: migrations that wait for none of their own app."""
    return {key for key, found in own.items() if not any(d in own for d in found.dependencies)}


def _comes_after(key: Key, makers: set[Key], loader: MigrationLoader) -> bool:
    waiting, seen = [key], set()
    while waiting:
        found = waiting.pop()
        if found in makers:
            return True
        migration = loader.disk_migrations.get(found)
        if migration and found not in seen:
            seen.add(found)
            waiting.extend((app, name) for app, name, *_ in migration.dependencies)
    return False
