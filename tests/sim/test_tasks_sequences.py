"""The engine on simulated task lists: every invariant holds, within the shared budget."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from agentbox_sync.core.kinds.tasks import KIND
from agentbox_sync.core.rules import Adoption, Deletion, Policy, Removal, Status
from agentbox_sync.engine.successions import Successions
from tests.sim import campaign
from tests.sim.calendar import graph as calendar
from tests.sim.campaign import Summary
from tests.sim.seeds import TASKS
from tests.sim.tasks.checks import HANDED, PUT, broken
from tests.sim.tasks.faces import FaceDesk
from tests.sim.tasks.graph import FAULTS
from tests.sim.tasks.mailbox import OTHER, WEEK, Habits
from tests.sim.tasks.people import People
from tests.sim.tasks.sequence import play
from tests.sim.tasks.stories import DONE, WEEKLY, a_desk, a_series, settles, synced
from tests.sim.tasks.world import UNREAD, World, name_of

pytestmark = pytest.mark.all_cores

FOR_SEQUENCES = 8.0  # seconds of the ninety that all of the simulation has
SEQUENCES = 2_000
RULES = Policy(status=Status.TWO_WAY, removal=Removal.RETAIN, deletion=Deletion.APPLY)
# Together they show everything, however few sequences a slow machine plays.
EVENTFUL = range(150)
LEGAL = {
    "edited between our look and our write",
    "a copy that passed for its original",
    "a series went on differently on both sides",
    "done in the CRM before its twin was met, and out of reach",
    "handed over before its twin was met, and one for each of the two",
    "put elsewhere with words that nobody had read, and nothing else to know it by",
    "put by a person on a day to which its series has come since",
}


@pytest.fixture(scope="module")
def played() -> Summary:
    summary = campaign.run(SEQUENCES, deadline=FOR_SEQUENCES, kind="tasks")
    print(summary.told())
    return summary


def test_every_invariant_holds_in_every_sequence(played: Summary) -> None:
    assert not played.failed, "\n".join(
        f"make sim KIND=tasks N=1 SEED={seed}: {broken}" for seed, broken in played.failed[:10]
    )


def test_legal_outcomes_are_those_that_are_declared(played: Summary) -> None:
    assert set(played.legal) <= LEGAL


def test_every_fault_strikes_and_everything_that_people_can_do_is_done() -> None:
    shown = Summary()
    for seed in EVENTFUL:
        shown.take(play(seed))

    every = {deed.__name__.strip("_") for _, deed in People(World(0, faces=True)).deeds}
    struck = {fault for fault, times in shown.struck.items() if times}
    assert FAULTS <= struck <= FAULTS | calendar.FAULTS
    assert set(shown.deeds) == every


@pytest.mark.parametrize("seed", TASKS)
def test_a_seed_that_failed_once_holds(seed: int) -> None:
    assert play(seed).broken == [], TASKS[seed]


def test_a_doubled_next_task_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: an engine that knows of no series."""
    careless = replace(KIND, series=None)
    monkeypatch.setattr("tests.sim.tasks.world.KIND", careless)

    found = [line for seed in range(60) for line in play(seed).broken]

    assert any("next tasks" in line or "is there 2 times" in line for line in found)


def test_one_that_stays_open_because_it_was_done_too_soon_would_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: an engine that looks for nothing that was done before it was met."""
    monkeypatch.setattr(Successions, "is_done", lambda *_: False)
    desk = a_desk()
    first = a_series(desk)
    desk.world.crm.complete(first)
    desk.world.crm.complete(next(pk for pk in desk.world.crm.rows if pk != first))
    settles(desk)

    assert any("2 next tasks in a" in line for line in broken(desk.world))
    assert not desk.world.ghost.legal


@pytest.mark.parametrize("staff", ["a", "b"])
def test_what_was_handed_over_unmet_is_there_once_for_each_of_the_two(staff: str) -> None:
    """The control: one staff member with two of them is found."""
    world = World("handed over", (Policy(), Policy()), Habits(), "UTC", faces=False)
    said = world.typed()
    world.ghost.handed.add(name_of(said["title"]))
    world.crm.insert(said, "a", "FREQ=WEEKLY")
    world.crm.insert({**said, "progress": DONE}, staff, "FREQ=WEEKLY")

    found = [line for line in broken(world) if line.startswith("I4")]

    assert len(found) == (staff == "a")
    assert world.ghost.legal[HANDED] == (staff == "b")


@pytest.mark.parametrize("is_read", [True, False])
def test_what_is_put_elsewhere_and_taken_for_another_one_would_be_found(
    is_read: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: an engine that could know it by what it has read, and does not."""
    monkeypatch.setattr("agentbox_sync.engine.strayed.chosen", lambda *_: None)
    desk = a_desk(adoption=Adoption.IMPORT, deletion=Deletion.RESTORE)
    synced(desk)  # what bears witness
    task = desk.put(due=None)
    desk.sync()
    if not is_read:
        desk.mailbox.edit(task, {"notes": "typed there"})
    desk.mailbox.move(task, OTHER)
    settles(desk)

    found = [line for line in broken(desk.world) if "is there 2 times in a" in line]

    assert len(found) == is_read
    assert desk.world.ghost.legal[UNREAD] == (not is_read)


@pytest.mark.parametrize("put", [True, False])
def test_what_a_person_put_on_a_day_that_its_series_comes_to_is_no_double(put: bool) -> None:
    """The control: what nobody has put there is found."""
    desk = a_desk(status=Status.ONE_WAY, habits=Habits(goes_on_for_us=False))
    first = a_series(desk)
    task, rows = desk.task_of(first), desk.world.crm.rows
    day = date.fromisoformat(rows[first].values["due"]) + 2 * WEEK
    desk.edit_due(task, day.isoformat(), "utc_midnight")
    task.put = put
    desk.world.crm.complete(first)
    desk.world.crm.complete(next(pk for pk in rows if pk != first))
    settles(desk)

    found = [line for line in broken(desk.world) if line.startswith("I4")]

    assert len(found) == (not put)
    assert desk.world.ghost.legal[PUT] == put


@pytest.mark.parametrize("removes", [True, False], ids=["removed", "ticked off"])
@pytest.mark.parametrize("staff", ["a", "b"])
@pytest.mark.parametrize("put", [True, False])
def test_a_series_that_a_person_put_back_comes_to_the_day_of_an_older_one(
    put: bool, staff: str, removes: bool
) -> None:
    """The control: what nobody has put back is found."""
    world = World("put back", (RULES, RULES), Habits(), "UTC", faces=True)
    desk, face = world.lists[0], world.calendars[0]
    face.policy = RULES
    witness, first = desk.enter(), desk.enter(rule=WEEKLY)
    said = world.crm.rows[first].values
    world.ghost.apart.add(name_of(said["title"]))
    all_settle(world)
    world.crm.complete(first)
    all_settle(world)
    (second,) = world.crm.rows.keys() - {witness, first}
    world.crm.change(first, staff=staff)
    before = date.fromisoformat(said["due"]) - WEEK
    world.crm.save(second, {"due": before.isoformat()})
    if put:
        world.ghost.shifted.add(name_of(said["title"]))
    all_settle(world)

    event = face.event_of(second)
    if removes:
        face.mailbox.remove(event)
    else:
        face.tick(event)
    all_settle(world)

    assert any("is there 2 times" in line for line in broken(world)) is not put


@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.parametrize("place", ["the calendar", "To Do"])
def test_a_series_comes_to_a_day_on_which_a_person_has_put_one_where_the_crm_had_not_looked(
    place: str, by_hand: bool
) -> None:
    """The control: what no person has put there is found."""
    world, day = _a_series_with_two_faces()
    (desk,), (face,) = world.lists, world.calendars
    (task,), (event,) = desk.mailbox.tasks.values(), face.mailbox.events.values()
    face.tick(event)
    if place == "To Do":
        desk.edit_due(task, day, "utc_midnight")
        task.put = by_hand
        face.sync()
    else:
        face.drag(event, day, world.rng)
        face.dragged = face.dragged if by_hand else {}
        desk.mailbox.edit(task, {"progress": DONE})
    all_settle(world)

    assert any("is there 2 times in the CRM" in line for line in broken(world)) is not by_hand


@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.parametrize("in_the_crm", [True, False])
def test_a_series_comes_in_to_do_to_a_day_to_which_a_person_has_dragged_its_entry(
    by_hand: bool, in_the_crm: bool
) -> None:
    """The control: what no person has dragged there is found."""
    world, day = _a_series_with_two_faces()
    (face,) = world.calendars
    (event,) = face.mailbox.events.values()
    face.drag(event, day, world.rng)
    face.dragged = face.dragged if by_hand else {}
    world.ghost.apart = set(world.ghost.shifted)

    if in_the_crm:
        world.crm.complete(*world.crm.rows)
        world.lists[0].sync()
    else:
        People(world)._complete_task()
    face.sync()
    all_settle(world)

    assert any("is there 2 times in a" in line for line in broken(world)) is not by_hand


def _a_series_with_two_faces() -> tuple[World, str]:
    """Return a world with one series, and the day of its next one; people put some elsewhere."""
    world = World("put there", (RULES,), Habits(), "UTC", faces=False)
    world.calendars.append(FaceDesk(world.lists[0], RULES))
    said = world.crm.rows[world.lists[0].enter(rule=WEEKLY)].values
    all_settle(world)
    world.ghost.shifted.add(name_of(said["title"]))
    return world, (date.fromisoformat(said["due"]) + WEEK).isoformat()


def test_one_that_was_made_before_its_series_came_to_its_day_would_be_found() -> None:
    """The control: it is younger than what is done, and nobody has put that back behind it."""
    world = World("made too soon", (Policy(), Policy()), Habits(), "UTC", faces=False)
    said = world.typed()
    world.ghost.shifted.add(name_of(said["title"]))
    first = world.crm.insert(said, "a", WEEKLY)
    later = date.fromisoformat(said["due"]) + WEEK
    world.crm.insert({**said, "due": later.isoformat()}, "b", WEEKLY)

    world.crm.complete(first)

    assert any("is there 2 times in the CRM" in line for line in broken(world))


def all_settle(world: World) -> None:
    for _ in range(3):
        for desk in world.desks:
            desk.sync()
        world.clock.sleep(120.0)


def test_a_day_that_shifts_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a codec that takes the date of what is shown in UTC for the day."""
    monkeypatch.setattr("tests.sim.tasks.days.shown", lambda kept, zone: kept.date().isoformat())

    found = [line for seed in range(60) for line in play(seed).broken]

    assert any(line.startswith("I17") for line in found)
