"""Why a task is, or is not, in somebody's To Do."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.core.changes import LinkState
from agentbox_sync.models import Connection, TaskSettings
from agentbox_sync.services.why import why
from tests.builders.crm import a_task
from tests.integration.card import builders as make
from tests.integration.card.pages import text_of

LABEL = "agentbox_crm.task"


@pytest.fixture
def connection(jane: Staff) -> Connection:
    made = make.a_connection(jane)
    settings = TaskSettings.objects.get_or_create(connection=made)[0]
    settings.status = "two_way"
    settings.approved = settings.fingerprint
    settings.save()
    return made


def code_of(pk: int) -> str:
    story = why(LABEL, pk)
    assert story is not None
    (account,) = story.accounts
    return account.answer.code


@pytest.mark.parametrize("state", [None, LinkState.DEAD, LinkState.ACTIVE])
def test_what_is_done_is_not_put_into_outlook_and_goes_on_where_it_is(
    connection: Connection, jane: Staff, state: LinkState | None
) -> None:
    done, still_open = a_task(jane, status="completed"), a_task(jane)
    for row in (done, still_open) if state else ():
        at = {"kind": "tasks", "local_model": LABEL, "local_pk": str(row.pk)}
        make.a_link(connection, state=state, **at)

    expected = ("synced", "synced") if state is LinkState.ACTIVE else ("dormant", "waiting")
    assert (code_of(done.pk), code_of(still_open.pk)) == expected


def test_what_is_done_is_completed_where_the_settings_delete_it(
    connection: Connection, jane: Staff
) -> None:
    settings = TaskSettings.objects.get()
    settings.completed = "delete"
    settings.approved = settings.fingerprint
    settings.save()

    assert code_of(a_task(jane, status="completed").pk) == "not_selected"


def test_the_page_of_a_task_says_it_in_words(
    connection: Connection, jane: Staff, master: Client
) -> None:
    task = a_task(jane, status="completed")
    for address in (
        reverse("agentbox_sync:why", args=[LABEL, task.pk]),
        reverse("admin:agentbox_crm_task_change", args=[task.pk]),
    ):
        assert "Outlook: it is done, or called off" in text_of(master.get(address))
