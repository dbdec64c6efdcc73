"""A staff record that is deleted takes its connection with it, and is never kept from going."""

from __future__ import annotations

import logging

import pytest
from django.db import connection as database
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection, Link, LocalChange, Run, StaffSettings
from agentbox_sync.services import disconnect
from tests.builders.crm import OWNER, a_contact, a_staff_member
from tests.integration.host.builders import a_connection, a_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def jane():
    return a_staff_member()


def sealed(connection: Connection) -> str:
    with database.cursor() as cursor:
        cursor.execute("SELECT tokens FROM agentbox_sync_connection WHERE id = %s", [connection.pk])
        return cursor.fetchone()[0]


def test_the_connection_ends_and_its_tokens_are_erased(jane):
    connection = a_connection(jane)
    assert sealed(connection)
    jane.delete()
    connection.refresh_from_db()
    assert connection.state == Connection.State.DISCONNECTED
    assert connection.staff_id is None
    assert sealed(connection) == ""


def test_what_was_remembered_rests_and_what_waited_is_dropped(jane):
    connection = a_connection(jane)
    contact = a_contact(access={jane: OWNER})
    link = a_link(connection, contact)
    run = Run.objects.create(connection=connection, asked_at=timezone.now())
    StaffSettings.objects.create(staff=jane, self_managed=True)
    jane.delete()
    run.refresh_from_db()
    assert run.state == Run.State.FINISHED
    assert Link.objects.filter(pk=link.pk).exists()
    assert not LocalChange.objects.filter(connection=connection).exists()
    assert not StaffSettings.objects.exists()


def test_staff_deleted_together_are_all_disconnected(jane):
    connections = [a_connection(jane), a_connection(a_staff_member("José"))]
    Staff.objects.all().delete()
    assert not Connection.objects.exclude(state=Connection.State.DISCONNECTED).exists()
    assert [sealed(connection) for connection in connections] == ["", ""]


def test_other_people_stay_connected(jane):
    his = a_connection(a_staff_member("José"))
    jane.delete()
    his.refresh_from_db()
    assert his.state == Connection.State.CONNECTED
    assert sealed(his)


def test_a_failure_of_ours_never_blocks_the_delete(jane, monkeypatch, caplog):
    """The order of erasing is what matters most: tokens go even where the rest does not."""
    connection = a_connection(jane)

    def fail(*_):
        with database.cursor() as cursor:
            cursor.execute("SELECT * FROM a_table_that_is_not_there")

    monkeypatch.setattr(disconnect, "disconnect", fail)
    with caplog.at_level(logging.ERROR):
        jane.delete()
    connection.refresh_from_db()
    assert not Staff.objects.filter(pk=jane.pk).exists()
    assert connection.staff_id is None
    assert connection.state == Connection.State.DISCONNECTED
    assert sealed(connection) == ""
    assert "could not end the connections of staff" in caplog.text
