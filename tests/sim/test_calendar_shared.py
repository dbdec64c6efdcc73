"""Stories of two calendars that share appointments, and of a worker that lost its lease."""

from __future__ import annotations

from agentbox_sync.core.changes import LocalKey, Rest
from agentbox_sync.core.rules import Adoption, Conflict, Order
from tests.sim.calendar.crm import MODEL
from tests.sim.calendar.stories import a_series, a_world, moved, off
from tests.sim.calendar.world import CalendarDesk, World
from tests.sim.staging import Placed


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


def test_a_worker_that_lost_its_lease_creates_nothing_twice() -> None:
    world = a_world(conflict=Conflict.EXCHANGE_WINS)
    pk = world.crm.insert(world.typed())
    graph, taken = world.wire, []

    def wire() -> object:
        """The first worker is paused before its create, and another one sends it meanwhile."""
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
    for _ in range(3):
        world.sync()
        world.clock.sleep(70.0)

    assert taken
    assert list(world.mailbox.events) == [world.link_of(pk).remote_id]
    assert world.link_of(pk).key == LocalKey(MODEL, pk)


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
