"""Two staff members of the reference CRM whose cards hold the same things, few and many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess
from agentbox_sync.core.changes import BORN_IN_EXCHANGE, LinkState, Origin, Rest
from agentbox_sync.host.registry import get_sources
from agentbox_sync.models import SETTINGS, Change, Connection, Link, Preview, PreviewRow, Run
from agentbox_sync.services import tallies
from agentbox_sync.services.outcomes import numbers
from tests.builders.connections import a_mailbox_connection, chosen, contact_settings
from tests.builders.crm import a_staff_member

BATCH = 2000
OTHERS = 10  # of each other kind one pair for so many contacts
RUN_OF = 5  # a run of the last thirty days for so many pairs: ten thousand for fifty thousand
LISTED_RUNS = 30  # more than a page of the history
MODEL = "agentbox_crm.contact"

# What a long life leaves behind, in a hundred pairs; the others are plain active pairs. The first
# pairs fill every list of a page, so that a page shows as much of few as of many.
LISTED = 60
CONDITIONS: tuple[tuple[int, dict[str, Any]], ...] = (
    (2, {"state": LinkState.QUARANTINED.value, "error": "invalid"}),
    (1, {"state": LinkState.QUARANTINED.value, "error": "ambiguous"}),
    (2, {"state": LinkState.RETAINED.value, "reason": Rest.REMOVED_IN_EXCHANGE.value}),
    (1, {"state": LinkState.RETAINED.value, "reason": Rest.CONTESTED.value}),
    (2, {"state": LinkState.RETAINED.value, "reason": Rest.LEFT_FILTER.value}),
    (2, {"drift": ["company"]}),
    (1, {"left_out": ["emails"]}),
)


def an_agent_with(links: int, name: str) -> Connection:
    """A connection with so many pairs, offers, lines of the log and rows of a preview.

    They are contacts; every other kind that the CRM has is switched on too, and has some pairs.
    """
    staff = a_staff_member(name)
    connection = a_mailbox_connection(staff, succeeded_at=timezone.now())
    settings = contact_settings(connection, status="two_way", adoption="review")
    contacts = _bulk(
        Contact(
            first_name="Olivia",
            last_name=f"Rutherford {number}",
            company="Harbour Vale",
            email=f"o{number}@{staff.pk}.example",
        )
        for number in range(links)
    )
    _bulk(ContactAccess(contact=contact, staff=staff) for contact in contacts)
    pairs = _bulk(_link(connection, number, contact) for number, contact in enumerate(contacts))
    kinds = _others(connection, links // OTHERS)
    _bulk(_offer(connection, number) for number in range(max(LISTED, links // 50)))
    Connection.objects.filter(pk=connection.pk).update(tallies=tallies.count(connection.pk))
    _bulk(_earlier_run(connection, number, kinds) for number in range(links // RUN_OF))
    run = Run.objects.create(
        connection=connection,
        state=Run.State.FINISHED,
        kinds=kinds,
        asked_at=timezone.now(),
        started_at=timezone.now(),
        finished_at=timezone.now(),
        counts={"contacts": {"updated": links}},
    )
    _bulk(_change(connection, run, number, pair) for number, pair in enumerate(pairs))
    preview = Preview.objects.create(
        connection=connection,
        kind="contacts",
        fingerprint=settings.fingerprint,
        state=Preview.State.READY,
        asked_at=timezone.now(),
        made_at=timezone.now(),
        plan_hash="0" * 32,
        counts={},
    )
    rows = [_row(preview, number, pair) for number, pair in enumerate(pairs)]
    preview.counts = {
        group: sum(r.group == group for r in rows) for group in {r.group for r in rows}
    }
    preview.save()
    _bulk(iter(rows))
    return connection


def _others(connection: Connection, links: int) -> list[str]:
    """Switch every other kind on, with so many pairs each; return the kinds of the connection."""
    for kind, source in get_sources().items():
        if kind == "contacts":
            continue
        chosen(SETTINGS[kind], connection, status="two_way")
        _bulk(
            Link(
                connection=connection,
                kind=kind,
                local_model=source.model.lower(),
                local_pk=f"{connection.pk}-{number}",
                remote_id=f"AAMk{kind}{connection.pk}-{number}",
                stamp=f"{kind}-{connection.pk}-{number}",
                state=LinkState.ACTIVE.value,
                origin=Origin.CRM.value,
            )
            for number in range(links)
        )
    return [*get_sources()]


def _bulk(rows: Iterator[Any]) -> list[Any]:
    made: list[Model] = []
    group: list[Model] = []
    for row in rows:
        group.append(row)
        if len(group) == BATCH:
            made += type(group[0])._default_manager.bulk_create(group)
            group = []
    if group:
        made += type(group[0])._default_manager.bulk_create(group)
    return made


def _link(connection: Connection, number: int, contact: Contact) -> Link:
    place, condition = number % 100, dict[str, Any]()
    if number < LISTED * len(CONDITIONS):
        place = sum(share for share, _ in CONDITIONS[: number % len(CONDITIONS)])
    for share, columns in CONDITIONS:
        if place < share:
            condition = columns
            break
        place -= share
    said = {
        "name": {"given": contact.first_name, "surname": contact.last_name},
        "company": contact.company,
        "emails": [contact.email],
    }
    return Link(
        **{
            "connection": connection,
            "kind": "contacts",
            "local_model": MODEL,
            "local_pk": str(contact.pk),
            "remote_id": f"AAMk{connection.pk}-{number}",
            "stamp": f"{connection.pk}-{number}",
            "state": LinkState.ACTIVE.value,
            "origin": Origin.CRM.value,
            "base_local": said,
            "base_remote": said,
            **condition,
        }
    )


def _earlier_run(connection: Connection, number: int, kinds: list[str]) -> Run:
    """The oldest ones fail, so that all the others are in the way of a page of them."""
    ended = timezone.now() - timedelta(days=29) * ((number * 7919 % 10_000) / 10_000)
    counts = {
        kinds[number % len(kinds)]: {"updated": number % 9, "set_aside": int(number % 50 == 0)}
    }
    return Run(
        connection=connection,
        state=Run.State.FINISHED,
        # A list that is narrowed to the runs of tasks looks through all of them and finds none.
        kinds=[one for one in kinds if one != "tasks"],
        asked_at=ended,
        started_at=ended,
        finished_at=ended,
        counts=counts,
        error="Unreachable" if number < LISTED_RUNS else "",
        **numbers(counts),
    )


def _offer(connection: Connection, number: int) -> Link:
    return Link(
        connection=connection,
        kind="contacts",
        local_model="",
        local_pk="",
        remote_id=f"AAMkOffer{connection.pk}-{number}",
        stamp=f"offer-{connection.pk}-{number}",
        state=LinkState.QUARANTINED.value,
        reason=BORN_IN_EXCHANGE,
        origin=Origin.EXCHANGE.value,
    )


def _change(connection: Connection, run: Run, number: int, pair: Link) -> Change:
    return Change(
        connection=connection,
        run=run,
        link=pair,
        kind="contacts",
        local_model=pair.local_model,
        local_pk=pair.local_pk,
        action="update",
        cause="both there",
        outcome="done",
        side="local" if number % 3 else "remote",
        atoms=["company"],
        conflicts=["company"] if number % 10 == 0 else [],
        undecided=number % 10 == 0,
        before={"company": "Before"},
        after={"company": "Harbour Vale"},
        at=timezone.now() - timedelta(seconds=number),
    )


def _row(preview: Preview, number: int, pair: Link) -> PreviewRow:
    group, action = (("remove", "delete"), ("update", "update"), ("create", "create"))[number % 3]
    return PreviewRow(
        preview=preview,
        group=group,
        number=number,
        action=action,
        cause="both there",
        local_model=pair.local_model,
        local_pk=pair.local_pk,
        link_id=pair.pk,
        remote_id=pair.remote_id,
        push=["company"],
    )
