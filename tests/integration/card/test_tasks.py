"""Tasks on the card: what is offered, what is saved, and where nothing is said of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.core.kinds.faces import DONE, TASK_ENTRY
from agentbox_sync.core.rules import Deletion, Removal, Status, Target
from agentbox_sync.forms import CalendarForm, TasksForm
from agentbox_sync.models import CalendarSettings, Connection, Preview, TaskSettings
from agentbox_sync.oauth.app_only import TASKS as ROLE
from agentbox_sync.services import chosen
from tests.bench.pages import MOST_STATEMENTS, statements
from tests.builders.task_crm import ADAPTER, WITHOUT
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, text_of, to

TITLE = "Exchange Tasks Configuration"
TICK = "Show tasks"


@pytest.fixture
def connection(jane: Staff, settings: Settings) -> Connection:
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "ADAPTER": ADAPTER}
    return make.a_syncing_connection(jane)


@pytest.fixture
def without(jane: Staff, settings: Settings) -> Connection:
    settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, "ADAPTER": WITHOUT}
    return make.a_syncing_connection(jane)


def saved(connection: Connection) -> TaskSettings:
    return TaskSettings.objects.get(connection=connection)


def posted(browser: Client, connection: Connection, form: Any, **changes: Any) -> HttpResponse:
    """What a browser sends for what the form shows; a change to None leaves an answer out."""
    shown = {name: form[name].value() for name in form.fields} | changes
    shown = {name: "on" if said is True else said for name, said in shown.items()}
    kind = form.model.KIND
    sent = {f"{kind}-{name}": said for name, said in shown.items() if said not in (None, False)}
    page: HttpResponse = browser.post(to("configure", connection.pk, kind), sent, follow=True)
    return page


def save(browser: Client, connection: Connection, **changes: Any) -> HttpResponse:
    now = TaskSettings.objects.filter(connection=connection).first()
    form = TasksForm(now or TaskSettings(connection=connection))
    return posted(browser, connection, form, **changes)


def save_calendar(browser: Client, connection: Connection, **changes: Any) -> HttpResponse:
    now = CalendarSettings.objects.filter(connection=connection).first()
    form = CalendarForm(now or CalendarSettings(connection=connection))
    return posted(browser, connection, form, **changes)


# ------------------------------------------------------------------------------------- of the kind


def test_every_answer_is_saved_and_nothing_moves_before_somebody_says_go(
    connection: Connection, master: Client
) -> None:
    page = save(
        master,
        connection,
        status="two_way",
        completed="delete",
        removal="retain",
        target="own",
        conflict="exchange_wins",
        deletion="apply",
        adoption="import",
    )
    assert "Saved." in text_of(page)
    row = saved(connection)
    policy = row.policy()
    assert row.selection() == {"completed": "delete"}
    assert (policy.status, policy.deletion) == (Status.TWO_WAY, Deletion.APPLY)
    assert policy.removal_of(is_completed=True) is Removal.DELETE
    assert policy.removal_of(is_completed=False) is Removal.RETAIN
    assert policy.target is Target.OWN
    assert Preview.objects.get(kind="tasks").state == Preview.State.ASKED
    assert not row.is_approved


def test_tasks_begin_disabled_and_take_nothing_away(connection: Connection) -> None:
    policy = chosen.fresh(connection, "tasks").policy()
    assert (policy.status, policy.deletion) == (Status.DISABLED, Deletion.KEEP)
    assert {policy.removal_of(is_completed=done) for done in (True, False)} == {Removal.RETAIN}


def test_what_is_completed_and_what_is_removed_are_asked_apart(
    connection: Connection, master: Client
) -> None:
    text = text_of(master.get(card_of(connection.staff)))
    assert TITLE in text
    assert "One that was completed before it was ever synced is not added." in text
    assert "One that is given to somebody else is removed either way." in text
    save(master, connection, status="one_way", completed="delete")
    assert TasksForm(saved(connection)).summary() == (
        "One-way: CRM to Exchange · What is completed is removed · What leaves the CRM stays · "
        "The main list, “Tasks”"
    )


@pytest.mark.parametrize("answer", [{"completed": "maybe"}, {"target": ""}, {"status": None}])
def test_what_cannot_be_meant_comes_back(
    connection: Connection, master: Client, answer: dict[str, Any]
) -> None:
    page = save(master, connection, **{"status": "one_way", **answer})
    assert "agentbox-error" in page.content.decode()
    assert not TaskSettings.objects.filter(status="one_way").exists()


def test_a_go_is_for_exactly_these_answers(connection: Connection) -> None:
    row = TaskSettings(connection=connection, status="one_way")
    row.approved = row.fingerprint
    assert row.is_approved
    row.completed = "delete"
    assert not row.is_approved


def test_two_people_who_save_are_shown_where_they_differ(
    connection: Connection, master: Client
) -> None:
    save(master, connection, status="one_way", completed="delete")
    page = save(master, connection, version=1, status="one_way", completed="retain", target="own")
    text = text_of(page)
    assert "Delete from Exchange" in text
    assert "A list of its own, “Agentbox”" in text
    assert saved(connection).completed == "delete"


def test_a_reader_sees_the_answers_and_no_form(
    connection: Connection, janes_browser: Client
) -> None:
    question = "When completed in the CRM"
    disabled = text_of(janes_browser.get(card_of(connection.staff)))
    assert TITLE in disabled
    assert question not in disabled  # nothing of it counts
    TaskSettings.objects.create(connection=connection, status="one_way")
    page = janes_browser.get(card_of(connection.staff))
    assert f"{question} Retain in Exchange" in text_of(page)
    assert "New in Exchange" not in text_of(page)
    assert "tasks-completed" not in page.content.decode()


def test_the_button_syncs_tasks_alone(connection: Connection, master: Client) -> None:
    row = TaskSettings(connection=connection, status="one_way")
    row.approved = row.fingerprint
    row.save()
    assert "Sync Tasks Now" in text_of(master.get(card_of(connection.staff)))
    master.post(to("sync", connection.pk), {"kind": "tasks"})
    assert connection.runs.get().kinds == ["tasks"]


def test_a_third_kind_costs_the_card_no_statement(connection: Connection, master: Client) -> None:
    address = card_of(connection.staff)
    before = statements(master, address)
    CalendarSettings.objects.create(connection=connection)
    TaskSettings.objects.create(connection=connection)
    assert statements(master, address) == before <= MOST_STATEMENTS


def test_a_crm_without_tasks_says_nothing_of_them(without: Connection, master: Client) -> None:
    page = text_of(master.get(card_of(without.staff)))
    assert "Exchange Calendar Configuration" in page  # the control
    assert TITLE not in page
    assert TICK not in page
    assert master.get(to("preview", without.pk, "tasks")).status_code == 404
    refused = master.post(to("configure", without.pk, "tasks"), {"tasks-status": "two_way"})
    assert refused.status_code == 404
    TaskSettings.objects.create(connection=without, status="two_way", approved="x")
    assert [row.KIND for row in chosen.settings_of(Connection.objects.get())] == ["contacts"]


# --------------------------------------------------------------------------- where there is no such


def test_a_cloud_without_to_do_says_so_and_offers_nothing(
    connection: Connection, master: Client, settings: Settings
) -> None:
    sentence = "The Microsoft cloud of your company has no Microsoft To Do"
    form = TasksForm(TaskSettings(connection=connection))
    assert len(form.fields["status"].choices) == 3  # the control
    assert sentence not in text_of(master.get(card_of(connection.staff)))
    settings.MS365_CLOUD = "china"
    assert sentence in text_of(master.get(card_of(connection.staff)))
    save(master, connection, status="two_way")
    assert not TaskSettings.objects.exists()


def test_an_organisation_that_did_not_grant_tasks_is_told_which_permission(
    connection: Connection, master: Client
) -> None:
    connection.organisation = make.an_organisation(missing=[])
    connection.save()
    assert ROLE not in text_of(master.get(card_of(connection.staff)))
    connection.organisation.missing = [ROLE]
    connection.organisation.save()
    text = text_of(master.get(card_of(connection.staff)))
    assert text.count(f"has not granted the permission {ROLE} yet") == 1


# ---------------------------------------------------------------------- the tick of the calendar


def test_the_calendar_shows_tasks_when_somebody_ticks_it(
    connection: Connection, master: Client
) -> None:
    assert TICK in text_of(master.get(card_of(connection.staff)))
    assert f"the category “{DONE}” completes one" in text_of(master.get(card_of(connection.staff)))
    save_calendar(master, connection, status="two_way")
    row = CalendarSettings.objects.get()
    before = row.fingerprint
    assert (row.tasks, row.selection()["tasks"]) == (False, False)
    assert TASK_ENTRY not in row.labels()
    save_calendar(master, connection, tasks="on")
    row = CalendarSettings.objects.get()
    assert row.selection()["tasks"] is True
    assert row.labels()[TASK_ENTRY] == "Task"
    assert row.fingerprint != before
    assert "Appointments, appraisals, inspections, tasks" in CalendarForm(row).summary()


def test_the_category_of_tasks_is_the_persons_to_name_and_to_empty(
    connection: Connection, master: Client
) -> None:
    save_calendar(master, connection, status="two_way", tasks="on", **{"category-task": "To do"})
    row = CalendarSettings.objects.get()
    assert row.labels()[TASK_ENTRY] == "To do"
    assert "Task → To do" in CalendarForm(row).chosen("categories")
    save_calendar(master, connection, **{"category-task": ""})
    row = CalendarSettings.objects.get()
    assert TASK_ENTRY not in row.labels()
    assert CalendarForm(row)["category-task"].value() == ""


def test_without_the_tick_the_category_of_tasks_is_no_setting(
    connection: Connection, master: Client
) -> None:
    save_calendar(master, connection, status="two_way", tasks="on")
    save_calendar(master, connection, tasks=None)
    row = CalendarSettings.objects.get()
    assert TASK_ENTRY not in row.labels()
    assert "Task" not in CalendarForm(row).chosen("categories")
    # It is offered again with the name that it began with.
    assert CalendarForm(row)["category-task"].value() == "Task"


def test_the_card_says_it_in_german(connection: Connection) -> None:
    with translation.override("de"):
        form = TasksForm(TaskSettings(connection=connection, status="one_way"))
        assert form.summary() == (
            "Einseitig: CRM nach Exchange · Erledigtes bleibt · Was aus dem CRM fällt, bleibt · "
            "Die Hauptliste „Aufgaben“"
        )
