"""What was sent and not answered is known as ours until both sides are merged again."""

from __future__ import annotations

import pytest

from agentbox_sync.core.actions import Action
from agentbox_sync.core.changes import LinkState, LocalKey, Rest
from agentbox_sync.core.rules import Conflict, Deletion, Order, Removal
from tests.sim.clock import SETTLE
from tests.sim.crm import GROUPS, MODEL
from tests.sim.mailbox import DELETED, MAIN, OTHER
from tests.sim.ordering import names, order
from tests.sim.stage import NAME, Stage, memory_of
from tests.sim.values import KIND


def unanswered(**policy: object) -> tuple[Stage, str]:
    """An update has landed, nobody was told, and a person has taken it back in the CRM since."""
    for step in range(1, 60):
        stage = Stage(**policy)
        stage.row("Other")
        pk = stage.row("Jane", company="Was")
        stage.sync()
        stage.world.crm.save(pk, {"company": "Sent"})
        stage.world.crash_at = stage.world.steps + step
        stage.sync()
        if stage.shown(stage.item_of(pk), "company") == "Sent" and stage.link_of(pk).pending:
            stage.world.crm.save(pk, {"company": "Was"})
            return stage, pk
    raise AssertionError("no step lies between the write and its answer")


def goes_on(stage: Stage, pk: str) -> None:
    """The next edit of the CRM is taken, and what was taken back stays so on both sides."""
    stage.world.crm.save(pk, {"notes": "later", "mobile_phone": ""})

    stage.sync()

    assert stage.link_of(pk).state is LinkState.ACTIVE
    assert stage.said(pk, "company") == "Was"
    assert stage.shown(stage.item_of(pk), "company") == "Was"
    assert stage.shown(stage.item_of(pk), "notes") == "later"


def test_what_was_taken_back_stays_so_when_exchange_refuses_an_update() -> None:
    stage, pk = unanswered()
    stage.mailbox.refuses = lambda record: True

    stage.sync()
    assert stage.link_of(pk).state is LinkState.QUARANTINED

    stage.mailbox.refuses = lambda record: False
    goes_on(stage, pk)


def test_what_was_taken_back_stays_so_when_the_crm_refuses_an_edit() -> None:
    stage, pk = unanswered()
    stage.world.crm.stubborn.add(pk)
    stage.mailbox.edit(stage.item_of(pk).remote_id, {"notes": "refused"})
    stage.sync()
    assert stage.link_of(pk).state is LinkState.QUARANTINED

    stage.world.crm.stubborn.clear()
    goes_on(stage, pk)


def test_what_was_taken_back_stays_so_when_the_row_was_out_of_the_selection() -> None:
    stage, pk = unanswered(removal=Removal.RETAIN)
    stage.world.groups[NAME] = frozenset(GROUPS[:1])
    stage.world.crm.regroup(pk, GROUPS[1])
    stage.sync()
    assert stage.link_of(pk).state is LinkState.RETAINED

    stage.world.crm.regroup(pk, GROUPS[0])
    goes_on(stage, pk)


def test_what_was_taken_back_stays_so_when_its_item_is_taken_out_of_the_bin() -> None:
    stage, pk = unanswered(deletion=Deletion.APPLY)
    item = stage.item_of(pk)
    stage.world.crm.save(pk, {"notes": "edited"})
    stage.mailbox.move(item.remote_id, DELETED)
    stage.sync()
    assert stage.link_of(pk).reason == Rest.CONTESTED

    stage.mailbox.put_back(item, MAIN)
    order(stage, stage.link_of(pk), Order.RESTORE)
    goes_on(stage, pk)


def test_what_was_typed_into_an_item_that_no_base_knows_is_in_the_log_when_it_goes() -> None:
    stage = Stage()
    stage.row("Other")
    stage.sync()
    pk = stage.row("Jane", company="First")
    memory, key = memory_of(stage), LocalKey(MODEL, pk)
    first = dict(stage.world.crm.rows[pk].record)
    (link,) = memory.announce(KIND.name, [(key, first)])
    memory.announce(KIND.name, [(key, {**first, "company": "Second"})])
    memory._lease.release()
    landed = stage.mailbox.create(first, stamp=link.stamp, ours=True)
    stage.mailbox.edit(landed.remote_id, {"company": "Typed", "website": "typed.example"})
    stage.world.crm.revoke(pk, NAME)

    stage.sync()

    assert landed.remote_id not in stage.mailbox.items
    (line,) = [line for line in stage.log() if line.action is Action.DELETE]
    assert (line.before["company"], line.before["website"]) == ("Typed", "typed.example")


def test_what_a_cut_off_meeting_replaced_is_in_the_log_when_its_row_meets_a_copy() -> None:
    """The write of the meeting has landed, nobody was told, and its item is moved away."""
    met = 0
    for step in range(1, 40):
        stage = Stage()
        stage.item("Jane", company="Theirs")
        pk = stage.row("Jane", company="Ours")
        stage.world.crash_at = stage.world.steps + step
        stage.sync()
        (item,) = stage.mailbox.listed()
        link = next(iter(stage.world.stores[NAME].links.values()), None)
        if link is None or not link.pending or stage.shown(item, "company") != "Ours":
            continue
        met += 1
        copy = stage.mailbox.copy(item.remote_id)
        stage.mailbox.move(item.remote_id, OTHER)

        for _ in range(3):
            stage.sync()

        assert stage.item_of(pk) is copy, step
        assert "Theirs" in [line.before.get("company") for line in stage.log()], step
    assert met


def test_a_create_that_landed_late_is_not_met_by_another_row() -> None:
    stage = Stage()
    stage.row("Other")
    stage.sync()
    pk = stage.row("Jane", emails=["both@example.com"])
    memory, record = memory_of(stage), stage.world.crm.rows[pk].record
    (link,) = memory.announce(KIND.name, [(LocalKey(MODEL, pk), record)])
    memory._lease.release()
    stage.world.clock.sleep(SETTLE.total_seconds())
    stage.sync()
    ours = stage.item_of(pk)
    late = stage.mailbox.create(dict(record), stamp=link.stamp, ours=True)
    nina = stage.row("Nina", emails=["both@example.com"])

    for _ in range(3):
        stage.sync()

    assert names(stage) == ["Jane", "Nina", "Other"]
    assert stage.item_of(pk) is ours
    assert stage.item_of(nina) is not late


def test_a_copy_of_a_create_that_was_given_up_once_is_met_by_a_row_that_is_like_it() -> None:
    stage = Stage()
    stage.row("Other")
    stage.sync()
    pk = stage.row("Jane", emails=["both@example.com"])
    memory, record = memory_of(stage), stage.world.crm.rows[pk].record
    memory.announce(KIND.name, [(LocalKey(MODEL, pk), record)])
    memory._lease.release()
    stage.world.clock.sleep(SETTLE.total_seconds())
    stage.sync()
    stage.world.clock.sleep(20 * SETTLE.total_seconds())
    copy = stage.mailbox.copy(stage.item_of(pk).remote_id)
    nina = stage.row("Nina", emails=["both@example.com"])

    stage.sync()

    assert stage.item_of(nina) is copy


def old_value_back(*, by_a_person: bool) -> tuple[Stage, str]:
    """The CRM has said 901, 902 and 903, and Exchange, which is to win, 902 and 901 again."""
    stage = Stage(conflict=Conflict.EXCHANGE_WINS)
    pk = stage.row("Jane", company="t901")
    stage.sync()
    stage.world.ghost.replaced.add((pk, 901))
    stage.world.crm.save(pk, {"company": "t902"})
    stage.sync()
    stage.world.crm.save(pk, {"company": "t903"})
    item = stage.item_of(pk)
    if by_a_person:
        stage.mailbox.edit(item.remote_id, {"company": "t901"})
    else:
        stage.mailbox.update(item.remote_id, {"company": "t901"}, item.etag)
    return stage, pk


def comes_back(stage: Stage, pk: str, *, by_a_person: bool) -> None:
    """The old value wins, and the simulation excuses it where a person typed it, and only there."""
    stage.sync()

    assert stage.said(pk, "company") == "t901"
    broken = ["I3: what a person had replaced in the CRM came back"]
    assert stage.world.ghost.broken == ([] if by_a_person else broken)
    assert stage.world.ghost.legal.total() == by_a_person


@pytest.mark.parametrize("by_a_person", [True, False])
def test_only_a_person_may_bring_an_old_value_back_from_exchange(by_a_person: bool) -> None:
    """The control of what the simulation excuses: our own echo is no such person."""
    stage, pk = old_value_back(by_a_person=by_a_person)

    comes_back(stage, pk, by_a_person=by_a_person)


@pytest.mark.parametrize("by_a_person", [True, False])
@pytest.mark.parametrize("removes", [True, False], ids=["removes it", "types something else"])
def test_an_old_value_was_a_persons_whatever_becomes_of_its_item_before_it_is_in_the_crm(
    removes: bool, by_a_person: bool
) -> None:
    """It was read, and the person removes the item, or types another value, before it is saved."""
    stage, pk = old_value_back(by_a_person=by_a_person)
    item, boundary, came = stage.item_of(pk), stage.world.point, []

    def point(what: str) -> None:
        boundary(what)
        if what == "CRM update" and not came:
            came.append(what)
            if removes:
                stage.mailbox.remove(item.remote_id)
            else:
                stage.mailbox.edit(item.remote_id, {"company": "t904"})

    stage.world.point = point  # type: ignore[method-assign]

    comes_back(stage, pk, by_a_person=by_a_person)

    stage.world.point = boundary  # type: ignore[method-assign]
    assert came
    assert "t903" in [line.before.get("company") for line in stage.log()]
