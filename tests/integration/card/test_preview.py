"""The page that shows what would change: what it says, in which order, and at what price."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection as database
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agentbox_sync.contrib.reference_crm.models import Contact, Staff
from agentbox_sync.models import (
    Collection,
    Inbox,
    Link,
    Preview,
    PreviewRow,
    Review,
    Run,
    StaffSettings,
)
from agentbox_sync.services.listing import SHOWN
from tests.builders.crm import a_contact
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, text_of, to

BUDGET = 12


def asked_about(jane: Staff, state: str = "ready", **fields: Any) -> Preview:
    settings = make.settings_of(make.a_connection(jane), status="two_way", approved=False)
    return make.a_preview(settings, state, **fields)


def a_row(preview: Preview, group: str, number: int = 1, **fields: Any) -> PreviewRow:
    contact = fields.pop("contact", None)
    key = {"local_model": "agentbox_crm.contact", "local_pk": str(contact.pk)} if contact else {}
    preview.counts[group] = preview.counts.get(group, 0) + 1
    preview.save()
    return PreviewRow.objects.create(
        preview=preview,
        group=group,
        number=number,
        **{"action": "create", "cause": "new in the CRM", **key, **fields},
    )


def look(client: Client, preview: Preview, query: str = "") -> HttpResponse:
    return client.get(to("preview", preview.connection_id, "contacts") + query)


def go(client: Client, preview: Preview, page: HttpResponse | None = None) -> HttpResponse:
    shown = (page or look(client, preview)).content.decode()
    found = re.search(r'name="seen" value="([^"]+)"', shown)
    data = {"seen": found.group(1) if found else ""}
    return client.post(to("go", preview.connection_id, "contacts"), data, follow=True)


def staged(preview: Preview, remote_id: str, **record: Any) -> None:
    chain, _ = Collection.objects.get_or_create(connection=preview.connection, kind="contacts")
    Inbox.objects.create(collection=chain, remote_id=remote_id, record=record)


def everything(jane: Staff) -> Preview:
    """One row of every group, and its two sides."""
    preview = asked_about(
        jane,
        counts={
            "deleted": 1,
            "created_remote": 1,
            "created_local": 1,
            "written_remote": 1,
            "written_local": 1,
        },
    )
    connection = preview.connection
    gone, edited, met = a_contact("Gone Away"), a_contact("Ed Edited"), a_contact("Meg Met")
    agreed = {"name": {"given": "Gone", "surname": "Away"}, "mobile_phone": "+61412345678"}
    link = make.a_link(connection, gone, base_local=agreed, base_remote=agreed)
    cause, same = {"cause": "left, removed", "action": "delete"}, {"contact": gone}
    a_row(preview, "removed", **same, **cause, link_id=link.pk, remote_id=link.remote_id)
    Contact.objects.filter(pk=edited.pk).update(company="Ours", website="https://ours.example")
    link = make.a_link(connection, edited, base_remote={"company": "Theirs"})
    staged(preview, link.remote_id, website="https://theirs.example")
    cause = {"cause": "both there", "action": "update", "link_id": link.pk}
    a_row(
        preview,
        "conflict",
        contact=edited,
        push=["company", "website"],
        conflicts=["company"],
        remote_id=link.remote_id,
        **cause,
    )
    a_row(preview, "ambiguous", contact=met, action="review", cause="ambiguous")
    staged(preview, "AAMk-nina", name={"given": "Nina", "surname": "Newton"}, company="Theirs")
    cause = {"cause": "born in Exchange, imported", "action": "import"}
    a_row(preview, "taken_in", remote_id="AAMk-nina", **cause)
    a_row(preview, "created", contact=a_contact("Cora Created"), push=["name", "company"])
    staged(preview, "AAMk-meg", name={"given": "Meg", "surname": "Met"}, notes="Theirs")
    cause = {"cause": "already in Exchange", "action": "link", "pull": ["notes"]}
    a_row(preview, "linked", contact=met, remote_id="AAMk-meg", **cause)
    a_row(preview, "offered", remote_id="AAMk-nina", action="offer", cause="born in Exchange")
    a_row(preview, "left", contact=gone, action="rest", cause="left, retained")
    return preview


def test_removals_come_first_and_open_and_every_row_says_why(jane: Staff, master: Client) -> None:
    page = look(master, everything(jane))
    text = text_of(page)
    assert "1 person will be removed from Jane Ashcroft’s Outlook; 1 person will be added" in text
    titles = re.findall(r'<section id="agentbox-(\w+)"', page.content.decode())
    assert titles[0] == "removed"
    assert titles == [
        *("removed", "conflict", "ambiguous", "taken_in", "created", "linked", "offered", "left")
    ]
    opened = re.findall(r"<details open>", page.content.decode())
    assert len(opened) == 3, "what a person should have seen before they say go"
    assert "agentbox-tone-bad" in page.content.decode()
    for said in (
        "Gone Away It left the selection.",
        "Ed Edited It changed.",
        "Outlook gets what the CRM says: Company, Website.",
        "Meg Met More than one item in Exchange may be the same.",
        "Nina Newton It was born in Exchange.",
        "Cora Created It is new in the CRM.",
        "The CRM gets what Outlook says: Notes.",
    ):
        assert said in text
    button = re.search(
        r'<button type="submit"\s+class="agentbox-danger">(.*?)<', page.content.decode(), re.DOTALL
    )
    assert button is not None
    assert button.group(1).split()[:4] == ["Go:", "remove", "1", "person"]


def test_both_sides_of_what_would_be_written_stand_beside_each_other(
    jane: Staff, master: Client
) -> None:
    text = text_of(look(master, everything(jane)))
    assert re.search(r"Company .{0,40}Ours .{0,60}Theirs", text)
    assert "ours.example" in text, "what the CRM says now"
    assert "theirs.example" in text, "what was seen last, not what was agreed on"
    assert "0412 345 678" in text, "what would be removed"


def test_a_go_leads_to_the_card_and_a_run(jane: Staff, master: Client) -> None:
    preview = everything(jane)
    make.a_heartbeat()
    page = go(master, preview)
    assert page.redirect_chain[-1][0] == card_of(jane)
    run = Run.objects.get()
    assert (run.state, run.kinds) == (Run.State.QUEUED, ["contacts"])
    text = text_of(look(master, preview))
    assert "said go" in text
    assert "Go:" not in text


def test_a_go_to_a_page_that_was_overtaken_begins_nothing(jane: Staff, master: Client) -> None:
    preview = everything(jane)
    page = look(master, preview)
    Preview.objects.update(made_at=make.ago(seconds=1))
    answer = go(master, preview, page)
    assert "Nothing was begun, because it was looked up again meanwhile." in text_of(answer)
    assert not Run.objects.exists()


def test_a_go_to_yesterdays_page_has_it_looked_up_again(jane: Staff, master: Client) -> None:
    preview = everything(jane)
    page = look(master, preview)
    Preview.objects.update(made_at=make.ago(days=2))
    answer = go(master, preview, page)
    assert "Nothing was begun, because both sides may have moved on since." in text_of(answer)
    assert not Run.objects.exists()
    preview.refresh_from_db()
    assert preview.state == Preview.State.ASKED


def test_yesterdays_preview_can_be_read_and_not_said_go_to(jane: Staff, master: Client) -> None:
    preview = asked_about(jane, counts={"created": 0}, made_at=make.ago(days=1, minutes=1))
    text = text_of(look(master, preview))
    assert "is no longer fresh" in text
    assert "Look again" in text
    assert "Go:" not in text
    master.post(to("preview", preview.connection_id, "contacts"))
    preview.refresh_from_db()
    assert preview.state == Preview.State.ASKED


def test_an_empty_preview_has_a_go_that_only_switches_on(jane: Staff, master: Client) -> None:
    text = text_of(look(master, asked_about(jane)))
    assert "Everything already matches; nothing will change." in text
    assert "Go: switch it on" in text
    assert "agentbox-danger" not in look(master, asked := Preview.objects.get()).content.decode(), (
        asked
    )


def test_looking_shows_how_far_it_is(jane: Staff, master: Client) -> None:
    make.a_heartbeat()
    page = look(master, asked_about(jane, "making", counts={"read": 1240}))
    assert "Looking at what would change in Jane Ashcroft’s Outlook …" in text_of(page)
    assert "1240 people read from Exchange." in text_of(page)
    assert "data-agentbox-progress=" in page.content.decode()
    assert "No worker is running" not in text_of(page)


def test_looking_without_a_worker_says_so(jane: Staff, master: Client) -> None:
    assert "No worker is running" in text_of(look(master, asked_about(jane, "asked")))


def test_a_failed_look_says_why_and_can_be_repeated(jane: Staff, master: Client) -> None:
    text = text_of(look(master, asked_about(jane, "failed", error="secret_refused")))
    assert "client secret" in text
    assert "Look again" in text


def test_who_may_not_manage_reads_and_says_no_go(jane: Staff, janes_browser: Client) -> None:
    preview = everything(jane)
    text = text_of(look(janes_browser, preview))
    assert "Gone Away" in text
    assert "Go:" not in text
    assert janes_browser.post(to("go", preview.connection_id, "contacts")).status_code == 404
    assert janes_browser.post(to("preview", preview.connection_id, "contacts")).status_code == 404


def test_more_than_the_guard_lets_go_needs_a_master_user(
    jane: Staff, master: Client, janes_browser: Client
) -> None:
    StaffSettings.objects.create(staff=jane, self_managed=True)
    preview = everything(jane)
    Preview.objects.update(held=1, limit=0, plan_hash="of another list")
    text = text_of(look(janes_browser, preview))
    assert "A Master User has to look at this list and say go." in text
    assert "Go:" not in text
    seen = {
        "seen": re.search(r'name="seen" value="([^"]+)"', look(master, preview).content.decode())[1]
    }
    answer = janes_browser.post(to("go", preview.connection_id, "contacts"), seen, follow=True)
    assert "a Master User has to look at it" in text_of(answer)
    assert not Run.objects.exists()
    assert not Review.objects.exists()
    assert "With your go exactly this list is removed, once." in text_of(look(master, preview))


def many(jane: Staff, number: int) -> Preview:
    """So many rows of three groups, with links, staged items and contacts behind them."""
    preview = asked_about(jane)
    contacts = Contact.objects.bulk_create(
        Contact(first_name="Person", last_name=str(n), email=f"{n}@x.example")
        for n in range(number)
    )
    links = Link.objects.bulk_create(
        Link(
            connection=preview.connection,
            kind="contacts",
            local_model="agentbox_crm.contact",
            local_pk=str(contact.pk),
            state="active",
            origin="crm",
            remote_id=f"AAMk-{contact.pk}",
            stamp=f"stamp-of-{contact.pk}",
            base_local={"company": "Was"},
            base_remote={"company": "Was"},
        )
        for contact in contacts
    )
    chain = Collection.objects.create(connection=preview.connection, kind="contacts")
    Inbox.objects.bulk_create(
        Inbox(collection=chain, remote_id=link.remote_id, record={"company": "Theirs"})
        for link in links
    )
    groups = {"removed": "delete", "updated": "update", "created": "create"}
    PreviewRow.objects.bulk_create(
        PreviewRow(
            preview=preview,
            group=group,
            number=n,
            action=action,
            cause="both there",
            local_model=link.local_model,
            local_pk=link.local_pk,
            link_id=link.pk,
            remote_id=link.remote_id,
            push=["company", "emails"],
        )
        for group, action in groups.items()
        for n, link in enumerate(links, start=1)
    )
    preview.counts = dict.fromkeys(groups, number) | {"deleted": number}
    preview.save()
    return preview


def statements(client: Client, preview: Preview, query: str = "") -> list[str]:
    with CaptureQueriesContext(database) as captured:
        assert look(client, preview, query).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("query", ["", "?updated=41&removed=21"])
def test_the_page_costs_the_same_whatever_the_number_of_rows(
    query: str, jane: Staff, master: Client
) -> None:
    asked = statements(master, many(jane, 75), query)
    assert len(asked) <= BUDGET, "\n".join(asked)


def test_its_owner_pays_no_more(jane: Staff, janes_browser: Client) -> None:
    StaffSettings.objects.create(staff=jane, self_managed=True)
    asked = statements(janes_browser, many(jane, 30))
    assert len(asked) <= BUDGET, "\n".join(asked)


def test_pages_of_a_group_follow_each_other_without_a_gap(jane: Staff, master: Client) -> None:
    preview = many(jane, 2 * SHOWN + 3)
    seen: list[str] = []
    query = ""
    for _ in range(3):
        shown = look(master, preview, query).content.decode()
        part = shown.split('<section id="agentbox-updated"')[1].split("</section>")[0]
        seen += re.findall(r"Person \d+(?=</a>)", part)
        following = re.search(r'href="(\?updated=\d+)#agentbox-updated"\s+rel="next"', part)
        query = following.group(1) if following else "the end"
    assert query == "the end"
    assert seen == [f"Person {n}" for n in range(2 * SHOWN + 3)]


@pytest.mark.parametrize("start", ["0", "-1", "x", "9999999", "99999999999999999999", "٣"])
def test_a_page_that_is_not_there_is_the_nearest_one(
    start: str, jane: Staff, master: Client
) -> None:
    page = look(master, many(jane, 3), f"?updated={start}")
    assert page.status_code == 200
    assert "Person 2" in text_of(page)
