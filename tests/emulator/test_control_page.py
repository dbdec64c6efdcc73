"""The control page as a person uses it: forms in, pages out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields

import pytest
import requests

from agentbox_sync.contrib.m365_emulator.people.switch_page import explained
from agentbox_sync.contrib.m365_emulator.switches import Switches

from .clients import JANE, Browser, Client, Control, item
from .endpoint import Endpoint
from .test_subscriptions import LIFE, subscribe

NUMBER = r'<input id="(\w+)" name="\w+" inputmode="numeric"\s+value="(\d+)"'


def press(control: Control, what: str, **form: str) -> requests.Response:
    return control.session.post(f"{control.url}/_emulator/page/{what}", data=form)


def board(control: Control, **form: str) -> requests.Response:
    return control.session.post(f"{control.url}/_emulator/switchboard", data=form)


def filled(control: Control) -> dict[str, str]:
    """The form of the switches as a browser would send it untouched."""
    html = control.session.get(f"{control.url}/_emulator/switchboard").text
    form = dict(re.findall(NUMBER, html))
    for name in re.findall(r'type="checkbox" id="(\w+)" name="\w+" checked', html):
        form[name] = "on"
    for name, options in re.findall(r'<select id="(\w+)".*?>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r"<option selected>([^<]+)", options)
        assert chosen, name
        form[name] = chosen[1]
    return form


@pytest.fixture
def crm(control: Control) -> Iterator[Endpoint]:
    with Endpoint() as endpoint:
        yield endpoint


def test_every_switch_is_explained_once() -> None:
    names = [name for _, rows in explained() for name, _ in rows]
    assert sorted(names) == sorted(field.name for field in fields(Switches))
    assert all(words for _, rows in explained() for _, words in rows)


def test_an_untouched_form_changes_nothing(control: Control) -> None:
    before = control.get("switches")
    assert "The switches are set." in board(control, **filled(control)).text
    assert control.get("switches") == before


def test_switches_are_thrown_and_put_back(control: Control) -> None:
    form = filled(control) | {"delta_dead_token": "404", "max_concurrent": "2"}
    form["delta_partial"] = "on"
    del form["contacts_alias"]
    page = board(control, **form)
    assert page.text.count('<span class="fresh-mark">changed</span>') == 4
    now = control.get("switches")
    assert (now["delta_dead_token"], now["max_concurrent"]) == ("404", 2)
    assert (now["delta_partial"], now["contacts_alias"]) == (True, False)
    assert re.search(r"–\s+4 changed", control.session.get(f"{control.url}/_emulator/").text)
    board(control, what="defaults")
    assert control.get("switches") == Switches().as_dict()


@pytest.mark.parametrize("wrong", [{"max_concurrent": "many"}, {"delta_dead_token": "418"}])
def test_a_switch_that_cannot_be_set_is_told(control: Control, wrong: dict[str, str]) -> None:
    before = control.get("switches")
    answer = board(control, **(filled(control) | wrong))
    assert answer.status_code == 422
    assert min(wrong) in answer.text
    assert control.get("switches") == before


@pytest.mark.parametrize(
    "action,status",
    [("disable_account", 401), ("revoke_sessions", 200), ("challenge", 200)],
)
def test_something_happens_to_an_account(
    graph: Client, control: Control, action: str, status: int
) -> None:
    assert "Done to the account." in press(control, "account", upn=JANE, action=action).text
    assert graph("GET", "/me/contacts").status_code == status
    press(control, "account", upn=JANE, action="enable")
    assert graph("GET", "/me/contacts").status_code == 200


def test_delta_tokens_die_and_consents_are_withdrawn(graph: Client, control: Control) -> None:
    _, link = graph.all_pages("/me/contacts/delta")
    press(control, "account", upn=JANE, action="kill_delta")
    assert graph("GET", link).status_code == 410
    press(control, "account", upn=JANE, action="revoke_consent")
    page = Browser(control.url)
    asked = page.step(page.authorize(login_hint=JANE), "password", password="correct horse")
    assert "Permissions requested" in asked.text


def test_a_tenant_s_policy_is_chosen(control: Control) -> None:
    page = press(control, "policy", tenant="harbour.example", policy="microsoft_managed")
    assert re.search(r"Harbour Realty:\s+microsoft managed", page.text)
    assert press(control, "policy", tenant="harbour.example", policy="x").status_code == 422
    assert press(control, "account", upn="nobody", action="enable").status_code == 422


def test_subscriptions_are_shown_and_played_with(
    graph: Client, control: Control, crm: Endpoint
) -> None:
    assert press(control, "webhook", address=crm.url).status_code == 200
    subscribe(graph, control, lifecycleNotificationUrl=LIFE)
    made = control.get("subscriptions")["subscriptions"][0]["id"]
    page = control.session.get(f"{control.url}/_emulator/").text
    assert "/me/contacts" in page
    assert JANE in page
    press(control, "webhook", id=made, lifecycle="missed")
    assert crm.wait(1)[0]["lifecycleEvent"] == "missed"
    press(control, "webhook", id=made, remove="1")
    assert control.get("subscriptions")["subscriptions"] == []
    assert press(control, "webhook", id=made, remove="1").status_code == 422
    assert press(control, "webhook", address="http://crm.example").status_code == 422


@pytest.mark.parametrize(
    "name,statuses",
    [("half", [201, 201, 201, 504, 504]), ("429", [429, 201, 201, 201, 201])],
)
def test_presets_strike_as_they_say(
    graph: Client, control: Control, name: str, statuses: list[int]
) -> None:
    press(control, "preset", name=name)
    items = [item(n, "POST", "/me/contacts", {"surname": f"N{n}"}) for n in range(5)]
    answers = graph.batch(*items)
    assert sorted(a["status"] for a in answers.values()) == sorted(statuses)


def test_presets_for_delta_consent_and_clock(graph: Client, control: Control) -> None:
    _, link = graph.all_pages("/me/contacts/delta")
    press(control, "preset", name="410")
    assert graph("GET", link).status_code == 410
    press(control, "preset", name="jump")
    graph("GET", "/me/contacts")
    assert control.get("clock")["offset"] > 3500
    control.post("clock", {"reset": True})  # the access token may live no longer than the jump
    press(control, "preset", name="consent")
    graph("GET", "/me/contacts")
    assert "Consent withdrawn" in control.session.get(f"{control.url}/_emulator/faultboard").text
    assert press(control, "preset", name="meteor").status_code == 422


def test_a_rule_of_the_page_takes_effects(graph: Client, control: Control) -> None:
    answer = press(control, "fault", path="/me$", effect="disable_account", clock="60")
    assert "disable account" in answer.text
    graph("GET", "/me")
    assert graph("GET", "/me").status_code == 401
