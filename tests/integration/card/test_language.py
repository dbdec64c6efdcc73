"""The card speaks the language of whoever looks at it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.core.decisions import RULES
from agentbox_sync.core.table import Rule
from agentbox_sync.services.wording.rules import because
from tests.builders.crm import a_contact, a_login, a_staff_member
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, text_of

pytestmark = pytest.mark.django_db
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.fixture
def jane() -> Staff:
    return a_staff_member("Jane Ashcroft", email="jane.ashcroft@harbourvale.example")


@pytest.fixture
def master(client: Client) -> Client:
    client.force_login(a_login(None, MASTER_USERS))
    return client


def test_a_german_browser_gets_a_german_card(master: Client, jane: Staff) -> None:
    make.a_syncing_connection(jane, state="needs_sign_in")
    shown = text_of(master.get(card_of(jane), headers=GERMAN))
    assert "Microsoft verlangt, dass sich Jane Ashcroft wieder anmeldet." in shown
    assert "Wieder anmelden" in shown
    assert "Microsoft needs" not in shown


def test_numbers_and_moments_are_german_as_well(master: Client, jane: Staff) -> None:
    connection = make.a_syncing_connection(jane)
    make.a_run(connection, counts={"contacts": {"created": 1}})
    shown = text_of(master.get(card_of(jane), headers=GERMAN))
    assert "1 Kontakt wurde in Exchange angelegt." in shown
    make.a_run(connection, counts={"contacts": {"created": 2}})
    shown = text_of(master.get(card_of(jane), headers=GERMAN))
    assert "2 Kontakte wurden in Exchange angelegt." in shown
    assert " um " in shown


@pytest.mark.parametrize("language", ["en-GB,en;q=0.9", "fr-FR"])
def test_whoever_asks_for_another_language_gets_english(
    master: Client, jane: Staff, language: str
) -> None:
    shown = text_of(master.get(card_of(jane), headers={"Accept-Language": language}))
    assert "Jane Ashcroft’s phone is not connected." in shown


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_reason_of_every_rule_is_told_in_the_readers_language(rule: Rule) -> None:
    assert because(rule.name) == rule.because
    with translation.override("de"):
        assert because(rule.name) not in ("", rule.because)


def test_a_german_list_of_what_waits_says_why_in_german(master: Client, jane: Staff) -> None:
    make.a_stop(make.a_syncing_connection(jane), [a_contact("Ada Lane")])
    shown = text_of(master.get(card_of(jane), headers=GERMAN))
    assert "Ada Lane Es ist aus der Auswahl gefallen." in shown
    assert "It left the selection" not in shown
