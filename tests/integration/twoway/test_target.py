"""Where in Exchange the contacts lie: the main folder, or one of our own called "Agentbox"."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.contrib.reference_crm.models import Contact
from agentbox_sync.core.actions import Action
from agentbox_sync.graph.mailbox import GraphMailbox
from agentbox_sync.graph.stamp import FOLDER_PROPERTY_ID
from agentbox_sync.models import Change, Collection, Connection, Link
from agentbox_sync.services.execute import execute
from agentbox_sync.services.findings import find, with_counts
from tests.integration.sync.world import stamps

from .test_after_crash import Crash, crash_at
from .world import TwoWay

OWN = "Agentbox"
MAIN = "Contacts"


def folders(world: TwoWay) -> dict[str, dict[str, Any]]:
    """The living folders that were made, by name."""
    rows = world.microsoft.look(f"mailbox/{world.address}")["folders"]
    return {row["name"]: row for row in rows if not (row["deleted"] or row["well_known"])}


def lying(world: TwoWay, folder: str) -> list[str]:
    """Given names of those who lie in a folder, sorted."""
    rows = world.mailbox().values()
    return sorted(row["givenName"] for row in rows if row["folder"] == folder)


def is_whole(world: TwoWay, folder: str) -> None:
    """Every contact of the CRM is there once, in one folder, linked to the item that is there."""
    box = world.mailbox()
    assert lying(world, folder) == sorted(c.first_name for c in Contact.objects.all())
    assert len(stamps(box)) == len(set(stamps(box)))
    for contact in Contact.objects.all():
        link = world.linked(contact)
        assert link.state == "active"
        assert box[link.remote_id]["folder"] == folder


# ------------------------------------------------------------------------------- our own folder


def test_a_first_sync_into_a_folder_of_our_own(world: TwoWay) -> None:
    world.choose(target="own")
    world.contacts(3)
    theirs = world.add("Private", "private@example.com")

    counts = world.run_well()

    assert counts.created == 3
    is_whole(world, OWN)
    assert lying(world, MAIN) == ["Private"]
    assert theirs in world.mailbox()
    extended = {name.lower(): value for name, value in folders(world)[OWN]["extended"].items()}
    own = Collection.objects.get(connection=world.connection)
    assert extended[FOLDER_PROPERTY_ID.lower()] == own.stamp
    world.at_rest()


def test_a_folder_of_the_person_with_our_name_stays_theirs(world: TwoWay) -> None:
    world.microsoft.person(add_folder=OWN)
    world.choose(target="own")
    world.contacts(2)

    world.run_well()

    assert lying(world, OWN) == []
    is_whole(world, "Agentbox 2")


def test_a_renamed_folder_is_still_ours(world: TwoWay) -> None:
    world.choose(target="own")
    world.contacts(2)
    world.run_well()
    world.microsoft.person(rename_folder=OWN, to="My clients")

    world.contact("Newcomer Example", email="newcomer@example.com")
    world.run_well()

    is_whole(world, "My clients")
    assert list(folders(world)) == ["My clients"]


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_folder_whose_answer_was_lost_is_made_once(world: TwoWay, carried_out: bool) -> None:
    world.choose(target="own")
    world.contacts(2)
    moment = "after" if carried_out else "before"
    world.fault(path="contactFolders$", method="POST", times=1, action="drop", commit=moment)

    report = world.report()
    assert report.error == "CollectionUnsettled"
    world.later()
    world.run_well()

    assert list(folders(world)) == [OWN]
    is_whole(world, OWN)


# ------------------------------------------------------------------------- the other one is chosen


@pytest.mark.parametrize("first, second", [("main", "own"), ("own", "main")])
def test_everybody_moves_within_one_run(world: TwoWay, first: str, second: str) -> None:
    names = {"main": MAIN, "own": OWN}
    world.choose(target=first)
    world.contacts(23)
    world.run_well()
    is_whole(world, names[first])

    world.choose(target=second)
    counts = world.run_well()

    is_whole(world, names[second])
    assert lying(world, names[first]) == []
    assert (counts.moved, counts.created, counts.deleted) == (23, 0, 0)
    assert (OWN in folders(world)) is (second == "own")
    world.at_rest()


def test_no_contact_is_twice_in_the_mailbox_for_longer_than_its_group(
    world: TwoWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.contacts(45)
    world.run_well()
    world.choose(target="own")
    doubles: list[int] = []
    original = GraphMailbox.write

    def watched(self: GraphMailbox, *arguments: Any) -> Any:
        answers = original(self, *arguments)
        box = world.mailbox().values()
        doubles.append(len(box) - len({row["givenName"] for row in box}))
        return answers

    monkeypatch.setattr(GraphMailbox, "write", watched)
    world.run_well()

    assert max(doubles) == 20  # one group: it is created, and then it is removed
    assert doubles[-1] == 0
    is_whole(world, OWN)


def test_the_persons_own_contact_stays_where_it_is_and_is_not_created_again(world: TwoWay) -> None:
    theirs = world.add("Olivia", "olivia@example.com", surname="Rutherford")
    contact = world.contact(email="olivia@example.com")
    world.run_well()
    assert world.linked(contact).remote_id == theirs

    world.choose(target="own")
    world.run_well()

    assert lying(world, MAIN) == ["Olivia"]
    assert lying(world, OWN) == []
    link = world.linked(contact)
    assert (link.state, link.reason) == ("retained", "other_collection")
    world.at_rest()

    world.choose(target="main")
    world.edit(theirs, companyName="Typed meanwhile")
    world.run_well()

    assert world.linked(contact).state == "active"
    contact.refresh_from_db()
    assert contact.company == "Typed meanwhile"
    assert lying(world, MAIN) == ["Olivia"]


def test_the_move_back_meets_the_persons_own_contact_and_makes_no_double(world: TwoWay) -> None:
    world.choose(target="own")
    contact = world.contact(email="olivia@example.com")
    world.run_well()
    theirs = world.add("Olivia", "olivia@example.com", surname="Rutherford")

    world.choose(target="main")
    world.run_well()

    assert lying(world, MAIN) == ["Olivia"]
    assert world.linked(contact).remote_id == theirs
    assert OWN not in folders(world)
    world.at_rest()


def test_what_stood_in_exchange_beside_the_crm_moves_as_well(world: TwoWay) -> None:
    world.choose(status="one_way")
    contact = world.contact(email="olivia@example.com", company="Ours")
    world.run_well()
    world.edit_item(contact, companyName="Theirs", officeLocation="Level 3")
    world.run_well()

    world.choose(status="one_way", target="own")
    world.run_well()

    item = world.item(contact)
    assert (item["folder"], item["companyName"]) == (OWN, "Theirs")
    contact.refresh_from_db()
    assert contact.company == "Ours"
    world.at_rest()


def test_an_edit_in_the_old_folder_while_the_pair_moves_is_taken_in(world: TwoWay) -> None:
    contact = world.contact(email="olivia@example.com", company="Before")
    world.contact("Stays Here", email="stays@example.com")
    world.run_well()
    old = world.linked(contact).remote_id
    world.choose(target="own")

    with world.meanwhile(lambda: world.edit(old, companyName="Just typed"), method="DELETE"):
        world.run_well()
    world.run_well()

    contact.refresh_from_db()
    assert contact.company == "Just typed"
    assert world.item(contact)["companyName"] == "Just typed"
    is_whole(world, OWN)


# ----------------------------------------------------------------------- what cuts a move off


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_a_move_that_was_cut_off_goes_on(
    world: TwoWay, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    world.contacts(25)
    world.run_well()
    world.choose(target="own")

    with monkeypatch.context() as patch:
        crash_at(patch, GraphMailbox, "begin_write", nth=nth)
        with pytest.raises(Crash):
            world.run()
    world.later()
    world.runs_until_quiet()

    is_whole(world, OWN)
    assert lying(world, MAIN) == []
    world.at_rest()


@pytest.mark.parametrize("what", ["AgentboxSyncStamp", '"DELETE"'], ids=["create", "remove"])
@pytest.mark.parametrize("commit", ["before", "after"])
def test_a_lost_answer_in_the_middle_of_a_move_doubles_and_loses_nobody(
    world: TwoWay, what: str, commit: str
) -> None:
    world.contacts(5)
    world.run_well()
    world.choose(target="own")
    lost = {"path": r"\$batch", "method": "POST", "body_contains": what, "times": 1}
    world.fault(**lost, action="drop", commit=commit)

    world.report()
    for _ in range(3):
        world.later()
        world.report()

    is_whole(world, OWN)
    assert lying(world, MAIN) == []


def test_an_old_item_that_may_not_be_removed_is_told_and_tried_again(world: TwoWay) -> None:
    world.contacts(2)
    world.run_well()
    world.choose(target="own")
    refusal = {"status": 403, "code": "ErrorCannotDeleteObject"}
    world.fault(method="DELETE", path="/contacts/", times=1, **refusal)

    counts = world.run_well()

    assert (counts.moved, counts.set_aside) == (1, 1)
    assert len(lying(world, OWN)) == 2
    assert len(lying(world, MAIN)) == 1
    assert find(with_counts(Connection.objects.all()).get()).set_aside_total == 1
    world.at_rest(forced=False)
    world.ask()
    world.run_well(forced=True)
    assert lying(world, MAIN) == []
    is_whole(world, OWN)


# --------------------------------------------------------------------------- what is left behind


def test_a_folder_of_ours_in_which_the_person_has_put_something_stays(world: TwoWay) -> None:
    world.choose(target="own")
    world.contacts(2)
    world.run_well()
    world.microsoft.person(add={"givenName": "Theirs"}, folder=OWN)

    world.choose(target="main")
    world.run_well()

    assert lying(world, OWN) == ["Theirs"]
    assert len(lying(world, MAIN)) == 2
    world.choose(target="own")
    world.run_well()
    assert list(folders(world)) == [OWN]  # the same one again
    assert len(lying(world, OWN)) == 3


def test_a_deleted_folder_is_made_anew_and_its_contacts_rest(world: TwoWay) -> None:
    world.choose(target="own")
    contacts = world.contacts(15)
    world.run_well()
    world.microsoft.person(delete_folder=OWN)

    world.run_well()

    assert list(folders(world)) == [OWN]
    assert lying(world, OWN) == []
    assert Contact.objects.count() == 15
    states = {(link.state, link.reason) for link in map(world.linked, contacts)}
    assert states == {("retained", "removed_in_exchange")}
    world.contact("Newcomer Example", email="newcomer@example.com")
    world.run_well()
    assert lying(world, OWN) == ["Newcomer"]


def test_a_deleted_folder_is_filled_again_where_that_was_chosen(world: TwoWay) -> None:
    world.choose(target="own", deletion="restore")
    world.contacts(3)
    world.run_well()
    world.microsoft.person(delete_folder=OWN)

    world.run_well()

    is_whole(world, OWN)
    world.at_rest()


def test_a_folder_that_does_not_answer_for_a_moment_is_not_taken_for_deleted(
    world: TwoWay,
) -> None:
    world.choose(target="own")
    contacts = world.contacts(3)
    world.run_well()
    world.fault(path="delta", status=404, code="ErrorFolderNotFound", times=1)

    world.report()

    assert list(folders(world)) == [OWN]
    assert {world.linked(contact).state for contact in contacts} == {"active"}


# -------------------------------------------------------------------------------- the plan


def test_a_dry_run_shows_who_would_move_and_writes_nothing(world: TwoWay) -> None:
    world.contacts(3)
    theirs = world.add("Olivia", "olivia@example.com", surname="Rutherford")
    world.contact(email="olivia@example.com")
    world.run_well()
    world.choose(target="own", approved=False)
    world.contact("Newcomer Example", email="newcomer@example.com")
    writes = world.writes

    done = execute(world.connection.pk, dry=True)

    assert done is not None
    (plan,) = done[1]
    assert sorted(row.action for row in plan.rows) == [
        Action.CREATE,
        Action.MOVE,
        Action.MOVE,
        Action.MOVE,
        Action.REST,
    ]
    assert not [row for row in plan.rows if row.removes_anything]
    assert world.writes == writes
    assert list(folders(world)) == []
    assert theirs in world.mailbox()


def test_a_move_is_no_removal_for_the_guard_and_one_line_in_the_log(world: TwoWay) -> None:
    world.set(GUARD_FLOOR=1, GUARD_SHARE=0.0)
    contacts = world.contacts(15)
    world.run_well()
    world.choose(target="own")

    world.run_well()

    is_whole(world, OWN)
    lines = Change.objects.filter(connection=world.connection, action="move")
    assert lines.count() == len(contacts)
    assert {line.outcome for line in lines} == {"done"}
    assert Link.objects.filter(reason="left_behind").count() == 0
