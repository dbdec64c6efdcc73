"""A person asks to be forgotten: what is remembered goes, and nothing comes back because of it."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from agentbox_sync.contrib.reference_crm.models import Contact
from agentbox_sync.core.reversal import Obstacle
from agentbox_sync.memory.lease import acquire, lease_key
from agentbox_sync.models import Change, Inbox, Link
from agentbox_sync.services.undo import offer
from tests.integration.twoway.world import TwoWay

CONTACT = "agentbox_crm.Contact"


def forget(pk: int, *options: str, model: str = CONTACT) -> tuple[int, str]:
    """The exit status and what was printed."""
    out, status = StringIO(), 0
    try:
        call_command("agentbox_forget", model, str(pk), *options, stdout=out, stderr=out)
    except SystemExit as end:
        status = int(str(end.code))
    return status, out.getvalue()


def remembered(word: str) -> list[str]:
    """Where a word is still found among what we remember."""
    rows: list[Any] = [
        *Change.objects.values("before", "after", "detail"),
        *Link.objects.values("base_local", "base_remote", "turns", "pending", "error"),
        *Inbox.objects.values("record"),
    ]
    return [json.dumps(row) for row in rows if word in json.dumps(row)]


@pytest.fixture
def known(world: TwoWay) -> Contact:
    """Olivia has been edited on both sides, beside somebody who stays."""
    contact = world.contact("Olivia Rutherford", email="olivia@example.com", company="Quiet Firm")
    world.contact("Stays Here", email="stays@example.com")
    world.run_well()
    world.edit_item(contact, companyName="Quiet Firm and Sons")
    world.run_well()
    return contact


def test_who_was_deleted_in_the_crm_is_forgotten_and_does_not_come_back(
    world: TwoWay, known: Contact
) -> None:
    world.choose(adoption="import")
    world.run_well()
    pk, remote_id = known.pk, world.linked(known).remote_id
    known.delete()
    world.run_well()
    assert remembered("Quiet"), "positive control"

    status, said = forget(pk)
    assert (status, bool(remembered("Quiet"))) == (0, True), said
    assert "Nothing was erased: --yes does it." in said

    status, said = forget(pk, "--yes")
    assert status == 0, said
    assert remembered("Quiet") == remembered("Olivia") == []
    assert remembered("stays@example.com")

    # The item that was left in Exchange is still known as ours: an edit there brings nobody back.
    world.edit(remote_id, jobTitle="Director")
    world.run_well()
    assert [c.last_name for c in Contact.objects.all()] == ["Here"]
    # What the edit brought is staged, and goes when it is asked again.
    assert remembered("Olivia")
    status, said = forget(pk, "--yes")
    assert said.startswith("Erased the values of 0 lines of the log and of 1 pairs.")
    assert remembered("Olivia") == []
    assert forget(pk, "--yes") == (0, "Erased the values of 0 lines of the log and of 0 pairs.\n")


def test_who_is_in_the_crm_loses_the_log_and_keeps_the_pair(world: TwoWay, known: Contact) -> None:
    line = world.lines(known)[-1]
    status, said = forget(known.pk, "--yes")
    assert status == 1
    assert "delete it there, let a sync run, and start this again" in said
    line.refresh_from_db()
    assert (line.before, line.after, line.action) == ({}, {}, "update")
    assert offer(world.connection, line).obstacle is Obstacle.NOTHING_LOST
    assert world.linked(known).base_local["company"] == "Quiet Firm and Sons"
    world.run_well()
    assert world.in_exchange(known)["companyName"] == "Quiet Firm and Sons"  # type: ignore[index]


def test_a_mailbox_that_is_being_synced_is_left_for_later(world: TwoWay, known: Contact) -> None:
    pk = known.pk
    known.delete()
    world.run_well()
    lease = acquire(lease_key(world.connection.pk), 60)
    assert lease is not None
    status, said = forget(pk, "--yes", "--json")
    assert status == 1
    assert json.loads(said)["busy"] == [world.connection.pk]
    lease.release()
    assert forget(pk, "--yes")[0] == 0
    assert remembered("Quiet") == []


def test_a_model_that_is_not_synced_is_told(world: TwoWay) -> None:
    assert forget(1, model="auth.User") == (2, "No kind that is synced has items of this model.\n")
