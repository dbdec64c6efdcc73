"""Answers that get lost, and what people do on either side before anybody knows."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.contrib.reference_crm.models import Contact

from .world import TwoWay

DONE = {"method": "POST", "path": r"\$batch", "action": "drop", "commit": "after", "times": 1}
NOT_DONE = {**DONE, "commit": "before"}
BOTH = pytest.mark.parametrize("loss", [DONE, NOT_DONE], ids=["carried out", "not carried out"])


@pytest.fixture
def contact(world: TwoWay) -> Contact:
    contact = world.contact(email="olivia@example.com", company="Old", job_title="Old")
    world.contact("Stays Here", email="stays@example.com")
    world.run_well()
    world.run_well()
    return contact


def lose(world: TwoWay, loss: dict[str, Any], method: str) -> None:
    """The next write of this method gets no answer."""
    world.fault(**loss, body_contains=f'"{method}"')


def come_to_rest(world: TwoWay) -> None:
    for _ in range(5):
        world.later()
        if not world.report().unfinished:
            break
    world.at_rest()


def both(world: TwoWay, contact: Contact) -> list[str]:
    contact.refresh_from_db()
    return [contact.company, world.item(contact)["companyName"]]


@BOTH
def test_a_revert_after_a_lost_answer_survives(
    world: TwoWay, contact: Contact, loss: dict[str, Any]
) -> None:
    """Our own echo must not undo what the person did meanwhile (sync-engine 2.2, rule b)."""
    world.change(contact, company="New")
    lose(world, loss, "PATCH")
    assert world.report().unfinished

    world.change(contact, company="Old")
    come_to_rest(world)

    assert both(world, contact) == ["Old", "Old"]


@BOTH
def test_an_edit_after_a_lost_answer_survives(
    world: TwoWay, contact: Contact, loss: dict[str, Any]
) -> None:
    world.change(contact, company="New")
    lose(world, loss, "PATCH")
    assert world.report().unfinished

    world.change(contact, company="Newer")
    come_to_rest(world)

    assert both(world, contact) == ["Newer", "Newer"]


@BOTH
def test_an_edit_in_exchange_after_a_lost_answer_comes_in(
    world: TwoWay, contact: Contact, loss: dict[str, Any]
) -> None:
    world.change(contact, company="Ours")
    lose(world, loss, "PATCH")
    assert world.report().unfinished

    world.edit_item(contact, jobTitle="Theirs")
    come_to_rest(world)

    assert both(world, contact) == ["Ours", "Ours"]
    assert contact.job_title == world.item(contact)["jobTitle"] == "Theirs"


def test_an_edit_in_exchange_over_our_unanswered_one_comes_in_and_nothing_is_lost(
    world: TwoWay, contact: Contact
) -> None:
    world.change(contact, company="Ours")
    lose(world, DONE, "PATCH")
    assert world.report().unfinished

    world.edit_item(contact, companyName="Theirs")
    come_to_rest(world)

    stands = both(world, contact)
    assert stands[0] == stands[1]
    logged = {str(v) for line in world.lines(contact) for v in line.before.values()}
    assert {"Ours", "Theirs"} <= {*stands, *logged}


@BOTH
def test_a_lost_create_happens_once_and_an_edit_meanwhile_survives(
    world: TwoWay, loss: dict[str, Any]
) -> None:
    world.choose(adoption="import")
    world.run_well()
    contact = world.contact("Nina New", email="nina@example.com", company="First")
    lose(world, loss, "POST")
    assert world.report().unfinished

    world.change(contact, company="Second")
    come_to_rest(world)

    assert world.people() == ["Nina"]
    assert Contact.objects.count() == 1
    assert both(world, contact) == ["Second", "Second"]


def test_a_lost_create_that_a_person_edits_in_exchange_at_once_keeps_the_edit(
    world: TwoWay,
) -> None:
    world.choose(adoption="import")
    world.run_well()
    contact = world.contact("Nina New", email="nina@example.com", company="Ours")
    lose(world, DONE, "POST")
    assert world.report().unfinished
    (item,) = world.mailbox()

    world.edit(item, jobTitle="Theirs", mobilePhone="0412 345 678")
    come_to_rest(world)

    contact.refresh_from_db()
    assert (contact.company, contact.job_title) == ("Ours", "Theirs")
    assert contact.mobile == "0412 345 678"
    assert list(world.mailbox()) == [item]
    assert Contact.objects.count() == 1


@BOTH
def test_a_lost_removal_happens_once_and_touches_nobody_else(
    world: TwoWay, contact: Contact, loss: dict[str, Any]
) -> None:
    world.choose(removal="delete", adoption="import")
    world.run_well()
    world.delete(contact)
    lose(world, loss, "DELETE")
    assert world.report().unfinished

    come_to_rest(world)

    assert world.people() == ["Stays"]
    assert Contact.objects.count() == 1
