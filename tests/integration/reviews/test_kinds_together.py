"""A list in which contacts, calendar entries and tasks wait: each is spoken of as what it is."""

from __future__ import annotations

import pytest
from django.test import Client

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.core.changes import Rest
from agentbox_sync.models import Connection, Decision, Link
from tests.builders.crm import a_task, an_appointment
from tests.integration.card.pages import text_of, to

from . import builders as waits
from .test_lists import press, shown, told


@pytest.fixture
def connection(jane: Staff) -> Connection:
    return waits.an_all_round_connection(jane)


@pytest.fixture
def contested(connection: Connection, jane: Staff) -> list[Link]:
    """One of each kind that was removed in Exchange while it was edited in the CRM."""
    rows = [*waits.people(jane, "Ada Lane"), an_appointment(jane), a_task(jane)]
    return [waits.rests(connection, row, Rest.CONTESTED) for row in rows]


def test_a_list_of_several_kinds_says_of_each_row_what_it_is_and_what_would_be_done(
    connection: Connection, contested: list[Link], master: Client
) -> None:
    page = text_of(shown(master, connection, "contested"))
    for kind in ("Contacts", "Calendar", "Tasks"):
        assert f" {kind} Look closer" in page, "at its row"
        assert f" {kind}: " in page, "where it is said what is done"
    assert "loses access to the contact" in page
    assert "The appointment is cancelled for everybody who takes part, not deleted." in page
    assert "The task is marked as completed, not deleted." in page


def test_the_question_about_several_kinds_counts_each_and_says_what_becomes_of_it(
    connection: Connection, contested: list[Link], master: Client
) -> None:
    page = press(master, connection, "contested", all="release")
    question = text_of(page)
    assert "Follow in the CRM: 1 contact, 1 calendar entry, 1 task?" in question
    assert "Follow in the CRM (3)" in question
    for kind, done in (
        ("1 contact", "Jane Ashcroft loses access to the contact"),
        ("1 calendar entry", "The appointment is cancelled"),
        ("1 task", "The task is marked as completed"),
    ):
        assert f"{kind}: {done}" in question
    assert question.count("It stays away.") == 1, "which is the same for all"
    master.post(to("decide", connection.pk), {**told(page), "all": "release"})
    assert {decision.link_id for decision in Decision.objects.all()} == {
        link.pk for link in contested
    }


def test_the_question_about_one_kind_of_a_mixed_list_is_in_the_words_of_that_kind(
    connection: Connection, contested: list[Link], master: Client
) -> None:
    *_, task = contested
    question = text_of(press(master, connection, "contested", ticked="release", row=task.pk))
    assert "Complete 1 task in the CRM?" in question
    assert "Complete it in the CRM (1)" in question
    assert "appointment" not in question


def test_what_means_the_same_for_every_kind_is_said_once(
    connection: Connection, contested: list[Link], master: Client
) -> None:
    question = text_of(press(master, connection, "contested", all="restore"))
    assert "Put it back in Exchange: 1 contact, 1 calendar entry, 1 task?" in question
    assert question.count("It is created again with what the CRM says now.") == 1
