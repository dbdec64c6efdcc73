"""What must hold of task lists at rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agentbox_sync.core.changes import NO_ROW, Absence, Link, LinkState, LocalKey, is_met
from agentbox_sync.core.kinds.calendar import KIND as CALENDAR
from agentbox_sync.core.kinds.tasks import KIND, is_completed
from agentbox_sync.core.rules import Status
from agentbox_sync.engine import Depth
from tests.sim.lives import doubles
from tests.sim.tasks.crm import MODEL, Row
from tests.sim.tasks.faces import FaceDesk
from tests.sim.tasks.mailbox import Task
from tests.sim.tasks.world import TOKEN, UNREAD, TaskDesk, World, is_monday, name_of

APART = "a series went on differently on both sides"
HANDED = "handed over before its twin was met, and one for each of the two"
# What a task has no place for stands in the calendar as somebody left it there.
OWN = frozenset({"reminder", "show_as"})
LATE = "landed late, and renamed or put off before anybody had seen it"
PUT = "put by a person on a day to which its series has come since"
UNMET = "done in the CRM before its twin was met, and out of reach"


def broken(world: World) -> Iterator[str]:
    """Tell what is broken."""
    for desk in world.lists:
        yield from _agreement(desk)
        yield from doubles(desk, _made_by_us(desk))
        yield from _days(desk)
        if (asked := desk.sync(depth=Depth.INCREMENTAL).requests) > 1:
            yield f"I2: {desk.name} asks {asked} times at rest"
    for face in world.calendars:
        yield from _entries(face)
        yield from doubles(face, face.mailbox.events)
    yield from _loss(world)
    yield from _series(world)
    yield from _several(world)
    yield from _resurrection(world)


def _made_by_us(desk: TaskDesk) -> dict[str, Task]:
    """Return the tasks but for those without a stamp, or of which a copy may have passed for it."""
    several = desk.world.ghost.several
    # Put elsewhere as we removed it, and nobody answered: it is taken for removed.
    unsure = {x.stamp for x in desk.store.links.values() if any(y.removes for y in x.pending)}
    tasks = [
        (id_, task)
        for id_, task in desk.mailbox.tasks.items()
        if task.stamp and task.stamp not in unsure
    ]
    made = {id_: task for id_, task in tasks if name_of(task.values["title"]) not in several}
    late = {id_ for id_, task in made.items() if task.ours and _may_be_next(desk, task)}
    if late:
        desk.world.ghost.legal[LATE] += len(late)
    return {id_: task for id_, task in made.items() if id_ not in late}


def _may_be_next(desk: TaskDesk, task: Task) -> bool:
    """Tell whether a double of a series says another name or day than was ever sent.

    So does the next one that To Do makes, which carries our stamp as well and is a person's: what
    could be either is not removed.
    """
    known = {link.remote_id for link in desk.store.links.values()}
    sent = [
        payload
        for number, intent in desk.store.intents.items()
        if desk.store.links[number].stamp == task.stamp
        for payload in intent.payloads
    ]
    if task.remote_id in known or not any(payload.get("recurrence") for payload in sent):
        return False
    here = desk.mailbox.locality
    keys = [KIND.strong_keys(KIND.canonical(payload, here)) for payload in sent]
    return KIND.strong_keys(desk.mailbox.canonical(task)) not in keys


def _agreement(desk: TaskDesk) -> Iterator[str]:
    """I1: every row in scope has one link, and each active pair says the same on both sides."""
    links = [link for link in desk.links() if link.key != NO_ROW]
    by_key = Counter(link.key for link in links)
    yield from (f"I1: {key} has {count} links" for key, count in by_key.items() if count > 1)
    for pk in desk.world.crm.rows:
        item = desk.in_scope(pk)
        if item and not item.is_dormant and not by_key[LocalKey(MODEL, pk)]:
            yield f"I1: row {pk} of {desk.name} has no link"
    for link in links:
        if link.state is LinkState.ACTIVE:
            yield from _pair(desk, link)
        elif link.state is LinkState.CREATING and _is_dormant(desk, link):
            pass  # it was done before it ever arrived
        elif link.state is not LinkState.RETAINED and link.error != "ambiguous":
            yield f"I1: link {link.id} is {link.state} at rest: {link.error}"


def _is_dormant(desk: TaskDesk, link: Link) -> bool:
    item = desk.in_scope(link.key.pk)
    return bool(item and item.is_dormant and not is_met(link))


def _pair(desk: TaskDesk, link: Link) -> Iterator[str]:
    item, task = desk.local.of(link.key.pk), desk.mailbox.tasks.get(link.remote_id)
    if isinstance(item, Absence):
        yield f"I1: link {link.id} is active, and its row is {item.cause}"
        return
    if task is None:
        yield f"I1: link {link.id} is active, and its task is gone"
        return
    mine = KIND.canonical(item.record, desk.mailbox.locality)
    theirs = dict(desk.mailbox.canonical(task))
    for said in (mine, theirs):
        # A series of the CRM begins when it is due next; in To Do it begins when it has begun.
        said["recurrence"] = (said.get("recurrence") or {}).get("rule")
    taken_up = name_of(mine["title"]) in desk.world.ghost.apart
    if (is_completed(item.record) or taken_up) and not theirs["recurrence"]:
        del mine["recurrence"]  # of what was done, the next one has the rule in To Do
    for atom, value in mine.items():
        leaves = atom in link.drift or atom in link.frozen
        lenient = desk.policy.status is Status.ONE_WAY
        if value != theirs.get(atom) and not leaves and not lenient:
            yield f"I1: {atom} of {link.key.pk} is {value!r} here and {theirs.get(atom)!r} there"


def _entries(face: FaceDesk) -> Iterator[str]:
    """I1: every task that is due has an entry, and the two say the same."""
    links = {link.key: link for link in face.links() if link.key != NO_ROW}
    for pk in face.crm.rows:
        item, link = face.entry(pk), links.get(LocalKey(MODEL, pk))
        if item and not (item.is_dormant or item.is_outside or link):
            yield f"I1: row {pk} of {face.name} has no entry"
        if link is None or link.state is not LinkState.ACTIVE:
            continue
        event = face.mailbox.events.get(link.remote_id)
        if item is None or event is None:
            if not (item and item.is_outside):
                yield f"I1: link {link.id} of {face.name} is active, and one of them is gone"
            continue
        theirs = face.mailbox.canonical(event)
        for atom, value in CALENDAR.canonical(item.record, face.locality).items():
            stands = atom in link.drift or atom in link.frozen or atom in OWN
            lenient = face.policy.status is Status.ONE_WAY or item.is_outside
            if value != theirs.get(atom) and not (stands or lenient):
                there = f"{theirs.get(atom)!r} in {face.name}"
                yield f"I1: {atom} of {pk} is {value!r} here and {there}"


def _days(desk: TaskDesk) -> Iterator[str]:
    """A due date never shifts: it is the day that somebody meant, and everybody means Mondays."""
    for task in desk.mailbox.tasks.values():
        due = desk.mailbox.record(task)["due"]
        if due != task.meant:
            yield f"I17: {task.remote_id} is due on {task.meant} and reads as {due}"
        if not is_monday(due):
            yield f"I17: {task.remote_id} has become due on {due}"
    for pk, row in desk.world.crm.rows.items():
        if not is_monday(row.values["due"]):
            yield f"I17: row {pk} has become due on {row.values['due']}"


def _loss(world: World) -> Iterator[str]:
    """I3: every word is in the CRM, in To Do, in the log, or a person has let it go."""
    said = repr([row.values for row in world.crm.rows.values()])
    for desk in world.lists:
        said += repr([task.values for task in desk.mailbox.tasks.values()])
        said += repr([entry.line for entry in desk.store.log])
    for face in world.calendars:
        said += repr([event.record for event in face.mailbox.events.values()])
        said += repr([entry.line for entry in face.store.log])
    kept = set(TOKEN.findall(said)) | world.ghost.replaced
    yield from (f"I3: {word} is lost" for word in sorted(world.ghost.typed - kept))


def _series(world: World) -> Iterator[str]:
    """I4: a series never has two next tasks on either side."""
    there = Counter[tuple[str, str]]()
    for row in world.crm.rows.values():
        if row.rule and not is_completed(row.values):
            there["the CRM", name_of(row.values["title"])] += 1
    for desk in world.lists:
        there.update(_next_ones(desk))
    for (place, name), count in there.items():
        if count > 1 and name in world.ghost.apart:
            world.ghost.legal[APART] += 1
        elif count > 1 and name not in world.ghost.several:
            yield f"I4: a series has {count} next tasks in {place}: {name}"


def _next_ones(desk: TaskDesk) -> Iterator[tuple[str, str]]:
    if desk.policy.strict and desk.policy.status is Status.ONE_WAY:
        return  # what a person does in To Do is put back there, and its next one stays
    left = {link.remote_id for link in desk.links() if link.state is LinkState.RETAINED}
    for task in desk.mailbox.tasks.values():
        comes_again = task.values["recurrence"] and not is_completed(task.values)
        if comes_again and _is_out_of_reach(desk, task):
            desk.world.ghost.legal[UNMET] += 1
        elif comes_again and task.remote_id not in left:
            yield desk.name, name_of(task.values["title"])


def _is_out_of_reach(desk: TaskDesk, task: Task) -> bool:
    """Tell whether its twin in the CRM was done before the two had met, and they never can.

    Nobody looks for it in another list, and what a row says that has left the selection for being
    done, or the staff member, nobody is told. What can be met is done in To Do as well.
    """
    links = [link for link in desk.links() if link.has_row and link.remote_id]
    if any(link.remote_id == task.remote_id for link in links):
        return False
    known, said = {link.key.pk for link in links}, (task.values["title"], task.meant)
    chain = desk.chain()
    is_elsewhere = chain is None or task.place != chain.collection
    return any(
        is_completed(row.values)
        and (row.values["title"], row.values["due"]) == said
        and pk not in known
        and (is_elsewhere or desk.in_scope(pk) is None)
        for pk, row in desk.world.crm.rows.items()
    )


def _several(world: World) -> Iterator[str]:
    """I4: of one day of a task there is one."""
    ghost, rows, taken_in = world.ghost, world.crm.rows.values(), _taken_in_unread(world)
    handed = [row for row in rows if name_of(row.values["title"]) in ghost.handed]
    said = [(row.values, pk in taken_in) for pk, row in world.crm.rows.items() if row not in handed]
    yield from _twice_read(world, "the CRM", said)
    # Nobody is told of a colleague's row: what To Do has made beside it is taken in as another one.
    if any(len(staff) > 1 for staff in _holders(handed).values()):
        ghost.legal[HANDED] += 1
    for desk in world.lists:
        mine = [row.values for row in handed if row.staff == desk.name]
        yield from _twice(world, f"the CRM of {desk.name}", mine)
        yield from _twice_there(desk)


def _twice_there(desk: TaskDesk) -> Iterator[str]:
    """Tell what is there twice in To Do, without what a person has put on a day that is another's.

    Where the CRM does not hear of it, its row goes on from its own day, and comes to that one.
    """
    box, known = desk.mailbox, {x.remote_id: x for x in desk.store.links.values()}
    every = box.tasks.values()
    put = [x for x in every if x.put and x.remote_id in known]
    apart = [x for x in put if known[x.remote_id].base_local.get("due") != x.meant]
    here = [x for x in every if x not in apart]
    found, some = (_twice(desk.world, desk.name, map(box.record, x)) for x in (every, here))
    if [*found] != [*some]:
        desk.world.ghost.legal[PUT] += 1
    yield from _twice_read(desk.world, desk.name, [(box.record(x), x.unread) for x in here])


def _holders(rows: Iterable[Row]) -> dict[tuple[str, str], set[str]]:
    """Return whose the tasks of each name and day are."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        key = name_of(row.values["title"]), row.values["due"]
        found.setdefault(key, set()).add(row.staff)
    return found


def _twice_read(
    world: World, place: str, there: Iterable[tuple[Mapping[str, Any], bool]]
) -> Iterator[str]:
    """Tell what is there twice, beside what nobody can have known again."""
    said = list(there)
    found = [*_twice(world, place, [one for one, is_unread in said if not is_unread])]
    if found != [*_twice(world, place, [one for one, _ in said])]:
        world.ghost.legal[UNREAD] += 1
    yield from found


def _twice(world: World, place: str, there: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    titles: dict[tuple[str, str], list[str]] = {}
    for said in there:
        titles.setdefault((name_of(said["title"]), said["due"]), []).append(said["title"])
    for (name, due), found in titles.items():
        renamed = name in world.ghost.apart and len({*found}) == len(found)
        if len(found) > 1 and name not in world.ghost.several and not renamed:
            yield f"I4: {name} of {due} is there {len(found)} times in {place}"


def _resurrection(world: World) -> Iterator[str]:
    """I5: a row that a person deleted is not back; those of a series are told by their days."""
    ghost, taken_in = world.ghost, _taken_in_unread(world)
    for pk, row in world.crm.rows.items():
        name = name_of(row.values["title"])
        if name not in ghost.gone_rows - ghost.several - ghost.apart:
            continue
        if pk in taken_in:
            ghost.legal[UNREAD] += 1
        else:
            yield f"I5: {name} was deleted in the CRM, and is back as row {pk}"


def _taken_in_unread(world: World) -> frozenset[str]:
    """Return the rows of tasks that nobody can have known again as they were put elsewhere."""
    return frozenset(
        link.key.pk
        for desk in world.lists
        for link in desk.store.links.values()
        if (desk.name, link.remote_id) in world.ghost.unread
    )
