"""Why an item of the CRM is, or is not, in somebody's Outlook: one story for panel and command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from agentbox_sync.core.changes import Absence, Cause, LinkState, LocalItem, LocalKey
from agentbox_sync.host.adapter import CRMAdapter, KindSource
from agentbox_sync.host.registry import get_adapter, get_sources, kind_of
from agentbox_sync.host.standing import Standing, item_behind, stand
from agentbox_sync.models import (
    SETTINGS,
    Change,
    Connection,
    Decision,
    Heartbeat,
    KindSettings,
    Link,
    LocalChange,
    Review,
)
from agentbox_sync.permissions import is_master_user, own_staff
from agentbox_sync.services import heartbeat
from agentbox_sync.services.history import person_name
from agentbox_sync.services.reach import is_of, is_outside, timely, window
from agentbox_sync.services.rows import store_of
from agentbox_sync.services.stories import Account, Event, Story
from agentbox_sync.services.wording.changes import change_sentence
from agentbox_sync.services.wording.kinds import WORDS, name_of
from agentbox_sync.services.wording.rules import because
from agentbox_sync.services.wording.selections import Selections
from agentbox_sync.services.wording.series import obstacle_of
from agentbox_sync.services.wording.why import Evidence, answer

ACCOUNTS_SHOWN = 20
CHANGES_SHOWN = 10


def why(
    model: str,
    pk: Any,
    reader: AbstractBaseUser | AnonymousUser | None = None,
    *,
    staff: str = "",
    named: bool = True,
    now: datetime | None = None,
) -> Story | None:
    """Return the story of an item; ``None`` where there is nothing that the reader may know.

    ``reader`` sees every account as a Master User, else their own alone; ``None`` is the
    operator at a terminal. ``staff`` narrows to one staff member (e-mail address or primary
    key). ``named=False`` calls staff members by their keys: a terminal's words end up in tickets.
    """
    kind = kind_of(model)
    if not kind:
        return None
    source = get_sources()[kind]
    key = LocalKey(model.lower(), item_behind(source, str(pk)))
    links = _links(kind, key)
    accounts = [c for c in _connections(source, key, links, reader) if _is_meant(c, staff)]
    if not accounts:
        return None
    shown = accounts[:ACCOUNTS_SHOWN]
    settings = _settings(kind, shown)
    row, standings = stand(source, key.pk, [(c.staff, settings[c.pk].selection()) for c in shown])
    sees_all = reader is None or is_master_user(reader)
    is_seen = any(one.cause is not Cause.LOST_ACCESS for one in standings)
    if not any(c.pk in links for c in shown) and (row is None or not (sees_all or is_seen)):
        return None  # forbidden and absent read alike
    held = _held(kind, key, [c for c, s in zip(shown, standings, strict=True) if s.cause])
    record = timely(kind, row)
    selections, moment = Selections(source), now or timezone.now()
    told = [
        _account(
            c,
            replace(
                _evidence(c, settings[c.pk], links.get(c.pk), standing, moment),
                is_outside=is_outside(settings[c.pk], c, links.get(c.pk), record, moment),
                obstacle=obstacle_of(record),
            ),
            held=c.pk in held,
            named=named,
            select=selections.sentences,
        )
        for c, standing in zip(shown, standings, strict=True)
    ]
    return Story(
        kind=kind,
        label=_label(kind, key, row, links),
        url=get_adapter().item_url(key),
        accounts=tuple(told),
        events=tuple(_events(kind, key, told, named=named)),
        beside=tuple(_beside(kind, key, shown, moment, named=named)),
        more=len(accounts) - len(shown),
        is_part=key.pk != str(pk),
    )


def _beside(
    kind: str, key: LocalKey, connections: Sequence[Any], now: datetime, *, named: bool
) -> Iterator[Account]:
    """Yield the answers for each kind that shows items of this one among its own."""
    for other in (name for name, model in SETTINGS.items() if kind in model.SHOWS):
        links, settings = _links(other, key), _settings(other, connections)
        held = _held(other, key, list(connections))
        for one in connections:
            chosen, link = settings[one.pk], links.get(one.pk)
            is_there = link is not None and link.state != LinkState.DEAD
            if not is_there and not (chosen.is_on and chosen.shows(kind)):
                continue  # nobody expects it there
            within = window(chosen, one, now)
            item = store_of(one, other, chosen).read([key], within)[key]
            evidence = _of_entry(_evidence(one, chosen, link, Standing(None), now), item)
            is_held = one.pk in held and evidence.cause is not None
            told = _account(one, evidence, held=is_held, named=named, select=_no_entry)
            yield replace(told, place=str(WORDS[other].label))


def _of_entry(evidence: Evidence, item: LocalItem | Absence) -> Evidence:
    if isinstance(item, Absence):
        return replace(evidence, cause=item.cause)
    return replace(
        evidence,
        is_read_only=item.read_only,
        is_outside=item.is_outside,
        is_dormant=item.is_dormant,
    )


def _no_entry(settings: KindSettings, name: str) -> Sequence[str]:
    del name
    if any(settings.shows(kind) for kind in settings.SHOWS):
        return [_("It says neither when it is due nor when to remind of it.")]
    return [_("The calendar does not show tasks.")]


def _links(kind: str, key: LocalKey) -> dict[int, Link]:
    """Return the newest link of each connection, a dead one too: it tells what was."""
    order = Decision.objects.filter(link=OuterRef("pk"), closed_at=None).values("verb")[:1]
    rows = Link.objects.filter(is_of(kind, key), kind=kind)
    found: dict[int, Link] = {}
    for link in rows.annotate(open_order=Subquery(order)).order_by("pk"):
        found[link.connection_id] = link
    return found


def _connections(
    source: KindSource,
    key: LocalKey,
    links: dict[int, Link],
    reader: AbstractBaseUser | AnonymousUser | None,
) -> list[Connection]:
    """Return one connection a staff member: the live one, else the last that had a link."""
    rows: QuerySet[Connection] = Connection.objects.exclude(staff=None).select_related("staff")
    if reader is None or is_master_user(reader):
        rows = rows.filter(Q(pk__in=links) | Q(staff__in=_concerned(source, key)))
    else:
        own = own_staff(reader)
        rows = rows.filter(staff=own.pk) if own is not None else rows.none()
    noticed = LocalChange.objects.filter(
        connection=OuterRef("pk"), local_model=key.model, local_pk=key.pk
    )
    beats = Heartbeat.objects.filter(name=heartbeat.NAME).values("beaten_at")[:1]
    stops = Review.objects.filter(connection=OuterRef("pk"), closed_at=None, approved_at=None)
    rows = rows.annotate(
        is_noticed=Exists(noticed), last_beat=Subquery(beats), has_stop=Exists(stops)
    ).order_by("pk")
    chosen: dict[Any, Connection] = {}
    for row in rows:
        there = chosen.get(row.staff_id)
        if row.is_live or (row.pk in links and not (there and there.is_live)):
            chosen[row.staff_id] = row
    return list(chosen.values())


def _concerned(source: KindSource, key: LocalKey) -> Iterable[Any]:
    """Return whom the item concerns; a host's query goes into ours unasked."""
    try:
        return source.concerned_staff(source.get_model()._meta.pk.to_python(key.pk))
    except (TypeError, ValueError, ValidationError):
        return []


def _is_meant(connection: Connection, staff: str) -> bool:
    if not staff or str(connection.staff_id) == staff:
        return True
    return get_adapter().staff_address(connection.staff).casefold() == staff.casefold()


def _settings(kind: str, connections: Sequence[Connection]) -> dict[int, KindSettings]:
    model = SETTINGS[kind]
    saved = {row.connection_id: row for row in model.objects.filter(connection__in=connections)}
    return {c.pk: saved.get(c.pk) or model(connection=c) for c in connections}


def _evidence(
    connection: Any, settings: KindSettings, link: Link | None, standing: Standing, now: datetime
) -> Evidence:
    alive = link if link is not None and link.state != LinkState.DEAD else None
    return Evidence(
        name="",
        now=now,
        connection=connection,
        settings=settings,
        # Of an account that was disconnected only what was there before can be told.
        link=alive if connection.is_live else link,
        cause=standing.cause,
        is_read_only=standing.is_read_only,
        is_dormant=standing.is_dormant,
        is_noticed=connection.is_noticed,
        order=(getattr(link, "open_order", "") or "") if alive else "",
        worker_alive=heartbeat.is_recent(connection.last_beat),
    )


def _account(
    connection: Connection,
    evidence: Evidence,
    *,
    held: bool,
    named: bool,
    select: Callable[[Any, str], Sequence[str]],
) -> Account:
    name = get_adapter().staff_name(connection.staff) if named else f"staff {connection.staff_id}"
    # What a safety stop holds is told on the card, with its whole list.
    wants = evidence.cause is Cause.LEFT_FILTER and evidence.settings.is_on and not held
    chosen = tuple(select(evidence.settings, name)) if wants else ()
    found = replace(evidence, name=name, is_held=held and bool(evidence.link), selection=chosen)
    return Account(
        connection=connection.pk,
        staff=str(connection.staff_id),
        name=name,
        answer=answer(found),
        compared_at=connection.succeeded_at if evidence.link else None,
        staff_record=connection.staff,
    )


def _held(kind: str, key: LocalKey, connections: list[Any]) -> set[int]:
    """Return the connections where a safety stop holds the item's removal back."""
    stopped = [connection for connection in connections if connection.has_stop]
    if not stopped:
        return set()
    stops = Review.objects.filter(
        connection__in=stopped, kind=kind, closed_at=None, approved_at=None
    )
    mine = (key.model, key.pk)
    return {
        stop.connection_id
        for stop in stops
        if any((row.get("model"), row.get("pk")) == mine for row in stop.rows)
    }


def _label(kind: str, key: LocalKey, row: Any, links: dict[int, Link]) -> str:
    adapter = get_adapter()
    if row is not None and type(adapter).item_label is CRMAdapter.item_label:
        return str(row)  # what it would answer, without asking for the row again
    known = adapter.item_label(kind, [key]).get(key) if row is not None else ""
    remembered = (name_of(kind, link.base_local) for link in links.values())
    return known or next(filter(None, remembered), "") or _("An item without a name")


def _events(
    kind: str, key: LocalKey, accounts: Iterable[Account], *, named: bool
) -> Iterable[Event]:
    names = {account.connection: account.name for account in accounts}
    kinds = [kind, *(name for name, model in SETTINGS.items() if kind in model.SHOWS)]
    mine = Change.objects.filter(is_of(kind, key), kind__in=kinds, connection__in=names)
    rows = mine.select_related("run__asked_by")
    for row in rows.order_by("-at", "-pk")[:CHANGES_SHOWN]:
        user = row.run.asked_by if row.run else None
        yield Event(
            at=row.at,
            what=change_sentence(row),
            # That it changed is said by the change itself.
            why="" if row.cause == "both there" else because(row.detail) or because(row.cause),
            who=(person_name(user) if named else f"user {user.pk}") if user else "",
            account=names[row.connection_id],
        )
