"""Stories of a calendar in which people act, or time passes, while a request is on its way."""

from __future__ import annotations

from collections.abc import Callable

from agentbox_sync.core.changes import Cause
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.rules import Adoption, Conflict, Status
from agentbox_sync.engine import Depth
from agentbox_sync.ports import Delete
from tests.sim.calendar.graph import CalendarGraph
from tests.sim.calendar.mailbox import Event
from tests.sim.calendar.stories import a_world, synced
from tests.sim.calendar.world import World
from tests.sim.faults import Crash

DAY = 86400.0


def as_it_writes(world: World, deed: Callable[[], object]) -> None:
    """Let something happen once, when the next write has set out and has not arrived."""
    make, done = world.wire, list[object]()

    def wire() -> CalendarGraph:
        made = make()
        send, begin = made.write, made.begin

        def begun() -> None:
            if not done:
                done.append(deed())
            begin()

        def write(*request: object) -> object:
            made.begin = begun  # type: ignore[method-assign]
            try:
                return send(*request)  # type: ignore[arg-type]
            finally:
                made.begin = begin  # type: ignore[method-assign]

        made.write = write  # type: ignore[method-assign,assignment]
        return made

    world.wire = wire  # type: ignore[method-assign]


def moved_out(world: World) -> tuple[str, Event]:
    """Sync an event, and put it where the window does not reach in Outlook."""
    synced(world)  # what bears witness
    pk = synced(world)
    event = world.event_of(pk)
    world.mailbox.edit(event, {"when": world.at(-200)})
    return pk, event


def test_what_nobody_may_see_any_more_goes_although_its_row_is_deleted_meanwhile() -> None:
    """It was forbidden when it was last read; that its row goes as well makes no difference."""
    world = a_world()
    pk, event = moved_out(world)
    world.crm.leave(pk, Cause.LOST_ACCESS)

    as_it_writes(world, lambda: world.crm.delete(pk))
    world.sync()

    assert pk not in world.crm.rows
    assert event.id not in world.mailbox.events
    assert world.broken == []
    assert event.id not in {link.remote_id for link in world.links()}
    assert world.sync(relist=True).writes == 0


def test_what_is_outside_and_was_allowed_when_its_removal_set_out_would_be_found() -> None:
    """The control: that nobody may see it any more is said only when the request is on its way."""
    world = a_world(status=Status.ONE_WAY)
    pk, event = moved_out(world)
    world.sync()

    as_it_writes(world, lambda: world.crm.leave(pk, Cause.LOST_ACCESS))
    world.wire().write(KIND.name, "", [Delete(event.id, event.etag)])

    assert world.broken == ["I18: something outside the window was removed"]


def stands_there_once(world: World, pk: str) -> None:
    """See that nothing else is there, now and after everything was listed anew."""
    assert [x.id for x in world.mailbox.events.values()] == [x.remote_id for x in world.links()]
    assert world.event_of(pk).record["subject"] == world.crm.rows[pk].record["subject"]
    assert world.sync(relist=True).writes == 0


def create_of_a_machine_that_slept(world: World) -> str:
    """Send a create a day after it was announced; it lands only when nobody waits for it."""
    pk = world.crm.insert(world.typed())
    as_it_writes(world, lambda: world.clock.sleep(DAY))
    world.sync(depth=Depth.INCREMENTAL, fate="committed late")
    assert world.link_of(pk).remote_id == ""
    return pk


def test_a_create_that_went_out_a_day_after_it_was_announced_is_not_given_up_at_once() -> None:
    world = a_world(status=Status.ONE_WAY)
    synced(world)  # what bears witness

    pk = create_of_a_machine_that_slept(world)
    late, world.mailbox.late = world.mailbox.late, []
    assert world.sync().writes == 0  # it has not landed yet
    world.mailbox.late = late
    world.clock.sleep(30.0)
    world.sync()

    stands_there_once(world, pk)


def test_what_has_landed_a_day_after_it_was_announced_is_no_copy_of_a_person() -> None:
    """It was given up, and created again; what has landed then is a double of ours."""
    world = a_world(status=Status.ONE_WAY)
    synced(world)  # what bears witness

    pk = create_of_a_machine_that_slept(world)
    late, world.mailbox.late = world.mailbox.late, []
    for _ in range(2):
        world.clock.sleep(70.0)
        world.sync()
    world.mailbox.late = late
    for _ in range(3):
        world.sync()

    stands_there_once(world, pk)


def create_of_a_machine_that_slept_and_died(world: World) -> str:
    """Send a create a day after it was announced; its worker dies, and it lands only then."""

    def dies() -> None:
        if world.mailbox.late:
            raise Crash("after the request")

    world.between = dies
    pk = create_of_a_machine_that_slept(world)
    world.between = lambda: None
    return pk


def given_up_before_it_landed(world: World) -> None:
    """Let one run look for a create in vain; what was on its way has landed then."""
    late, world.mailbox.late = world.mailbox.late, []
    assert late
    world.sync()
    world.mailbox.late = late
    for _ in range(3):
        world.sync()


def test_what_has_landed_after_its_worker_slept_and_died_is_no_copy_of_a_person() -> None:
    """Nobody has dated it anew: it counts from when it was looked for in vain."""
    world = a_world(status=Status.ONE_WAY)
    synced(world)  # what bears witness

    pk = create_of_a_machine_that_slept_and_died(world)
    given_up_before_it_landed(world)

    stands_there_once(world, pk)


def test_what_has_landed_so_does_not_bring_a_row_back_that_was_deleted_meanwhile() -> None:
    world = a_world(adoption=Adoption.IMPORT)
    synced(world)  # what bears witness

    pk = create_of_a_machine_that_slept_and_died(world)
    world.crm.delete(pk)
    given_up_before_it_landed(world)

    assert len(world.mailbox.events) == len(world.crm.rows) == 1
    assert world.sync(relist=True).writes == 0


def test_what_carries_the_stamp_long_after_it_was_given_up_is_a_persons() -> None:
    """The control: what nobody can have sent any more is a copy of what nobody saw."""
    world = a_world(status=Status.ONE_WAY)
    synced(world)  # what bears witness

    create_of_a_machine_that_slept_and_died(world)
    late, world.mailbox.late = world.mailbox.late, []
    world.sync()
    world.clock.sleep(DAY)
    world.mailbox.late = late
    for _ in range(3):
        world.sync()

    assert len(world.mailbox.events) == len(world.links()) + 1


def told(world: World, word: str) -> int:
    """Return in how many lines of the log somebody finds what was replaced."""
    return sum(word in repr(entry.line.before) for entry in world.store.log)


def replaced_unanswered(world: World) -> str:
    """Replace what was typed in Outlook, unanswered; the window rolls past it before we know."""
    pk = synced(world)
    world.mailbox.edit(world.event_of(pk), {"location": "Linz"})
    world.crm.save(pk, {"location": "Graz"})
    world.sync(depth=Depth.INCREMENTAL, lost=1)
    assert world.event_of(pk).record["location"] == "Graz"
    assert told(world, "Linz") == 0
    world.clock.sleep(100 * DAY)
    return pk


def test_what_an_unanswered_write_replaced_is_told_when_the_window_has_rolled_past_it() -> None:
    world = a_world(conflict=Conflict.CRM_WINS)
    pk = replaced_unanswered(world)

    world.sync()
    assert told(world, "Linz") == 1

    assert world.sync(relist=True).writes == 0
    assert told(world, "Linz") == 1  # and not once more
    assert world.event_of(pk).record["location"] == "Graz"


def test_what_an_unanswered_write_had_left_there_is_no_edit_when_its_row_is_back() -> None:
    """What was told is known as ours nevertheless: it does not undo what the CRM says since."""
    world = a_world(conflict=Conflict.EXCHANGE_WINS)
    pk = synced(world, location="Linz")
    world.crm.save(pk, {"location": "Graz"})
    world.sync(depth=Depth.INCREMENTAL, lost=1)
    world.clock.sleep(100 * DAY)
    world.sync()
    assert told(world, "Linz") == 1

    world.crm.save(pk, {"location": "Wels", "when": world.at(3)})
    for _ in range(3):
        world.sync()

    assert world.crm.rows[pk].record["location"] == "Wels"
    assert world.event_of(pk).record["location"] == "Wels"


def test_what_an_unanswered_write_replaced_is_told_when_its_row_left_outside_the_window() -> None:
    world = a_world(status=Status.ONE_WAY, conflict=Conflict.CRM_WINS)
    record = world.typed()
    world.mailbox.put({**record, "location": "Linz"}, world.clock.seconds)
    pk = synced(world, **record)
    assert world.event_of(pk).record["location"] == "Linz"  # it stands there
    world.crm.save(pk, {"location": "Graz"})
    world.sync(depth=Depth.INCREMENTAL, lost=1)
    event = world.event_of(pk)
    assert event.record["location"] == "Graz"
    world.clock.sleep(100 * DAY)

    world.crm.leave(pk, Cause.LEFT_FILTER)
    world.sync()

    assert event.id in world.mailbox.events
    assert told(world, "Linz") == 1
    world.sync()
    assert told(world, "Linz") == 1


def test_what_a_meeting_replaced_that_was_cut_off_is_told_when_its_event_is_gone_as_well() -> None:
    world = a_world(conflict=Conflict.CRM_WINS)
    synced(world)  # what bears witness
    synced(world, **world.typed(when=world.at(200)))  # and when the window has rolled on
    record = world.typed()
    event = world.mailbox.put({**record, "location": "Linz"}, world.clock.seconds)
    pk = world.crm.insert({**record, "location": "Graz"})
    world.sync(depth=Depth.INCREMENTAL, lost=1)
    assert event.record["location"] == "Graz"

    world.mailbox.remove(event)
    world.clock.sleep(100 * DAY)
    for _ in range(4):
        world.sync(relist=True)

    assert pk in world.crm.rows
    assert told(world, "Linz") == 1
    assert world.sync().requests == 1
