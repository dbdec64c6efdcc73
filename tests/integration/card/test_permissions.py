"""Who gets what from every address: a matrix without a wrong cell."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from agentbox_sync import urls
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.services.undo import offer
from tests.builders.crm import a_staff_member
from tests.integration.card import office
from tests.integration.card.office import (
    ADDRESSES,
    DISCONNECTED,
    LIVE,
    Desk,
    a_desk,
    browser_of,
    jane_herself,
    jane_outside_the_admin,
    master_user,
)
from tests.integration.card.pages import card_of, to

Who = Callable[[Staff], User | None]
Row = dict[str, str]

SIGN_IN, NOT_THERE = "sign in", "404"
PAGE, JSON, UNKNOWN = "page", "json", "page 400"
TO_CARD, TO_CARD_OF_THE_APP = "to the card", "to the card of the app"
TO_PREVIEW, TO_LISTS = "to the preview", "to what waits"
TO_ORGANISATION, TO_ASIDE = "to the organisation", "to what was set aside"
TO_OVERVIEW = "to the overview"

# What stands in urls.py, so that a new address without a row fails; and the tab in the admin.
NAMES = ("tab", *(str(pattern.name) for pattern in urls.urlpatterns))
WHOLE = ("organisation", "organisation_check", "organisation_mailboxes", "organisation_end")
MASTERS_ALONE = ("allow", "let_go", "offer", "invite", "at_once", *WHOLE)
LOOKED_AT_ALONE = ("mine", "overview")
LOOKING = ("preview", "reviews", "set_aside", "review", "runs", "changes", "why")
TURNING = ("connect", "configure", "sync", "pause", "resume", "stay")  # back to the card at once
CHANGING = (*TURNING, "retry", "disconnect", "go", "decide", "withdraw")

NOTHING: Row = dict.fromkeys(NAMES, NOT_THERE) | {"callback": UNKNOWN}
SIGNS_IN: Row = dict.fromkeys(NAMES, SIGN_IN)
SEES: Row = dict.fromkeys(("tab", "card", "help", *LOOKING), PAGE) | {"progress": JSON}
CHANGES: Row = {
    **dict.fromkeys(TURNING, TO_CARD),
    **dict.fromkeys(("decide", "withdraw"), TO_LISTS),
    "disconnect": PAGE,
    "undo": PAGE,
    "go": TO_PREVIEW,
    "retry": TO_ASIDE,
}
MASTERS: Row = {
    **dict.fromkeys(("allow", "let_go", "invitation"), TO_CARD),
    **dict.fromkeys(("offer", "invite", "overview", *WHOLE), PAGE),
    "organisation_check": TO_ORGANISATION,
    "at_once": TO_OVERVIEW,
}
# What no longer waits or goes on once the account is disconnected leads back to the card.
ENDED: Row = dict.fromkeys(
    ("preview", "reviews", "review", "set_aside", "disconnect", "go", "decide", "retry"), TO_CARD
)


def row(*parts: Row, outside: bool = False, ended: bool = False) -> Row:
    """What somebody gets, part by part; ``outside`` of the admin the card is the app's page."""
    found = {**NOTHING}
    for part in parts:
        found |= part
    if ended:
        found |= {name: what for name, what in ENDED.items() if found[name] != NOT_THERE}
    if outside:
        found = {n: TO_CARD_OF_THE_APP if what == TO_CARD else what for n, what in found.items()}
        found["tab"] = NOT_THERE
    return found


def own(*parts: Row, outside: bool = False, ended: bool = False) -> Row:
    mine = {"mine": TO_CARD, "invitation": PAGE}
    return row(SEES, mine, *parts, outside=outside, ended=ended)


OTHERS_TO_JANE = row({"mine": TO_CARD})
OTHERS_OUTSIDE = row({"mine": TO_CARD}, outside=True)
# (who, state of both connections) -> what each address of Jane's card gives, and of Tom's
MATRIX: dict[tuple[Who, str], tuple[Row, Row]] = {
    key: rows
    for state in (LIVE, DISCONNECTED)
    for ended in [state == DISCONNECTED]
    for key, rows in {
        (office.anonymous, state): (SIGNS_IN, SIGNS_IN),
        (office.jane_who_left, state): (SIGNS_IN, SIGNS_IN),
        (office.somebody_without_a_card, state): (NOTHING, NOTHING),
        (office.jane_herself, state): (own(ended=ended), OTHERS_TO_JANE),
        (office.jane_outside_the_admin, state): (own(outside=True, ended=ended), OTHERS_OUTSIDE),
        (office.jane_who_manages_herself, state): (own(CHANGES, ended=ended), OTHERS_TO_JANE),
        (office.jane_who_manages_herself_outside, state): (
            own(CHANGES, outside=True, ended=ended),
            OTHERS_OUTSIDE,
        ),
        **{
            (who, state): (row(SEES, CHANGES, MASTERS, outside=outside, ended=ended),) * 2
            for who, outside in (
                (office.master_user, False),
                (office.master_user_outside_the_admin, True),
                (office.superuser, False),
            )
        },
    }.items()
}
CASES = [
    pytest.param(who, state, whose, expected, id=f"{who.__name__}-{state}-{whose}")
    for (who, state), both in MATRIX.items()
    for whose, expected in zip(("jane", "tom"), both, strict=True)
]


@pytest.fixture(autouse=True)
def microsoft_is_away(settings: Any) -> None:
    """Who may see the page of help does not hang on it."""
    settings.MS365_LOGIN_URL = settings.MS365_GRAPH_URL = "http://127.0.0.1:9"


@pytest.fixture
def tom(db: None) -> Staff:
    return a_staff_member("Tom Reed")


@pytest.fixture
def janes_desk(jane: Staff) -> Desk:
    return a_desk(jane)


def kind_of(response: HttpResponse, desk: Desk, reader: str = "") -> str:
    if response.status_code != 302:
        is_json = response.headers["Content-Type"] == "application/json"
        return {200: JSON if is_json else PAGE, 400: UNKNOWN, 404: NOT_THERE}[response.status_code]
    target = response.headers["Location"]
    if "/login/" in target:
        return SIGN_IN
    cards = {card_of(desk.staff): TO_CARD, to("card", desk.staff.pk): TO_CARD_OF_THE_APP}
    cards[to("overview")] = TO_OVERVIEW
    onward = {
        "/preview/": TO_PREVIEW,
        "/reviews/": TO_LISTS,
        "/set-aside/": TO_ASIDE,
        "/organisation/": TO_ORGANISATION,
    }
    return cards.get(target) or next((n for part, n in onward.items() if part in target), target)


@pytest.mark.parametrize("who, state, whose, expected", CASES)
def test_looking(who: Who, state: str, whose: str, expected: Row, jane: Staff, tom: Staff) -> None:
    desks = {"jane": a_desk(jane, state), "tom": a_desk(tom, state)}
    client = browser_of(who(jane))
    told = {}
    for name in NAMES:
        answer = client.get(desks[whose].address(name))
        # "My connections" is one's own, whoever's card the other addresses are about.
        told[name] = kind_of(answer, desks["jane" if name == "mine" else whose])
    assert told == expected


@pytest.mark.parametrize("who, state, whose, expected", CASES)
def test_pressing_a_button_that_one_may_not_press_changes_nothing(
    who: Who, state: str, whose: str, expected: Row, jane: Staff, tom: Staff
) -> None:
    desk = {"jane": a_desk(jane, state), "tom": a_desk(tom, state)}[whose]
    client = browser_of(who(jane))
    before = desk.state()
    data = {"kind": "contacts", "provider": "microsoft", "contacts-status": "disabled"}
    data |= {"contacts-removal": "delete", "contacts-version": "1", "self_managed": "on"}
    data |= {"way": "withdraw", "staff": "1", "account-1": "x"}
    data |= {"list": "removed", "all": "dismiss", "told": "1", "conflict": "1", "site": "off"}
    data |= {"seen": offer(desk.connection, desk.change).seen}
    for name in NAMES:
        if expected[name] not in (SIGN_IN, NOT_THERE):
            continue
        answer = client.post(desk.address(name), data)
        if expected[name] == SIGN_IN:
            assert kind_of(answer, desk) == SIGN_IN, name
        else:
            # A page that is only looked at refuses the method before it looks at anything.
            assert answer.status_code in (
                {404, 405} if name in (*SEES, *LOOKED_AT_ALONE) else {404}
            ), name
        assert desk.state() == before, name


def test_what_is_refused_above_is_done_by_whoever_may(janes_desk: Desk) -> None:
    """The control: the data that changed nothing there changes something here."""
    client = browser_of(master_user(janes_desk.staff))
    for name, data in {
        "allow": {"self_managed": "on"},
        "offer": {"site": "off"},
        "let_go": {},
        "invite": {"way": "withdraw"},
        "sync": {"kind": "contacts"},
        "pause": {},
        "resume": {},
        "disconnect": {},
        "organisation_end": {},
    }.items():
        before = janes_desk.state()
        client.post(janes_desk.address(name), data)
        assert janes_desk.state() != before, name


@pytest.mark.parametrize("method", ["post", "put", "delete", "head", "options"])
def test_an_anonymous_visitor_signs_in_whatever_they_asked_for(
    method: str, janes_desk: Desk
) -> None:
    for name in NAMES:
        answer = getattr(Client(), method)(janes_desk.address(name))
        assert kind_of(answer, janes_desk) == SIGN_IN, name


def test_who_only_looks_searches_for_nobody(janes_desk: Desk) -> None:
    address = janes_desk.address("review")
    jane = janes_desk.staff
    assert browser_of(jane_herself(jane)).post(address, {"q": "Ada"}).status_code == 404
    assert browser_of(master_user(jane)).post(address, {"q": "Ada"}).status_code == 200


OF_NOBODY = ("callback", "confirm", "mine", "offer", "organisation", "overview", "at_once")
OF_SOMEBODY = [name for name in NAMES if name not in OF_NOBODY]


@pytest.mark.parametrize("who", [jane_herself, jane_outside_the_admin], ids=["in", "outside"])
@pytest.mark.parametrize("name", OF_SOMEBODY)
def test_what_is_not_there_reads_like_what_is_forbidden(
    name: str, who: Who, jane: Staff, tom: Staff
) -> None:
    client = browser_of(who(jane))
    there = a_desk(tom)
    forbidden = client.get(there.address(name))
    numbers = {there.staff.pk, there.connection.pk, there.stop.pk, there.decision.pk}
    numbers |= {there.change.pk, there.change.run_id, there.item.pk, there.organisation.pk}
    parts = [
        "0" * len(p)
        if there.invitation.endswith(f"/{p}/")
        else "999999"
        if p.isdigit() and int(p) in numbers
        else p
        for p in there.address(name).split("/")
    ]
    missing = client.get("/".join(parts))
    assert "/".join(parts) != there.address(name)
    assert forbidden.status_code == missing.status_code == 404
    assert forbidden.content == missing.content


@pytest.mark.parametrize("key", ["abc", "%00", "1' OR 1=1", "_", "9" * 40])
@pytest.mark.parametrize("name", ["card", "allow", "connect"])
def test_a_key_that_cannot_be_one_is_not_there(name: str, key: str, master: Client) -> None:
    assert master.get(to(name, key)).status_code == 404


@pytest.mark.parametrize("name", [*CHANGING, *MASTERS_ALONE, "undo", "review"])
def test_a_button_without_the_page_it_stands_on_is_refused(name: str, janes_desk: Desk) -> None:
    client = browser_of(master_user(janes_desk.staff), enforce_csrf_checks=True)
    before = janes_desk.state()
    answer = client.post(janes_desk.address(name), {"kind": "contacts", "site": "off"})
    assert answer.status_code == 403
    assert janes_desk.state() == before


def test_signing_in_leads_back_without_what_microsoft_sent(client: Client, db: None) -> None:
    answer = client.get(to("callback"), {"code": "secret", "state": "secret"})
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"?next={to('callback')}")


def test_a_host_without_a_login_url_uses_the_sign_in_of_the_admin(
    client: Client, db: None, settings: object
) -> None:
    settings.LOGIN_URL = "/nobody/is/here/"  # type: ignore[attr-defined]
    answer = client.get(to("progress", 1))
    assert answer.headers["Location"].startswith("/admin/login/?next=")


def test_every_address_is_in_the_matrix() -> None:
    assert set(NAMES) == ADDRESSES.keys()
    for expected in itertools.chain(*MATRIX.values()):
        assert expected.keys() == set(NAMES)
    assert get_resolver().reverse_dict.getlist(f"{urls.app_name}") == []


def test_every_address_is_seen_by_somebody_and_hidden_from_somebody() -> None:
    """A matrix that a forgotten rule would leave all 404, or all open, would prove nothing."""
    for name in set(NAMES) - {"confirm"}:  # of one browser, after a sign-in: test_account.py
        found = {expected[name] for both in MATRIX.values() for expected in both}
        assert found - {SIGN_IN, NOT_THERE}, name
        assert NOT_THERE in found or name == "callback", name
