"""Our id on a contact, an event or a folder of our own: one single-value extended property.

It is for finding an item again after an uncertain create; the id map in our memory stays the
primary key. A copied item may carry its original's stamp.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentbox_sync.graph.links import literal

# Both are for ever: items in real mailboxes carry them. The GUID is our own property set, so that
# no other app's "CrmId" is taken for ours; the name is case-sensitive at Microsoft's side.
PROPERTY_SET = "{f6097181-62b4-4f99-af71-7ac5430d7b12}"
PROPERTY_NAME = "AgentboxSyncStamp"
PROPERTY_ID = f"String {PROPERTY_SET} Name {PROPERTY_NAME}"
# A folder has a name of its own, so that no search for one finds the other.
FOLDER_PROPERTY_ID = f"String {PROPERTY_SET} Name AgentboxSyncFolder"

EXPAND = f"singleValueExtendedProperties($filter=id eq {literal(PROPERTY_ID)})"
EXPAND_FOLDER = f"singleValueExtendedProperties($filter=id eq {literal(FOLDER_PROPERTY_ID)})"


def payload(stamp: str, property_id: str = PROPERTY_ID) -> dict[str, Any]:
    """Return the part of a create's payload that carries the stamp."""
    return {"singleValueExtendedProperties": [{"id": property_id, "value": stamp}]}


def filter_of(stamp: str, property_id: str = PROPERTY_ID) -> str:
    """Return the ``$filter`` that finds the items with this stamp."""
    return (
        "singleValueExtendedProperties/Any(ep: "
        f"ep/id eq {literal(property_id)} and ep/value eq {literal(stamp)})"
    )


def stamp_of(row: Mapping[str, Any], property_id: str = PROPERTY_ID) -> str:
    """Return the stamp of an item that was read with :data:`EXPAND`; empty where it has none."""
    for item in row.get("singleValueExtendedProperties") or ():
        if str(item.get("id", "")).lower() == property_id.lower():
            return str(item.get("value") or "")
    return ""
