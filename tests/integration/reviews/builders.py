"""Makes what waits for a person, as the engine leaves it behind."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from agentbox_sync.contrib.reference_crm.models import Contact, Staff
from agentbox_sync.core.changes import BORN_IN_EXCHANGE, NO_ROW, LinkState, Origin, Rest
from agentbox_sync.core.rules import Deletion, Status
from agentbox_sync.models import (
    SETTINGS,
    Change,
    Collection,
    Connection,
    ContactSettings,
    Decision,
    Inbox,
    Link,
)
from tests.builders import crm
from tests.integration.card import builders as make

# The atom that an edit is about, and the column behind it, by the kind.
EDITED = {
    "contacts": ("company", "company"),
    "calendar": ("subject", "title"),
    "tasks": ("title", "title"),
}


def a_two_way_connection(staff: Staff, **fields: Any) -> Connection:
    connection = make.a_syncing_connection(staff, **fields)
    settings = ContactSettings.objects.get(connection=connection)
    settings.status = Status.TWO_WAY.value
    settings.approved = settings.fingerprint
    settings.save()
    return connection


def an_all_round_connection(staff: Staff) -> Connection:
    """Every kind travels both ways, and the CRM follows what is removed in Exchange."""
    made = make.a_connection(staff, succeeded_at=make.ago(minutes=5))
    make.a_heartbeat()
    for model in SETTINGS.values():
        settings = model(connection=made, status="two_way", deletion=Deletion.APPLY.value)
        settings.approved, settings.approved_at = settings.fingerprint, make.ago(days=2)
        settings.save()
    return made


def born(connection: Connection, record: dict[str, Any] | None = None) -> Link:
    """An item that was born in Exchange; with a record it is staged still."""
    number = Link.objects.count()
    link = Link.objects.create(
        connection=connection,
        kind="contacts",
        local_model=NO_ROW.model,
        local_pk=NO_ROW.pk,
        remote_id=f"born-{number}",
        stamp=f"born-{number}",
        state=LinkState.QUARANTINED.value,
        reason=BORN_IN_EXCHANGE,
        origin=Origin.EXCHANGE.value,
    )
    if record is not None:
        chain, _ = Collection.objects.get_or_create(
            connection=connection, kind="contacts", defaults={"remote_id": "main"}
        )
        Inbox.objects.create(collection=chain, remote_id=link.remote_id, record=record)
    return link


def ambiguous(connection: Connection, contact: Contact) -> Link:
    return make.set_aside(connection, contact, "ambiguous")


def rests(
    connection: Connection, row: Model, reason: Rest = Rest.REMOVED_IN_EXCHANGE, **fields: Any
) -> Link:
    if isinstance(row, Contact):
        base: dict[str, Any] = {"name": {"given": row.first_name, "surname": row.last_name}}
        base |= {"company": row.company or None}
    else:
        atom, column = EDITED[make.kind_of(row)]
        base = {atom: getattr(row, column)}
    return make.a_link(
        connection,
        row,
        state=LinkState.RETAINED.value,
        reason=reason.value,
        base_local=base,
        base_remote=base,
        **fields,
    )


def a_decision(link: Link, verb: str = "restore", **fields: Any) -> Decision:
    """A decision that waits for the next run."""
    return Decision.objects.create(
        connection=link.connection,
        kind=link.kind,
        link=link,
        local_model=link.local_model,
        local_pk=link.local_pk,
        **{"verb": verb, "decided_at": make.ago(minutes=1), **fields},
    )


def a_change(connection: Connection, row: Model, **fields: Any) -> Change:
    """An edit that came from Exchange."""
    model = row._meta.label_lower
    atom, column = EDITED[make.kind_of(row)]
    return Change.objects.create(
        connection=connection,
        kind=make.kind_of(row),
        local_model=model,
        local_pk=str(row.pk),
        **{
            "action": "update",
            "cause": "both there",
            "outcome": "done",
            "side": "local",
            "atoms": [atom],
            "before": {atom: "Old"},
            "after": {atom: getattr(row, column)},
            "at": make.ago(minutes=5),
            **fields,
        },
    )


def a_conflict(connection: Connection, row: Model, **fields: Any) -> Change:
    """Both had changed the same; the CRM won."""
    both = EDITED[make.kind_of(row)][0]
    return a_change(
        connection, row, **{"side": "remote", "conflicts": [both], "undecided": True, **fields}
    )


def people(staff: Staff, *names: str) -> list[Contact]:
    return [
        crm.a_contact(
            name, email=f"{name.split()[0].lower()}@example.com", access={staff: crm.OWNER}
        )
        for name in names
    ]
