"""Moves of what was refused on one side or the other, and goes on when that is mended."""

from __future__ import annotations

from agentbox_sync.core.changes import LinkState, LocalKey
from agentbox_sync.core.rules import Adoption, Order, Status, Target
from agentbox_sync.engine import Depth
from tests.sim.crm import MODEL, PRIMARY
from tests.sim.faults import ITEM, Weights
from tests.sim.mailbox import MAIN, Item
from tests.sim.ordering import ending, offer_of, order
from tests.sim.places import one_folder
from tests.sim.stage import NAME, Stage


def left_in_main() -> tuple[Stage, str, Item]:
    """A contact that moved into our folder, and whose old item could not be removed."""
    stage = Stage(target=Target.MAIN)
    stage.row("Other")
    pk = stage.row("Jane")
    stage.sync()
    old = stage.item_of(pk)
    old.protected = True
    stage.world.change_target(NAME)
    stage.sync()
    assert stage.item_of(pk).container != MAIN
    assert old in stage.mailbox.listed(MAIN)
    return stage, pk, old


def refused_in_a_move(**policy: object) -> tuple[Stage, str, Item]:
    """A contact that stays in the main folder, because Exchange did not take it in ours."""
    stage = Stage(target=Target.MAIN, **policy)
    stage.row("Other")
    pk = stage.row("Jane", mobile_phone="+61400000001")
    stage.sync()
    old = stage.item_of(pk)
    stage.mailbox.refuses = lambda record: record["name"]["given"] == "Jane"
    stage.world.change_target(NAME)
    stage.sync()
    stage.sync()
    assert stage.link_of(pk).state is LinkState.QUARANTINED
    assert stage.item_of(pk) is old
    return stage, pk, old


def given(stage: Stage) -> list[str]:
    return sorted(item.record["name"]["given"] for item in stage.mailbox.alive())


def test_an_old_item_that_its_pair_meets_again_is_not_removed_as_left_behind() -> None:
    stage, pk, old = left_in_main()
    old.protected = False
    stage.world.change_target(NAME)

    stage.sync()
    stage.sync(retry=True)

    assert given(stage) == ["Jane", "Other"]
    assert stage.item_of(pk) is old
    assert stage.link_of(pk).state is LinkState.ACTIVE


def test_an_old_item_that_a_person_has_linked_to_another_row_stays_with_that() -> None:
    stage = Stage(target=Target.MAIN, adoption=Adoption.REVIEW)
    pks = [stage.row("Jane", emails=["both@example.com"]) for _ in range(2)]
    stage.sync()
    old = stage.item_of(pks[0])
    old.protected = True
    for _ in range(2):  # there, and back again, where it is not clear whose it was
        stage.world.change_target(NAME)
        for _ in range(3):
            stage.sync()
    old.protected = False
    stage.world.crm.delete(pks[0])
    other = stage.row("Nina")
    number = order(stage, offer_of(stage, old), Order.LINK, key=LocalKey(MODEL, other))
    stage.sync()
    assert ending(stage, number) == "done"
    stage.mailbox.edit(old.remote_id, {"notes": "typed in Outlook"})

    for _ in range(2):
        stage.sync(retry=True)

    assert stage.item_of(other) is old
    assert stage.said(other, "notes") == "typed in Outlook"
    assert given(stage) == ["Jane", "Nina"]


def test_what_was_refused_moves_when_it_is_mended_with_a_crash_at_any_step() -> None:
    step = 0
    while True:
        stage, pk, old = refused_in_a_move()
        stage.mailbox.refuses = lambda _: False
        stage.world.crm.save(pk, {"company": "Typed in the CRM"})
        stage.mailbox.edit(old.remote_id, {"notes": "typed in Outlook", "mobile_phone": ""})
        stage.sync()  # what empties a field of the CRM was in no plan yet
        assert stage.item_of(pk) is old
        step += 1
        stage.world.crash_at = stage.world.steps + step
        crashed = stage.sync().error.startswith("crash")
        for _ in range(5):
            stage.world.clock.sleep(200.0)
            stage.sync(depth=Depth.INCREMENTAL)
        stage.sync()

        assert given(stage) == ["Jane", "Other"], step
        assert stage.item_of(pk).container == stage.world.home(NAME), step
        assert stage.shown(stage.item_of(pk), "company") == "Typed in the CRM", step
        assert stage.said(pk, "notes") == "typed in Outlook", step
        assert stage.said(pk, "mobile_phone") == "", step
        assert list(one_folder(stage.world)) == [], step
        if not crashed:
            break
    assert step > 20


def test_what_was_typed_into_an_item_that_did_not_move_is_in_the_log_when_it_goes() -> None:
    stage, pk, old = refused_in_a_move(status=Status.ONE_WAY, strict=True)
    stage.mailbox.edit(old.remote_id, {"mobile_phone": "+61400000002"})
    stage.world.crm.save(pk, {"company": "Typed in the CRM"})
    stage.sync()  # reads the old item, is refused once more, and takes the pair back
    assert stage.item_of(pk) is old
    stage.world.crm.revoke(pk, NAME)

    stage.sync()

    assert given(stage) == ["Other"]
    assert "+61400000002" in [line.before.get("mobile_phone") for line in stage.log()]


def moved_and_cut_off() -> tuple[Stage, str, Item, Item]:
    """Jane is there and here, and what was typed into the old item is in no base."""
    for step in range(1, 60):
        stage, pk, old = refused_in_a_move(status=Status.ONE_WAY, strict=True)
        stage.mailbox.refuses = lambda _: False
        stage.mailbox.edit(old.remote_id, {"mobile_phone": "+61400000002"})
        stage.world.crm.save(pk, {"company": "Typed in the CRM"})
        stage.world.crash_at = stage.world.steps + step
        stage.sync()
        known = {link.remote_id for link in stage.world.stores[NAME].links.values()}
        janes = [one for one in stage.mailbox.alive() if one.record["name"]["given"] == "Jane"]
        if len(janes) == 2 and known.issuperset(one.remote_id for one in janes):
            (new,) = (one for one in janes if one is not old)
            return stage, pk, old, new
    raise AssertionError("no step lies between the create and the removal")


def test_what_was_typed_into_an_old_item_is_told_when_its_removal_lands_late() -> None:
    stage, pk, old, new = moved_and_cut_off()
    stage.mailbox.remove(new.remote_id)
    stage.world.crm.delete(pk)
    draw = stage.world.faults.draw

    def late(weights: Weights, scale: float) -> str:
        return "committed late" if weights is ITEM else draw(weights, scale)

    stage.world.faults.draw = late  # type: ignore[method-assign]
    stage.sync()
    stage.world.faults.draw = draw  # type: ignore[method-assign]
    stage.world.clock.sleep(200.0)
    stage.mailbox.land()
    assert old not in stage.mailbox.alive()

    for _ in range(3):
        stage.sync()

    assert "+61400000002" in [line.before.get("mobile_phone") for line in stage.log()]


def test_whoever_comes_back_into_the_selection_in_the_middle_of_a_move_moves_next() -> None:
    stage = Stage(target=Target.MAIN)
    stage.row("Other")
    pk = stage.row("Jane")
    stage.sync()
    stage.world.change_target(NAME)
    boundary, crm = stage.world.point, stage.world.crm

    def point(what: str) -> None:
        boundary(what)
        if what == "pull, before" and stage.mailbox.owns():
            crm.revoke(pk, NAME)  # her item is to go
        elif what == "write, before":
            crm.grant(pk, NAME, PRIMARY)  # while the other one is moved

    stage.world.point = point
    stage.sync()
    stage.world.point = boundary
    assert stage.item_of(pk).container == MAIN
    stage.sync()

    assert given(stage) == ["Jane", "Other"]
    assert stage.item_of(pk).container == stage.world.home(NAME)
    assert list(one_folder(stage.world)) == []


def left_in_both(*, alike: bool) -> tuple[Stage, str, Item, Item]:
    """Jane has left an item behind in the main folder, and is about to leave another in ours."""
    stage, pk, old = left_in_main()
    new = stage.item_of(pk)
    if not alike:
        stage.mailbox.edit(old.remote_id, {"emails": ["nobody@example.com"]})
    stage.world.change_target(NAME)
    return stage, pk, old, new


def test_of_items_that_were_left_in_several_places_only_the_last_is_taken_back() -> None:
    taken_back = 0
    for step in range(1, 100):
        stage, pk, _, new = left_in_both(alike=False)
        stage.world.crash_at = stage.world.steps + step
        if not stage.sync().error.startswith("crash"):
            break
        stage.world.change_target(NAME)  # there it may stay

        for _ in range(8):
            assert not stage.sync().error.startswith("Clash"), step
            stage.world.clock.sleep(200.0)

        assert stage.link_of(pk).state is LinkState.ACTIVE, step
        assert stage.item_of(pk).container == stage.world.home(NAME), step
        assert given(stage).count("Jane") == 2, step  # the one that may not go stays
        taken_back += stage.item_of(pk) is new
    assert step > 20
    assert taken_back


def test_of_items_whose_move_is_refused_only_the_last_is_taken_back() -> None:
    stage, pk, old, new = left_in_both(alike=False)
    stage.mailbox.refuses = lambda record: record["name"]["given"] == "Jane"

    for _ in range(3):
        stage.sync()
        assert stage.item_of(pk) is new
        assert stage.link_of(pk).state is LinkState.QUARANTINED

    stage.mailbox.refuses = lambda _: False
    for _ in range(3):
        stage.sync(retry=True)
    assert stage.item_of(pk).container == MAIN
    assert new not in stage.mailbox.alive()
    assert old in stage.mailbox.alive()


def test_what_is_typed_into_an_old_item_goes_where_its_pair_lies_by_now() -> None:
    stage, pk, old, new = left_in_both(alike=False)
    stage.mailbox.refuses = lambda record: record["name"]["given"] == "Jane"
    stage.sync()
    assert stage.item_of(pk) is new
    old.protected = False
    stage.mailbox.edit(old.remote_id, {"notes": "typed in Outlook"})

    stage.sync(retry=True)  # takes it into the CRM, and may not move Jane yet
    assert stage.link_of(pk).collection == new.container
    stage.mailbox.refuses = lambda _: False
    for _ in range(3):
        stage.sync(retry=True)

    assert given(stage) == ["Jane", "Other"]
    assert stage.item_of(pk).container == MAIN
    assert stage.shown(stage.item_of(pk), "notes") == "typed in Outlook"
