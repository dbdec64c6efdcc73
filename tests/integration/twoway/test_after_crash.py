"""A run that is cut off is gone on with, and its figures are those of the whole."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.contrib.reference_crm.models import Contact
from agentbox_sync.graph.mailbox import GraphMailbox
from agentbox_sync.host.store import HostStore
from agentbox_sync.models import Run
from agentbox_sync.services import sync

from .world import TwoWay


class Crash(BaseException):
    """The process ends here."""


def crash_at(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, *, nth: int) -> None:
    """Let the process end as it calls a method for the ``nth`` time."""
    original, calls = getattr(owner, name), []

    def method(*arguments: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == nth:
            raise Crash
        return original(*arguments, **named)

    monkeypatch.setattr(owner, name, method)


@pytest.mark.parametrize(
    "owner, name", [(GraphMailbox, "begin_write"), (HostStore, "create"), (HostStore, "update")]
)
def test_a_run_that_was_cut_off_goes_on_and_counts_everything_once(
    world: TwoWay, monkeypatch: pytest.MonkeyPatch, owner: type, name: str
) -> None:
    world.choose(adoption="import")
    contacts = world.contacts(5)
    world.run_well()
    world.run_well()
    for contact in contacts[:3]:
        world.edit_item(contact, companyName="Theirs")
    for number in range(3):
        world.add(f"Nina{number}", f"nina{number}@example.com")
    for number in range(25):
        world.contact(f"New{number:02} Example", email=f"new{number:02}@example.com")
    asked = sync.ask(world.connection, ["contacts"], user=world.user)

    with monkeypatch.context() as patch:
        crash_at(patch, owner, name, nth=2)
        with pytest.raises(Crash):
            world.run()
    assert Run.objects.get(pk=asked.pk).state == Run.State.RUNNING
    world.later()
    world.run_well()

    assert Contact.objects.filter(company="Theirs").count() == 3
    assert Contact.objects.count() == len(world.mailbox()) == 33
    asked.refresh_from_db()
    assert asked.state == Run.State.FINISHED
    counts = asked.counts["contacts"]
    assert (counts["created"], counts["updated"]) == (28, 3)
    assert (counts["writes_local"], counts["writes_remote"]) == (6, 25)
    world.at_rest()
