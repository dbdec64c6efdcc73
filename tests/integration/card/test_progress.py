"""How far a run is: as JSON, and through the page's own script in Chromium."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection, ContactSettings, Preview, Run
from tests.builders.crm import a_login, a_staff_member
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, to


def ask(client: Client, connection: Connection) -> dict[str, Any]:
    answer = client.get(to("progress", connection.pk))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert "<" not in answer.content.decode()
    return answer.json()


def test_a_running_run_tells_what_is_done_of_what(jane: Staff, master: Client) -> None:
    connection = make.a_syncing_connection(jane)
    counts = {"contacts": {"planned": 250, "worked": 96}}
    run = make.a_run(connection, "running", counts=counts, started_at=make.ago(seconds=20))
    seen = ask(master, connection)
    assert (seen["run"], seen["state"], seen["planned"], seen["worked"]) == (
        run.pk,
        "running",
        250,
        96,
    )
    assert seen["text"] == "96 of 250 contacts done."
    assert 20 <= seen["seconds"] <= 25
    assert seen["waiting_until"] == seen["waiting"] == ""
    assert seen["worker"] is True


def test_a_run_that_still_reads_has_no_bar_to_fill(jane: Staff, master: Client) -> None:
    connection = make.a_syncing_connection(jane)
    make.a_run(connection, "running")
    seen = ask(master, connection)
    assert (seen["planned"], seen["text"]) == (0, "Comparing the CRM with Exchange.")


def test_a_run_of_the_schedule_is_known_by_what_it_counts(jane: Staff, master: Client) -> None:
    connection = make.a_syncing_connection(jane)
    counts = {"contacts": {"planned": 1, "worked": 0}, "of_tomorrow": {"planned": 7}}
    make.a_run(connection, "running", kinds=[], counts=counts)
    assert ask(master, connection)["text"] == "0 of 1 contact done."


def test_a_pause_names_its_end(jane: Staff, master: Client) -> None:
    until = make.later(minutes=3)
    connection = make.a_syncing_connection(jane, not_before=until)
    make.a_run(connection, "queued")
    seen = ask(master, connection)
    assert seen["waiting_until"] == until.isoformat()
    assert seen["waiting"].startswith("Waiting for Microsoft until ")


def test_a_connection_that_never_ran_is_finished(jane: Staff, master: Client) -> None:
    seen = ask(master, make.a_connection(jane))
    assert (seen["run"], seen["state"], seen["worker"]) == (0, "finished", False)


def test_the_stamp_changes_with_the_first_line_and_not_with_the_counts(
    jane: Staff, master: Client
) -> None:
    connection = make.a_syncing_connection(jane)
    run = make.a_run(connection, "running")
    stamps = [ask(master, connection)["stamp"]]

    def note() -> None:
        stamps.append(ask(master, connection)["stamp"])

    Run.objects.update(counts={"contacts": {"planned": 2, "worked": 1}})
    note()
    assert stamps[0] == stamps[1]
    Run.objects.filter(pk=run.pk).update(state="finished")
    note()
    Connection.objects.update(failures=1)
    note()
    Connection.objects.update(not_before=make.later(minutes=1))
    note()
    make.a_heartbeat(make.ago(days=1))
    note()
    Connection.objects.update(succeeded_at=make.ago(seconds=1))
    note()
    look = make.a_preview(ContactSettings.objects.get(), "making")
    note()
    Preview.objects.filter(pk=look.pk).update(counts={"read": 20})
    note()
    assert stamps.pop() == stamps[-1]
    Preview.objects.filter(pk=look.pk).update(state="ready", made_at=make.ago(seconds=1))
    note()
    assert len(set(stamps[1:])) == 8


def test_a_look_tells_how_many_were_read(jane: Staff, master: Client) -> None:
    connection = make.a_connection(jane)
    settings = make.settings_of(connection, approved=False)
    make.a_preview(settings, "making", counts={"read": 1240})
    seen = ask(master, connection)
    assert (seen["state"], seen["planned"]) == ("running", 0)
    assert seen["text"] == "1240 people read from Exchange. Comparing the CRM with Exchange."
    assert 175 <= seen["seconds"] <= 185


def test_a_run_on_its_way_goes_before_a_look(jane: Staff, master: Client) -> None:
    connection = make.a_connection(jane)
    make.a_preview(make.settings_of(connection, approved=False), "asked")
    assert ask(master, connection)["text"] == "Waiting for a worker to begin."
    make.a_run(connection, "running")
    assert ask(master, connection)["text"] == "Comparing the CRM with Exchange."


# ------------------------------------------------------------------------------ in Chromium


@pytest.fixture
def open_card(
    page: Page, live_server: Any, settings: Any, transactional_db: None
) -> tuple[Page, Connection]:
    staff = a_staff_member("Jane Ashcroft")
    connection = make.a_syncing_connection(staff)
    client = Client()
    client.force_login(a_login(None, MASTER_USERS))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    page.goto(live_server.url + card_of(staff))
    yield page, connection
    assert not refused, "the page broke its own Content-Security-Policy, or a request failed"


def test_a_run_is_watched_until_it_ends_and_choices_stay(
    open_card: tuple[Page, Connection],
) -> None:
    page, connection = open_card
    page.get_by_role("button", name="Sync Contact Now").click()
    expect(page.get_by_role("heading", name="The sync is about to start.")).to_be_visible()
    run = connection.runs.get()
    contacts = page.locator("#agentbox-contacts")
    contacts.get_by_text("Change the settings").click()
    contacts.get_by_text("In Exchange", exact=True).last.click()
    contacts.get_by_label("Delete from Exchange").check()
    counts = {"contacts": {"planned": 250, "worked": 96}}
    Run.objects.filter(pk=run.pk).update(state="running", started_at=make.ago(), counts=counts)
    expect(page.get_by_text("96 of 250 contacts done.")).to_be_visible()
    assert page.locator("progress").evaluate("bar => [bar.value, bar.max]") == [96, 250]
    counts = {"contacts": {"planned": 250, "worked": 250, "created": 250}}
    Run.objects.filter(pk=run.pk).update(
        state="finished", finished_at=make.ago(), counts=counts, requests=14
    )
    expect(page.get_by_text("250 contacts were created in Exchange.")).to_be_visible()
    expect(page.get_by_role("status").first).to_have_text("Jane Ashcroft’s phone is up to date.")
    expect(page.locator("progress")).to_have_count(0)
    assert contacts.get_by_label("Delete from Exchange").is_checked(), "a person was choosing"
    contacts.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def test_a_double_click_sends_once(open_card: tuple[Page, Connection]) -> None:
    page, connection = open_card
    posts: list[str] = []
    page.on("request", lambda sent: posts.append(sent.url) if sent.method == "POST" else None)
    page.get_by_role("button", name="Sync Contact Now").dblclick()
    expect(page.get_by_role("heading", name="The sync is about to start.")).to_be_visible()
    assert len(posts) == 1
    assert connection.runs.count() == 1


def test_two_tabs_and_two_people_begin_one_run_and_all_of_them_watch_it(
    open_card: tuple[Page, Connection], browser: Browser, live_server: Any, settings: Any
) -> None:
    page, connection = open_card
    other_tab = page.context.new_page()
    other_tab.goto(page.url)
    colleague = Client()
    colleague.force_login(a_login(None, MASTER_USERS))
    cookie = colleague.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context()
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    other_person = context.new_page()
    other_person.goto(page.url)
    tabs = [page, other_tab, other_person]
    for tab in tabs:
        expect(tab.get_by_role("button", name="Sync Contact Now")).to_be_visible()

    for tab in tabs:
        tab.get_by_role("button", name="Sync Contact Now").click()
        expect(tab.get_by_role("heading", name="The sync is about to start.")).to_be_visible()

    run = connection.runs.get()
    counts = {"contacts": {"planned": 250, "worked": 96}}
    Run.objects.filter(pk=run.pk).update(state="running", started_at=make.ago(), counts=counts)
    for tab in tabs:
        expect(tab.get_by_text("96 of 250 contacts done.")).to_be_visible()
        tab.reload()
        expect(tab.get_by_text("96 of 250 contacts done.")).to_be_visible()
        expect(tab.get_by_role("button", name="Sync Contact Now")).to_have_count(0)
    until = make.later(minutes=30)
    Connection.objects.update(not_before=until, failures=1, reason="TooManyRequests")
    Run.objects.filter(pk=run.pk).update(state="queued")
    at = timezone.localtime(until).strftime("%H:%M")
    for tab in tabs:
        expect(tab.get_by_text(f"Waiting for Microsoft until {at}.")).to_be_visible()
    assert connection.runs.count() == 1
    context.close()


def test_without_a_script_the_refresh_link_does_the_same(
    open_card: tuple[Page, Connection],
) -> None:
    page, connection = open_card
    page.route("**/card*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    make.a_run(connection, "running", counts={"contacts": {"planned": 2, "worked": 1}})
    page.reload()
    expect(page.get_by_text("1 of 2 contacts done.")).to_be_visible()
    Run.objects.update(counts={"contacts": {"planned": 2, "worked": 2}})
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_text("2 of 2 contacts done.")).to_be_visible()
