"""What the CRM does not accept is set aside with its reason, and hides nothing else."""

from __future__ import annotations

import logging

import pytest
from django.db import models

from agentbox_sync.contrib.reference_crm.models import Contact
from agentbox_sync.services.review import let_go

from .world import TwoWay

LONG = "x" * 300 + " secret"


@pytest.fixture
def contacts(world: TwoWay) -> list[Contact]:
    contacts = world.contacts(3)
    world.run_well()
    world.run_well()
    return contacts


def now(contact: Contact) -> Contact:
    return Contact.objects.get(pk=contact.pk)


def test_a_value_that_the_crm_refuses_is_set_aside_and_the_others_come_in(
    world: TwoWay, contacts: list[Contact], caplog: pytest.LogCaptureFixture
) -> None:
    bad, good, _ = contacts
    before = Contact.objects.filter(pk=bad.pk).values().get()

    with caplog.at_level(logging.DEBUG):
        world.edit_item(bad, companyName=LONG, jobTitle="Fine")
        world.edit_item(good, companyName="Theirs")
        counts = world.run_well()

    assert (counts.set_aside, counts.writes_local) == (1, 1)
    assert Contact.objects.filter(pk=bad.pk).values().get() == before
    assert now(good).company == "Theirs"
    assert world.item(bad)["companyName"] == LONG  # nobody's edit is thrown away
    link = world.linked(bad)
    assert (link.state, link.error) == ("quarantined", "CrmValidation")
    line = world.last_change(bad)
    assert (line.outcome, line.detail) == (
        "set_aside",
        "CrmValidation: The CRM does not accept company.",
    )
    assert "secret" not in caplog.text


def test_what_was_refused_is_not_tried_again_as_it_is(
    world: TwoWay, contacts: list[Contact]
) -> None:
    world.edit_item(contacts[0], companyName=LONG)
    world.run_well()
    lines = len(world.lines(contacts[0]))

    for _ in range(2):
        world.later()
        assert world.run_well().set_aside == 0

    assert len(world.lines(contacts[0])) == lines
    assert world.linked(contacts[0]).state == "quarantined"


def test_what_was_refused_comes_in_when_the_person_mends_it(
    world: TwoWay, contacts: list[Contact]
) -> None:
    bad = contacts[0]
    world.edit_item(bad, companyName=LONG, jobTitle="Theirs")
    world.run_well()

    world.edit_item(bad, companyName="Short")
    world.run_well()

    assert (now(bad).company, now(bad).job_title) == ("Short", "Theirs")
    assert world.linked(bad).state == "active"
    world.at_rest()


def test_an_edit_of_the_crm_in_between_is_merged_when_it_is_tried_again(
    world: TwoWay, contacts: list[Contact]
) -> None:
    bad = contacts[0]
    world.edit_item(bad, companyName=LONG, jobTitle="Theirs")
    world.run_well()

    world.change(bad, company="Ours", mobile="0412 345 678")
    world.run_well()

    # The CRM's company wins the conflict, so that nothing stands in the way of the rest.
    assert (now(bad).company, now(bad).job_title) == ("Ours", "Theirs")
    item = world.item(bad)
    assert (item["companyName"], item["mobilePhone"]) == ("Ours", "0412 345 678")
    assert LONG.strip() in {str(v) for line in world.lines(bad) for v in line.before.values()}
    world.at_rest()


def test_a_save_that_raises_is_survived_and_tried_again_when_a_person_asks(
    world: TwoWay,
    contacts: list[Contact],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def save(self: Contact, *args: object, **kwargs: object) -> None:
        models.Model.save(self)
        if self.pk == contacts[0].pk:
            raise RuntimeError(f"no secret of {self.email} may be told")

    with monkeypatch.context() as patch:
        patch.setattr(Contact, "save", save)
        for contact in contacts[:2]:
            world.edit_item(contact, companyName="Theirs")
        counts = world.run_well()
    assert (counts.set_aside, counts.writes_local) == (1, 1)
    assert (now(contacts[0]).company, now(contacts[1]).company) == ("", "Theirs")
    assert "person00@example.com" not in caplog.text
    assert "secret" not in world.last_change(contacts[0]).detail

    world.run_well(forced=True)

    assert now(contacts[0]).company == "Theirs"
    world.at_rest()


def test_a_save_that_rewrites_comes_to_rest(
    world: TwoWay, contacts: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(self: Contact, *args: object, **kwargs: object) -> None:
        self.company = self.company.upper()
        self.mobile = self.mobile.replace(" ", "")
        models.Model.save(self, *args, **kwargs)

    monkeypatch.setattr(Contact, "save", save)
    contact = contacts[0]

    world.edit_item(contact, companyName="Theirs", mobilePhone="0412 345 678")
    world.run_well()

    assert (now(contact).company, now(contact).mobile) == ("THEIRS", "0412345678")
    # What the CRM made of it is no edit of a person: it is not sent back.
    assert world.item(contact)["companyName"] == "Theirs"
    world.at_rest()
    world.edit_item(contact, companyName="Again")
    world.run_well()
    assert now(contact).company == "AGAIN"


def test_what_exchange_refuses_keeps_the_edit_of_the_crm(
    world: TwoWay, contacts: list[Contact]
) -> None:
    bad = contacts[0]
    world.fault(
        method="PATCH", path="/contacts", body_contains="Poison", status=400, code="ErrorInvalid"
    )
    world.change(bad, company="Poison")
    world.edit_item(bad, jobTitle="Theirs")
    world.change(contacts[1], company="Fine")

    counts = world.run_well()

    assert counts.set_aside == 1
    assert now(bad).company == "Poison"
    assert world.item(contacts[1])["companyName"] == "Fine"
    world.no_faults()
    world.change(bad, company="Mended")
    world.run_well()
    assert world.item(bad)["companyName"] == "Mended"
    assert now(bad).job_title == "Theirs"
    world.at_rest()


def test_a_guard_stop_that_was_let_go_is_used_up(world: TwoWay, contacts: list[Contact]) -> None:
    world.set(GUARD_FLOOR=1, GUARD_SHARE=0.0)
    for contact in contacts[:2]:
        world.edit_item(contact, emailAddresses=[])
    assert world.run_well().held_back == 2

    let_go(world.user, world.open_stop())
    world.run_well()

    assert [now(one).email for one in contacts] == ["", "", "person02@example.com"]
    world.at_rest()
