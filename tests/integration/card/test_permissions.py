"""Who gets what from every address: a matrix without a wrong cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from agentbox_sync import urls
from agentbox_sync.contrib.reference_crm.groups import AGENTS, MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection, Review, StaffSettings
from tests.builders.crm import a_contact, a_login, a_staff_member
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, to

SIGN_IN, NOT_THERE = "sign in", "404"
PAGE, JSON, TO_CARD = "page", "json", "to the card"

CHANGING = ("connect", "disconnect", "configure", "sync")


@dataclass
class Office:
    """Jane's card and Tom's, each with a connection and a guard stop."""

    jane: Staff
    tom: Staff
    connections: dict[str, Connection]
    stops: dict[str, Review]

    def address(self, name: str, whose: str) -> str:
        staff, connection = getattr(self, whose), self.connections[whose]
        return {
            "card": card_of(staff),
            "connect": to("connect", staff.pk),
            "disconnect": to("disconnect", connection.pk),
            "configure": to("configure", connection.pk, "contacts"),
            "sync": to("sync", connection.pk),
            "progress": to("progress", connection.pk),
            "let_go": to("let_go", self.stops[whose].pk),
        }[name]


@pytest.fixture
def office(jane: Staff) -> Office:
    tom = a_staff_member("Tom Reed")
    connections = {"jane": make.a_syncing_connection(jane), "tom": make.a_syncing_connection(tom)}
    stops = {name: make.a_stop(row, [a_contact()]) for name, row in connections.items()}
    return Office(jane, tom, connections, stops)


def anonymous(office: Office) -> User | None:
    return None


def somebody_without_a_card(office: Office) -> User:
    return a_login(None, AGENTS)


def jane_herself(office: Office) -> User:
    return a_login(office.jane, AGENTS)


def jane_who_manages_herself(office: Office) -> User:
    StaffSettings.objects.create(staff=office.jane, self_managed=True)
    return a_login(office.jane, AGENTS)


def master_user(office: Office) -> User:
    return a_login(None, MASTER_USERS)


def superuser(office: Office) -> User:
    return a_login(None, is_superuser=True)


def jane_who_left(office: Office) -> User:
    """Her login was switched off; a session that is still open ends with it."""
    StaffSettings.objects.create(staff=office.jane, self_managed=True)
    return a_login(office.jane, AGENTS, is_active=False)


NAMES = ("card", *CHANGING, "progress", "let_go")
NOTHING = dict.fromkeys(NAMES, NOT_THERE)
EVERYTHING = {
    "card": PAGE,
    "connect": TO_CARD,
    "disconnect": PAGE,
    "configure": TO_CARD,
    "sync": TO_CARD,
    "progress": JSON,
    "let_go": TO_CARD,
}
# (who) -> what a GET of each address of Jane's card gives, and of Tom's
MATRIX: dict[Callable[[Office], User | None], tuple[dict[str, str], dict[str, str]]] = {
    anonymous: (dict.fromkeys(NAMES, SIGN_IN), dict.fromkeys(NAMES, SIGN_IN)),
    jane_who_left: (dict.fromkeys(NAMES, SIGN_IN), dict.fromkeys(NAMES, SIGN_IN)),
    somebody_without_a_card: (NOTHING, NOTHING),
    jane_herself: (NOTHING | {"card": PAGE, "progress": JSON}, NOTHING),
    jane_who_manages_herself: (EVERYTHING | {"let_go": NOT_THERE}, NOTHING),
    master_user: (EVERYTHING, EVERYTHING),
    superuser: (EVERYTHING, EVERYTHING),
}
CELLS = [
    (who, name, whose, answers[name])
    for who, both in MATRIX.items()
    for whose, answers in zip(("jane", "tom"), both, strict=True)
    for name in NAMES
]


def kind_of(response: HttpResponse, card: str) -> str:
    if response.status_code == 404:
        return NOT_THERE
    if response.status_code == 302:
        target = response.headers["Location"]
        return TO_CARD if target == card else SIGN_IN if "/login/" in target else target
    assert response.status_code == 200, response
    return JSON if response.headers["Content-Type"] == "application/json" else PAGE


def browser_of(user: User | None, *, enforce_csrf_checks: bool = False) -> Client:
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    if user is not None:
        client.force_login(user)
    return client


@pytest.mark.parametrize(
    "who, name, whose, expected", CELLS, ids=lambda part: getattr(part, "__name__", part)
)
def test_looking(
    who: Callable[[Office], User | None], name: str, whose: str, expected: str, office: Office
) -> None:
    answer = browser_of(who(office)).get(office.address(name, whose))
    assert kind_of(answer, card_of(getattr(office, whose))) == expected


@pytest.mark.parametrize(
    "who, name, whose",
    [(who, n, w) for who, n, w, e in CELLS if e in (SIGN_IN, NOT_THERE) and n != "progress"],
    ids=lambda part: getattr(part, "__name__", part),
)
def test_pressing_a_button_that_one_may_not_press_changes_nothing(
    who: Callable[[Office], User | None], name: str, whose: str, office: Office
) -> None:
    client = browser_of(who(office))
    before = state_of(office)
    data = {"kind": "contacts", "provider": "microsoft", "contacts-status": "disabled"}
    data |= {"contacts-removal": "delete", "contacts-version": "1"}
    answer = client.post(office.address(name, whose), data)
    is_card = name == "card"  # the admin's page refuses the method before it looks at anything
    assert answer.status_code in ({302, 404, 405} if is_card else {302, 404})
    assert state_of(office) == before


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_there_reads_like_what_is_forbidden(name: str, office: Office) -> None:
    jane = browser_of(jane_herself(office))
    absent = {
        "card": card_of(office.tom).replace(f"/{office.tom.pk}/", "/999999/"),
        "connect": to("connect", 999999),
        "configure": to("configure", 999999, "contacts"),
    }.get(name) or to(name, 999999)
    forbidden = jane.get(office.address(name, "tom"))
    missing = jane.get(absent)
    assert forbidden.status_code == missing.status_code == 404
    assert forbidden.content == missing.content


@pytest.mark.parametrize("key", ["abc", "%00", "1' OR 1=1", "_", "9" * 40])
def test_a_key_that_cannot_be_one_is_not_there(key: str, master: Client) -> None:
    assert master.get(to("connect", key)).status_code == 404


@pytest.mark.parametrize("name", [*CHANGING, "let_go"])
def test_a_button_without_the_page_it_stands_on_is_refused(name: str, office: Office) -> None:
    client = browser_of(master_user(office), enforce_csrf_checks=True)
    before = state_of(office)
    answer = client.post(office.address(name, "jane"), {"kind": "contacts"})
    assert answer.status_code == 403
    assert state_of(office) == before


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


def test_somebody_who_may_not_enter_the_admin_finds_no_card_there(office: Office) -> None:
    user = jane_herself(office)
    user.is_staff = False
    user.save()
    assert browser_of(user).get(card_of(office.jane)).status_code == 404


def test_every_address_is_in_the_matrix() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == {*NAMES, "callback"} - {"card"}
    assert get_resolver().reverse_dict.getlist(f"{urls.app_name}") == []


def state_of(office: Office) -> list[object]:
    return [
        *Connection.objects.order_by("pk").values(),
        *Review.objects.order_by("pk").values(),
        *(row.runs.count() for row in office.connections.values()),
    ]
