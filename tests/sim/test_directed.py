"""One rule, one story: for rules that chance meets seldom, or that only keep the log quiet."""

from __future__ import annotations

from dataclasses import replace

from agentbox_sync.core.actions import Action, Memo
from agentbox_sync.core.changes import LinkState, LocalKey, Observation, Origin, Rest
from agentbox_sync.core.merge import Pending
from agentbox_sync.core.rules import Adoption, Deletion
from agentbox_sync.core.safety import Limit
from agentbox_sync.engine import Depth
from agentbox_sync.ports import Create, Page
from tests.sim.clock import SETTLE
from tests.sim.crm import MODEL, PRIMARY
from tests.sim.mailbox import MAIN, OTHER
from tests.sim.ordering import rows
from tests.sim.stage import NAME, Stage, memory_of
from tests.sim.values import KIND


def test_the_same_edit_on_both_sides_is_no_conflict() -> None:
    stage = Stage()
    pk = stage.row("Jane", company="Was")
    stage.sync()
    stage.world.crm.save(pk, {"company": "Now"})
    stage.mailbox.edit(stage.item_of(pk).remote_id, {"company": "Now"})
    before = len(stage.log())

    worker = stage.sync()

    assert (worker.graph.writes, worker.local.writes) == (0, 0)
    assert stage.log()[before:] == []


def test_a_create_on_its_way_is_not_given_up_before_the_settle_delay() -> None:
    stage = Stage()
    stage.item("Somebody")
    memory = memory_of(stage)
    memory.open_chain(KIND.name, MAIN)
    pk = stage.row("Jane")
    record = stage.world.crm.rows[pk].record
    (link,) = memory.announce(KIND.name, [(LocalKey(MODEL, pk), record)])
    memory._lease.release()
    sent = Create(link.stamp, record)

    def lands() -> None:
        stage.mailbox.create(dict(sent.record), stamp=sent.stamp, ours=True)

    stage.mailbox.late.append((stage.world.clock.seconds + 30.0, lands))
    stage.sync()
    assert [i.record["name"]["given"] for i in stage.mailbox.listed()] == ["Somebody"]

    stage.world.clock.sleep(SETTLE.total_seconds())
    stage.sync()

    given = [item.record["name"]["given"] for item in stage.mailbox.listed()]
    assert sorted(given) == ["Jane", "Somebody"]
    assert stage.link_of(pk).state is LinkState.ACTIVE


def left_out() -> tuple[Stage, str]:
    """A whole listing was staged, and Jane and somebody new are missing in it although there."""
    stage = Stage(adoption=Adoption.IMPORT)
    pk, other = stage.row("Jane"), stage.row("Other")
    stage.sync()
    memory = memory_of(stage)
    chain = memory.restart_chain(memory.chain(KIND.name))
    shown = [stage.item_of(other)]
    stage.item("New")
    page = Page(
        tuple(Observation(i.remote_id, i.etag, i.record, container=MAIN) for i in shown),
        delta_link=f"d{stage.mailbox.seq}",
    )
    memory.stage(chain, page)
    memory._lease.release()
    return stage, pk


def test_an_item_that_a_listing_left_out_makes_it_be_read_again() -> None:
    stage, pk = left_out()

    stage.sync()

    assert stage.link_of(pk).state is LinkState.ACTIVE
    assert rows(stage) == ["Jane", "New", "Other"]


def test_what_proved_a_listing_wrong_is_not_forgotten_by_a_crash() -> None:
    deaths = 0
    for step in range(1, 60):
        stage, pk = left_out()
        stage.world.crash_at = stage.world.steps + step
        deaths += stage.sync().error.startswith("crash")

        stage.sync()

        assert stage.link_of(pk).state is LinkState.ACTIVE, step
        assert rows(stage) == ["Jane", "New", "Other"], step
    assert 8 < deaths < 59  # every step of the run was one of them


def test_a_rumour_does_not_hide_an_item_from_a_first_meeting() -> None:
    stage = Stage()
    item = stage.item("Jane", company="Theirs")
    memory = memory_of(stage)
    chain = memory.open_chain(KIND.name, MAIN)
    seen = Observation(item.remote_id, item.etag, item.record, container=MAIN)
    chain = memory.stage(chain, Page((seen,), delta_link=f"d{stage.mailbox.seq}"))
    rumour = Observation(item.remote_id, removed=True)
    memory.stage(chain, Page((rumour,), delta_link=f"d{stage.mailbox.seq}"))
    memory._lease.release()
    stage.row("Jane")

    stage.sync()

    assert len(stage.mailbox.listed()) == 1


def test_what_changed_in_exchange_is_known_before_anything_is_written() -> None:
    stage = Stage()
    pk = stage.row("Jane", company="Was")
    stage.sync()
    stage.mailbox.edit(stage.item_of(pk).remote_id, {"notes": "theirs"})
    stage.world.crm.save(pk, {"company": "Now"})

    worker = stage.sync()

    # One look at the feed and one write: nothing was sent that a fresh ETag refuses.
    assert worker.graph.requests == 2
    assert stage.said(pk, "notes") == "theirs"
    assert stage.shown(stage.item_of(pk), "company") == "Now"


def test_what_an_abandoned_listing_staged_is_forgotten() -> None:
    stage = Stage()
    stage.row("Other")
    stage.sync()
    memory = memory_of(stage)
    chain = memory.restart_chain(memory.chain(KIND.name))
    # It looks like Jane, and has gone since; the listing that showed it died half way.
    gone = Observation("gone", "W/old", {"emails": ["jane@example.com"]}, container=MAIN)
    memory.stage(chain, Page((gone,), next_link="n0"))
    memory.restart_chain(chain)
    memory._lease.release()
    pk = stage.row("Jane")

    stage.sync()

    assert stage.link_of(pk).state is LinkState.ACTIVE
    assert stage.shown(stage.item_of(pk), "name")["given"] == "Jane"


def test_news_of_another_day_do_not_mark_an_item_as_listed() -> None:
    stage = Stage()
    pk = stage.row("Jane")
    stage.row("Other")
    stage.sync()
    memory = memory_of(stage)
    chain = memory.restart_chain(memory.chain(KIND.name))
    link = stage.link_of(pk)
    # Seen before the new listing began, and put back into the inbox while it is being read.
    seen = Observation(link.remote_id, link.etag, container=MAIN)
    memory._keep(KIND.name, seen)
    stage.mailbox.remove(link.remote_id)

    memory.stage(chain, Page((), delta_link=f"d{stage.mailbox.seq}"))

    staged = memory.staged_for(chain, [link.remote_id])[link.remote_id]
    assert staged.observation.removed
    assert not staged.verified


def test_a_restarted_listing_does_not_go_by_the_marks_of_the_abandoned_one() -> None:
    stage = Stage()
    pk = stage.row("Jane")
    stage.row("Other")
    stage.sync()
    memory = memory_of(stage)
    chain = memory.restart_chain(memory.chain(KIND.name))
    item = stage.item_of(pk)
    seen = Observation(item.remote_id, item.etag, container=MAIN)
    chain = memory.stage(chain, Page((seen,), next_link="n0"))
    memory.restart_chain(chain)
    memory._lease.release()
    stage.mailbox.remove(item.remote_id)

    stage.sync()

    assert stage.link_of(pk).reason == Rest.REMOVED_IN_EXCHANGE


def test_the_payload_that_landed_is_the_base_and_not_the_last_one() -> None:
    stage = Stage()
    stage.row("Other")
    stage.sync()
    pk = stage.row("Jane", company="First")
    memory = memory_of(stage)
    first = stage.world.crm.rows[pk].record
    (link,) = memory.announce(KIND.name, [(LocalKey(MODEL, pk), first)])
    stage.world.crm.save(pk, {"company": "Second"})
    second = stage.world.crm.rows[pk].record
    memory.announce(KIND.name, [(LocalKey(MODEL, pk), second)])
    memory._lease.release()
    landed = stage.mailbox.create(dict(first), stamp=link.stamp, ours=True)

    stage.sync()
    stage.sync()

    assert stage.shown(landed, "company") == "Second"
    assert stage.said(pk, "company") == "Second"


def test_the_repair_of_a_double_keeps_what_a_person_typed_into_it() -> None:
    stage = Stage()
    pk = stage.row("Jane")
    memory = memory_of(stage)
    memory.open_chain(KIND.name, MAIN)
    record = dict(stage.world.crm.rows[pk].record)
    (link,) = memory.announce(KIND.name, [(LocalKey(MODEL, pk), record)])
    memory._lease.release()
    stage.world.clock.sleep(2 * SETTLE.total_seconds())
    stage.sync()  # it is given up and sent again
    double = stage.mailbox.create(record, stamp=link.stamp, ours=True)
    stage.mailbox.edit(double.remote_id, {"notes": "in the wrong one"})

    stage.sync()

    assert len(stage.mailbox.listed()) == 1
    removed = [line for line in stage.log() if line.action is Action.DEDUPE]
    assert [line.before.get("notes") for line in removed] == ["in the wrong one"]


def test_a_run_that_would_remove_too_much_removes_nothing() -> None:
    stage = Stage()
    stage.world.limits[NAME] = Limit(floor=2, share=0.1)
    rows = [stage.row(f"Person{number}") for number in range(5)]
    stage.sync()
    for pk in rows[:4]:
        stage.world.crm.delete(pk)
    stage.world.crm.save(rows[4], {"company": "Goes on"})

    stage.sync()

    assert len(stage.mailbox.listed()) == 5
    assert stage.shown(stage.item_of(rows[4]), "company") == "Goes on"
    stage.sync(approve=True)
    assert len(stage.mailbox.listed()) == 1


def test_an_edit_and_a_removal_at_once_are_asked_about() -> None:
    stage = Stage(deletion=Deletion.APPLY)
    pk = stage.row("Jane")
    stage.row("Other")
    stage.sync()
    item = stage.item_of(pk)
    stage.world.crm.save(pk, {"company": "Just typed"})
    stage.mailbox.remove(item.remote_id)

    stage.sync()

    assert (pk, NAME) in stage.world.crm.access
    assert stage.link_of(pk).reason == Rest.CONTESTED


def test_a_moved_item_rests_and_is_not_created_again() -> None:
    stage = Stage(deletion=Deletion.RESTORE)
    pk = stage.row("Jane")
    stage.row("Other")
    stage.sync()
    stage.mailbox.move(stage.item_of(pk).remote_id, OTHER)

    stage.sync()

    assert stage.link_of(pk).reason == Rest.MOVED_AWAY
    assert [i.record["name"]["given"] for i in stage.mailbox.listed()] == ["Other"]


def test_what_the_crm_refused_to_take_does_not_keep_a_removed_item_away() -> None:
    stage = Stage(deletion=Deletion.RESTORE)
    pk = stage.row("Jane", company="Was")
    stage.row("Other")
    stage.sync()
    item = stage.item_of(pk)
    stage.mailbox.edit(item.remote_id, {"company": "Not here !!"})
    stage.sync()
    assert stage.link_of(pk).state is LinkState.QUARANTINED
    stage.mailbox.remove(item.remote_id)

    stage.sync()

    assert stage.link_of(pk).state is LinkState.ACTIVE
    assert stage.shown(stage.item_of(pk), "company") == "Was"


def test_what_the_crm_refused_to_take_does_not_hide_that_its_item_was_moved() -> None:
    stage = Stage()
    pk = stage.row("Jane", company="Was")
    stage.row("Other")
    stage.sync()
    item = stage.item_of(pk)
    stage.mailbox.edit(item.remote_id, {"company": "Not here !!"})
    stage.sync()
    stage.mailbox.move(item.remote_id, OTHER)

    stage.sync()

    assert stage.link_of(pk).reason == Rest.MOVED_AWAY


def test_an_item_that_is_put_back_after_its_pair_ended_is_met_anew() -> None:
    stage = Stage(deletion=Deletion.APPLY)
    stage.mailbox.soft_delete = True
    stage.row("Other")
    stage.sync()
    pk = stage.row("Jane")
    # The create was given up once, so that its stamp is remembered for good.
    memory = memory_of(stage)
    memory.announce(KIND.name, [(LocalKey(MODEL, pk), stage.world.crm.rows[pk].record)])
    memory._lease.release()
    stage.world.clock.sleep(2 * SETTLE.total_seconds())
    stage.sync()
    item = stage.item_of(pk)
    stage.mailbox.remove(item.remote_id)
    stage.sync()
    assert (pk, NAME) not in stage.world.crm.access

    stage.mailbox.move(item.remote_id, MAIN)
    stage.world.crm.grant(pk, NAME, PRIMARY)
    stage.sync()

    assert stage.link_of(pk).remote_id == item.remote_id
    assert stage.link_of(pk).state is LinkState.ACTIVE


def test_a_meeting_goes_on_with_the_item_that_an_unanswered_update_was_sent_to() -> None:
    stage = Stage()
    item = stage.item("Jane")
    double = stage.mailbox.copy(item.remote_id)
    pk = stage.row("Jane", mobile_phone="+61400000001")
    stage.sync()
    assert stage.link_of(pk).error == "ambiguous"
    stage.mailbox.remove(double.remote_id)
    stage.sync(depth=Depth.INCREMENTAL)
    memory = memory_of(stage)
    sent = Pending({"mobile_phone": "+61400000001"}, if_match=item.etag)
    met = replace(stage.link_of(pk), remote_id=item.remote_id, origin=Origin.EXCHANGE)
    memory.announce_updates(KIND.name, [(met, sent)])
    memory._lease.release()
    stage.mailbox.update(item.remote_id, {"mobile_phone": "+61400000001"}, item.etag)
    stage.world.crm.save(pk, {"mobile_phone": ""})

    for _ in range(3):
        worker = stage.sync()

    assert not worker.error
    assert stage.shown(item, "mobile_phone") == ""
    assert stage.link_of(pk).state is LinkState.ACTIVE


def test_of_two_late_arrivals_the_younger_goes() -> None:
    stage = Stage()
    stage.row("Other")
    stage.sync()
    pk = stage.row("Jane")
    stage.mailbox.refuses = lambda record: record["name"]["given"] == "Jane"
    stage.sync()
    stamp, record = stage.link_of(pk).stamp, dict(stage.world.crm.rows[pk].record)
    stage.mailbox.refuses = lambda _: False
    memory = memory_of(stage)
    memory.remember(KIND.name, [Memo(stage.link_of(pk), settled=True)])
    memory._lease.release()
    older, _younger = (stage.mailbox.create(record, stamp=stamp, ours=True) for _ in range(2))

    stage.sync()
    stage.sync()

    assert stage.link_of(pk).remote_id == older.remote_id
    assert [item.record["name"]["given"] for item in stage.mailbox.listed()] == ["Other", "Jane"]
