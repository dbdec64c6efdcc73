"""The CRM's rows of one kind, as one connection's settings select them."""

from __future__ import annotations

from collections.abc import Sequence

from agentbox_sync import conf
from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.kinds import Locality, Record
from agentbox_sync.core.kinds.faces import DONE, TASK_ENTRY, entry_of
from agentbox_sync.host.entries import EntryStore
from agentbox_sync.host.joined import CRMStore, JoinedStore
from agentbox_sync.host.records import read_records
from agentbox_sync.host.registry import get_mapping, get_sources
from agentbox_sync.host.store import HostStore
from agentbox_sync.models import SETTINGS, Connection, KindSettings
from agentbox_sync.services import clock as clocks
from agentbox_sync.services.chosen import fresh

UTC = "UTC"


def store_of(
    connection: Connection,
    kind: str,
    settings: KindSettings | None = None,
    *,
    is_run: bool = False,
) -> CRMStore:
    """Return the rows of a kind that a run, or a person, looks at or writes to for a connection.

    What a person writes through it is heard by every connection, this one included; what a run
    writes is not by the same kind of its own. ``settings`` are the present ones, where they are
    at hand.
    """
    chosen = settings if settings is not None else settings_of(connection, kind)
    writer = connection.pk if is_run else 0
    labels = chosen.labels()
    rows = HostStore(
        get_sources()[kind],
        get_mapping(kind),
        connection.staff,
        chosen.selection(),
        labels=labels,
        connection_id=writer,
    )
    for other in chosen.SHOWS:
        # By its model a key says whose it is: two sources of one model cannot be told apart.
        if other in get_sources() and get_sources()[other].model != get_sources()[kind].model:
            behind = HostStore(
                get_sources()[other],
                get_mapping(other),
                connection.staff,
                {"completed": chosen.selection()["completed"]},
                connection_id=writer,
                face=kind,
            )
            entries = EntryStore(
                behind,
                zone=connection.zone or UTC,
                label=labels.get(TASK_ENTRY, ""),
                is_on=chosen.shows(other),
                now=clocks.present().now,
            )
            return JoinedStore(rows, entries)
    return rows


def records_of(
    connection: Connection, kind: str, keys: Sequence[LocalKey]
) -> dict[LocalKey, Record]:
    """Return what the CRM says now of each key that it has, whatever the settings select.

    What is an item of another kind is told as it is shown among those of this one.
    """
    found = read_records(kind, keys)
    others = [key for key in keys if key not in found]
    for shown in SETTINGS[kind].SHOWS if others else ():
        if shown in get_sources():
            label = settings_of(connection, kind).labels().get(TASK_ENTRY, "")
            found |= {
                key: entry_of(record, connection.zone or UTC, label)
                for key, record in read_records(shown, others).items()
            }
    return found


def locality_of(connection: Connection, settings: KindSettings) -> Locality:
    """Return what the canonical form of a kind's items depends on in a mailbox.

    That a task is done is told by a category of ours, where tasks are shown.
    """
    shows = any(settings.shows(other) and other in get_sources() for other in settings.SHOWS)
    managed = {*settings.labels().values(), *([DONE] if shows else [])}
    return Locality(
        phone_region=str(conf.option("PHONE_REGION")),
        zone=connection.zone or UTC,
        managed=tuple(sorted(managed)),
    )


def settings_of(connection: Connection, kind: str) -> KindSettings:
    """Return the settings of a kind, unsaved ones while nobody has configured it."""
    model = SETTINGS[kind]
    found = model.objects.filter(connection=connection).first()
    return found or fresh(connection, kind)
