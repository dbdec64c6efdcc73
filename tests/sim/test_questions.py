"""What a person is asked before anything goes: one question at a time, and each gets its answer."""

from __future__ import annotations

from agentbox_sync.core.changes import LinkState, Rest
from agentbox_sync.core.rules import Removal
from agentbox_sync.core.safety import Limit
from tests.sim.crm import GROUPS
from tests.sim.stage import NAME, Stage


def test_a_removal_that_waits_does_not_hide_the_question_about_an_empty_mailbox() -> None:
    stage = Stage(removal=Removal.RETAIN)
    stage.world.limits[NAME] = Limit(floor=0, share=0.0)
    stage.world.groups[NAME] = frozenset(GROUPS[:1])
    jane, ben = stage.row("Jane"), stage.row("Ben")
    stage.sync()
    stage.world.crm.regroup(ben, GROUPS[1])
    stage.sync()
    assert stage.link_of(ben).state is LinkState.RETAINED
    stage.world.crm.revoke(ben, NAME)
    stage.mailbox.remove(stage.link_of(jane).remote_id)
    stage.sync()
    assert [item.record["name"]["given"] for item in stage.mailbox.listed()] == ["Ben"]

    for _ in range(2):
        stage.sync(approve=True)

    assert stage.link_of(jane).reason == Rest.REMOVED_IN_EXCHANGE
    assert stage.mailbox.listed() == []
