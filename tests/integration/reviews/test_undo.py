"""Undo of a single change: what stands on both sides afterwards, and where it is not offered."""

from __future__ import annotations

import pytest
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess
from agentbox_sync.core.reversal import Obstacle, Way
from agentbox_sync.models import Change, Connection, Decision, LocalChange
from agentbox_sync.services.undo import Moved, Refused, keep, offer, undo
from tests.builders import crm
from tests.integration.twoway.world import Colleague, TwoWay


def synced(world: TwoWay, **fields: object) -> Contact:
    contact = world.contact(email="olivia@example.com", **fields)
    world.contact("Stays Here", email="stays@example.com")
    world.run_well()
    return contact


def now(contact: Contact) -> Contact:
    return Contact.objects.get(pk=contact.pk)


def undone(world: TwoWay, change: Change, atoms: list[str] | None = None) -> Decision:
    offered = offer(world.connection, change, atoms)
    return undo(world.user, world.connection, change, offered.seen, atoms)


def the_line(world: TwoWay, contact: Contact, side: str, action: str = "update") -> Change:
    lines = [row for row in world.lines(contact) if (row.side, row.action) == (side, action)]
    return lines[-1]


def test_an_edit_that_came_from_exchange_goes_back_on_both_sides(world: TwoWay) -> None:
    contact = synced(world, company="Old", mobile="0412 345 678")
    world.edit_item(contact, companyName="Theirs", mobilePhone="0498 765 432")
    world.run_well()

    decision = undone(world, the_line(world, contact, "local"))

    assert (now(contact).company, now(contact).mobile) == ("Old", "0412 345 678")
    assert (decision.verb, decision.decided_by, decision.outcome) == ("undo", world.user, "done")
    assert decision.closed_at is not None
    world.run_well()
    item = world.item(contact)
    assert (item["companyName"], item["mobilePhone"]) == ("Old", "0412 345 678")
    world.at_rest()


def test_an_edit_that_went_to_exchange_goes_back_on_both_sides(world: TwoWay) -> None:
    contact = synced(world, company="Old")
    world.change(contact, company="Ours")
    world.run_well()

    undone(world, the_line(world, contact, "remote"))
    world.run_well()

    assert (now(contact).company, world.item(contact)["companyName"]) == ("Old", "Old")
    world.at_rest()


def test_what_was_filled_in_is_emptied_again(world: TwoWay) -> None:
    contact = synced(world)
    world.edit_item(contact, companyName="Theirs")
    world.run_well()

    undone(world, the_line(world, contact, "local"))
    world.run_well()

    assert now(contact).company == ""
    assert not world.item(contact)["companyName"]
    world.at_rest()


def test_an_undo_can_itself_be_undone(world: TwoWay) -> None:
    contact = synced(world, company="Old")
    world.edit_item(contact, companyName="Theirs")
    world.run_well()
    first = undone(world, the_line(world, contact, "local"))

    second = undone(world, Change.objects.get(pk=first.parameters["change"]))
    world.run_well()

    assert (now(contact).company, world.item(contact)["companyName"]) == ("Theirs", "Theirs")
    assert first.pk != second.pk
    world.at_rest()


@pytest.mark.parametrize("rule", ["crm_wins", "exchange_wins"])
def test_of_a_conflict_the_other_value_can_be_taken(world: TwoWay, rule: str) -> None:
    world.choose(conflict=rule)
    contact = synced(world, company="Old", job_title="Old")
    world.edit_item(contact, companyName="Theirs", jobTitle="Theirs alone")
    world.change(contact, company="Ours")
    world.run_well()
    line = next(row for row in world.lines(contact) if row.conflicts)
    assert line.undecided
    loser = "Theirs" if rule == "crm_wins" else "Ours"

    undone(world, line, line.conflicts)
    world.run_well()

    assert now(contact).company == world.item(contact)["companyName"] == loser
    # What only one of them had changed is no part of the conflict.
    assert now(contact).job_title == world.item(contact)["jobTitle"] == "Theirs alone"
    line.refresh_from_db()
    assert not line.undecided
    world.at_rest()


def test_what_the_rule_chose_may_stand(world: TwoWay) -> None:
    contact = synced(world, company="Old")
    world.edit_item(contact, companyName="Theirs")
    world.change(contact, company="Ours")
    world.run_well()
    (line,) = (row for row in world.lines(contact) if row.conflicts)

    assert keep(world.user, world.connection, [line.pk]) == 1
    assert keep(world.user, world.connection, [line.pk]) == 0

    line.refresh_from_db()
    assert not line.undecided
    assert now(contact).company == world.item(contact)["companyName"] == "Ours"
    decision = Decision.objects.get(change=line)
    assert (decision.verb, decision.decided_by) == ("keep", world.user)
    world.at_rest()


def test_a_value_that_changed_again_is_shown_first(world: TwoWay) -> None:
    contact = synced(world, company="Old")
    world.edit_item(contact, companyName="Theirs")
    world.run_well()
    line = the_line(world, contact, "local")
    seen_in_an_old_tab = offer(world.connection, line)
    assert not seen_in_an_old_tab.is_newer

    world.change(contact, company="Newest")
    with pytest.raises(Moved):
        undo(world.user, world.connection, line, seen_in_an_old_tab.seen)
    assert now(contact).company == "Newest"
    assert not Decision.objects.exists()

    offered = offer(world.connection, line)
    assert offered.is_newer
    assert (dict(offered.now), dict(offered.values)) == (
        {"company": "Newest"},
        {"company": "Old"},
    )
    undo(world.user, world.connection, line, offered.seen)
    world.run_well()
    assert now(contact).company == world.item(contact)["companyName"] == "Old"


def test_another_staff_members_mailbox_hears_of_it(world: TwoWay, colleague: Colleague) -> None:
    contact = world.contact(
        email="olivia@example.com",
        company="Old",
        access={world.staff: crm.OWNER, colleague.staff: crm.OWNER},
    )
    world.contact("Stays Here", email="stays@example.com")
    for one in (world, colleague):
        one.run_well()
    world.edit_item(contact, companyName="Theirs")
    for one in (world, colleague):
        one.run_well()
    assert colleague.item(contact)["companyName"] == "Theirs"
    LocalChange.objects.all().delete()

    undone(world, the_line(world, contact, "local"))

    heard = set(LocalChange.objects.values_list("connection", flat=True))
    assert heard == {world.connection.pk, colleague.connection.pk}
    for one in (world, colleague):
        one.run_well()
        assert one.item(contact)["companyName"] == "Old"


def test_what_the_crm_does_not_accept_is_told_and_nothing_is_half_done(world: TwoWay) -> None:
    contact = synced(world, company="Old")
    world.edit_item(contact, companyName="Theirs")
    world.run_well()
    line = the_line(world, contact, "local")
    Change.objects.filter(pk=line.pk).update(before={"company": "x" * 1000})
    line.refresh_from_db()

    with pytest.raises(Refused):
        undone(world, line)

    assert now(contact).company == "Theirs"
    assert not Decision.objects.exists()
    assert Change.objects.latest("pk").pk == line.pk


def test_lost_access_through_a_removal_in_exchange_is_given_back(world: TwoWay) -> None:
    world.choose(deletion="apply")
    contact = synced(world)
    world.remove_item(contact)
    world.run_well()
    assert not ContactAccess.objects.filter(contact=contact).exists()
    line = the_line(world, contact, "local", "release")

    decision = undone(world, line)
    assert ContactAccess.objects.filter(contact=contact, staff=world.staff).exists()
    world.run_well()
    assert sorted(world.people()) == ["Olivia", "Stays"]
    world.at_rest()

    undone(world, Change.objects.get(pk=decision.parameters["change"]))
    world.run_well()
    assert not ContactAccess.objects.filter(contact=contact).exists()
    assert Contact.objects.filter(pk=contact.pk).exists()
    assert world.people() == ["Stays"]


# ------------------------------------------------------------------------ where it is not offered


def obstacle(world: TwoWay, line: Change) -> Obstacle | None:
    offered = offer(world.connection, line)
    with pytest.raises(Moved):
        undo(world.user, world.connection, line, offered.seen)
    return offered.obstacle


def test_nothing_is_undone_while_the_account_is_being_disconnected(world: TwoWay) -> None:
    contact = synced(world, company="Old")
    world.edit_item(contact, companyName="New")
    world.run_well()
    line = the_line(world, contact, "local")
    assert offer(world.connection, line).obstacle is None

    Connection.objects.update(leaving_at=timezone.now())
    world.connection.refresh_from_db()

    assert obstacle(world, line) is Obstacle.DISCONNECTED


def test_nothing_of_a_view_only_contact_is_written(world: TwoWay) -> None:
    world.choose(primary_owner_only=False)
    contact = synced(world, company="Ours", access={world.staff: crm.VIEW})
    world.edit_item(contact, companyName="Theirs")
    world.run_well()

    assert obstacle(world, the_line(world, contact, "remote")) is Obstacle.VIEW_ONLY
    assert now(contact).company == "Ours"


def test_what_left_the_selection_is_not_touched(world: TwoWay) -> None:
    contact = synced(world, company="Old")
    world.edit_item(contact, companyName="Theirs")
    world.run_well()
    line = the_line(world, contact, "local")
    world.share(contact, None)

    assert obstacle(world, line) is Obstacle.ABSENT


def test_what_was_created_or_removed_says_how_it_goes_instead(world: TwoWay) -> None:
    world.choose(removal="delete")
    contact = synced(world)
    assert obstacle(world, the_line(world, contact, "remote", "create")) is Obstacle.CREATED

    world.share(contact, None)
    world.run_well()

    assert obstacle(world, the_line(world, contact, "remote", "delete")) is Obstacle.REMOVED


def test_a_first_meeting_empties_nothing_that_was_filled_in(world: TwoWay) -> None:
    world.add("Olivia", "olivia@example.com", companyName="Theirs")
    contact = synced(world, mobile="0412 345 678")
    lines = [row for row in world.lines(contact) if row.action == "link"]
    assert lines
    for line in lines:
        assert "mobile_phone" not in offer(world.connection, line).values
        assert "company" not in offer(world.connection, line).values


def test_what_is_as_it_was_needs_no_undo(world: TwoWay) -> None:
    contact = synced(world, company="Old")
    world.edit_item(contact, companyName="Theirs")
    world.run_well()
    line = the_line(world, contact, "local")
    undone(world, line)

    assert offer(world.connection, line).obstacle is Obstacle.SAME
    assert offer(world.connection, line).way is Way.WRITE
