"""Makes the values of the pure core; what a test does not name gets a value that is plain."""

from __future__ import annotations

from typing import Any

from agentbox_sync.core.changes import (
    Absence,
    Cause,
    Link,
    LinkState,
    LocalItem,
    LocalKey,
    Observation,
    Origin,
)
from agentbox_sync.core.kinds import Locality, Record
from agentbox_sync.core.kinds.contacts import KIND

SYDNEY = Locality(phone_region="AU", zone="Australia/Sydney")


def a_key(pk: object = "1") -> LocalKey:
    return LocalKey("crm.contact", str(pk))


def a_record(given: str = "Olivia", surname: str = "Rutherford", **atoms: Any) -> dict[str, Any]:
    return {"name": {"given": given, "surname": surname}, **atoms}


def a_local_item(record: Record | None = None, *, pk: object = "1", **facts: Any) -> LocalItem:
    return LocalItem(key=a_key(pk), record=a_record() if record is None else record, **facts)


def an_absence(cause: Cause = Cause.DELETED, *, pk: object = "1") -> Absence:
    return Absence(key=a_key(pk), cause=cause)


def an_observation(remote_id: str = "AAMk1", record: Record | None = None, **facts: Any) -> Any:
    shown = a_record() if record is None else record
    return Observation(remote_id=remote_id, record=shown, **{"etag": "W/1", **facts})


def a_link(record: Record | None = None, *, pk: object = "1", **columns: Any) -> Link:
    """An active link whose two sides agreed on ``record``; ``base_*`` may say otherwise."""
    agreed = KIND.canonical(a_record() if record is None else record, SYDNEY)
    return Link(
        **{
            "id": 7,
            "key": a_key(pk),
            "state": LinkState.ACTIVE,
            "stamp": f"stamp-{pk}",
            "remote_id": f"AAMk{pk}",
            "etag": "W/1",
            "origin": Origin.CRM,
            "base_local": agreed,
            "base_remote": agreed,
            **columns,
        }
    )
