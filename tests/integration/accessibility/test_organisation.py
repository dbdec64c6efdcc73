"""The pages of an organisation connection, as in test_pages.py; Microsoft is the emulator."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from tests.contracts.emulated import Microsoft, emulator, microsoft
from tests.integration.accessibility.register import visiting
from tests.integration.accessibility.visitor import Visitor
from tests.integration.card.pages import to
from tests.integration.organisation.office import Office
from tests.integration.organisation.test_in_browser import crowd

__all__ = ["emulator", "microsoft"]

pytestmark = pytest.mark.browser


@pytest.fixture
def office(transactional_db: None, microsoft: Microsoft, settings: Settings) -> Office:
    return Office(microsoft, settings)


@visiting("organisation", "organisation_mailboxes", "organisation_end")
def test_the_organisation(office: Office, master: Visitor) -> None:
    master.visit("two ways", to("organisation"))
    master.send("on the way to Microsoft", to("organisation"), {})
    organisation = office.open()
    crowd(office)
    mailboxes: Any = to("organisation_mailboxes", organisation.pk)
    master.visit("nobody was looked up", mailboxes)
    office.look_up()
    master.visit("mailboxes", mailboxes)
    office.admit()
    master.visit("connected", to("organisation"))
    master.visit("mailboxes that are connected", mailboxes)
    master.visit("the end", to("organisation_end", organisation.pk))
    assert master.complaints() == ""
