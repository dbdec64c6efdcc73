"""What a person should look at, and what a run did, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.core.changes import LinkState, Rest
from agentbox_sync.core.report import KindReport
from agentbox_sync.models import Run
from agentbox_sync.services.history import tell
from agentbox_sync.services.overview import connection_states
from agentbox_sync.services.wording.errors import (
    CONNECTION,
    ITEM,
    connection_sentence,
    item_sentence,
)
from agentbox_sync.services.wording.kinds import WORDS
from agentbox_sync.services.wording.moments import duration, when
from tests.builders.crm import a_contact, a_staff_member
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, text_of

CODES = ["ErrorInvalidProperty", "RequestBodyRead", "HTTP413", "ItemRefused", "ItemProtected"]


@pytest.mark.parametrize("code", CODES)
def test_an_item_set_aside_stands_on_the_card_with_its_reason(
    code: str, jane: Staff, master: Client
) -> None:
    contact = a_contact("Olivia Rutherford")
    make.set_aside(make.a_syncing_connection(jane), contact, code)
    page = master.get(card_of(jane))
    assert f"Olivia Rutherford {item_sentence(code)}" in text_of(page)
    assert code.lower() in ITEM
    assert f"/admin/agentbox_crm/contact/{contact.pk}/change/" in page.content.decode()


def test_a_reason_that_nobody_knows_is_shown_as_it_is(jane: Staff, master: Client) -> None:
    make.set_aside(make.a_syncing_connection(jane), a_contact(), "ErrorOfTomorrow")
    assert "Microsoft’s word for it is “ErrorOfTomorrow”" in text_of(master.get(card_of(jane)))
    assert "“ErrorOfTomorrow”" in connection_sentence("ErrorOfTomorrow")
    assert connection_sentence("") == ""


def test_every_reason_is_a_whole_sentence_and_its_code_can_be_met() -> None:
    for table in (ITEM, CONNECTION):
        assert not [code for code in table if code != code.lower()]
        assert not [code for code, words in table.items() if not str(words).endswith(".")]


def test_fields_that_both_sides_keep_changing_are_named_with_the_way_out(
    jane: Staff, master: Client
) -> None:
    connection = make.a_syncing_connection(jane)
    assert "keep changing" not in text_of(master.get(card_of(jane)))
    make.a_link(connection, a_contact("Olivia Rutherford"), frozen=["company", "notes"])

    text = text_of(master.get(card_of(jane)))

    assert "1 item that both sides keep changing" in text
    assert "sync now to try once more" in text
    assert (
        "Olivia Rutherford The CRM and Exchange keep correcting each other in 2 fields: "
        "Company, Notes." in text
    )


@pytest.mark.parametrize("number", [1, 2, 51])
def test_items_set_aside_are_counted_whole_and_listed_in_part(
    number: int, jane: Staff, master: Client
) -> None:
    connection = make.a_syncing_connection(jane)
    for index in range(number):
        make.set_aside(connection, a_contact(f"Person {index}"), "ErrorInvalidProperty")
    page = master.get(card_of(jane))
    noun = "item" if number == 1 else "items"
    assert f"{number} {noun} set aside" in text_of(page)
    assert page.content.decode().count("Exchange does not accept one of the values") == min(
        number, 50
    )
    assert ("The first 50 of 51 are shown." in text_of(page)) is (number == 51)


def test_an_item_that_left_the_crm_is_called_as_it_was_remembered(
    jane: Staff, master: Client
) -> None:
    connection = make.a_syncing_connection(jane)
    gone = a_contact()
    name = {"given": "Ada", "surname": "Lane"}
    make.a_link(connection, gone, base_local={"name": name})
    make.a_stop(connection, [gone])
    make.set_aside(connection, None, "ErrorInvalidRequest")
    gone.delete()
    page = text_of(master.get(card_of(jane)))
    assert "Ada Lane It left the selection." in page
    assert "An item without a name" in page


def test_what_did_not_fit_is_counted_from_both_sides(jane: Staff, master: Client) -> None:
    emails = [f"{n}@x.example" for n in range(5)]
    make.a_link(
        make.a_syncing_connection(jane),
        a_contact("Olivia Rutherford"),
        left_out=["emails", "business_phones", "of_tomorrow"],
        base_local={"emails": emails, "business_phones": ["1", "2", "3"]},
        base_remote={"emails": emails[:3], "business_phones": ["1", "2"]},
    )
    page = text_of(master.get(card_of(jane)))
    assert "3 e-mail addresses went to Exchange; 2 more stay in the CRM." in page
    assert "2 work phone numbers went to Exchange; 1 more stays in the CRM." in page
    assert "A part of this item did not fit into Exchange; it stays in the CRM." in page


def test_what_differs_in_exchange_is_counted(jane: Staff, master: Client) -> None:
    connection = make.a_syncing_connection(jane)
    make.a_link(connection, drift=["mobile_phone"])
    for reason in (Rest.REMOVED_IN_EXCHANGE, Rest.MOVED_AWAY):
        make.a_link(connection, state=LinkState.RETAINED.value, reason=reason.value)
    make.a_link(connection, state=LinkState.RETAINED.value, reason=Rest.LEFT_FILTER.value)
    page = text_of(master.get(card_of(jane)))
    assert "1 item was edited in Exchange." in page
    assert "2 items were deleted or moved in Exchange by hand and stay away." in page


def test_a_meeting_that_the_crm_may_not_change_is_not_told_as_edited_in_exchange(
    jane: Staff, master: Client
) -> None:
    """The CRM was edited and the guests must not hear of it: nobody touched it in Exchange."""
    connection = make.a_syncing_connection(jane)
    make.a_link(connection, kind="calendar", drift=["when"], ties=["guests"])
    page = text_of(master.get(card_of(jane)))
    assert "Different in Exchange 1 meeting with other people says something else" in page
    assert "so that nobody gets mail because of it. Change it in Outlook." in page
    assert "was edited in Exchange" not in page


def test_another_cards_items_do_not_show_here(jane: Staff, master: Client) -> None:
    make.set_aside(make.a_syncing_connection(a_staff_member("Tom Reed")), a_contact(), "ambiguous")
    make.a_syncing_connection(jane)
    assert "set aside" not in text_of(master.get(card_of(jane)))


# ---------------------------------------------------------------------------- what a run did


def test_the_report_reads_in_sentences_with_plural_forms(jane: Staff, master: Client) -> None:
    connection = make.a_syncing_connection(jane)
    counts = {"created": 250, "updated": 1, "linked": 4, "set_aside": 2, "held_back": 11}
    make.a_run(connection, counts={"contacts": counts}, requests=15)
    page = text_of(master.get(card_of(jane)))
    for sentence in (
        "250 contacts were created in Exchange.",
        "1 contact was updated in Exchange.",
        "4 contacts were already in Exchange and were linked, not duplicated.",
        "2 contacts were set aside.",
        "11 removals were held back by the safety stop.",
        "42 seconds · 15 requests to Microsoft",
    ):
        assert sentence in page


def test_what_was_done_in_the_crm_is_not_told_as_done_in_exchange(
    jane: Staff, master: Client
) -> None:
    connection = make.a_syncing_connection(jane)
    counts = {"created": 3, "imported": 1, "updated": 4, "pulled": 2, "writes_local": 4}
    counts |= {"deleted": 1, "released": 1}
    make.a_run(connection, counts={"contacts": counts})
    page = text_of(master.get(card_of(jane)))
    for sentence in (
        "2 contacts were created in Exchange.",
        "2 contacts were updated in Exchange.",
        "1 contact was taken from Outlook into the CRM.",
        "2 contacts were changed in the CRM.",
        "Access to 1 contact was taken away in the CRM.",
    ):
        assert sentence in page
    assert "removed from Exchange." not in page


def test_every_count_of_a_report_has_words() -> None:
    """But those that drive the bar, and what other counts say already."""
    silent = {"planned", "worked", "read", "writes_remote", "pulled"}
    for words in WORDS.values():
        assert set(words.counts) == set(KindReport.__slots__) - silent
        for name in words.counts:
            assert words.say(name, 1) != words.say(name, 2)


def test_ten_runs_are_listed_newest_first(jane: Staff, master: Client) -> None:
    connection = make.a_syncing_connection(jane)
    for number in range(1, 13):
        make.a_run(connection, counts={"contacts": {"updated": number + 100}})
    page = text_of(master.get(card_of(jane)))
    assert "The last 10 runs" in page
    listed = [n for n in range(1, 13) if page.count(f"{n + 100} contacts were updated") >= 1]
    assert listed == list(range(3, 13))
    assert page.index("112 contacts") < page.index("103 contacts")


@pytest.mark.parametrize(
    "fields, outcome, line",
    [
        ({}, "Done", "Everything was right already; nothing had to be changed."),
        ({"counts": {"contacts": {"set_aside": 1}}}, "Done, some set aside", "1 contact was set"),
        ({"unfinished": True, "error": "DeadlineReached"}, "To be continued", "the next run goes"),
        ({"error": "Unreachable"}, "Stopped", "Microsoft did not answer."),
        ({"error": "disconnected"}, "Ended early", "The account was disconnected while it ran."),
    ],
)
def test_a_run_is_told_as_it_ended(
    fields: dict[str, object], outcome: str, line: str, jane: Staff
) -> None:
    story = tell(make.a_run(make.a_connection(jane), **fields))
    assert story.outcome == outcome
    assert line in story.summary


# ------------------------------------------------------------------------ moments, My Office


NOON = timezone.make_aware(datetime(2026, 3, 4, 12, 0))  # noqa: DTZ001  in the site's own zone


@pytest.mark.parametrize(
    "length, said, alone",
    [
        ({"minutes": -2}, "at 11:58", "today at 11:58"),
        ({"hours": -13}, "yesterday at 23:00", "yesterday at 23:00"),
        ({"hours": 12}, "tomorrow at 00:00", "tomorrow at 00:00"),
        ({"days": -30}, "on 2 February at 12:00", "on 2 February at 12:00"),
        ({"days": -365}, "on 4 Mar 2025 at 12:00", "on 4 Mar 2025 at 12:00"),
    ],
)
def test_a_moment_is_said_in_the_readers_day(length: dict[str, int], said: str, alone: str) -> None:
    moment = NOON + timedelta(**length)
    assert when(moment, NOON) == said
    assert when(moment, NOON, alone=True) == alone


@pytest.mark.parametrize(
    "length, said",
    [(0.2, "less than a second"), (1, "1 second"), (119, "119 seconds"), (120, "2 minutes"),
     (3600, "60 minutes"), (7200, "2 hours"), (-5, "less than a second")],
)  # fmt: skip
def test_a_length_of_time_is_said_in_one_unit(length: float, said: str) -> None:
    assert duration(timedelta(seconds=length)) == said


def test_my_office_asks_once_for_everybodys_state(
    jane: Staff, django_assert_num_queries: object
) -> None:
    people = {
        "Not connected": jane,
        "Connected": a_staff_member("A"),
        "Connected, not yet synced": a_staff_member("B"),
        "Needs sign-in": a_staff_member("C"),
        "Will be tried again": a_staff_member("D"),
    }
    make.a_connection(jane, state="disconnected")
    make.a_connection(people["Connected"], succeeded_at=timezone.now())
    make.a_connection(people["Connected, not yet synced"])
    make.a_connection(people["Needs sign-in"], state="needs_sign_in")
    make.a_connection(people["Will be tried again"], failures=1)
    with django_assert_num_queries(1):  # type: ignore[operator]
        states = connection_states([staff.pk for staff in people.values()])
    assert {label: states[staff.pk].label for label, staff in people.items()} == {
        label: label for label in people
    }
    assert connection_states(str(staff.pk) for staff in people.values()).keys() == {
        str(staff.pk) for staff in people.values()
    }
    assert not Run.objects.exists()
