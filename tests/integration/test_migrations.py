"""Our migrations, on the reference CRM, on a UUID staff model and on Django's own user."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.projects.manage import SETTINGS, empty_database, manage, run

pytestmark = pytest.mark.slow
on_both = pytest.mark.database  # the others never come to a database

FOREIGN = SETTINGS["foreign CRM"]
COLUMN = """
import django, json
django.setup()
from django.db import connection
from agentbox_sync.models import Connection
staff = Connection._meta.get_field("staff")
with connection.cursor() as cursor:
    relations = connection.introspection.get_relations(cursor, Connection._meta.db_table)
    columns = connection.introspection.get_table_description(cursor, Connection._meta.db_table)
kind = next(column for column in columns if column.name == "staff_id")
print(json.dumps({
    "to": list(relations["staff_id"][:2]),
    "table": staff.related_model._meta.db_table,
    "type": staff.db_type(connection),
    "null": kind.null_ok,
}))
"""


@pytest.fixture(params=SETTINGS)
def settings_of_a_host(request: pytest.FixtureRequest) -> str:
    return SETTINGS[request.param]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    with empty_database(tmp_path) as url:
        yield url


@on_both
def test_no_change_of_a_model_waits_for_a_migration(settings_of_a_host, database):
    done = manage(
        "makemigrations", "--check", "--dry-run", settings=settings_of_a_host, database=database
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No changes detected" in done.stdout


@on_both
def test_a_changed_model_would_be_seen(database):
    """The control: another staff model than the one that was migrated is a change."""
    done = manage(
        "makemigrations", "--check", "--dry-run", "agentbox_crm",
        settings=SETTINGS["reference CRM"],
        database=database,
        environment={"DJANGO_SETTINGS_MODULE": "tests.projects.changed_crm"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "nickname" in done.stdout


@on_both
def test_migrate_works_from_nothing_and_a_second_time_and_can_be_taken_back(
    settings_of_a_host, database
):
    for _ in range(2):
        done = manage("migrate", "--no-input", settings=settings_of_a_host, database=database)
        assert done.returncode == 0, done.stdout + done.stderr
    told = run("-c", COLUMN, settings=settings_of_a_host, database=database)
    assert told.returncode == 0, told.stderr
    column = json.loads(told.stdout)
    assert column["to"][1] == column["table"]
    assert column["null"]
    if settings_of_a_host == FOREIGN:
        assert column["type"] in ("uuid", "char(32)")
    done = manage(
        "migrate", "agentbox_sync", "zero", settings=settings_of_a_host, database=database
    )
    assert done.returncode == 0, done.stdout + done.stderr


@on_both
def test_a_staff_model_of_a_later_migration_needs_the_line(database):
    without = {"FOREIGN_WITHOUT": "AGENTBOX_STAFF_MIGRATION"}
    done = manage("check", settings=FOREIGN, environment=without)
    assert done.returncode == 1
    assert "(agentbox_sync.E003)" in done.stderr
    assert 'AGENTBOX_STAFF_MIGRATION = "foreign_crm.0002_people"' in done.stderr
    # And the check does not cry wolf: without the line the tables cannot be made.
    skipped = manage(
        "migrate", "--no-input", "--skip-checks",
        settings=FOREIGN, database=database, environment=without,
    )  # fmt: skip
    assert skipped.returncode != 0


@on_both
@pytest.mark.parametrize("host", ["foreign CRM", "bare"])
def test_a_host_without_microsofts_secrets_can_work_and_cannot_deploy(host, database):
    nothing = dict.fromkeys(("MS365_CLIENT_ID", "MS365_CLIENT_SECRET", "MS365_TOKEN_KEYS"))
    given = {"settings": SETTINGS[host], "database": database}
    if host == "foreign CRM":
        given["environment"] = {**nothing, "FOREIGN_WITHOUT": ",".join(nothing)}
    else:
        given["environment"] = nothing
    done = manage("check", **given)
    assert done.returncode == 0
    assert "agentbox_sync.W048" in done.stderr
    assert manage("makemigrations", "--check", "--dry-run", **given).returncode == 0
    assert manage("migrate", "--no-input", **given).returncode == 0
    deployed = manage("check", "--deploy", "--tag", "agentbox_sync", **given)
    assert deployed.returncode == 1
    assert deployed.stderr.count("agentbox_sync.E049") == 3


@pytest.mark.parametrize(
    "name, line",
    [
        ("AGENTBOX_STAFF_MODEL", 'AGENTBOX_STAFF_MODEL = "mycrm.Staff"'),
        ("AGENTBOX_SYNC", 'AGENTBOX_SYNC = {"ADAPTER": "mycrm.sync.Adapter"'),
    ],
)
def test_a_setting_that_is_missing_stops_every_start_with_the_line(name, line):
    without = {"FOREIGN_WITHOUT": name}
    command = manage("check", settings=FOREIGN, environment=without)
    assert command.returncode != 0
    assert line in command.stderr
    server = run(
        "-c",
        "from django.core.wsgi import get_wsgi_application; get_wsgi_application()",
        settings=FOREIGN,
        environment=without,
    )
    assert server.returncode != 0
    assert line in server.stderr
    assert "ImproperlyConfigured" in server.stderr


def test_a_wrong_value_stops_a_command_as_a_check_and_a_server_at_its_start():
    wrong = {"MS365_CLOUD": "germany", "MS365_LOGIN_URL": "http://10.0.0.1"}
    command = manage("check", settings=FOREIGN, environment=wrong)
    assert command.returncode == 1
    assert "SystemCheckError" in command.stderr
    assert "Traceback" not in command.stderr
    server = run(
        "-c",
        "from django.core.asgi import get_asgi_application; get_asgi_application()",
        settings=FOREIGN,
        environment=wrong,
    )
    assert server.returncode != 0
    for said in (command.stderr, server.stderr):
        assert "agentbox_sync.E042" in said
        assert "MS365_CLOUD=global" in said


def test_a_server_with_right_values_starts():
    done = run(
        "-c",
        "from django.core.wsgi import get_wsgi_application; get_wsgi_application()",
        settings=FOREIGN,
    )
    assert done.returncode == 0, done.stderr
