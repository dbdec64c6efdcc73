"""Requests that no page of ours makes, to every address: verbs, forgeries, other hosts."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection
from tests.builders.crm import a_login
from tests.integration.card.office import Desk
from tests.integration.card.pages import to
from tests.integration.card.signing_in import links_of, press_connect
from tests.integration.security.attackers import a_self_managed, browser_of
from tests.integration.security.deeds import DEEDS, Deed
from tests.integration.security.everywhere import NAMES, each, everything

EVIL = "evil.example"


# -------------------------------------------------------------------------------------- verbs


@pytest.mark.parametrize("deed", DEEDS, ids=str)
@pytest.mark.parametrize("method", ["get", "head", "options", "put", "patch", "delete", "trace"])
def test_no_other_verb_does_what_a_press_does(
    method: str, deed: Deed, desk: Desk, master: Client
) -> None:
    pressed = deed.pressed(desk)
    before = everything()
    address = desk.address(deed.name)
    given = {"query_params": pressed} if method != "trace" else {}
    answer = getattr(master, method)(address, **given)
    assert answer.status_code in ({200, 302} if method in ("get", "head") else {405})
    overridden = master.get(
        address, pressed, headers={"x-http-method-override": "POST", "x-method-override": "POST"}
    )
    assert overridden.status_code in (200, 302)
    assert everything() == before


@pytest.mark.parametrize("name", NAMES)
def test_looking_at_an_address_stores_nothing(name: str, desk: Desk, master: Client) -> None:
    """Whatever a mail scanner, a prefetch or an image tag of an attacker opens, it only reads."""
    before = everything()
    for method in (master.get, master.head):
        assert method(desk.address(name)).status_code < 500
    assert everything() == before


# ------------------------------------------------------------------------------------ forgeries


@pytest.mark.parametrize("name", NAMES)
def test_a_press_from_a_page_of_somebody_else_is_refused_everywhere(name: str, desk: Desk) -> None:
    client = browser_of(a_login(None, MASTER_USERS), enforce_csrf_checks=True)
    token = client.get(to("offer")).cookies["csrftoken"].value
    pressed = {
        key: value
        for deed in DEEDS
        if deed.name == name
        for key, value in deed.pressed(desk).items()
    }
    before = everything()
    for forged, headers in (
        ({}, {}),
        ({"csrfmiddlewaretoken": "x" * 64}, {}),
        ({"csrfmiddlewaretoken": token}, {"origin": f"https://{EVIL}"}),
        ({"csrfmiddlewaretoken": token}, {"origin": "null"}),
    ):
        answer = client.post(desk.address(name), pressed | forged, headers=headers)
        assert answer.status_code == 403
        assert everything() == before


def test_the_same_press_from_our_own_page_is_taken(desk: Desk) -> None:
    """The control of the test above."""
    client = browser_of(a_login(None, MASTER_USERS), enforce_csrf_checks=True)
    token = client.get(to("offer")).cookies["csrftoken"].value
    data = {"csrfmiddlewaretoken": token, "kind": "contacts"}
    before = everything()
    assert client.post(desk.address("sync"), data).status_code == 302
    assert everything() != before


# ------------------------------------------------------------------------------- the headers


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_is_shown_in_a_frame_or_kept_by_a_cache(
    name: str, desk: Desk, master: Client
) -> None:
    for answer in (
        master.get(desk.address(name)),
        Client().get(desk.address(name)),
        browser_of(a_self_managed(desk.staff)).get(desk.address(name)),
    ):
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        if answer.status_code != 404:
            assert {"no-store", "private"} <= set(answer.headers["Cache-Control"].split(", "))


LOGS = [
    reverse(f"admin:agentbox_sync_{name}_changelist")
    for name in ("auditentry", "change", "connection", "decision", "invitation", "link", "run")
]


@pytest.mark.parametrize("address", LOGS)
def test_no_log_is_shown_in_a_frame_or_kept_by_a_cache(
    address: str, desk: Desk, master: Client
) -> None:
    answer = master.get(address)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert {"no-store", "private"} <= set(answer.headers["Cache-Control"].split(", "))


# ---------------------------------------------------------------------------------- redirects

PAYLOADS = [
    f"https://{EVIL}/",
    f"//{EVIL}/",
    f"\\\\{EVIL}/",
    f"/\\{EVIL}/",
    f"/%09/{EVIL}/",
    f"https:{EVIL}",
    f"%2f%2f{EVIL}",
    f"javascript:location='//{EVIL}'",
    f"http://localhost@{EVIL}/",
    f"/\r\nLocation: https://{EVIL}/",
]
PARAMETERS = ["next", "back", "return", "return_to", "url", "redirect", "redirect_uri", "list"]
PARAMETERS += ["state", "provider", "after", "place", "way", "kind"]


def leads_away(answer: HttpResponse) -> bool:
    """Whether a browser would leave for it: it reads a backslash as a slash, decodes nothing."""
    target = answer.headers.get("Location", "").replace("\\", "/").strip()
    parts = urlsplit(target)
    host = parts.netloc.rpartition("@")[2]
    return host not in ("", "testserver") or parts.scheme not in ("", "http", "https")


@pytest.mark.parametrize("payload", [f"//{EVIL}", f"/\\{EVIL}", "javascript:x", f"https://{EVIL}"])
def test_a_redirect_that_leads_away_is_found(payload: str) -> None:
    assert leads_away(HttpResponse(headers={"Location": payload}))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_parameter_leads_anybody_away(payload: str, desk: Desk, master: Client) -> None:
    given = dict.fromkeys(PARAMETERS, payload)
    for name, address in each(desk):
        for client in (master, Client()):
            for answer in (client.get(address, given), client.post(address, given)):
                assert not leads_away(answer), name
                # A page may repeat what was typed, and no link of it may go there.
                links = re.findall(r'(?:href|action|src)="([^"]*)"', answer.content.decode())
                assert not [link for link in links if urlsplit(link).netloc == EVIL], name


@pytest.mark.parametrize("payload", [p for p in PAYLOADS if "\r" not in p])
def test_signing_in_leads_nobody_away(payload: str, jane: Staff) -> None:
    a_self_managed(jane, username="jane")
    form = {"login": "jane", "password": "secret", "next": payload}
    answer = Client().post(reverse("account_login"), form)
    assert answer.status_code == 302
    assert not leads_away(answer)


# ------------------------------------------------------------------------------- another host


@pytest.mark.parametrize("header", ["host", "x-forwarded-host", "x-original-host", "forwarded"])
def test_the_name_that_a_visitor_gives_the_server_stands_in_no_link(
    header: str, desk: Desk, master: Client, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # as careless as a host can be
    given = {header: f"host={EVIL}" if header == "forwarded" else EVIL}
    for name, address in each(desk):
        answer = master.get(address, headers=given)
        assert EVIL not in answer.content.decode(), name
        assert EVIL not in answer.headers.get("Location", ""), name
    page = master.post(to("invite", desk.staff.pk), {"way": "link"}, headers=given)
    assert page.context["link"].startswith(settings.BASE_URL)
    master.post(to("invite", desk.staff.pk), {"way": "mail"}, headers=given)
    (message,) = mail.outbox
    assert EVIL not in message.message().as_string()
    assert f"{settings.BASE_URL}/agentbox/invitation/" in message.body


def test_the_name_that_a_visitor_gives_the_server_is_not_where_microsoft_sends_back_to(
    jane: Staff, master: Client, control: Any, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    master.defaults["HTTP_HOST"] = EVIL
    links = links_of(press_connect(master, jane))
    assert len(links) == 2
    for link in links.values():
        assert EVIL not in unquote(link)
        assert settings.BASE_URL in unquote(link)
    assert not Connection.objects.exists()


def test_a_host_that_names_its_hosts_answers_to_no_other(jane: Staff, master: Client) -> None:
    assert master.get(to("card", jane.pk), headers={"host": EVIL}).status_code == 400


# ------------------------------------------------------------------------------------- the mail


@pytest.mark.parametrize(
    "address",
    [
        "jane@harbourvale.example\nBcc: all@evil.example",
        "jane@harbourvale.example\r\n\r\nHello",
        "jane@harbourvale.example\rBcc: all@evil.example",
    ],
)
def test_an_address_that_would_add_a_header_sends_no_mail(
    address: str, jane: Staff, master: Client
) -> None:
    a_login(jane)
    Staff.objects.filter(pk=jane.pk).update(email=address)
    page = master.post(to("invite", jane.pk), {"way": "mail"})
    assert "did not take the message" in page.content.decode()
    assert not mail.outbox


def test_a_name_that_would_add_a_header_adds_none(jane: Staff) -> None:
    a_login(jane)
    name = "Mary\r\nBcc: all@evil.example"
    master = browser_of(a_login(None, MASTER_USERS, first_name=name, last_name=name))
    Staff.objects.filter(pk=jane.pk).update(first_name=name, last_name=name)
    master.post(to("invite", jane.pk), {"way": "mail"})
    (message,) = mail.outbox
    assert message.recipients() == [jane.email]
    head = message.message().as_string().split("\n\n", 1)[0]
    assert "evil.example" not in head
