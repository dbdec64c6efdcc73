"""I1 to I15 of the sync engine, as far as they can be seen in a world that has come to rest.

Each is a function that yields sentences: what is broken, and where. What is watched at every
single write (I6, I15) stands in :mod:`tests.sim.discipline`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from agentbox_sync.core.actions import Action, Outcome
from agentbox_sync.core.changes import (
    NO_ROW,
    RESUMABLE,
    Absence,
    Cause,
    Link,
    LinkState,
    LocalItem,
    Origin,
    Rest,
)
from agentbox_sync.core.loops import ROUNDS
from agentbox_sync.core.rules import Deletion, Mode, Removal
from tests.sim.labels import own_categories
from tests.sim.meeting import own
from tests.sim.places import current, in_scope, one_folder, waits_to_move
from tests.sim.strangers import stranger, was_nobodys
from tests.sim.values import ATOMS, CATEGORIES, canon, compatible, server_form, tokens, tokens_of

if TYPE_CHECKING:
    from tests.sim.mailbox import Item
    from tests.sim.world import World

LEFT_FOLDER = "taken out of a folder that was being left"

Check = Callable[["World"], Iterator[str]]


def convergence(world: World) -> Iterator[str]:
    """I1: every row in scope has one link, and each active pair says the same on both sides."""
    for name in world.mailboxes:
        by_key: dict[str, list[Link]] = {}
        for link in current(world, name):
            by_key.setdefault(link.key.pk, []).append(link)
        for pk in world.crm.rows:
            item = in_scope(world, name, pk)
            if isinstance(item, Absence):
                continue
            links = by_key.get(pk, [])
            if len(links) != 1:
                yield f"I1: row {pk} has {len(links)} links in {name}"
                continue
            yield from _pair(world, name, item, links[0])
        for link in current(world, name):
            if link.key == NO_ROW or link.state is LinkState.RETAINED:
                continue
            if isinstance(in_scope(world, name, link.key.pk), Absence):
                yield f"I1: link {link.id} of {name} is {link.state}, its row is not in scope"


def _pair(world: World, name: str, item: LocalItem, link: Link) -> Iterator[str]:
    person = world.people.person_in(item.record)
    where = f"row {item.key.pk} in {name}"
    if link.state is LinkState.QUARANTINED:
        if not link.error:
            yield f"I1: {where} is set aside without a reason"
        elif not _may_be_set_aside(world, name, item, link):
            yield f"I1: {where} is set aside for {link.error}, and nothing is wrong with it"
        return
    if link.state is LinkState.RETAINED:
        yield from _rests(world, name, item, link)
        return
    if link.state is not LinkState.ACTIVE:
        yield f"I1: {where} is {link.state} at rest"
        return
    if not world.is_home(name, link.remote_id):
        yield f"I1: {where} is active, its item is not in the folder"
        return
    remote = world.mailboxes[name].items[link.remote_id].record
    # What stood in Exchange while the CRM alone was to speak stands when that changes.
    may_drift = (name, person) in world.ghost.changed_level
    may_drift |= world.policies[name].mode(read_only=item.read_only) is Mode.ONE_WAY
    for atom in (*ATOMS, *({CATEGORIES} & item.record.keys())):
        same = compatible(atom, item.record[atom], remote.get(atom)) or own(world, name, link, atom)
        if not same and atom in link.frozen:
            yield from _frozen(world, name, link, atom)
            continue
        if not same and not (may_drift and atom in link.drift):
            yield (
                f"I1: {where}, {atom}: the CRM says {item.record[atom]!r}, "
                f"Exchange says {remote.get(atom)!r}"
            )


def _frozen(world: World, name: str, link: Link, atom: str) -> Iterator[str]:
    """Hold that what is left alone was written over and over: people may do that as well."""
    written = sum(
        entry.key == link.key
        and atom in entry.line.atoms
        and entry.line.action is Action.UPDATE
        and entry.line.outcome is Outcome.DONE
        for entry in world.stores[name].log
    )
    world.ghost.legal["frozen: the same edit over and over"] += 1
    if written < ROUNDS:
        yield f"I1: {atom} of row {link.key.pk} in {name} is frozen after {written} writes"


def _may_be_set_aside(world: World, name: str, item: LocalItem, link: Link) -> bool:
    person = world.people.person_in(item.record)
    if person in world.poison:
        return True
    if link.error == "ambiguous":
        return person in world.ghost.copied | world.ghost.twins
    there = world.mailboxes[name].items.get(link.remote_id)
    return there is not None and "!!" in str(there.record.get("company"))


def _rests(world: World, name: str, item: LocalItem, link: Link) -> Iterator[str]:
    where = f"row {item.key.pk} in {name}"
    policy = world.policies[name]
    person = world.people.person_in(item.record)
    if link.reason == Rest.OTHER_COLLECTION:
        if link.origin is Origin.CRM or world.is_home(name, link.remote_id):
            yield f"I1: {where} rests for another folder, and may be synced"
    elif link.reason in RESUMABLE:
        yield f"I1: {where} rests for {link.reason} and is in scope"
    elif link.reason == Rest.REMOVED_IN_EXCHANGE:
        if policy.meaning_of_deletion(read_only=item.read_only) is Deletion.RESTORE and (
            (name, person) not in world.ghost.changed_level
        ):
            yield f"I6: {where} rests as removed, and the policy restores"
    elif link.reason in (Rest.MOVED_AWAY, Rest.CONTESTED) or link.id in world.dismissed(name):
        pass
    elif link.reason == Rest.DISMISSED:
        there = world.mailboxes[name].items.get(link.remote_id)
        if not (there and there.protected) and link.remote_id not in world.ghost.removed_ids:
            yield f"I1: {where} is dismissed, and it was never protected"
    else:
        yield f"I1: {where} rests for {link.reason!r}"
    if link.remote_id not in world.ghost.removed_ids and link.reason in (
        Rest.REMOVED_IN_EXCHANGE,
        Rest.MOVED_AWAY,
        Rest.CONTESTED,
    ):
        yield f"I15: {where} rests as {link.reason}, and nobody ever removed it"


def no_loss(world: World) -> Iterator[str]:
    """I3: every typed token is in the CRM, in Exchange, in the log, or a person replaced it."""
    found: set[int] = world.ghost.superseded | world.ghost.deleted
    for row in world.crm.rows.values():
        found |= tokens_of(row.record)
    for mailbox in world.mailboxes.values():
        for item in mailbox.alive():
            found |= tokens_of(item.record)
    for store in world.stores.values():
        for entry in store.log:
            for atom, value in entry.line.before.items():
                found |= tokens(atom, value)
    for token in sorted(world.ghost.person_of.keys() - found):
        yield f"I3: t{token} is lost"


def no_duplicates(world: World) -> Iterator[str]:
    """I4: what one person made is there once on each side, and never mixed with another's."""
    ghost = world.ghost
    rows: Counter[int] = Counter()
    for pk, row in world.crm.rows.items():
        owners = {ghost.person_of[token] for token in tokens_of(row.record)}
        if len(owners) > 1:
            yield f"I4: row {pk} mixes the contacts {sorted(owners)}"
        rows[world.people.person_in(row.record)] += 1
    for person, count in rows.items():
        if count > 1 and not _is_double(world, person):
            yield f"I4: person {person} has {count} rows"
    for name, mailbox in world.mailboxes.items():
        ours: Counter[int] = Counter()
        theirs: Counter[int] = Counter()
        resting = {x.remote_id for x in current(world, name) if x.state is LinkState.RETAINED}
        for item in mailbox.synced():
            owners = {ghost.person_of[token] for token in tokens_of(item.record)}
            if len(owners) > 1:
                yield f"I4: item {item.remote_id} mixes the contacts {sorted(owners)}"
            person = world.people.person_in(item.record)
            if item.protected:
                continue  # whatever it is, it cannot be removed
            by_hand = item.placed or not item.ours
            if item.container != world.home(name) and (by_hand or item.remote_id in resting):
                continue  # it was there before, or is to stay there
            if item.container != world.home(name) and _has_become_theirs(world, name, item):
                continue
            (theirs if by_hand else ours)[person] += 1
        for person in ours | theirs:
            if ours[person] + (theirs[person] > 0) > 1 and not _stands_beside(world, name, person):
                yield (
                    f"I4: person {person} has {ours[person]} items of ours "
                    f"and {theirs[person]} of others in {name}"
                )


def _has_become_theirs(world: World, name: str, item: Item) -> bool:
    """Tell whether an item is what a create has left whose pair had ended, edited by a person.

    It is that person's, and stays in a folder that is left: nobody may be met with it there.
    """
    links = world.stores[name].links.values()
    had_ended = any(
        x.stamp == item.stamp and x.state is LinkState.DEAD and not x.remote_id for x in links
    )
    was_found = any(x.remote_id == item.remote_id for x in links)
    return item.touched and had_ended and not was_found


def _is_double(world: World, person: int) -> bool:
    """Tell whether people made this contact twice, so that no one of them is the contact.

    A row may come into the scope after its twin in Outlook was imported: two rows, two items.
    """
    if person in world.ghost.copied | (world.ghost.doubled & world.ghost.twins):
        return True
    if any(
        item.placed and world.people.person_in(item.record) == person
        for mailbox in world.mailboxes.values()
        for item in mailbox.items.values()
    ):
        return True  # taken out of the bin: it is there anew, whatever became of its row
    rows = [r for r in world.crm.rows.values() if world.people.person_in(r.record) == person]
    return person in world.ghost.twins and len(rows) > 1


def _stands_beside(world: World, name: str, person: int) -> bool:
    """Tell whether a copy, or an item that a person put back, may stand beside ours."""
    if _is_double(world, person) or waits_to_move(world, name, person):
        return True
    # What was restored in the folder that is chosen now had its twin there all the time.
    if person in world.ghost.twins and world.ghost.excused.get((name, person)) == LEFT_FOLDER:
        return True
    return any(
        item.placed and world.people.person_in(item.record) == person
        for item in world.mailboxes[name].synced()
    )


def no_resurrection(world: World) -> Iterator[str]:
    """I5: what a person removed stays away, per policy; legal outcomes are counted."""
    ghost = world.ghost
    alive = Counter(world.people.person_in(row.record) for row in world.crm.rows.values())
    for person in sorted(ghost.unmade):
        is_other = person in ghost.copied | ghost.twins | ghost.anew or was_nobodys(world, person)
        if alive[person] and not is_other:
            yield f"I5: person {person} was deleted in the CRM and is back"
    for (name, person), how in sorted(ghost.gone.items()):
        items = [
            item
            for item in world.mailboxes[name].synced()
            # A double that may not be deleted stays; it never was away.
            if world.people.person_in(item.record) == person
            and not item.protected
            # Nothing that we do puts back what was born in Exchange: it is another one.
            and item.ours
        ]
        if not items or _is_double(world, person):
            continue
        policy = world.policies[name]
        if (name, person) in ghost.excused:
            ghost.legal[ghost.excused[name, person]] += 1
            continue
        keeps = policy.meaning_of_deletion() is Deletion.KEEP or how == "moved"
        if keeps and (name, person) not in ghost.may_return:
            yield f"I5: person {person} was {how} in {name} and is back"


def leaving(world: World) -> Iterator[str]:
    """I6: what left the CRM or its scope is treated in Exchange as the policy says."""
    for name, mailbox in world.mailboxes.items():
        policy = world.policies[name]
        by_remote = {link.remote_id: link for link in current(world, name) if link.remote_id}
        for item in mailbox.synced():
            link = by_remote.get(item.remote_id)
            if link is None or link.key == NO_ROW:
                yield from stranger(world, name, item, link)
                continue
            row = in_scope(world, name, link.key.pk)
            if isinstance(row, LocalItem) or link.origin is Origin.EXCHANGE:
                continue
            must_go = policy.removal is Removal.DELETE or row.cause is Cause.LOST_ACCESS
            parted = link.state is LinkState.RETAINED and link.reason not in RESUMABLE
            if must_go and not parted:
                yield f"I6: {item.remote_id} stays in {name}, and its row is {row.cause}"


def base_truth(world: World) -> Iterator[str]:
    """I14: each base equals something that its side really said."""
    for name, mailbox in world.mailboxes.items():
        for link in current(world, name):
            item = mailbox.items.get(link.remote_id)
            # What an item ever said it has said for ever.
            if item is None or world.ghost.true_bases.get((name, link.id)) is link:
                continue
            world.ghost.true_bases[name, link.id] = link
            for atom, value in link.base_remote.items():
                held = item.held.get(atom, ())
                # Of a create whose answer was lost the base is what was sent.
                if value not in held and canon(atom, server_form(atom, value)) not in held:
                    yield f"I14: {item.remote_id} never said {value!r} in {atom}"


def durable_observation(world: World) -> Iterator[str]:
    """I12: an item that differs from its base is staged, or the feed will show it again."""
    for name, mailbox in world.mailboxes.items():
        store = world.stores[name]
        chain = next((c for n, c in store.chains.items() if n not in store.closed), None)
        if chain is None or not chain.complete or not chain.link.startswith("d"):
            continue
        changed = [
            link.remote_id
            for link in store.links.values()
            if link.state is LinkState.ACTIVE
            and (item := mailbox.items.get(link.remote_id)) is not None
            and item.etag != link.etag
            # What lies elsewhere has no feed: it is read when it is moved.
            and link.collection in ("", chain.collection)
        ]
        if not changed:
            continue
        since = int(chain.link[1:])
        staged = {row.row.observation.remote_id for row in store.staged.values()}
        later = {remote_id for seq, remote_id, _ in mailbox.log if seq > since}
        for remote_id in changed:
            if remote_id not in staged and remote_id not in later:
                yield f"I12: a change of {remote_id} was seen by nobody"


def orders_answered(world: World) -> Iterator[str]:
    """I16: every order of a person is answered, and what it takes in is taken in once."""
    for name, store in world.stores.items():
        for number, placed in store.orders.items():
            if not placed.ending:
                yield f"I16: order {number} in {name} ({placed.order}) is open at rest"
        imported = Counter(
            entry.remote_id
            for entry in store.log
            if entry.line.action is Action.IMPORT and entry.line.outcome is Outcome.DONE
        )
        for remote_id, count in imported.items():
            # Where a person took it out of the bin it is another one to us.
            if count > 1 and remote_id not in world.ghost.removed_ids:
                yield f"I16: {remote_id} was taken into the CRM {count} times"


AT_REST: tuple[Check, ...] = (
    one_folder,
    convergence,
    no_loss,
    no_duplicates,
    no_resurrection,
    leaving,
    base_truth,
    orders_answered,
    own_categories,
)
AFTER_A_RUN: tuple[Check, ...] = (base_truth, durable_observation, own_categories)
