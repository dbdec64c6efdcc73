"""Whatever two people press at one card at the same moment, neither waits for the other for ever.

PostgreSQL ends one of two transactions that wait for each other with an error, so all lock their
rows in one order. SQLite has one lock for all.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from agentbox_sync.core.rules import Order
from agentbox_sync.memory.lease import acquire, lease_key
from agentbox_sync.models import Connection, ContactSettings, Lease, Preview
from agentbox_sync.services import leave
from agentbox_sync.services.configure import configure
from agentbox_sync.services.decide import decide
from agentbox_sync.services.disconnect import disconnect
from agentbox_sync.services.go import go, seal
from agentbox_sync.services.pause import pause, resume
from tests.builders import crm
from tests.integration.card import builders as make
from tests.integration.reviews import builders as waits

pytestmark = pytest.mark.django_db

ORDER = [row._meta.db_table for row in (Lease, Connection, ContactSettings, Preview)]
LOCKING = re.compile(
    r'^(?:UPDATE|DELETE FROM) "(?P<changed>\w+)"|^SELECT .*? FROM "(?P<held>\w+)" .* FOR UPDATE',
    re.DOTALL,
)


def first_locked(statements: list[str]) -> list[str]:
    """The tables of ORDER in which these statements lock rows, each at its first time."""
    found = [match for text in statements if (match := LOCKING.match(text))]
    tables = dict.fromkeys(match["changed"] or match["held"] for match in found)
    return [table for table in tables if table in ORDER]


@pytest.fixture
def user() -> User:
    return crm.a_login(None, is_superuser=True)


@pytest.fixture
def connection(user: User) -> Connection:
    connection = waits.a_two_way_connection(crm.a_staff_member())
    settings = ContactSettings.objects.get()
    make.a_preview(settings)
    settings.approved = ""
    settings.save()
    lease = acquire(lease_key(connection.pk), 60)
    assert lease is not None
    lease.release()
    return connection


def saves(user: User, connection: Connection) -> None:
    configure(user, connection, "contacts", {"removal": "delete"}, connection_version())


def switches_off(user: User, connection: Connection) -> None:
    configure(user, connection, "contacts", {"status": "disabled"}, connection_version())


def says_go(user: User, connection: Connection) -> None:
    go(user, connection, "contacts", seal(Preview.objects.get()))


def decides(user: User, connection: Connection) -> None:
    born = waits.born(connection)
    assert decide(user, connection, "contacts", [born.pk], Order.DISMISS)


def leaves(user: User, connection: Connection) -> None:
    leave.begin(user, connection, 0)


def stays(user: User, connection: Connection) -> None:
    leave.begin(user, connection, 0)
    leave.cancel(user, connection)


def pauses(user: User, connection: Connection) -> None:
    assert pause(connection, user)


def resumes(user: User, connection: Connection) -> None:
    assert pause(connection, user)
    assert resume(connection, user)


def connection_version() -> int:
    return ContactSettings.objects.get().version


@pytest.mark.parametrize(
    "press", [disconnect, saves, switches_off, says_go, decides, leaves, stays, pauses, resumes]
)
def test_rows_are_locked_in_one_order(
    press: Callable[[User, Connection], None], user: User, connection: Connection
) -> None:
    if database.vendor != "postgresql":
        pytest.skip("SQLite has one lock for all.")
    with CaptureQueriesContext(database) as asked:
        press(user, connection)
    tables = first_locked([query["sql"] for query in asked.captured_queries])
    assert Connection._meta.db_table in tables, "positive control: it locks something"
    assert tables == sorted(tables, key=ORDER.index)


def test_another_order_would_be_noticed(connection: Connection) -> None:
    with CaptureQueriesContext(database) as asked:
        ContactSettings.objects.update(version=2)
        Connection.objects.update(wake=True)
    assert first_locked([query["sql"] for query in asked.captured_queries]) == ORDER[2:0:-1]
