"""The wrong mailbox: the account is compared with the card before anything is kept."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.adapter import ReferenceCRMAdapter
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection, StaffSettings
from agentbox_sync.services.confirm import SESSION_KEY
from tests.builders.crm import a_staff_member
from tests.integration.card.pages import card_of, condition_of, text_of, to
from tests.integration.card.signing_in import JANE, PASSWORD, TOM, connect, leave, seed

ASKS = "You signed in as Tom Reed , and this card is Jane Ashcroft ."


@pytest.fixture
def janes_own(jane: Staff, janes_browser: Client) -> Client:
    """Jane's browser, and Jane manages her own card."""
    StaffSettings.objects.create(staff=jane, self_managed=True)
    return janes_browser


def question(page: HttpResponse) -> str:
    """The address of the question that a sign-in ended with."""
    assert "Is this the right account?" in text_of(page)
    return str(page.redirect_chain[-1][0])


def connected() -> dict[Any, str]:
    live = Connection.objects.exclude(state=Connection.State.DISCONNECTED)
    return dict(live.values_list("staff", "user_name"))


def test_the_cards_own_account_is_kept_without_a_question(
    jane: Staff, master: Client, control: Any
) -> None:
    connect(master, jane)
    assert connected() == {jane.pk: JANE}


@pytest.mark.parametrize(
    "account",
    [
        {"upn": "jane@harbourvale.onmicrosoft.com", "mail": JANE},
        {
            "upn": "jane@harbourvale.onmicrosoft.com",
            "mail": "j.ashcroft@harbourvale.example",
            "aliases": [JANE.upper()],
        },
    ],
    ids=["mail", "alias"],
)
def test_an_account_that_signs_in_with_another_name_is_known_by_its_addresses(
    account: dict[str, Any], jane: Staff, master: Client, control: Any
) -> None:
    control("reset", {})
    control("seed", seed(**account))
    connect(master, jane, account["upn"])
    assert connected() == {jane.pk: account["upn"]}


class KnowsAliases(ReferenceCRMAdapter):
    def staff_aliases(self, staff: Staff) -> list[str]:
        return [TOM] if staff.first_name == "Jane" else []


def test_a_host_may_know_further_addresses_of_a_staff_member(
    jane: Staff, master: Client, control: Any, settings: Any
) -> None:
    named = f"{__name__}.{KnowsAliases.__name__}"
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "ADAPTER": named}
    connect(master, jane, TOM)
    assert connected() == {jane.pk: TOM}


def test_another_account_is_asked_about_with_both_names_and_nothing_is_kept(
    jane: Staff, master: Client, control: Any
) -> None:
    page = connect(master, jane, TOM)
    question(page)
    text = text_of(page)
    assert ASKS in text
    assert TOM in text
    assert JANE in text
    assert not Connection.objects.exists()
    first = re.findall(r"<button[^>]*>", page.content.decode().split("data-agentbox-once")[1])[0]
    assert 'value="drop"' in first, "Enter presses the first button"
    assert "autofocus" in first


@pytest.mark.parametrize("answer", [{}, {"answer": "drop"}, {"answer": "yes"}, {"keep": "keep"}])
def test_whatever_is_not_a_yes_keeps_nothing(
    answer: dict[str, str], jane: Staff, master: Client, control: Any
) -> None:
    address = question(connect(master, jane, TOM))
    page = master.post(address, answer, follow=True)
    assert page.redirect_chain == [(card_of(jane), 302)]
    assert "the account that signed in was not kept" in text_of(page)
    assert condition_of(page) == "not_connected"
    assert not Connection.objects.exists()
    assert not master.session[SESSION_KEY]


def test_a_yes_connects_the_account(jane: Staff, master: Client, control: Any) -> None:
    address = question(connect(master, jane, TOM))
    page = master.post(address, {"answer": "keep"}, follow=True)
    assert connected() == {jane.pk: TOM}
    assert condition_of(page) == "disabled"
    assert not master.session[SESSION_KEY]


def test_an_answer_counts_once_and_in_the_browser_that_was_asked(
    jane: Staff, master: Client, janes_own: Client, control: Any
) -> None:
    address = question(connect(master, jane, TOM))
    assert janes_own.get(address).status_code == 404
    assert janes_own.post(address, {"answer": "keep"}).status_code == 404
    # Even with the very session: what is held is bound to the user.
    session = janes_own.session
    session[SESSION_KEY] = master.session[SESSION_KEY]
    session.save()
    assert janes_own.post(address, {"answer": "keep"}).status_code == 404
    master.post(address, {"answer": "drop"})
    assert master.get(address).status_code == 404
    assert master.post(address, {"answer": "keep"}).status_code == 404
    assert not Connection.objects.exists()


def test_looking_at_the_question_twice_answers_nothing(
    jane: Staff, master: Client, control: Any
) -> None:
    address = question(connect(master, jane, TOM))
    for _ in range(2):
        assert ASKS in text_of(master.get(address))


def test_an_answer_after_ten_minutes_keeps_nothing(
    jane: Staff, master: Client, control: Any
) -> None:
    address = question(connect(master, jane, TOM))
    session = master.session
    for entry in session[SESSION_KEY].values():
        entry["begun_at"] = (timezone.now() - timedelta(minutes=11)).isoformat()
    session.save()
    page = master.post(address, {"answer": "keep"}, follow=True)
    assert "took too long" in text_of(page)
    assert not Connection.objects.exists()


def test_a_card_without_an_address_asks_about_every_account(
    jane: Staff, master: Client, control: Any
) -> None:
    Staff.objects.filter(pk=jane.pk).update(email="")
    page = connect(master, jane)
    question(page)
    assert "no e-mail address on the card" in text_of(page)


def test_what_is_held_is_unreadable_wherever_the_session_is_stored(
    jane: Staff, master: Client, control: Any
) -> None:
    question(connect(master, jane, TOM))
    (row,) = (
        session.get_decoded()
        for session in Session.objects.all()
        if SESSION_KEY in session.get_decoded()
    )
    text = json.dumps(row)
    assert '"sealed": "f1:' in text
    for secret in (TOM, "Tom Reed", "refresh_token", "access_token", "AccessToken"):
        assert secret not in text


def test_signing_in_again_with_an_account_that_was_confirmed_asks_nothing(
    jane: Staff, master: Client, control: Any
) -> None:
    master.post(question(connect(master, jane, TOM)), {"answer": "keep"})
    Connection.objects.update(state=Connection.State.NEEDS_SIGN_IN)
    connect(master, jane, TOM)
    assert Connection.objects.get().state == Connection.State.CONNECTED


def test_after_a_disconnect_the_question_is_asked_again(
    jane: Staff, master: Client, control: Any
) -> None:
    master.post(question(connect(master, jane, TOM)), {"answer": "keep"})
    master.post(to("disconnect", Connection.objects.get().pk))
    question(connect(master, jane, TOM))
    assert connected() == {}


# ------------------------------------------------------------------- connected on another card


@pytest.fixture
def tom(control: Any, master: Client) -> Staff:
    """Tom, whose mailbox is connected on his own card."""
    tom = a_staff_member("Tom Reed", email=TOM)
    connect(master, tom, TOM)
    return tom


def test_a_mailbox_of_another_card_is_refused_and_a_master_user_is_told_whose(
    jane: Staff, tom: Staff, master: Client
) -> None:
    page = connect(master, jane, TOM)
    assert "It is connected on the card of Tom Reed." in text_of(page)
    assert connected() == {tom.pk: TOM}


def test_nobody_else_is_told_whose_it_is(jane: Staff, tom: Staff, janes_own: Client) -> None:
    page = text_of(connect(janes_own, jane, TOM))
    assert "that mailbox is connected to another staff member" in page
    assert "Tom" not in page
    assert connected() == {tom.pk: TOM}


def test_a_mailbox_that_was_connected_elsewhere_before_the_answer_is_refused(
    jane: Staff, master: Client, control: Any
) -> None:
    address = question(connect(master, jane, TOM))
    tom = a_staff_member("Tom Reed", email=TOM)
    connect(master, tom, TOM)
    page = master.post(address, {"answer": "keep"}, follow=True)
    assert "It is connected on the card of Tom Reed." in text_of(page)
    assert connected() == {tom.pk: TOM}


def test_a_card_that_is_connected_takes_no_second_account(
    jane: Staff, master: Client, control: Any
) -> None:
    connect(master, jane)
    page = connect(master, jane, TOM)
    assert "is connected with another account already" in text_of(page)
    assert connected() == {jane.pk: JANE}


# ---------------------------------------------------------------- what was allowed at the start


def test_a_permission_that_was_taken_back_meanwhile_connects_nothing(
    jane: Staff, janes_own: Client, control: Any
) -> None:
    visitor, url = leave(janes_own, jane)
    visitor.sign_in(url, JANE, PASSWORD)
    visitor.submit("accept")
    StaffSettings.objects.update(self_managed=False)
    assert janes_own.get(to("callback"), visitor.came_back()).status_code == 400
    visitor.session.close()
    assert not Connection.objects.exists()


def test_a_permission_that_was_taken_back_before_the_answer_connects_nothing(
    jane: Staff, janes_own: Client, control: Any
) -> None:
    address = question(connect(janes_own, jane, TOM))
    StaffSettings.objects.update(self_managed=False)
    assert janes_own.post(address, {"answer": "keep"}).status_code == 400
    assert not Connection.objects.exists()


def test_a_staff_record_that_is_gone_before_the_answer_is_not_there(
    jane: Staff, master: Client, control: Any
) -> None:
    address = question(connect(master, jane, TOM))
    jane.delete()
    assert master.get(address).status_code == 404
