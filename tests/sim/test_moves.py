"""Moving everybody into the other folder, with a process that dies at every single step of it."""

from __future__ import annotations

import pytest

from agentbox_sync.core.changes import LinkState, Observation, Origin
from agentbox_sync.core.rules import Removal, Status, Target
from agentbox_sync.ports import Page
from tests.sim.mailbox import MAIN, Item
from tests.sim.places import one_folder
from tests.sim.stage import NAME, Stage, memory_of
from tests.sim.values import CATEGORIES, KIND, LABELS
from tests.sim.world import World


def moving(first: Target, *, edits: bool = False) -> tuple[Stage, list[str]]:
    """Four pairs of ours and one that was in Outlook before, about to move."""
    stage = Stage(target=first)
    theirs = stage.item("Theirs")
    rows = [stage.row(given) for given in ("Ann", "Ben", "Cleo", "Dan")]
    if first is Target.MAIN:
        rows.append(stage.row("Theirs"))
    stage.sync()
    stage.world.change_target(NAME)
    if edits:
        stage.mailbox.edit(stage.item_of(rows[1]).remote_id, {"notes": "typed in Outlook"})
        stage.world.crm.save(rows[2], {"company": "Typed in the CRM"})
        stage.mailbox.edit(theirs.remote_id, {"notes": "by hand"})
    return stage, rows


def come_to_rest(stage: Stage) -> None:
    for _ in range(6):
        stage.sync()
        stage.world.clock.sleep(200.0)


def names_in(stage: Stage, folder: str) -> list[str]:
    return sorted(item.record["name"]["given"] for item in stage.mailbox.listed(folder))


def is_moved(stage: Stage, rows: list[str]) -> None:
    home = stage.world.home(NAME)
    away = next(iter(stage.mailbox.owns()), "") if home == MAIN else MAIN
    assert names_in(stage, home)[:4] == ["Ann", "Ben", "Cleo", "Dan"]
    assert [name for name in names_in(stage, away) if name != "Theirs"] == []
    assert len(stage.mailbox.alive()) == 5
    assert list(one_folder(stage.world)) == []
    for pk in rows[:4]:
        assert stage.link_of(pk).state is LinkState.ACTIVE
        assert stage.item_of(pk).container == home


@pytest.mark.parametrize("first", list(Target))
def test_a_crash_at_any_step_of_a_move_doubles_and_loses_nobody(first: Target) -> None:
    stage, rows = moving(first, edits=True)
    before = stage.world.steps
    stage.sync()
    steps = stage.world.steps - before
    is_moved(stage, rows)
    assert steps > 20

    for step in range(1, steps + 1):
        stage, rows = moving(first, edits=True)
        stage.world.crash_at = stage.world.steps + step
        assert stage.sync().error.startswith("crash"), step
        come_to_rest(stage)

        is_moved(stage, rows)
        assert stage.said(rows[1], "notes") == "typed in Outlook", step
        assert stage.shown(stage.item_of(rows[2]), "company") == "Typed in the CRM", step


@pytest.mark.parametrize("first", list(Target))
def test_whoever_changes_their_mind_at_any_step_has_everybody_where_they_were(
    first: Target,
) -> None:
    stage, rows = moving(first, edits=True)
    before = stage.world.steps
    stage.sync()
    steps = stage.world.steps - before

    for step in range(1, steps + 1):
        stage, rows = moving(first, edits=True)
        stage.world.crash_at = stage.world.steps + step
        stage.sync()
        stage.world.crm.save(rows[3], {"company": "Typed half way"})
        stage.world.change_target(NAME)
        come_to_rest(stage)

        is_moved(stage, rows)
        assert stage.said(rows[1], "notes") == "typed in Outlook", step
        assert stage.shown(stage.item_of(rows[2]), "company") == "Typed in the CRM", step
        assert stage.shown(stage.item_of(rows[3]), "company") == "Typed half way", step


def test_an_edit_in_an_old_item_at_any_step_of_a_move_is_in_the_crm_or_in_the_log() -> None:
    stage, _ = moving(Target.MAIN)
    before = stage.world.steps
    stage.sync()
    steps = stage.world.steps - before

    for step in range(1, steps + 1):
        stage, rows = moving(Target.MAIN)
        old = stage.item_of(rows[0])
        stage.world.crash_at = stage.world.steps + step
        stage.sync()
        if old.remote_id not in stage.mailbox.items:
            continue  # it has gone before
        stage.mailbox.edit(old.remote_id, {"notes": "just typed"})
        come_to_rest(stage)

        is_moved(stage, rows)
        assert stage.said(rows[0], "notes") == "just typed", step
        assert stage.shown(stage.item_of(rows[0]), "notes") == "just typed", step


def test_who_was_in_outlook_before_rests_and_is_picked_up_again() -> None:
    stage, rows = moving(Target.MAIN)
    stage.sync()
    link = stage.link_of(rows[4])
    assert (link.state, link.reason) == (LinkState.RETAINED, "other_collection")
    stage.mailbox.edit(link.remote_id, {"notes": "meanwhile"})
    stage.world.crm.save(rows[4], {"company": "Meanwhile"})

    stage.world.change_target(NAME)
    stage.sync()

    assert stage.link_of(rows[4]).state is LinkState.ACTIVE
    assert stage.said(rows[4], "notes") == "meanwhile"
    assert stage.shown(stage.item_of(rows[4]), "company") == "Meanwhile"


def brought_over(stage: Stage, item: Item) -> None:
    """A person puts an item into the followed folder, and its feed shows next to nothing of it."""
    stage.mailbox.put_back(item, stage.world.home(NAME))
    memory = memory_of(stage)
    seen = Observation(item.remote_id, item.etag, {"company": ""}, container=item.container)
    item.shown.add(item.etag)
    memory.stage(memory.chain(KIND.name), Page((seen,), delta_link=f"d{stage.mailbox.seq}"))
    memory._lease.release()


@pytest.mark.parametrize("is_contested", [False, True])
def test_what_was_typed_where_nobody_listened_is_not_lost_when_its_item_is_brought_over(
    is_contested: bool,
) -> None:
    stage, rows = moving(Target.MAIN)
    stage.sync()
    theirs = stage.item_of(rows[4])
    stage.mailbox.edit(theirs.remote_id, {"notes": "typed over there"})
    if is_contested:
        stage.world.crm.save(rows[4], {"notes": "typed in the CRM"})
    stage.sync()
    brought_over(stage, theirs)

    stage.sync()

    logged = [line.before.get("notes") for line in stage.log()]
    wins = "typed in the CRM" if is_contested else "typed over there"
    assert stage.said(rows[4], "notes") == stage.shown(theirs, "notes") == wins
    assert ("typed over there" in logged) is is_contested
    assert stage.link_of(rows[4]).state is LinkState.ACTIVE
    assert stage.sync().graph.requests == 1


def test_what_was_emptied_where_nobody_listened_is_emptied_when_its_item_is_brought_over() -> None:
    stage = Stage(target=Target.MAIN)
    theirs = stage.item("Theirs", notes="Was")
    pk = stage.row("Theirs", notes="Was")
    stage.sync()
    stage.world.change_target(NAME)
    stage.sync()
    stage.mailbox.edit(theirs.remote_id, {"notes": ""})
    stage.sync()
    brought_over(stage, theirs)

    come_to_rest(stage)

    assert stage.said(pk, "notes") == stage.shown(theirs, "notes") == ""


def test_what_was_typed_where_nobody_listened_is_in_the_log_when_its_item_goes() -> None:
    stage = Stage(target=Target.MAIN, removal=Removal.RETAIN)
    pk = stage.row("Ann")
    stage.row("Ben")
    stage.sync()
    ours = stage.item_of(pk)
    stage.world.crm.regroup(pk, "nobody")
    stage.sync()
    stage.world.change_target(NAME)
    stage.sync()
    stage.mailbox.edit(ours.remote_id, {"notes": "typed over there"})
    stage.sync()
    stage.world.crm.revoke(pk, NAME)
    brought_over(stage, ours)

    stage.sync()

    assert ours.remote_id not in stage.mailbox.items
    assert "typed over there" in [line.before.get("notes") for line in stage.log()]


def test_a_farewell_takes_our_own_folder_along_unless_something_lies_in_it() -> None:
    stage = Stage(target=Target.OWN)
    for given in ("Ann", "Ben"):
        stage.row(given)
    stage.sync()
    (ours,) = stage.mailbox.owns()
    theirs = stage.mailbox.create(stage.world.crm.rows["1"].record, container=ours)

    stage.sync(leave=True)
    assert stage.mailbox.owns() == [ours]
    assert stage.mailbox.alive() == [theirs]

    stage.mailbox.remove(theirs.remote_id)
    for _ in range(2):
        stage.sync(leave=True)
        assert stage.mailbox.owns() == []


def drifting(*, twin: bool = False) -> tuple[Stage, str]:
    """A pair of a one-way sync with an edit of Outlook in it, about to move.

    The ``twin`` in the other folder is the person's own and says nothing of a company.
    """
    stage = Stage(status=Status.ONE_WAY, target=Target.OWN if twin else Target.MAIN)
    stage.world.crm.has_labels = stage.mailbox.has_labels = True
    pk = stage.row("Ann", company="Was")
    stage.sync()
    item = stage.item_of(pk)
    own = [*stage.shown(item, CATEGORIES), "Golf"]
    stage.mailbox.edit(item.remote_id, {"company": "Drift", CATEGORIES: own})
    stage.sync()
    assert stage.link_of(pk).drift == ("company",)
    stage.world.change_target(NAME)
    if twin:
        stage.item("Ann", company="")
    return stage, pk


def test_what_is_saved_at_any_step_of_a_move_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    stage, pk = drifting()
    before = stage.world.steps
    stage.sync()
    steps = stage.world.steps - before
    assert stage.shown(stage.item_of(pk), "company") == "Drift"

    for step in range(1, steps + 1):
        stage, pk = drifting()
        due = stage.world.steps + step

        def point(what: str, stage: Stage = stage, due: int = due, pk: str = pk) -> None:
            World.point(stage.world, what)
            if stage.world.steps == due:
                stage.world.crm.save(pk, {"company": "Typed"})
                stage.world.crm.regroup(pk, "seller")

        monkeypatch.setattr(stage.world, "point", point)
        stage.sync()
        come_to_rest(stage)

        item = stage.item_of(pk)
        assert item.container == stage.world.home(NAME), step
        assert stage.shown(item, "company") == "Typed", step
        assert set(stage.shown(item, CATEGORIES)) == {"Golf", LABELS["seller"]}, step


def test_what_the_crm_has_no_field_for_goes_along_at_any_step_or_is_in_the_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage, _ = drifting()
    before = stage.world.steps
    stage.sync()
    steps = stage.world.steps - before

    for step in range(1, steps + 1):
        stage, pk = drifting()
        old, due = stage.item_of(pk), stage.world.steps + step

        def point(what: str, stage: Stage = stage, due: int = due, old: Item = old) -> None:
            World.point(stage.world, what)
            if stage.world.steps == due and old.remote_id in stage.mailbox.items:
                stage.mailbox.edit(old.remote_id, {"website": "typed.example"})

        monkeypatch.setattr(stage.world, "point", point)
        stage.sync()
        come_to_rest(stage)

        said = [line.before.get("website") for line in stage.log()]
        is_there = stage.shown(stage.item_of(pk), "website") == "typed.example"
        was_typed = any(atom == "website" for _, atom, _ in old.edits)
        assert is_there or "typed.example" in said or not was_typed, step


def test_what_stands_in_exchange_stands_after_a_move_that_was_cut_off_at_any_step() -> None:
    stage, _ = drifting()
    before = stage.world.steps
    stage.sync()
    steps = stage.world.steps - before

    for step in range(1, steps + 1):
        stage, pk = drifting()
        stage.world.crash_at = stage.world.steps + step
        assert stage.sync().error.startswith("crash"), step
        come_to_rest(stage)

        item = stage.item_of(pk)
        assert item.container == stage.world.home(NAME), step
        assert stage.shown(item, "company") == "Drift", step
        assert "Golf" in stage.shown(item, CATEGORIES), step
        assert stage.link_of(pk).drift == ("company",), step
        stage.world.crm.save(pk, {"company": "Typed"})
        stage.sync()
        assert stage.shown(item, "company") == "Typed", step


def test_what_stands_in_exchange_goes_into_a_contact_that_a_move_meets_and_stands_there() -> None:
    stage, pk = drifting(twin=True)
    before = stage.world.steps
    come_to_rest(stage)
    steps = stage.world.steps - before
    twin = stage.item_of(pk)
    assert stage.link_of(pk).origin is Origin.EXCHANGE
    assert stage.shown(twin, "company") == "Drift"
    assert stage.link_of(pk).drift == ("company",)
    stage.world.crm.save(pk, {"company": "Typed"})
    stage.sync()
    assert stage.shown(twin, "company") == "Typed"

    for step in range(1, steps + 1):
        stage, pk = drifting(twin=True)
        stage.world.crash_at = stage.world.steps + step
        come_to_rest(stage)
        said = [line.before.get("company") for line in stage.log()]
        assert stage.shown(stage.item_of(pk), "company") == "Drift" or "Drift" in said, step
