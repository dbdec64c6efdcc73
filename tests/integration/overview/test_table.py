"""The overview: who stands in it, in which order, and what it says of them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection, ContactSettings
from agentbox_sync.services.invite import invite
from agentbox_sync.services.sift import PAGE
from agentbox_sync.services.wording.standings import TITLES, Standing
from tests.builders.crm import a_contact, a_login, a_staff_member, an_office
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, text_of, to
from tests.integration.overview.builders import (
    an_agent,
    an_office_without,
    everybody,
    lines_of,
    names_of,
)
from tests.integration.reviews import builders as waits


def look(client: Client, **query: Any) -> HttpResponse:
    answer = client.get(to("overview"), query)
    assert answer.status_code == 200
    return answer


def chips_of(page: HttpResponse) -> dict[str, int]:
    found = re.findall(
        r'(?s)<a href="[^"]*"[^>]*>\s*([\w -]+?) <span class="agentbox-count">(\d+)</span>',
        page.content.decode(),
    )
    return {title: int(number) for title, number in found}


def test_problems_stand_first_and_each_row_says_what_it_is(master: Client, db: None) -> None:
    made = everybody()
    connected = [name for name, connection in made.items() if connection is not None]
    page = look(master)
    assert names_of(page) == connected
    standings = [line.standing for line in lines_of(page)]
    assert standings == [one.value for one in Standing if one is not Standing.NOT_CONNECTED]
    said = {line.name.split()[0]: line.text for line in lines_of(page)}
    assert "Needs sign-in" in said["Signe"]
    assert "Microsoft has blocked this account." in said["Susan"]
    assert "Microsoft did not answer." in said["Fay"]
    assert "A safety stop is holding removals back." in said["Stella"]
    assert "Settings changed" in said["Gordon"]
    assert "Being synced" in said["Bea"]
    assert "Running now" in said["Bea"]


def test_each_number_above_is_the_way_to_those_it_counts(master: Client, db: None) -> None:
    everybody()
    titles = {str(title): standing for standing, (_, title) in TITLES.items()}
    counted = chips_of(look(master))
    assert counted.pop("All who are connected") == 11
    assert counted == {title: 2 if title == "Not connected" else 1 for title in titles}
    for title, number in counted.items():
        page = look(master, state=titles[title].value)
        assert [line.standing for line in lines_of(page)] == [titles[title]] * number
        assert chips_of(page)[title] == number


def test_every_row_leads_to_the_next_step(master: Client, db: None) -> None:
    made = everybody()
    steps = {line.name.split()[0]: line.links for line in lines_of(look(master))}
    vera, stella, otto = made["Vera"], made["Stella"], made["Otto"]
    assert vera
    assert stella
    assert otto
    assert steps["Vera"]["Decide Vera Example"] == to("reviews", vera.pk)
    assert steps["Vera"]["3 Vera Example"] == to("reviews", vera.pk)
    anna = made["Anna"]
    assert anna
    assert steps["Anna"]["See the reasons Anna Example"] == to("set_aside", anna.pk)
    assert steps["Anna"]["2 Anna Example"] == to("set_aside", anna.pk)
    card = card_of(stella.staff)
    assert steps["Stella"]["Look at the list Stella Example"] == f"{card}#agentbox-review"
    assert steps["Otto"]["Choose a Sync Status Otto Example"].startswith(card_of(otto.staff))
    assert set(steps["Fiona"]) == {"Fiona Example"}
    for links in steps.values():
        for address in links.values():
            assert master.get(address).status_code == 200


def test_whoever_is_not_connected_is_invited_or_connected(master: Client, db: None) -> None:
    an_agent("Ada Lane")
    with_login = a_staff_member("Bea Moss")
    a_login(with_login)
    without = a_staff_member("Cy Noon")
    off = an_office_without()
    invited = a_staff_member("Di Orr")
    a_login(invited)
    invite(a_login(), invited)
    page = look(master, state="not-connected")
    lines = {line.name: line for line in lines_of(page)}
    assert list(lines) == ["Bea Moss", "Cy Noon", "Di Orr", "Olga Off"]
    bea = lines["Bea Moss"].links
    assert bea["Invite to sign in Bea Moss"] == to("invite", with_login.pk)
    assert bea["Connect Bea Moss"] == card_of(with_login)
    assert "Invite to sign in Cy Noon" not in lines["Cy Noon"].links
    assert lines["Cy Noon"].links["Connect Cy Noon"] == card_of(without)
    assert "Invited; the invitation ends" in lines["Di Orr"].text
    assert "Not offered" in lines["Olga Off"].text
    switch = lines["Olga Off"].links["Switch it on Olga Off"]
    assert master.get(switch).status_code == 200
    assert str(off.pk) in switch
    assert 'name="row"' not in page.content.decode()


def test_a_sign_in_is_asked_of_the_person_and_not_done_for_them(master: Client, db: None) -> None:
    connection = an_agent("Ada Lane", state=Connection.State.NEEDS_SIGN_IN)
    a_login(connection.staff)
    (ada,) = lines_of(look(master))
    assert ada.links["Invite to sign in Ada Lane"] == to("invite", connection.staff.pk)


def test_nobody_is_connected_yet(master: Client, db: None) -> None:
    a_staff_member("Ada Lane")
    page = look(master)
    assert "Nobody is connected yet" in text_of(page)
    assert "Invite people to sign in at Microsoft themselves" in text_of(page)
    assert names_of(page) == ["Ada"]


def test_a_crm_without_staff_says_so(master: Client, db: None) -> None:
    Staff.objects.all().delete()
    assert "Nobody is connected yet" in text_of(look(master))


def test_who_was_disconnected_is_not_connected_and_can_be_again(master: Client, db: None) -> None:
    an_agent("Ada Lane", state=Connection.State.DISCONNECTED)
    an_agent("Bea Moss")
    assert names_of(look(master)) == ["Bea"]
    assert names_of(look(master, state="not-connected")) == ["Ada"]


@pytest.mark.parametrize(
    "query", ["zoe", "ZOË", "obrien", "zoe o'b", "mailbox-of-zoe", "brien@HARBOUR", "  zoë  obr "]
)
def test_the_search_forgives_accents_and_capitals(query: str, master: Client, db: None) -> None:
    staff = a_staff_member("Zoë O’Brien")
    make.a_syncing_connection(staff, user_name="mailbox-of-zoe.obrien@harbourvale.example")
    an_agent("Tom Reed")
    assert names_of(look(master, q=query)) == ["Zoë"]


def test_the_numbers_count_what_the_search_leaves(master: Client, db: None) -> None:
    everybody()
    counted = chips_of(look(master, q="fiona"))
    assert counted == {"All who are connected": 1, "Up to date": 1}
    counted = chips_of(look(master, q="fiona", state="paused"))
    assert counted == {"All who are connected": 1, "Paused": 0, "Up to date": 1}


def test_nothing_fits_and_the_way_back_is_offered(master: Client, db: None) -> None:
    everybody()
    page = look(master, q="nobody", sort="name")
    assert "Nobody fits what you asked for." in text_of(page)
    assert f'href="{to("overview")}?sort=name"' in page.content.decode()


def test_by_office_and_by_kind(master: Client, db: None) -> None:
    manly = an_office("Manly")
    bea = make.a_syncing_connection(a_staff_member("Bea Moss", office=manly))
    an_agent("Ada Lane")
    assert names_of(look(master, office=manly.pk)) == ["Bea"]
    ContactSettings.objects.filter(connection=bea).update(status="disabled")
    assert names_of(look(master, kind="contacts")) == ["Ada"]
    assert names_of(look(master, kind="contacts", office=manly.pk)) == []


def test_what_an_address_cannot_mean_is_left_out(master: Client, db: None) -> None:
    an_agent("Ada Lane")
    for query in (
        {"state": "x", "sort": "staff__user__password", "page": "x"},
        {"page": "-1"},
        {"page": "0"},
        {"page": "999999999999999999999"},
        {"page": "²"},
        {"sort": "-"},
        {"q": "\x00"},
    ):
        answer = look(master, **query)
        assert names_of(answer) == (["Ada"] if "q" not in query else []), query


@pytest.mark.parametrize(
    "sort, expected",
    [
        ("name", "Ada Bea Cy"),
        ("-name", "Cy Bea Ada"),
        ("success", "Cy Bea Ada"),
        ("waiting", "Bea Ada Cy"),
        ("-waiting", "Ada Cy Bea"),
        ("problem", "Bea Ada Cy"),
    ],
)
def test_sorting(sort: str, expected: str, master: Client, db: None) -> None:
    an_agent("Ada Lane", succeeded_at=make.ago(minutes=1))
    bea = an_agent("Bea Moss", succeeded_at=make.ago(minutes=2))
    waits.born(bea)
    an_agent("Cy Noon", succeeded_at=None, connected_at=make.ago(minutes=1))
    Connection.objects.filter(staff__first_name="Cy").update(succeeded_at=make.ago(days=2))
    page = look(master, sort=sort)
    assert names_of(page) == expected.split()
    direction = "descending" if sort.startswith("-") else "ascending"
    assert page.content.decode().count(f'aria-sort="{direction}"') == 1
    assert page.content.decode().count("aria-sort=") == 1


def test_pages_keep_what_was_asked_for(master: Client, db: None) -> None:
    for number in range(PAGE + 2):
        an_agent(f"Agent{number:03} Example")
    an_agent("Tom Reed")
    first = look(master, q="agent", sort="-name")
    assert len(lines_of(first)) == PAGE
    assert f"1 to {PAGE} are shown." in text_of(first)
    onward = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert onward
    second = master.get(onward.group(1).replace("&amp;", "&"))
    assert names_of(second) == ["Agent001", "Agent000"]
    assert "Page 2 of 2" in text_of(second)
    assert names_of(look(master, q="agent", sort="-name", page=99)) == ["Agent001", "Agent000"]


def test_a_row_keeps_its_place_while_a_run_is_on_its_way(master: Client, db: None) -> None:
    connection = an_agent("Ada Lane")
    waits.born(connection)
    make.a_run(connection, "running")
    (ada,) = lines_of(look(master))
    assert ada.standing == "asked"
    assert "Being synced" in ada.text


def test_what_is_set_aside_counts_before_a_first_run_has_ended(master: Client, db: None) -> None:
    connection = an_agent("Ada Lane")
    make.set_aside(connection, a_contact(), "ErrorInvalidProperty")
    assert connection.tallies is None
    (ada,) = lines_of(look(master))
    assert ada.standing == "aside"


def test_that_no_worker_runs_is_said_once_and_not_in_every_row(master: Client, db: None) -> None:
    an_agent("Ada Lane")
    make.a_heartbeat(make.ago(hours=2))
    page = look(master)
    assert "No worker is running; the last sign of life came" in text_of(page)
    assert [line.standing for line in lines_of(page)] == ["fine"]


def test_agents_have_no_overview(jane: Staff, janes_browser: Client) -> None:
    assert janes_browser.get(to("overview")).status_code == 404
    assert janes_browser.post(to("at_once"), {"all": "pause"}).status_code == 404


def test_the_ways_in_are_there_for_master_users_alone(
    jane: Staff, master: Client, janes_browser: Client
) -> None:
    address = to("overview")
    for page in ("/admin/agentbox_crm/my-office/", card_of(jane), "/admin/"):
        assert address in master.get(page).content.decode(), page
        assert address not in janes_browser.get(page).content.decode(), page
    assert address in master.get("/admin/agentbox_sync/connection/").content.decode()


def test_a_master_user_without_the_admin_has_the_overview_too(db: None, client: Client) -> None:
    connection = an_agent("Ada Lane")
    user = User.objects.create_user("mary")
    user.user_permissions.add(Permission.objects.get(codename="manage_connections"))
    client.force_login(user)
    (ada,) = lines_of(look(client))
    assert ada.links["Ada Lane"] == to("card", connection.staff.pk)
