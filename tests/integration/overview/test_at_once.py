"""Something done to many at once: asked about with the numbers, done to those that were told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django_q.models import OrmQ

from agentbox_sync.models import Connection, Run
from tests.builders.crm import a_staff_member
from tests.integration.card import builders as make
from tests.integration.card.pages import text_of, to
from tests.integration.overview.builders import an_agent, everybody, names_of


def press(client: Client, order: str, *ticked: Connection, query: str = "") -> HttpResponse:
    """Press one of the buttons: for the ticked ones, or without any for all that are found."""
    told = {"ticked": order, "row": [one.pk for one in ticked]} if ticked else {"all": order}
    return client.post(to("at_once") + query, told)


def confirm(client: Client, page: HttpResponse) -> HttpResponse:
    """Press the button of the question."""
    return client.post(*answer_of(page), follow=True)


def answer_of(page: HttpResponse) -> tuple[str, dict[str, str]]:
    text = page.content.decode()
    ids = re.search(r'name="ids" value="([\d,]+)"', text)
    order = re.search(r'name="order"\s+value="(\w+)"', text)
    action = re.search(r'action="([^"]*at-once/[^"]*)"', text)
    assert ids
    assert order
    assert action
    return action.group(1).replace("&amp;", "&"), {"ids": ids.group(1), "order": order.group(1)}


def undo(client: Client, page: HttpResponse) -> HttpResponse:
    return confirm(client, page)


def paused() -> set[str]:
    rows = Connection.objects.filter(state=Connection.State.PAUSED)
    return set(rows.values_list("staff__first_name", flat=True))


def open_runs() -> set[str]:
    rows = Run.objects.exclude(state=Run.State.FINISHED)
    return set(rows.values_list("connection__staff__first_name", flat=True))


def test_the_question_says_the_numbers_and_what_will_not_be_done(master: Client, db: None) -> None:
    everybody()
    page = press(master, "sync")
    text = text_of(page)
    assert "Sync 5 accounts now?" in text
    assert "6 of 11 cannot be synced:" in text
    for reason, name in {
        "1 needs a sign-in at Microsoft first.": "Signe Example",
        "1 is suspended; its card says what to do.": "Susan Example",
        "1 waits until somebody says go to its settings.": "Gordon Example",
        "1 has every Sync Status on Disabled.": "Otto Example",
        "1 is paused.": "Paul Example",
        "1 is being synced already.": "Bea Example",
    }.items():
        assert f"{reason} {name}" in text
    assert open_runs() == {"Bea"}, "a question changes nothing"


def test_all_that_are_found_are_synced_and_nobody_twice(master: Client, db: None) -> None:
    everybody()
    question = press(master, "sync")
    page = confirm(master, question)
    able = {"Fay", "Stella", "Vera", "Anna", "Fiona"}
    assert "5 accounts are being synced." in text_of(page)
    assert open_runs() == able | {"Bea"}
    # Fay's pause is the CRM's own, after an outage: a press tries at once.
    assert Connection.objects.filter(wake=True).count() == 5
    assert OrmQ.objects.count() == 1, "one job polls them all"
    again = confirm(master, question)
    assert "0 accounts are being synced." in text_of(again)
    assert "5 of 5 cannot be synced: 5 are being synced already." in text_of(again)
    assert Run.objects.exclude(state=Run.State.FINISHED).count() == 6
    assert OrmQ.objects.count() == 1


def test_the_queue_holds_no_name_and_no_address(master: Client, db: None) -> None:
    an_agent("Ada Lane")
    confirm(master, press(master, "sync"))
    task = OrmQ.objects.get().task
    assert task["func"] == "agentbox_sync.jobs.poll_due"
    assert task["args"] == ()


def test_only_the_ticked_ones_are_paused_and_undo_resumes_them(master: Client, db: None) -> None:
    ada, _bea, cy = (an_agent(name) for name in ("Ada Lane", "Bea Moss", "Cy Noon"))
    page = confirm(master, press(master, "pause", ada, cy, query="?sort=name"))
    assert page.redirect_chain == [(f"{to('overview')}?sort=name", 302)]
    assert "2 accounts were paused." in text_of(page)
    assert paused() == {"Ada", "Cy"}
    page = undo(master, page)
    assert "2 accounts go on." in text_of(page)
    assert paused() == set()
    page = undo(master, page)
    assert paused() == {"Ada", "Cy"}


def test_the_filter_decides_who_all_are(master: Client, db: None) -> None:
    everybody()
    an_agent("Tom Reed")
    page = press(master, "pause", query="?state=fine&q=fiona")
    assert "Pause 1 account?" in text_of(page)
    page = confirm(master, page)
    assert page.redirect_chain == [(f"{to('overview')}?q=fiona&state=fine", 302)]
    assert paused() == {"Paul", "Fiona"}


def test_all_are_those_of_every_page(master: Client, db: None) -> None:
    for number in range(53):
        an_agent(f"Agent{number:03} Example")
    page = press(master, "pause", query="?page=2")
    assert "Pause 53 accounts?" in text_of(page)
    assert "and 43 more" in text_of(page)
    page = confirm(master, page)
    assert page.redirect_chain == [(f"{to('overview')}?page=2", 302)]
    assert len(paused()) == 53


def test_what_changed_between_the_question_and_the_press_is_told(master: Client, db: None) -> None:
    ada, bea, cy = (an_agent(name) for name in ("Ada Lane", "Bea Moss", "Cy Noon"))
    question = press(master, "sync")
    Connection.objects.filter(pk=ada.pk).update(state=Connection.State.NEEDS_SIGN_IN)
    Connection.objects.filter(pk=bea.pk).update(state=Connection.State.DISCONNECTED)
    an_agent("Di Orr")
    page = confirm(master, question)
    text = text_of(page)
    assert "1 account is being synced." in text
    assert "2 of 3 cannot be synced:" in text
    assert "1 needs a sign-in at Microsoft first." in text
    assert "1 is not connected any more." in text
    assert open_runs() == {cy.staff.first_name}, "whoever came later was not told of"


def test_an_undo_touches_nobody_else(master: Client, db: None) -> None:
    ada, bea = an_agent("Ada Lane"), an_agent("Bea Moss")
    page = confirm(master, press(master, "pause", ada))
    Connection.objects.filter(pk=bea.pk).update(state=Connection.State.PAUSED)
    undo(master, page)
    assert paused() == {"Bea"}


def test_whoever_needs_a_sign_in_needs_it_after_the_pause_as_well(master: Client, db: None) -> None:
    ada = an_agent("Ada Lane", state=Connection.State.NEEDS_SIGN_IN)
    page = confirm(master, press(master, "pause", ada))
    assert "Microsoft needs a sign-in as well" in text_of(page)
    undo(master, page)
    ada.refresh_from_db()
    assert ada.state == Connection.State.NEEDS_SIGN_IN


def test_a_run_in_progress_is_stopped_by_a_pause(master: Client, db: None) -> None:
    ada = an_agent("Ada Lane")
    make.a_run(ada, "running")
    confirm(master, press(master, "pause", ada))
    assert open_runs() == set()


def test_where_it_can_be_done_to_nobody_there_is_no_button(master: Client, db: None) -> None:
    ada = an_agent("Ada Lane")
    page = press(master, "resume", ada)
    assert "1 of 1 cannot be resumed: 1 is not paused." in text_of(page)
    assert 'name="order"' not in page.content.decode()
    assert "Back to all connections" in text_of(page)


def test_nothing_is_ticked(master: Client, db: None) -> None:
    an_agent("Ada Lane")
    page = master.post(to("at_once") + "?sort=name", {"ticked": "pause"}, follow=True)
    assert "Nothing was done: tick at least one account first." in text_of(page)
    assert page.redirect_chain == [(f"{to('overview')}?sort=name", 302)]


@pytest.mark.parametrize(
    "sent",
    [
        {"ticked": "delete", "row": "1"},
        {"all": "disconnect"},
        {"order": "x", "ids": "1"},
        {},
    ],
)
def test_an_order_that_there_is_not_is_refused(
    sent: dict[str, Any], master: Client, db: None
) -> None:
    an_agent("Ada Lane")
    assert master.post(to("at_once"), sent).status_code == 404


@pytest.mark.parametrize("ids", ["", "x", "-1", "1;2", "999999", "9" * 40, "²", "1.0"])
def test_ids_that_are_none_do_nothing(ids: str, master: Client, db: None) -> None:
    an_agent("Ada Lane")
    a_staff_member("Bea Moss")
    page = master.post(to("at_once"), {"order": "pause", "ids": ids}, follow=True)
    assert page.status_code == 200
    assert "0 accounts were paused." in text_of(page)
    assert paused() == set()


def test_the_way_back_never_leaves_the_crm(master: Client, db: None) -> None:
    an_agent("Ada Lane")
    page = master.post(to("at_once") + "?next=//evil.example&q=//evil.example", {"ticked": "pause"})
    assert page.headers["Location"].startswith(to("overview"))


def test_looking_at_the_address_leads_to_the_table(master: Client, db: None) -> None:
    an_agent("Ada Lane")
    page = master.get(to("at_once") + "?sort=name", follow=True)
    assert page.redirect_chain == [(f"{to('overview')}?sort=name", 302)]
    assert names_of(page) == ["Ada"]


def test_what_came_of_it_is_said_once(master: Client, db: None) -> None:
    page = confirm(master, press(master, "pause", an_agent("Ada Lane")))
    assert "1 account was paused." in text_of(page)
    assert "1 account was paused." not in text_of(master.get(to("overview")))
