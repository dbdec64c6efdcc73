"""The lists of what waits for a person, and what pressing their buttons leaves behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.core.changes import Rest
from agentbox_sync.models import Connection, Decision, Link
from agentbox_sync.services.shelves import MOST_COUNTED
from agentbox_sync.services.waiting import PAGE
from tests.builders import crm
from tests.builders.crm import a_contact, a_login, a_staff_member
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, text_of, to

from . import builders as waits


@pytest.fixture
def connection(jane: Staff) -> Connection:
    return waits.a_two_way_connection(jane)


def shown(client: Client, connection: Connection, place: str, **query: Any) -> HttpResponse:
    return client.get(to("reviews", connection.pk), {"list": place, **query})


def press(client: Client, connection: Connection, place: str, **data: Any) -> HttpResponse:
    return client.post(to("decide", connection.pk), {"list": place, **data})


def buttons(page: HttpResponse, name: str) -> list[str]:
    return re.findall(rf'name="{name}"\s*value="([^"]*)"', page.content.decode())


# ------------------------------------------------------------------------------ what is shown


EVIL = '<script>alert(1)</script>"onmouseover="x\''


def test_what_stands_in_exchange_is_text_on_every_page_and_never_markup(
    jane: Staff, connection: Connection, master: Client
) -> None:
    record = {"name": {"given": EVIL, "surname": EVIL}, "company": EVIL, "notes": EVIL}
    contact = a_contact(EVIL, company=EVIL, notes=EVIL, access={jane: crm.OWNER})
    link = waits.rests(connection, contact, Rest.CONTESTED)
    Link.objects.filter(pk=link.pk).update(base_remote=record, base_local=record)
    born = waits.born(connection, record)
    conflict = waits.a_conflict(connection, contact, before={"company": EVIL + "!"})
    waits.a_decision(link)
    pages = [
        shown(master, connection, "contested"),
        shown(master, connection, "born"),
        shown(master, connection, "conflicts"),
        shown(master, connection, "decided"),
        master.get(to("review", connection.pk, "contested", link.pk)),
        master.post(to("review", connection.pk, "born", born.pk), {"q": EVIL}),
        master.get(to("undo", conflict.pk)),
        master.get(to("why", "agentbox_crm.contact", contact.pk)),
    ]
    for page in pages:
        body = page.content.decode()
        assert page.status_code == 200
        assert "<script>alert" not in body
        assert '"onmouseover="' not in body
        # The positive control: it is there, as text.
        assert "&lt;script&gt;" in body or "lt;</mark>" in body


def test_the_card_leads_to_every_list_with_a_question(
    jane: Staff, connection: Connection, master: Client
) -> None:
    contacts = waits.people(jane, "Ada Lane", "Bea Moss", "Cy Noon", "Di Orr")
    waits.born(connection)
    waits.ambiguous(connection, contacts[0])
    waits.rests(connection, contacts[1], Rest.CONTESTED)
    waits.rests(connection, contacts[2])
    waits.a_conflict(connection, contacts[3])
    page = master.get(card_of(jane))
    text = text_of(page)
    assert "Waiting for a decision Removed in Exchange, but edited in the CRM 1" in text
    assert "Not sure which one is the same 1 New in Exchange 1" in text
    assert "1 item was deleted or moved in Exchange by hand and stays away. Look at them" in text
    assert "1 time both sides had changed the same" in text
    # A question is no trouble: neither stands among what was set aside.
    assert "set aside" not in text
    for name in ("contested", "ambiguous", "born", "removed", "conflicts"):
        assert f"{to('reviews', connection.pk)}?list={name}" in page.content.decode()


def test_without_a_question_the_page_says_so(connection: Connection, master: Client) -> None:
    assert "Nothing waits for you" in text_of(master.get(to("reviews", connection.pk)))


@pytest.mark.parametrize("place", ["contested", "ambiguous", "born", "removed", "moved",
                                   "dismissed", "conflicts", "decided"])  # fmt: skip
def test_an_empty_list_says_so(place: str, connection: Connection, master: Client) -> None:
    page = shown(master, connection, place)
    assert page.status_code == 200
    text = text_of(page)
    assert "nothing left in this list" in text or "Nobody has decided anything" in text


def test_a_list_that_does_not_exist_is_not_there(connection: Connection, master: Client) -> None:
    assert shown(master, connection, "tasks").status_code == 404


def test_the_first_list_is_one_with_a_question(
    jane: Staff, connection: Connection, master: Client
) -> None:
    (contact,) = waits.people(jane, "Ada Lane")
    waits.rests(connection, contact)
    assert "They were deleted in Outlook" in text_of(master.get(to("reviews", connection.pk)))
    waits.born(connection)
    assert "They were added in Outlook" in text_of(master.get(to("reviews", connection.pk)))


SHELVES: list[tuple[str, Callable[[Connection, Staff], Link], list[str]]] = [
    ("born", lambda c, s: waits.born(c, {"name": {"given": "Ada"}}), ["accept", "dismiss"]),
    ("ambiguous", lambda c, s: waits.ambiguous(c, *waits.people(s, "Ada L")),
     ["create", "dismiss"]),
    ("removed", lambda c, s: waits.rests(c, *waits.people(s, "Ada L")), ["restore", "dismiss"]),
    ("moved", lambda c, s: waits.rests(c, *waits.people(s, "Ada L"), Rest.MOVED_AWAY), ["dismiss"]),
    ("contested", lambda c, s: waits.rests(c, *waits.people(s, "Ada L"), Rest.CONTESTED),
     ["restore", "release", "dismiss"]),
    ("dismissed", lambda c, s: waits.rests(c, *waits.people(s, "Ada L"), Rest.DISMISSED),
     ["restore"]),
]  # fmt: skip


@pytest.mark.parametrize("place, put, orders", SHELVES, ids=[shelf[0] for shelf in SHELVES])
def test_each_list_offers_what_can_be_decided_and_says_what_it_does(
    place: str,
    put: Callable[[Connection, Staff], Link],
    orders: list[str],
    connection: Connection,
    jane: Staff,
    master: Client,
) -> None:
    link = put(connection, jane)
    page = shown(master, connection, place)
    assert buttons(page, "one") == [f"{order}:{link.pk}" for order in orders]
    assert "Ada" in text_of(page)
    # One sentence for each side and choice, the recommended one marked, nothing ticked before.
    meanings = page.content.decode().count("<dt>")
    assert meanings == len(orders) + (place in ("born", "ambiguous"))
    assert text_of(page).count("In the CRM:") == text_of(page).count("In Exchange:") == meanings
    assert text_of(page).count("recommended") == 1
    assert " checked" not in page.content.decode()
    assert text_of(master.get(to("review", connection.pk, place, link.pk))).count("In the CRM") >= 1


def test_in_one_way_nothing_that_writes_to_the_crm_is_offered(jane: Staff, master: Client) -> None:
    connection = make.a_syncing_connection(jane)
    link = waits.rests(connection, *waits.people(jane, "Ada Lane"), Rest.CONTESTED)
    page = shown(master, connection, "contested")
    assert buttons(page, "one") == [f"restore:{link.pk}", f"dismiss:{link.pk}"]


def test_who_may_only_look_finds_no_button(
    jane: Staff, connection: Connection, janes_browser: Client
) -> None:
    waits.rests(connection, *waits.people(jane, "Ada Lane"))
    waits.a_conflict(connection, *waits.people(jane, "Bea Moss"))
    for place in ("removed", "conflicts"):
        body = shown(janes_browser, connection, place).content.decode()
        assert "Ada Lane" in body or "Bea Moss" in body
        assert 'name="one"' not in body
        assert 'type="checkbox"' not in body


def test_pages_follow_each_other_and_an_earlier_decision_moves_nobody(
    jane: Staff, connection: Connection, master: Client
) -> None:
    contacts = waits.people(jane, *(f"Person{n:02} Example" for n in range(PAGE + 5)))
    links = [waits.rests(connection, contact) for contact in contacts]
    first = shown(master, connection, "removed")
    after = int(re.findall(r"after=(\d+)#agentbox-list", first.content.decode())[0])
    assert after == links[PAGE - 1].pk
    Link.objects.filter(pk=links[0].pk).update(state="active")  # a run has put it back meanwhile
    second = shown(master, connection, "removed", after=after)
    rows = re.findall(r'id="agentbox-row-(\d+)"', second.content.decode())
    assert rows == [str(link.pk) for link in links[PAGE:]]
    assert "Next page" not in text_of(second)


def test_the_count_of_a_very_long_list_is_cut_off(
    jane: Staff, connection: Connection, master: Client
) -> None:
    Link.objects.bulk_create(
        Link(connection=connection, kind="contacts", local_model="agentbox_crm.contact",
             local_pk=str(n + 10**6), remote_id=f"R{n}", stamp=f"S{n}", state="retained",
             reason="removed_in_exchange", origin="crm")
        for n in range(MOST_COUNTED + 50)
    )  # fmt: skip
    assert f"{MOST_COUNTED}+" in text_of(shown(master, connection, "removed"))


# ----------------------------------------------------------------------------- one at a time


def test_a_decision_is_kept_with_its_author_and_leads_to_the_next_row(
    jane: Staff, connection: Connection
) -> None:
    user = a_login(None, "Master Users", first_name="Mia", last_name="Stone")
    client = Client()
    client.force_login(user)
    links = [waits.rests(connection, c) for c in waits.people(jane, "Ada L", "Bea M", "Cy N")]
    answer = press(client, connection, "removed", one=f"restore:{links[0].pk}")
    assert answer.headers["Location"] == (
        f"{to('reviews', connection.pk)}?list=removed#agentbox-row-{links[1].pk}"
    )
    decision = Decision.objects.get()
    assert (decision.link, decision.verb, decision.decided_by) == (links[0], "restore", user)
    page = shown(client, connection, "removed")
    assert "Put back with the next run." in text_of(page)
    assert f"restore:{links[0].pk}" not in buttons(page, "one")
    lately = text_of(shown(client, connection, "decided"))
    assert "Mia Stone Ada L To be put back in Exchange Waits for the next run" in lately


def test_the_last_row_leads_back_to_the_list(
    jane: Staff, connection: Connection, master: Client
) -> None:
    link = waits.rests(connection, *waits.people(jane, "Ada Lane"))
    answer = press(master, connection, "removed", one=f"dismiss:{link.pk}")
    assert answer.headers["Location"].endswith("?list=removed#agentbox-list")


def test_the_next_row_may_stand_on_the_next_page(
    jane: Staff, connection: Connection, master: Client
) -> None:
    contacts = waits.people(jane, *(f"Person{n:02} Example" for n in range(PAGE + 1)))
    links = [waits.rests(connection, contact) for contact in contacts]
    answer = press(master, connection, "removed", one=f"dismiss:{links[PAGE - 1].pk}")
    page = master.get(answer.headers["Location"].partition("#")[0])
    assert f'id="agentbox-row-{links[PAGE].pk}"' in page.content.decode()


def test_an_open_decision_can_be_taken_back(
    jane: Staff, connection: Connection, master: Client
) -> None:
    link = waits.rests(connection, *waits.people(jane, "Ada Lane"))
    press(master, connection, "removed", one=f"restore:{link.pk}")
    decision = Decision.objects.get()
    answer = master.post(to("withdraw", decision.pk), {"list": "removed"})
    assert answer.headers["Location"].endswith(f"?list=removed#agentbox-row-{link.pk}")
    decision.refresh_from_db()
    assert decision.outcome == "withdrawn"
    page = shown(master, connection, "removed")
    assert f"restore:{link.pk}" in buttons(page, "one")
    assert "Taken back" in text_of(shown(master, connection, "decided"))


def test_what_was_carried_out_cannot_be_taken_back(
    jane: Staff, connection: Connection, master: Client
) -> None:
    link = waits.rests(connection, *waits.people(jane, "Ada Lane"))
    press(master, connection, "removed", one=f"restore:{link.pk}")
    Decision.objects.update(closed_at=make.ago(), outcome="done")
    page = master.post(to("withdraw", Decision.objects.get().pk), follow=True)
    assert "It was carried out already" in text_of(page)
    assert Decision.objects.get().outcome == "done"


@pytest.mark.parametrize(
    "one", ["restore:{other}", "accept:{link}", "sell:{link}", "restore:x", ""]
)
def test_what_was_not_offered_decides_nothing(
    one: str, jane: Staff, connection: Connection, master: Client
) -> None:
    link = waits.rests(connection, *waits.people(jane, "Ada Lane"))
    tom = waits.a_two_way_connection(a_staff_member("Tom Reed"))
    other = waits.rests(tom, *waits.people(tom.staff, "Bea Moss"))
    answer = press(master, connection, "removed", one=one.format(link=link.pk, other=other.pk))
    assert answer.status_code in (302, 404)
    assert not Decision.objects.exists()


def test_a_row_that_nothing_waits_about_any_more_says_so(
    jane: Staff, connection: Connection, master: Client
) -> None:
    link = make.a_link(connection, *waits.people(jane, "Ada Lane"))
    page = master.get(to("review", connection.pk, "removed", link.pk), follow=True)
    assert "Nothing waits about that item any more." in text_of(page)


# ------------------------------------------------------------------------------------ in bulk


def told(page: HttpResponse) -> dict[str, Any]:
    """The hidden fields of the question, as a browser sends them back."""
    fields: dict[str, Any] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"',
                                  page.content.decode()):  # fmt: skip
        fields.setdefault(name, []).append(value)
    fields.pop("csrfmiddlewaretoken", None)
    return fields


def test_ticked_rows_are_decided_after_one_question(
    jane: Staff, connection: Connection, master: Client
) -> None:
    links = [waits.rests(connection, c) for c in waits.people(jane, "Ada L", "Bea M", "Cy N")]
    ticked = [links[0].pk, links[2].pk]
    page = press(master, connection, "removed", ticked="restore", row=ticked)
    assert not Decision.objects.exists()
    text = text_of(page)
    assert "Put 2 contacts back in Exchange?" in text
    assert "In the CRM: Nothing changes." in text
    assert "Put it back in Exchange (2)" in text
    answer = master.post(to("decide", connection.pk), {**told(page), "ticked": "restore"})
    assert answer.status_code == 302
    assert sorted(Decision.objects.values_list("link", flat=True)) == ticked


def test_the_whole_list_is_decided_as_far_as_the_question_went(
    jane: Staff, connection: Connection, master: Client
) -> None:
    names = [f"Person{n:02} Example" for n in range(PAGE + 3)]
    links = [waits.rests(connection, contact) for contact in waits.people(jane, *names)]
    page = press(master, connection, "removed", all="dismiss")
    assert f"Let {len(links)} contacts go?" in text_of(page)
    later = waits.rests(connection, *waits.people(jane, "Zoe Late"))
    master.post(to("decide", connection.pk), {**told(page), "all": "dismiss"})
    decided = set(Decision.objects.values_list("link", flat=True))
    assert decided == {link.pk for link in links}
    assert later.pk not in decided


def test_a_number_that_is_not_right_any_more_is_asked_again(
    jane: Staff, connection: Connection, master: Client
) -> None:
    links = [waits.rests(connection, c) for c in waits.people(jane, "Ada L", "Bea M")]
    page = press(master, connection, "removed", all="dismiss")
    Link.objects.filter(pk=links[0].pk).update(state="active")
    again = master.post(to("decide", connection.pk), {**told(page), "all": "dismiss"})
    assert "The list has changed meanwhile" in text_of(again)
    assert "Let 1 contact go?" in text_of(again)
    assert not Decision.objects.exists()


def test_nothing_ticked_is_said(jane: Staff, connection: Connection, master: Client) -> None:
    waits.rests(connection, *waits.people(jane, "Ada Lane"))
    answer = press(master, connection, "removed", ticked="restore")
    page = master.get(answer.headers["Location"])
    assert "tick at least one row first" in text_of(page)


def test_whom_to_link_to_cannot_be_asked_of_many(connection: Connection, master: Client) -> None:
    waits.born(connection)
    assert press(master, connection, "born", all="link").status_code == 404


def test_conflicts_show_both_values_and_may_all_stand(
    jane: Staff, connection: Connection, master: Client
) -> None:
    contacts = waits.people(jane, "Ada Lane", "Bea Moss")
    changes = [
        waits.a_conflict(connection, c, before={"company": "Theirs"}, after={"company": "Ours"})
        for c in contacts
    ]
    page = shown(master, connection, "conflicts")
    assert "Exchange said differs: Theirs" in text_of(page)
    assert "The CRM said, and stands differs: Ours" in text_of(page)
    press(master, connection, "conflicts", one=f"keep:{changes[0].pk}")
    question = press(master, connection, "conflicts", all="keep")
    assert "Leave 1 conflict as it is?" in text_of(question)
    master.post(to("decide", connection.pk), {**told(question), "all": "keep"})
    assert "nothing left in this list" in text_of(shown(master, connection, "conflicts"))
    assert list(Decision.objects.values_list("verb", flat=True)) == ["keep", "keep"]


def test_a_disconnected_card_has_no_lists(jane: Staff, master: Client) -> None:
    connection = make.a_connection(jane, state="disconnected")
    waits.rests(connection, a_contact())
    page = master.get(to("reviews", connection.pk), follow=True)
    assert "Nothing waits here, because this account is disconnected." in text_of(page)
