"""What people call the items of the CRM, and what those of another kind are called among these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from agentbox_sync.core.changes import LocalKey
from agentbox_sync.host.registry import get_adapter, kind_of

# A kind that is shown among the items of another one, and what its name says there.
AMONG_OTHERS: Mapping[str, Any] = {"tasks": gettext_lazy("Task: %(name)s")}


def home_of(kind: str, key: LocalKey) -> str:
    """Return the kind whose rows a key names, which may be shown among those of ``kind``."""
    return kind_of(key.model, first=kind) or kind


def labels_of(kind: str, keys: Iterable[LocalKey]) -> dict[LocalKey, str]:
    """Return what the CRM calls the items of a list of a kind; a deleted item is left out."""
    by_home: dict[str, list[LocalKey]] = defaultdict(list)
    for key in dict.fromkeys(keys):
        by_home[home_of(kind, key)].append(key)
    labels: dict[LocalKey, str] = {}
    for home, wanted in by_home.items():
        labels |= get_adapter().item_label(home, wanted)
    return labels


def named(kind: str, key: LocalKey, name: str) -> str:
    """Return the name of an item as a list of a kind shows it: one of another kind says so."""
    home = home_of(kind, key)
    if not name or home == kind or home not in AMONG_OTHERS:
        return name
    return str(AMONG_OTHERS[home]) % {"name": name}
