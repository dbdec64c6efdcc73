"""Stories of two calendars that share appointments, and of a worker that lost its lease."""

from __future__ import annotations

from agentbox_sync.core.changes import LocalKey, Rest
from agentbox_sync.core.kinds.calendar import KIND
from agentbox_sync.core.rules import Adoption, Conflict, Order
from agentbox_sync.engine import Depth
from agentbox_sync.ports import Delete
from tests.sim.calendar.crm import MODEL
from tests.sim.calendar.mailbox import Event
from tests.sim.calendar.stories import a_series, a_world, moved, off
from tests.sim.calendar.world import CalendarDesk, World
from tests.sim.staging import Placed

DAY = 86400.0


def two_desks(**policy: object) -> tuple[World, CalendarDesk]:
    world = a_world(**policy)
    return world, world.beside(world.policy)


def synced(*desks: CalendarDesk) -> None:
    for _ in range(2):
        for desk in desks:
            desk.sync()


def event_at(desk: CalendarDesk, pk: str) -> dict[str, object]:
    return desk.event_of(pk).record


def test_dates_that_three_sides_change_all_stand_in_both_calendars() -> None:
    world, colleague = two_desks()
    pk, days = a_series(world)
    synced(world, colleague)

    world.crm.save(pk, {"exceptions": [off(days[1])]})
    for desk, day in ((world, days[2]), (colleague, days[3])):
        desk.mailbox.edit(desk.event_of(pk), {"exceptions": [moved(day)]})
    synced(world, colleague)

    expected = [off(days[1]), moved(days[2]), moved(days[3])]
    assert world.crm.rows[pk].record["exceptions"] == expected
    assert event_at(world, pk)["exceptions"] == event_at(colleague, pk)["exceptions"] == expected
    assert world.sync(relist=True).writes == colleague.sync(relist=True).writes == 0


def test_who_does_not_take_part_any_more_loses_it_and_the_other_one_keeps_it() -> None:
    world, colleague = two_desks()
    pk = world.crm.insert(world.typed())
    synced(world, colleague)

    world.crm.share(pk, colleague.name)
    synced(world, colleague)

    assert colleague.mailbox.events == {}
    assert list(world.mailbox.events) == [world.event_of(pk).id]


def test_what_one_of_them_takes_in_is_not_the_other_one_s() -> None:
    world, colleague = two_desks(adoption=Adoption.IMPORT)
    synced(world, colleague)
    found = world.mailbox.put(world.typed(), world.clock.seconds)

    synced(world, colleague)

    (pk,) = world.crm.rows
    assert world.link_of(pk).remote_id == found.id
    assert colleague.mailbox.events == {}


def paused_as_it_writes(world: World) -> list[object]:
    """Pause the first worker when it has renewed its lease to write; another one runs meanwhile.

    What is returned is empty until then.
    """
    graph, taken = world.wire, list[object]()

    def wire() -> object:
        made = graph()
        send = made.write

        def write(kind: str, collection: str, writes: object) -> object:
            if not taken:
                taken.append(made)
                made.taken_over()
            return send(kind, collection, writes)  # type: ignore[arg-type]

        made.write = write  # type: ignore[method-assign,assignment]
        return made

    world.wire = wire  # type: ignore[method-assign,assignment]
    return taken


def test_a_worker_that_lost_its_lease_creates_nothing_twice() -> None:
    world = a_world(conflict=Conflict.EXCHANGE_WINS)
    pk = world.crm.insert(world.typed())

    taken = paused_as_it_writes(world)
    for _ in range(3):
        world.sync()
        world.clock.sleep(70.0)

    assert taken
    assert list(world.mailbox.events) == [world.link_of(pk).remote_id]
    assert world.link_of(pk).key == LocalKey(MODEL, pk)


def a_removal_that_the_window_rolls_past() -> tuple[World, Event]:
    world = a_world()
    world.crm.insert(world.typed(when=world.at(300)))  # what bears witness
    pk = world.crm.insert(world.typed())
    world.sync()
    event = world.event_of(pk)
    world.clock.sleep(120 * DAY)
    world.crm.delete(pk)
    return world, event


def test_a_worker_that_lost_its_lease_still_removes_what_is_in_its_own_window() -> None:
    """The window rolls between the renewal and the request: neither it nor an ETag tells."""
    world, event = a_removal_that_the_window_rolls_past()
    before = world.listed()

    taken = paused_as_it_writes(world)
    world.sync(depth=Depth.INCREMENTAL)

    assert taken
    assert world.listed() != before
    assert event.id not in world.mailbox.events
    assert world.broken == []
    world.sync(depth=Depth.INCREMENTAL)
    assert event.id not in {link.remote_id for link in world.links()}
    assert world.sync(relist=True).writes == 0


def test_a_worker_that_holds_its_lease_and_removes_what_is_outside_would_be_found() -> None:
    """The control: a request that sets out when the new window is open."""
    world, event = a_removal_that_the_window_rolls_past()
    world.sync()
    assert event.id in world.mailbox.events

    world.wire().write(KIND.name, "", [Delete(event.id, event.etag)])

    assert world.broken == ["I18: something outside the window was removed"]


def test_what_was_removed_in_outlook_is_put_back_for_a_person_with_its_dates() -> None:
    world = a_world()
    world.crm.insert(world.typed())  # what bears witness
    pk, days = a_series(world)
    world.crm.save(pk, {"exceptions": [off(days[1])]})
    world.sync()
    world.mailbox.remove(world.event_of(pk))
    world.sync()
    link = world.link_of(pk)
    assert link.reason == Rest.REMOVED_IN_EXCHANGE

    world.store.orders[1000] = Placed(Order.RESTORE, link.id)
    for _ in range(2):
        world.sync()

    assert world.store.orders[1000].ending == "done"
    assert event_at(world, pk)["exceptions"] == [off(days[1])]
