"""Everybody who is connected, and who is not yet: one row a staff member, in a few queries.

How many there are costs no query more. Which ones are shown, and in which order, is
:mod:`agentbox_sync.services.sift`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone

from agentbox_sync import conf, permissions
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import (
    Connection,
    Heartbeat,
    Invitation,
    Link,
    Run,
)
from agentbox_sync.models.connection import Provider
from agentbox_sync.services import chosen, heartbeat, invite, preview, shelves, tallies
from agentbox_sync.services.facts import facts_of, look_of
from agentbox_sync.services.wording import upcoming
from agentbox_sync.services.wording.conditions import Condition, Facts, condition
from agentbox_sync.services.wording.standings import (
    Amounts,
    Standing,
    label_of,
    sentence_of,
    standing_of,
    tone_of,
)

_ASKING = [name for name in shelves.SHELVES if name not in shelves.QUIET]


@dataclass(frozen=True, slots=True)
class Row:
    """One staff member. ``on`` are the kinds that travel, ``approved`` those with a go.

    ``next_at`` is when the mailbox is read next and ``next_words`` says so, ``None`` and "" where
    its state keeps it from being read;
    ``address`` is the account, or the one that the card expects. ``invitation`` is an open one.
    """

    staff: Any
    name: str
    address: str
    office: str
    office_name: str
    connection: Connection | None
    condition: Condition
    standing: Standing
    label: str
    tone: str
    sentence: str
    amounts: Amounts = field(default_factory=Amounts)
    on: tuple[str, ...] = ()
    approved: tuple[str, ...] = ()
    open_run: str = ""
    next_at: datetime | None = None
    next_words: str = ""
    invitation: Invitation | None = None
    can_be_invited: bool = False
    undecided: str = ""

    @property
    def succeeded_at(self) -> datetime | None:
        """Return when a run last came to a good end."""
        return self.connection.succeeded_at if self.connection is not None else None


@dataclass(frozen=True, slots=True)
class Survey:
    """All rows in no order, the offices by key, and whether the worker is there."""

    rows: tuple[Row, ...]
    offices: Mapping[str, str]
    worker_alive: bool
    last_beat: datetime | None


def survey(now: datetime | None = None) -> Survey:
    """Look at everybody; ``now`` is for tests."""
    moment = now or timezone.now()
    adapter = get_adapter()
    offices = {str(key): str(name) for key, name in adapter.offices().items()}
    found = list(_live())
    aside = _untallied(found)
    runs = _runs(found)
    staff = {row.pk: row for row in adapter.staff_members()}
    missing = {row.staff_id for row in found} - staff.keys()
    if missing:  # switched off in the CRM, and connected still
        staff |= Connection._meta.get_field("staff").related_model._default_manager.in_bulk(missing)
    rows = [
        _connected(row, staff[row.staff_id], runs.get(row.pk, []), aside, moment)
        for row in found
        if row.staff_id in staff
    ]
    connected = {row.staff_id for row in found}
    rows += _not_connected([one for pk, one in staff.items() if pk not in connected], moment)
    rows = [replace(row, office_name=offices.get(row.office, "")) for row in rows]
    beaten = found[0].last_beat if found else heartbeat.last_beat()
    return Survey(tuple(rows), offices, heartbeat.is_recent(beaten), beaten)


def _live() -> QuerySet[Any]:
    """Return every live connection with all that a row is made from."""
    runs = Run.objects.filter(connection=OuterRef("pk"))
    done = runs.filter(state=Run.State.FINISHED).order_by("-pk")
    asked = {f"waiting_{name}" for name in (*_ASKING, "stops")}
    rows = Connection.objects.exclude(state=Connection.State.DISCONNECTED).exclude(staff=None)
    return (
        preview.beside(rows)
        .select_related("paused_by", *chosen.related())
        .annotate(
            last_beat=Subquery(
                Heartbeat.objects.filter(name=heartbeat.NAME).values("beaten_at")[:1]
            ),
            open_run=Subquery(runs.exclude(state=Run.State.FINISHED).values("pk")[:1]),
            last_run=Subquery(done.values("pk")[:1]),
            **{name: count for name, count in shelves.counts().items() if name in asked},
        )
    )


def _runs(connections: Iterable[Any]) -> dict[int, list[Run]]:
    """Return the open run of each and the last finished one, newest first."""
    wanted = [pk for row in connections for pk in (row.open_run, row.last_run) if pk]
    columns = ("connection", "state", "error", "unfinished", "finished_at")
    found: dict[int, list[Run]] = {}
    for run in Run.objects.filter(pk__in=wanted).only(*columns).order_by("-pk"):
        found.setdefault(run.connection_id, []).append(run)
    return found


def _untallied(connections: Iterable[Any]) -> dict[int, int]:
    """Return how many items are set aside where no run has come to its end yet."""
    wanted = [row.pk for row in connections if row.tallies is None]
    if not wanted:
        return {}
    links = Link.objects.filter(tallies.SET_ASIDE, connection__in=wanted)
    counted = links.order_by().values("connection").annotate(number=Count("pk"))
    return dict(counted.values_list("connection", "number"))


def _connected(
    connection: Any, staff: Any, runs: list[Run], aside: Mapping[int, int], now: datetime
) -> Row:
    adapter = get_adapter()
    wanted = chosen.settings_of(connection)
    amounts = Amounts(
        stops=connection.waiting_stops,
        waiting=sum(getattr(connection, f"waiting_{name}") for name in _ASKING),
        set_aside=aside.get(connection.pk, 0)
        if connection.tallies is None
        else tallies.totals(connection.tallies)["set_aside"],
    )
    name = adapter.staff_name(staff)
    known = facts_of(
        connection, wanted, runs, waiting_removals=amounts.stops, set_aside=amounts.set_aside
    )
    known |= look_of(wanted, preview.carried_by(connection), name, now)
    known["worker_alive"] = True  # the page says it once, and not in two hundred rows
    facts = Facts(name=name, now=now, is_master=True, manages=True, **known)
    found = condition(facts)
    standing = standing_of(found, amounts)
    polled_at, interval = upcoming.looked_at(connection), conf.seconds("POLL_INTERVAL")
    at = upcoming.next_at(facts, polled_at, interval)
    return Row(
        staff=staff,
        name=name,
        address=connection.user_name or connection.display_name,
        office=adapter.office_of(staff),
        office_name="",
        connection=connection,
        condition=found,
        standing=standing,
        label=label_of(found, standing),
        tone=tone_of(found, standing).value,
        sentence=sentence_of(found, facts, amounts),
        amounts=amounts,
        on=tuple(row.KIND for row in wanted if row.is_on),
        approved=tuple(row.KIND for row in wanted if row.is_on and row.is_approved),
        open_run=facts.open_run,
        next_at=at,
        next_words=upcoming.next_run(found, facts, polled_at, interval) if at is not None else "",
        # Whose mailbox the organisation opened signs in nowhere.
        can_be_invited=connection.organisation_id is None and adapter.has_login(staff),
        undecided=facts.undecided,
    )


def _not_connected(people: list[Any], now: datetime) -> list[Row]:
    adapter = get_adapter()
    switches = permissions.switches(Provider.MICROSOFT)
    invitations = invite.all_open() if people else {}
    rows = []
    for staff in people:
        office = adapter.office_of(staff)
        offered = permissions.is_on(switches, office)
        facts = Facts(name="", now=now, is_offered=offered)
        found = condition(facts)
        rows.append(
            Row(
                staff=staff,
                name=adapter.staff_name(staff),
                address=adapter.staff_address(staff),
                office=office,
                office_name="",
                connection=None,
                condition=found,
                standing=Standing.NOT_CONNECTED,
                label=label_of(found, Standing.NOT_CONNECTED),
                tone=tone_of(found, Standing.NOT_CONNECTED).value,
                sentence="",
                invitation=invitations.get(staff.pk),
                can_be_invited=offered and adapter.has_login(staff),
            )
        )
    return rows
