"""``agentbox_sync --dry-run --json`` prints the very plan that the run then carries out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess
from agentbox_sync.models import Change, Link
from agentbox_sync.services.execute import execute
from tests.builders import crm

from .world import TwoWay

POLICIES: dict[str, dict[str, Any]] = {
    "careful": {},
    "everything": {
        "removal": "delete",
        "deletion": "apply",
        "adoption": "import",
        "conflict": "exchange_wins",
    },
    "asking": {"deletion": "restore", "adoption": "review"},
}


# What each of them makes of the same events: none of it may be missing from the comparison.
HAPPENS = {
    "careful": {"create", "update", "link", "rest", "delete"},
    "everything": {"create", "update", "delete", "release", "review", "import", "rest"},
    "asking": {"create", "update", "link", "offer", "rest", "delete"},
}


def dry(world: TwoWay) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command("agentbox_sync", "--staff", world.address, "--dry-run", "--json", stdout=out)
    (run,) = json.loads(out.getvalue())["runs"]
    plan: list[dict[str, Any]] = run["plan"]
    return plan


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def state(world: TwoWay) -> tuple[Any, ...]:
    crm_side = list(Contact.objects.order_by("pk").values())
    access = list(ContactAccess.objects.order_by("pk").values())
    return world.mailbox(), crm_side, access, list(Link.objects.order_by("pk").values())


def everything_at_once(world: TwoWay) -> None:
    """Two of everything that may happen on either side."""
    one = world.contacts(14)
    world.add("Liv", "liv@example.com", companyName="Theirs")
    world.run_well()
    world.run_well()
    for contact in one[0:2]:
        world.change(contact, company="Ours", mobile="0412 345 678")
    for contact in one[2:4]:
        world.edit_item(contact, companyName="Theirs")
    for contact in one[4:6]:
        world.edit_item(contact, companyName="Theirs", jobTitle="Theirs")
        world.change(contact, company="Ours", website="https://ours.example")
    world.delete(one[6])
    one[7].classes.set([crm.a_class("Past client", special=True)])
    world.share(one[8], None)
    world.remove_item(one[9])
    world.change(one[10], company="Contested")
    world.remove_item(one[10])
    world.move(world.linked(one[11]).remote_id)
    world.change_unnoticed(one[12], email="")
    world.contact("New Here", email="new@example.com")
    world.contact("Liv Linked", email="liv@example.com", company="Ours")
    world.add("Nina", "nina@example.com", companyName="Born there")


@pytest.mark.parametrize("policy", POLICIES)
def test_the_plan_that_is_printed_is_the_plan_that_is_carried_out(
    world: TwoWay, policy: str
) -> None:
    world.choose(**POLICIES[policy])
    everything_at_once(world)
    before, lines, writes = state(world), Change.objects.count(), world.writes

    printed = dry(world)

    # Nothing was written, nowhere, and a second look sees the same.
    assert (state(world), Change.objects.count(), world.writes) == (before, lines, writes)
    assert in_order(dry(world)) == in_order(printed)

    done = execute(world.connection.pk, forced=True)
    assert done is not None
    report, plans = done
    carried_out = [{"kind": plan.kind, **_row(row)} for plan in plans for row in plan.rows]
    assert in_order(printed) == in_order(carried_out)
    assert not report.unfinished
    assert {row["action"] for row in printed} >= HAPPENS[policy]

    told = list(Change.objects.order_by("pk"))[lines:]
    assert in_order(_promised(printed)) == in_order(_kept(told))


def _row(row: Any) -> dict[str, Any]:
    """A row in the words of JSON, by hand: not by way of the code under test."""
    return {
        "action": str(row.action),
        "cause": row.cause,
        "key": list(row.key),
        "link_id": row.link_id,
        "remote_id": row.remote_id,
        "push": list(row.push),
        "pull": list(row.pull),
        "blanks": sorted(str(side) for side in row.blanks),
        "seen": row.seen,
        "conflicts": list(row.conflicts),
        "order": row.order,
    }


def _promised(printed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the log must say if the plan was carried out: a line for each side that is written."""
    found = []
    for row in printed:
        if row["action"] == "absorb":
            continue  # nothing that a person would look for
        told = {"action": row["action"], "key": row["key"][1]}
        if row["action"] == "link":
            # What is written at a first meeting is known when the item is read whole.
            found.append({**told, "atoms": []})
            continue
        atoms = [sorted(row[way]) for way in ("pull", "push") if row[way]]
        found += [{**told, "atoms": one} for one in atoms or [[]]]
    return found


def _kept(told: list[Change]) -> list[dict[str, Any]]:
    found = []
    met: dict[str, dict[str, Any]] = {}
    for line in told:
        assert line.outcome in ("done", "waiting"), line.detail
        if line.action == "link":
            met[line.local_pk] = {"action": "link", "key": line.local_pk, "atoms": []}
            continue
        born_there = line.action == "import"
        found.append(
            {
                "action": line.action,
                "key": "" if born_there else line.local_pk,
                "atoms": sorted(line.atoms),
            }
        )
    return [*found, *met.values()]


Deed = Callable[[TwoWay, Contact], object]
MEANWHILE: dict[str, Deed] = {
    "edited in the CRM": lambda world, contact: world.change(contact, company="Meanwhile"),
    "edited in Exchange": lambda world, contact: world.edit_item(contact, companyName="Meanwhile"),
    "deleted": lambda world, contact: world.delete(contact),
}


@pytest.mark.parametrize("deed", MEANWHILE)
def test_the_control_sees_a_plan_that_has_changed_since(world: TwoWay, deed: str) -> None:
    world.choose(removal="delete")
    contact = world.contact(email="olivia@example.com")
    world.contact("Stays Here", email="stays@example.com")
    world.run_well()
    world.run_well()
    world.change(contact, job_title="Buyer")
    printed = dry(world)

    MEANWHILE[deed](world, contact)

    assert in_order(dry(world)) != in_order(printed)


def test_a_dry_run_of_a_guarded_plan_shows_what_would_go(world: TwoWay) -> None:
    world.set(GUARD_FLOOR=1, GUARD_SHARE=0.0)
    world.choose(removal="delete")
    contacts = world.contacts(4)
    world.run_well()
    for contact in contacts[:2]:
        world.delete(contact)

    printed = dry(world)

    assert [row["action"] for row in printed] == ["delete", "delete"]
    assert len(world.people()) == 4
    assert world.run_well(forced=True).held_back == 2
