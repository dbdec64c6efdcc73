from __future__ import annotations

import html
import json
import re
from urllib.parse import quote

import pytest
import requests

from .clients import CLIENT_ID, JANE, STAMP, Client, Control


def open_page(control: Control, **query: str) -> requests.Response:
    return control.session.get(f"{control.url}/mailbox/{JANE}", params=query)


def fields(page: requests.Response) -> dict[str, str]:
    """The card's form as a browser would send it back."""
    found = re.findall(r'<input name="([^"]+)" type="\w+" value="([^"]*)"', page.text)
    found += re.findall(r'<textarea name="([^"]+)"[^>]*>([^<]*)</textarea>', page.text)
    original = re.search(r'name="original" value="([^"]*)"', page.text)
    assert original
    values = {k: html.unescape(v) for k, v in found}
    return {**values, "original": html.unescape(original[1])}


def send(control: Control, path: str, form: dict[str, str]) -> requests.Response:
    return control.session.post(
        f"{control.url}/mailbox/{JANE}/{path}", data=form, headers={"Origin": control.url}
    )


def test_every_page_says_that_it_is_not_microsoft(control: Control) -> None:
    for path in ("/", f"/mailbox/{JANE}", "/_emulator/", "/mailbox/nobody@x.example"):
        page = control.session.get(control.url + path)
        assert "Emulator – not Microsoft" in page.text, path
        policy = page.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "<script>" not in page.text
        assert " style=" not in page.text
    assert "Jane Smith" in open_page(control).text


def test_a_person_creates_edits_deletes_and_takes_it_back(control: Control) -> None:
    form = fields(open_page(control, new="1"))
    page = send(control, "contacts", {**form, "givenName": "Mia", "surname": "Wong"})
    assert "Created." in page.text
    assert "Mia Wong" in page.text
    made = control.mailbox()["contacts"][0]
    form = fields(open_page(control, contact=made["id"]))
    page = send(
        control,
        f"contacts/{quote(made['id'])}",
        {
            **form,
            "primaryEmailAddress": "mia@x.example",
            "mobilePhone": "0400 111 222",
            "birthday": "1980-02-29",
            "homeAddress.city": "Manly",
            "homeAddress.street": "1 Sea Rd",
            "homePhones.0": "02 9999",
            "personalNotes": "One\r\nTwo",
            "companyName": "Acme",
        },
    )
    assert "Saved." in page.text
    now = control.mailbox()["contacts"][0]
    assert now["emailAddresses"] == [{"name": None, "address": "mia@x.example"}]
    assert now["homeAddress"] == {"street": "1 Sea Rd", "city": "Manly"}
    assert (now["mobilePhone"], now["homePhones"]) == ("0400 111 222", ["02 9999"])
    assert now["birthday"] == "1980-02-29T11:59:00Z"
    assert now["personalNotes"] == "One\nTwo"
    page = send(control, f"contacts/{quote(made['id'])}/delete", {})
    assert "Deleted Mia Wong." in page.text
    assert control.mailbox()["contacts"] == []
    page = send(control, f"contacts/{quote(made['id'])}/restore", {})
    assert "Restored." in page.text
    assert control.mailbox()["contacts"][0]["surname"] == "Wong"


def test_saving_writes_only_what_was_edited(graph: Client, control: Control) -> None:
    made = graph.create(
        givenName="Mia",
        surname="Wong",
        jobTitle="Buyer",
        displayName="Mimi",
        emailAddresses=[{"name": "M", "address": "m@x.example"}],
        businessPhones=["1", "2"],
        middleName="Q",
        singleValueExtendedProperties=[{"id": STAMP, "value": "7"}],
    )
    form = fields(open_page(control, contact=made["id"]))
    graph("PATCH", f"/me/contacts/{made['id']}", {"jobTitle": "Vendor"})
    send(control, f"contacts/{quote(made['id'])}", {**form, "businessPhones.0": "3"})
    now = control.mailbox()["contacts"][0]
    assert now["jobTitle"] == "Vendor", "what the app wrote meanwhile is not undone"
    assert now["businessPhones"] == ["3", "2"]
    assert now["emailAddresses"] == [{"name": "M", "address": "m@x.example"}]
    assert (now["displayName"], now["middleName"]) == ("Mimi", "Q")
    assert now["extended"] == {STAMP: "7"}
    before = now["changeKey"]
    send(control, f"contacts/{quote(made['id'])}", fields(open_page(control, contact=made["id"])))
    assert control.mailbox()["contacts"][0]["changeKey"] == before, "nothing edited"


def test_what_a_person_does_reaches_an_app_by_delta(graph: Client, control: Control) -> None:
    made = graph.create(givenName="Mia", mobilePhone="1")
    _, link = graph.all_pages("/me/contactFolders/contacts/contacts/delta")
    form = fields(open_page(control, contact=made["id"]))
    send(control, f"contacts/{quote(made['id'])}", {**form, "mobilePhone": "2"})
    assert [r["mobilePhone"] for r in graph.all_pages(link)[0]] == ["2"]


def test_what_an_app_changed_is_marked_for_a_minute(graph: Client, control: Control) -> None:
    made = graph.create(givenName="Mia")
    control.post("clock", {"advance": 61})
    graph("PATCH", f"/me/contacts/{made['id']}", {"mobilePhone": "2"})
    page = open_page(control, contact=made["id"])
    assert "Changed by Agentbox CRM just now" in page.text
    assert page.text.count('class="field fresh"') == 1
    graph("DELETE", f"/me/contacts/{graph.create(givenName='Noah')['id']}")
    assert "Noah was removed by Agentbox CRM just now" in open_page(control).text
    control.post("clock", {"advance": 61})
    assert "just now" not in open_page(control, contact=made["id"]).text


def test_a_person_s_own_edit_carries_no_mark(graph: Client, control: Control) -> None:
    made = graph.create(givenName="Mia")
    control.person({"edit": made["id"], "values": {"jobTitle": "Owner"}})
    assert "just now" not in open_page(control, contact=made["id"]).text


@pytest.mark.parametrize(
    "words,found",
    [
        ("zoe", ["Zoë Adams"]),
        ("ACME", ["Mia Wong"]),
        ("555", ["Mia Wong"]),
        ("x.example", ["Mia Wong", "Zoë Adams"]),
        ("wong mia", ["Mia Wong"]),
        ("nobody", []),
    ],
)
def test_the_search_ignores_case_and_accents_and_looks_everywhere(
    graph: Client, control: Control, words: str, found: list[str]
) -> None:
    graph.create(givenName="Zoë", surname="Adams", emailAddresses=[{"address": "z@x.example"}])
    graph.create(
        givenName="Mia",
        surname="Wong",
        companyName="Acme",
        mobilePhone="0400 555",
        emailAddresses=[{"address": "m@x.example"}],
    )
    page = open_page(control, q=words)
    listed = page.text.partition('id="rows"')[2].partition('id="detail"')[0]
    assert re.findall(r"<b>([^<]+)</b>", listed) == found
    if not found:
        assert "No one here matches" in page.text


def test_a_bad_card_is_shown_again_with_what_was_typed(control: Control) -> None:
    form = fields(open_page(control, new="1"))
    empty = send(control, "contacts", form)
    assert "Enter at least a name." in empty.text
    page = send(control, "contacts", {**form, "surname": "Wong", "birthday": "yesterday"})
    assert page.status_code == 422
    assert "The birthday is not a date." in page.text
    assert "Wong" in page.text
    assert control.mailbox()["contacts"] == []
    broken = send(control, "contacts", {"surname": "Wong"})
    assert broken.status_code == 200, "a new card needs no original"


def test_markup_in_a_contact_stays_text(graph: Client, control: Control) -> None:
    made = graph.create(givenName="<script>alert(1)</script>", personalNotes="</textarea><b>x")
    page = open_page(control, contact=made["id"])
    assert "<script>alert" not in page.text
    assert "</textarea><b>" not in page.text


def test_deleted_items_can_be_restored_or_removed_for_good(graph: Client, control: Control) -> None:
    made = graph.create(givenName="Mia")
    graph("DELETE", f"/me/contacts/{made['id']}")
    bin_id = next(
        f["id"] for f in control.mailbox()["folders"] if f["well_known"] == "deleteditems"
    )
    page = open_page(control, folder=bin_id, contact=made["id"])
    assert "Delete for good" in page.text
    assert "readonly" in page.text
    send(control, f"contacts/{quote(made['id'])}/delete", {})
    assert control.mailbox()["deleted"] == []


def test_the_feed_changes_with_the_mailbox(graph: Client, control: Control) -> None:
    feed = f"{control.url}/mailbox/{JANE}/feed"
    before = control.session.get(feed).json()
    assert control.session.get(feed).json() == before
    graph.create(givenName="Mia")
    assert control.session.get(feed).json() != before
    assert control.session.get(f"{control.url}/mailbox/nobody@x.example/feed").status_code == 404


def test_a_foreign_page_cannot_edit_a_mailbox(graph: Client, control: Control) -> None:
    made = graph.create(givenName="Mia")
    url = f"{control.url}/mailbox/{JANE}/contacts/{quote(made['id'])}/delete"
    answer = control.session.post(url, headers={"Origin": "http://localhost:8000"})
    assert answer.status_code == 403
    assert len(control.mailbox()["contacts"]) == 1


def test_the_control_page_sets_and_clears(graph: Client, control: Control) -> None:
    def press(what: str, **form: str) -> requests.Response:
        return control.session.post(f"{control.url}/_emulator/page/{what}", data=form)

    assert "The fault is set." in press("preset", name="503").text
    assert graph("GET", "/me").status_code == 503
    assert graph("GET", "/me").status_code == 200
    press("fault", method="GET", path="/me$", status="429", retry_after="9", times="1")
    assert graph("GET", "/me").headers["Retry-After"] == "9"
    assert press("fault", path="(", status="500").status_code == 422
    press("clear")
    assert control.get("faults")["rules"] == []
    press("latency", item_ms="5", round_trip_ms="1.5")
    assert control.get("latency") == {"item_ms": 5.0, "round_trip_ms": 1.5}
    assert press("latency", item_ms="many").status_code == 422
    press("clock", minutes="60")
    assert 3590 < control.get("clock")["offset"] < 3610
    assert press("reset").status_code == 422
    assert control.get("stats")["users"] == 4
    press("reset", sure="on")
    assert control.get("stats")["users"] == 0
    assert "No mailbox has been seeded" in control.session.get(control.url).text


def test_presets_leave_the_token_endpoint_alone(control: Control) -> None:
    control.session.post(f"{control.url}/_emulator/page/preset", data={"name": "503"})
    answer = control.token_request(grant_type="refresh_token", refresh_token="x")
    assert answer.status_code == 400
    assert json.loads(answer.text)["error"] == "invalid_grant"
    assert CLIENT_ID
