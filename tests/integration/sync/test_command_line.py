"""What a terminal may do without a person's go, and what it is told."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from pytest_django import Settings

from agentbox_sync.models import Connection, ContactSettings

from .world import World

pytestmark = pytest.mark.django_db(transaction=True)


def said(*arguments: str) -> tuple[list[dict[str, Any]], int]:
    """Run the command; return its runs and its exit status."""
    out, status = io.StringIO(), 0
    try:
        call_command("agentbox_sync", *arguments, "--json", stdout=out)
    except SystemExit as end:
        status = int(end.code or 0)
    return json.loads(out.getvalue())["runs"], status


def test_a_dry_run_shows_the_plan_without_a_go_and_gives_none(world: World) -> None:
    world.choose(approved=False, removal="delete")
    world.contact("Olivia Rutherford")
    (run,), status = said("--all", "--dry-run", "--yes")
    assert status == 0
    assert [row["action"] for row in run["plan"]] == ["create"]
    assert not ContactSettings.objects.get(connection=world.connection).is_approved
    assert world.people() == []


def test_a_kind_without_a_go_is_left_alone(world: World) -> None:
    world.choose(approved=False, removal="delete")
    world.contact()
    (run,), status = said("--all")
    assert (run["error"], status) == ("not_approved", 0)
    assert world.people() == []


def test_yes_gives_the_go(world: World) -> None:
    world.choose(approved=False, removal="delete")
    world.contact("Olivia Rutherford")
    (run,), status = said("--staff", world.staff.email, "--yes")
    assert (run["kinds"]["contacts"]["created"], status) == (1, 0)
    assert world.people() == ["Olivia"]


def test_an_item_that_was_refused_makes_the_exit_status_one(world: World) -> None:
    world.contact("Olivia Rutherford")
    world.fault(status=400, code="ErrorInvalidProperty", path="/contacts", method="POST")
    (run,), status = said("--all")
    assert (run["kinds"]["contacts"]["set_aside"], status) == (1, 1)


def test_a_token_key_that_was_dropped_too_early_is_told_and_not_raised(
    world: World, settings: Settings
) -> None:
    settings.MS365_TOKEN_KEYS = Fernet.generate_key().decode()
    world.contact()
    (run,), status = said("--all")
    assert (run["error"], status) == ("token_key_missing", 2)
    found = Connection.objects.get()
    assert (found.state, found.reason) == ("connected", "configuration")
    assert found.not_before is not None


def test_a_pause_that_microsoft_has_named_is_not_cut_short_from_a_terminal(world: World) -> None:
    world.contact()
    world.fault(status=429, headers={"Retry-After": "600"}, path="/contacts", times=1)
    (run,), status = said("--all")
    assert status == 2
    requests = world.requests
    (run,), status = said("--all")
    assert (run["error"], status) == ("waiting", 2)
    assert world.requests == requests
