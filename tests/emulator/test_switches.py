"""What nobody could confirm: both behaviours of a switch, and that none is without a test."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from agentbox_sync.contrib.m365_emulator.switches import CHOICES, Switches

from .clients import JANE, STAMP, Client, Control
from .test_photos import jpeg, put

HERE = Path(__file__).resolve().parent
ROUND = "/me/contactFolders/contacts/contacts/delta"


def path(contact: dict[str, Any]) -> str:
    return f"/me/contacts/{contact['id']}"


def email(address: str) -> dict[str, str]:
    return {"address": address}


def addresses(graph: Client, contact: dict[str, Any]) -> list[str]:
    return [e["address"] for e in graph.get(path(contact))["emailAddresses"]]


FULL: dict[str, Any] = {
    "givenName": "Mia",
    "surname": "Wong",
    "jobTitle": "Buyer",
    "businessPhones": ["1"],
    "categories": ["A"],
    "birthday": "1980-01-01T00:00:00Z",
    "homeAddress": {"city": "Manly"},
    "emailAddresses": [{"address": "a@x.example"}],
}
EMPTY: dict[str, Any] = {
    "jobTitle": None,
    "businessPhones": [],
    "categories": [],
    "birthday": None,
    "homeAddress": None,
    "emailAddresses": [],
}


@pytest.mark.parametrize("name", EMPTY)
@pytest.mark.parametrize("policy", ["clears", "ignored", "refused"])
def test_whether_null_and_empty_clear_a_property(
    graph: Client, control: Control, name: str, policy: str
) -> None:
    made = graph.create(**FULL)
    control.switch(clearing=policy)
    answer = graph("PATCH", path(made), {name: EMPTY[name], "surname": "Chan"})
    assert answer.status_code == (400 if policy == "refused" else 200)
    now = graph.get(path(made))
    assert (now[name] in (None, [], {})) == (policy == "clears")
    assert (now["surname"] == "Chan") == (policy != "refused")


@pytest.mark.parametrize(
    "policy,expected",
    [("refuse", None), ("list", ["l@x.example"]), ("single", ["p@x.example"])],
)
def test_which_form_of_e_mail_wins(
    graph: Client, control: Control, policy: str, expected: list[str] | None
) -> None:
    control.switch(emails_both=policy)
    body = {
        "primaryEmailAddress": email("p@x.example"),
        "emailAddresses": [email("l@x.example")],
    }
    answer = graph("POST", "/me/contacts", body)
    assert answer.status_code == (400 if expected is None else 201)
    if expected is not None:
        assert addresses(graph, answer.json()) == expected


def test_one_form_alone_is_taken_whatever_the_switch(graph: Client, control: Control) -> None:
    for policy in CHOICES["emails_both"]:
        control.switch(emails_both=policy)
        made = graph.create(emailAddresses=[email("a@x.example"), email("b@x.example")])
        graph("PATCH", path(made), {"secondaryEmailAddress": email("c@x.example")})
        assert addresses(graph, made) == ["a@x.example", "c@x.example"]
        graph("PATCH", path(made), {"emailAddresses": [email("d@x.example")]})
        assert addresses(graph, made) == ["d@x.example"]


@pytest.mark.parametrize("anew", [True, False])
def test_whether_a_changed_name_makes_the_shown_one_anew(
    graph: Client, control: Control, anew: bool
) -> None:
    control.switch(regenerate_names=anew)
    made = graph.create(givenName="Mia", surname="Wong", displayName="Mia W.")
    graph("PATCH", path(made), {"surname": "Chan"})
    assert graph.get(path(made))["displayName"] == ("Mia Chan" if anew else "Mia W.")
    graph("PATCH", path(made), {"surname": "Lee", "displayName": "Mine"})
    assert graph.get(path(made))["displayName"] == "Mine", "what is sent stays"


@pytest.mark.parametrize("policy,status", [("honour", 412), ("ignore", 200)])
def test_whether_if_match_is_looked_at(
    graph: Client, control: Control, policy: str, status: int
) -> None:
    control.switch(if_match=policy)
    made = graph.create(surname="Wong")
    graph("PATCH", path(made), {"jobTitle": "A"})
    late = graph("PATCH", path(made), {"jobTitle": "B"}, If_Match=made["@odata.etag"])
    assert late.status_code == status


@pytest.mark.parametrize("policy,status", [("refuse", 400), ("ignore", 200)])
def test_what_becomes_of_a_read_only_property(
    graph: Client, control: Control, policy: str, status: int
) -> None:
    control.switch(read_only_sent=policy)
    made = graph.create(surname="Wong")
    body = {"id": "x", "changeKey": "x", "jobTitle": "Buyer"}
    assert graph("PATCH", path(made), body).status_code == status
    assert graph.get(path(made))["id"] == made["id"]


@pytest.mark.parametrize("limited", [True, False])
def test_whether_home_phones_and_chat_addresses_are_limited(
    graph: Client, control: Control, limited: bool
) -> None:
    control.switch(analogous_limits=limited)
    expected = 400 if limited else 201
    assert graph("POST", "/me/contacts", {"homePhones": ["1", "2", "3"]}).status_code == expected
    chats = {"imAddresses": ["1", "2", "3", "4"]}
    assert graph("POST", "/me/contacts", chats).status_code == expected
    phones = {"businessPhones": ["1", "2", "3"]}
    assert graph("POST", "/me/contacts", phones).status_code == 400, "this one is reported"


def test_how_many_rows_a_page_has_by_itself(graph: Client, control: Control) -> None:
    for number in range(4):
        graph.create(surname=f"N{number}")
    control.switch(default_page=3)
    assert len(graph.get("/me/contacts")["value"]) == 3
    assert len(graph.get(ROUND)["value"]) == 3
    assert len(graph.get("/me/contacts?$top=4")["value"]) == 4


def test_the_short_delta_may_not_exist(graph: Client, control: Control) -> None:
    control.switch(short_delta=False)
    assert graph("GET", "/me/contacts/delta").status_code == 400
    assert graph("GET", ROUND).status_code == 200


def test_a_mailbox_that_is_not_there_says_so_in_two_ways(control: Control) -> None:
    control.switch(mailbox_codes="alternate")
    with Client(control.url, control.token("onprem@harbour.example")) as otto:
        answers = [otto("GET", "/me/contacts") for _ in range(20)]
    assert {a.status_code for a in answers} == {404}
    codes = {a.json()["error"]["code"] for a in answers}
    assert codes == {"MailboxNotEnabledForRESTAPI", "ErrorNonExistentMailbox"}


@pytest.mark.parametrize("code,status", [("ErrorQuotaExceeded", 507), ("quotaLimitReached", 413)])
def test_a_full_mailbox_can_be_read_and_emptied_only(
    graph: Client, control: Control, code: str, status: int
) -> None:
    made = graph.create(surname="Wong")
    control.switch(full_code=code)
    control.person({"full": True})
    refused = graph("POST", "/me/contacts", {"surname": "Chan"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert graph("PATCH", path(made), {"jobTitle": "A"}).status_code == status
    assert put(graph, path(made), jpeg()).status_code == status
    assert graph("GET", path(made)).status_code == 200
    assert graph("DELETE", path(made)).status_code == 204
    assert graph("POST", f"{path(made)}/permanentDelete").status_code == 404
    control.person({"full": False})
    graph.create(surname="Chan")


@pytest.mark.parametrize("policy,status", [("refuse", 403), ("purge", 204)])
def test_what_is_deleted_a_second_time(
    graph: Client, control: Control, policy: str, status: int
) -> None:
    control.switch(deleted_get="200", delete_in_bin=policy)
    made = graph.create(surname="Wong")
    graph("DELETE", path(made))
    assert graph("DELETE", path(made)).status_code == status
    assert bool(control.mailbox()["deleted"]) == (policy == "refuse")


@pytest.mark.parametrize("keeps", [True, False])
def test_whether_what_is_restored_is_the_same_item(
    graph: Client, control: Control, keeps: bool
) -> None:
    control.switch(restore_keeps_id=keeps)
    made = graph.create(surname="Wong", singleValueExtendedProperties=[{"id": STAMP, "value": "7"}])
    _, link = graph.all_pages(ROUND)
    control.person({"delete": made["id"]})
    control.person({"restore": made["id"]})
    (back,) = control.mailbox()["contacts"]
    assert (back["id"] == made["id"]) == keeps
    assert back["extended"] == {STAMP: "7"}
    rows = {r["id"]: "@removed" in r for r in graph.all_pages(link)[0]}
    assert rows.pop(back["id"]) is False
    assert rows == ({} if keeps else {made["id"]: True})


@pytest.mark.parametrize("keeps", [True, False])
def test_whether_a_copy_carries_our_stamp(graph: Client, control: Control, keeps: bool) -> None:
    control.switch(copy_keeps_stamp=keeps)
    made = graph.create(surname="Wong", singleValueExtendedProperties=[{"id": STAMP, "value": "7"}])
    copy = control.person({"copy": made["id"]})
    assert copy["id"] != made["id"]
    assert copy["surname"] == "Wong"
    assert copy["extended"] == ({STAMP: "7"} if keeps else {})
    wanted = f"singleValueExtendedProperties/Any(ep: ep/id eq '{STAMP}' and ep/value eq '7')"
    assert len(graph.get(f"/me/contacts?$filter={wanted}")["value"]) == (2 if keeps else 1)


def test_exchange_touches_an_item_without_changing_it(graph: Client, control: Control) -> None:
    made = graph.create(surname="Wong")
    _, link = graph.all_pages(ROUND)
    control.person({"touch": made["id"]})
    now = graph.get(path(made))
    assert now["changeKey"] != made["changeKey"]
    assert now["surname"] == "Wong"
    assert [r["id"] for r in graph.all_pages(link)[0]] == [made["id"]]


@pytest.mark.parametrize("fills", [True, False])
def test_whether_an_e_mail_is_given_a_name(graph: Client, control: Control, fills: bool) -> None:
    control.switch(fill_email_name=fills)
    made = graph.create(emailAddresses=[email("a@x.example")])
    (shown,) = graph.get(path(made))["emailAddresses"]
    assert shown.get("name") == ("a@x.example" if fills else None)


def untested(text: str) -> set[str]:
    """The switches that this text of tests never sets."""
    return {f.name for f in fields(Switches) if not re.search(rf"\b{f.name}\s*=", text)}


def test_every_switch_is_thrown_by_some_test() -> None:
    text = "\n".join(file.read_text() for file in HERE.glob("test_*.py"))
    assert untested(text) == set()
    assert untested(text.replace("delta_lag=", "")) == {"delta_lag"}, "the check can fail"


def test_every_default_is_one_of_the_choices(control: Control) -> None:
    values = control.get("switches")
    for name, choices in CHOICES.items():
        assert values[name] == getattr(Switches(), name)
        assert values[name] in choices
        for choice in choices:
            control.switch(**{name: choice})
    assert control.mailbox(JANE)["contacts"] == []
