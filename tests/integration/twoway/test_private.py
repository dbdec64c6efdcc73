"""Contacts of the agent that are nobody's business: at rest, nothing of them is with us."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import connection as database

from agentbox_sync.models import Collection, Connection, Inbox
from agentbox_sync.services.disconnect import disconnect

from .world import TwoWay

SECRETS = ("Mumsy", "Secretsson", "mumsy@private.example", "0499 000 111", "61499000111", "Diary")
MODES: dict[str, dict[str, object]] = {
    "one-way": {"status": "one_way"},
    "one-way, strict": {"status": "one_way", "strict": True},
    "two-way": {},
    "two-way, exchange wins": {"conflict": "exchange_wins", "deletion": "restore"},
    "two-way, review": {"adoption": "review"},
    "switched off": {"status": "disabled"},
}


def rows_that_hold(secrets: tuple[str, ...]) -> list[str]:
    """The columns of our tables that hold any of ``secrets``, in whatever case or notation."""
    found = []
    for model in apps.get_app_config("agentbox_sync").get_models(include_auto_created=True):
        table = model._meta.db_table
        with database.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {database.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    text = value if isinstance(value, str) else json.dumps(value, default=str)
                    # JSON may have escaped what is not ASCII; the secrets are plain on purpose.
                    if any(secret.lower() in text.lower() for secret in secrets):
                        found.append(f"{table}.{name}")
    return found


def somebody_private(world: TwoWay) -> str:
    return world.add(
        "Mumsy",
        "mumsy@private.example",
        surname="Secretsson",
        mobilePhone="0499 000 111",
        personalNotes="Diary of a private person",
    )


def edit_it(world: TwoWay, remote_id: str) -> None:
    world.edit(remote_id, companyName="Diary Club")


def remove_it(world: TwoWay, remote_id: str) -> None:
    world.remove(remote_id)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("deed", [edit_it, remove_it])
def test_nothing_but_key_and_version_of_a_private_contact_is_at_rest_with_us(
    mode: str, deed: Callable[[TwoWay, str], None], world: TwoWay
) -> None:
    world.choose(**MODES[mode])
    private = somebody_private(world)
    world.contacts(3)
    is_on = mode != "switched off"

    for forced in (False, True):
        if is_on:
            world.run_well(forced=forced)
            assert rows_that_hold(SECRETS) == []
    deed(world, private)
    if is_on:
        world.run_well()
        assert rows_that_hold(SECRETS) == []
    Connection.objects.update(wants_full=True)
    Collection.objects.update(listed_at=None)  # everything is listed once more
    if is_on:
        world.run_well(forced=True)
        world.run_well()
    assert rows_that_hold(SECRETS) == []
    disconnect(world.user, world.connection)
    assert rows_that_hold(SECRETS) == []


def test_the_search_finds_what_is_there(world: TwoWay) -> None:
    """A positive control: one value in a JSON column, one in a column of text."""
    world.contacts(1)
    world.run_well()
    chain = Collection.objects.get()
    Inbox.objects.create(collection=chain, remote_id="planted", record={"name": {"given": "Mumsy"}})
    Connection.objects.update(display_name="Mrs SECRETSSON")

    assert sorted(rows_that_hold(SECRETS)) == [
        "agentbox_sync_connection.display_name",
        "agentbox_sync_inbox.record",
    ]


def test_who_is_taken_in_is_no_secret_any_more(world: TwoWay) -> None:
    """A second control: the very contact is found where it is somebody's business."""
    world.choose(adoption="import")
    somebody_private(world)
    world.run_well()
    assert "agentbox_sync_link.base_remote" in rows_that_hold(SECRETS)
