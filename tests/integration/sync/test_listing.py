"""The change feed: a dead token, replays, strangers; what is said is looked at, not believed."""

from __future__ import annotations

import pytest

from agentbox_sync.models import Collection, Inbox, Link
from tests.contracts.emulated import JANE

from .world import World


def forget_tokens(world: World) -> None:
    world.microsoft.control("delta", {"upn": JANE, "kill": True})


@pytest.mark.parametrize("dress", ["410", "400", "404"])
def test_a_dead_token_lists_everything_anew_and_changes_nothing(world: World, dress: str) -> None:
    world.microsoft.control("switches", {"delta_dead_token": dress})
    world.add("Theirs", "theirs@example.com")
    world.contacts(5)
    world.run_well()
    world.run_well()
    before, links, writes = (
        world.mailbox(),
        list(Link.objects.order_by("pk").values_list("pk")),
        world.writes,
    )
    forget_tokens(world)

    counts = world.run_well()

    assert (counts.writes_remote, world.writes) == (0, writes)
    assert world.mailbox() == before
    assert list(Link.objects.order_by("pk").values_list("pk")) == links
    assert Collection.objects.get(is_open=True).generation == 1
    assert not Inbox.objects.exists()
    assert world.report().requests == 1


def test_what_happened_while_the_token_was_dead_is_found(world: World) -> None:
    contacts = world.contacts(4)
    world.run_well()
    world.run_well()
    forget_tokens(world)
    world.remove(world.item(contacts[0])["id"])
    world.move(world.item(contacts[1])["id"])
    world.edit(world.item(contacts[2])["id"], companyName="Theirs")
    world.change(contacts[3], company="Ours")

    world.run_well()

    assert [world.linked(one).reason for one in contacts[:2]] == [
        "removed_in_exchange",
        "moved_away",
    ]
    assert world.linked(contacts[2]).drift == ["company"]
    assert world.item(contacts[3])["companyName"] == "Ours"
    assert world.people() == ["Person02", "Person03"]


def test_a_listing_that_leaves_somebody_out_is_no_deletion(world: World) -> None:
    contacts = world.contacts(3)
    world.run_well()
    forget_tokens(world)
    delta = world.microsoft.look("log?limit=1")["exchanges"][-1]
    assert delta  # the shape of an answer is Microsoft's; here one that lists nobody
    folder = Collection.objects.get(is_open=True).remote_id
    link = "https://graph.microsoft.com/v1.0/me/contactFolders/x/contacts/delta?$deltatoken=none"
    world.fault(
        method="GET",
        path=f"{folder}/contacts/delta$",
        status=200,
        times=1,
        body={"value": [], "@odata.deltaLink": link},
    )

    world.report()
    world.runs_until_quiet()

    assert {world.linked(one).state for one in contacts} == {"active"}
    assert len(world.people()) == 3


def test_a_replay_of_old_news_changes_nothing(world: World) -> None:
    world.contacts(3)
    world.run_well()
    world.run_well()
    before, writes = world.mailbox(), world.writes
    world.microsoft.control("delta", {"upn": JANE, "replay": 3})

    report = world.report()

    assert report.requests == 1
    assert (world.mailbox(), world.writes) == (before, writes)


def test_nothing_is_kept_of_what_is_nobodys_business_of_ours(world: World) -> None:
    world.add("Theirs", "theirs@example.com", personalNotes="Private")
    world.contact()
    world.run_well()
    assert not Inbox.objects.exists()

    world.add("More", "more@example.com", personalNotes="Private")
    world.run_well()

    assert not Inbox.objects.exists()


def test_somebody_removed_who_was_never_ours_costs_no_look(world: World) -> None:
    theirs = world.add("Theirs", "theirs@example.com")
    world.contact()
    world.run_well()
    world.run_well()
    world.remove(theirs)

    assert world.report().requests == 1
    assert not Inbox.objects.exists()
