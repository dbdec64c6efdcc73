"""A preview shows the very plan that its go carries out, and the go removes nothing else."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.utils import timezone

from agentbox_sync.contrib.reference_crm.groups import AGENTS
from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess
from agentbox_sync.core.groups import Group
from agentbox_sync.models import Change, Inbox, Preview, PreviewRow, Review, Run
from agentbox_sync.services import forget, preview
from agentbox_sync.services import go as going
from tests.builders import crm

from .test_dry_run import POLICIES, everything_at_once, state
from .world import TwoWay


def rows(shown: Preview) -> list[PreviewRow]:
    return list(shown.rows.order_by("group", "number"))


def groups(shown: Preview) -> dict[str, int]:
    return dict(Counter(row.group for row in rows(shown)))


def acted(lines: list[Change]) -> Counter[tuple[str, str]]:
    """What the log says was done or asked, once for each item."""
    return Counter({(line.action, line.local_pk) for line in lines if line.action != "import"})


@pytest.mark.parametrize("policy", POLICIES)
def test_the_run_after_a_go_does_on_both_sides_what_the_preview_listed(
    world: TwoWay, policy: str
) -> None:
    world.set(GUARD_FLOOR=50)
    everything_at_once(world)
    before, lines, writes = state(world), Change.objects.count(), world.writes

    shown = world.foresee(**POLICIES[policy], strict=True)

    assert shown.state == Preview.State.READY
    assert (state(world), Change.objects.count(), world.writes) == (before, lines, writes)
    listed = rows(shown)
    for group, number in groups(shown).items():
        assert shown.counts[group] == number
        numbers = [row.number for row in listed if row.group == group]
        assert numbers == list(range(1, number + 1)), "a page is found by number"
    contacts, people = Contact.objects.count(), set(world.mailbox())
    access = ContactAccess.objects.count()

    world.go(shown)
    counts = world.run_well()

    assert counts.put_off == counts.held_back == 0
    told = list(Change.objects.order_by("pk"))[lines:]
    promised = Counter({(row.action, row.local_pk) for row in listed if row.action != "import"})
    assert acted(told) == promised
    tally: Counter[str] = Counter(shown.counts)
    assert Contact.objects.count() == contacts + tally["created_local"]
    assert ContactAccess.objects.count() == access + tally["created_local"] - tally["released"]
    after = set(world.mailbox())
    assert len(after - people) == tally["created_remote"]
    assert len(people - after) == tally["deleted"]
    for row in listed:
        if row.action == "update":
            written = {a for c in told if c.local_pk == row.local_pk for a in c.atoms}
            assert written == {*row.push, *row.pull}
        if row.action == "link":
            met = [c for c in told if c.local_pk == row.local_pk]
            written = {a for c in met for a in c.atoms if c.side != "neither"}
            assert written == {*row.push, *row.pull}
    shown.refresh_from_db()
    assert shown.state == Preview.State.DONE


def test_a_first_preview_reads_the_mailbox_once_for_the_run_that_follows(
    disconnected: TwoWay,
) -> None:
    world = disconnected
    world.connect()
    world.contacts(3)
    world.add("Person01", "person01@example.com", surname="Example", companyName="Theirs")
    shown = world.foresee(conflict="exchange_wins")
    assert groups(shown) == {"created": 2, "linked": 1}
    (met,) = shown.rows.filter(group="linked")
    assert (met.pull, met.conflicts) == (["company"], []), "what is empty in the CRM is filled"
    listing = world.microsoft.look("stats")

    world.go(shown)
    world.run_well()

    assert len(world.people()) == 3
    after = world.microsoft.look("stats")
    assert after["requests"] - listing["requests"] <= 4  # delta, the item, two groups of writes


def test_what_people_do_between_the_preview_and_the_run_is_never_removed_by_its_go(
    world: TwoWay,
) -> None:
    world.set(GUARD_FLOOR=50)
    contacts = world.contacts(6)
    world.run_well()
    world.run_well()
    world.delete(contacts[0])
    world.delete(contacts[1])
    shown = world.foresee(removal="delete")
    assert groups(shown) == {"removed": 2}
    world.go(shown)
    late, blanked = contacts[2], contacts[3]
    world.delete(late)
    world.change(blanked, email="")
    world.change(contacts[4], company="New since")
    world.contact("Nina New")

    report = world.report()
    counts = report.kind("contacts")

    assert (counts.deleted, counts.put_off, counts.created) == (2, 2, 1)
    assert late.first_name in world.people()
    assert world.item(blanked)["emailAddresses"], "nobody was shown that it would be emptied"
    assert world.item(contacts[4])["companyName"] == "New since"
    waiting = Change.objects.filter(outcome="waiting", local_pk=str(late.pk)).get()
    assert (waiting.action, waiting.detail) == ("delete", "not shown in the preview")
    assert report.unfinished, "the next run looks at it again"

    world.runs_until_quiet()

    assert late.first_name not in world.people(), "the next plan is an ordinary one"
    assert not world.item(blanked)["emailAddresses"]


def test_a_row_that_is_deleted_while_its_go_is_being_carried_out_stays_in_exchange(
    world: TwoWay,
) -> None:
    one, two = world.contacts(2)
    world.run_well()
    world.run_well()
    world.change(one, company="New")
    world.change(two, email="", company="New")
    shown = world.foresee(removal="delete")
    assert groups(shown) == {"removed": 1, "updated": 1}
    world.go(shown)
    world.delete(one)
    world.delete(two)

    counts = world.report().kind("contacts")

    assert (counts.deleted, counts.put_off) == (0, 2)
    assert len(world.people()) == 2


def test_who_manages_themself_cannot_let_more_go_than_the_guard(world: TwoWay) -> None:
    world.set(GUARD_FLOOR=1, GUARD_SHARE=0.0)
    contacts = world.contacts(4)
    world.run_well()
    world.run_well()
    for contact in contacts[:3]:
        world.delete(contact)
    shown = world.foresee(removal="delete")
    assert (shown.held, shown.limit) == (3, 1)
    agent = crm.a_login(None, AGENTS)

    with pytest.raises(going.Refused) as refused:
        world.go(shown, agent)

    assert refused.value.why is going.Why.GUARDED
    assert not Run.objects.filter(state=Run.State.QUEUED).exists()
    world.go(shown)
    assert Review.objects.get(closed_at=None).approved_at is not None
    counts = world.run_well()
    assert (counts.deleted, counts.held_back) == (3, 0)
    assert not Review.objects.filter(closed_at=None).exists(), "it was for once"


def test_a_list_that_has_shrunk_since_the_go_is_another_list(world: TwoWay) -> None:
    world.set(GUARD_FLOOR=1, GUARD_SHARE=0.0)
    contacts = world.contacts(4)
    world.run_well()
    world.run_well()
    for contact in contacts[:3]:
        world.share(contact, None)
    shown = world.foresee(removal="delete")
    world.go(shown)
    world.share(contacts[0], crm.OWNER)

    counts = world.run_well()

    assert (counts.deleted, counts.held_back) == (0, 2)


Values = dict[str, Any]


@pytest.mark.parametrize("values", [{"removal": "delete"}, {"status": "one_way"}])
def test_a_go_counts_for_exactly_the_settings_that_were_looked_at(
    world: TwoWay, values: Values
) -> None:
    world.contacts(1)
    shown = world.foresee(adoption="review")
    world.choose(approved=False, **values)

    with pytest.raises(going.Refused) as refused:
        world.go(shown)

    assert refused.value.why in (going.Why.CHANGED, going.Why.NOT_READY)
    again = world.look()
    assert again.fingerprint != shown.fingerprint
    world.go(again)
    assert world.run_well().created == 1


def test_a_preview_of_yesterday_is_made_anew_before_anybody_says_go(world: TwoWay) -> None:
    world.contacts(1)
    shown = world.foresee(adoption="review")
    Preview.objects.update(made_at=timezone.now() - preview.FRESH)
    shown.refresh_from_db()

    with pytest.raises(going.Refused) as refused:
        world.go(shown)

    assert refused.value.why is going.Why.STALE
    shown.refresh_from_db()
    assert shown.state == Preview.State.ASKED
    assert world.people() == []


def test_a_page_that_shows_an_earlier_making_gives_no_go(world: TwoWay) -> None:
    world.contacts(1)
    seen = going.seal(world.foresee(adoption="review"))
    preview.ask(world.connection, ["contacts"], anew=True)
    world.look()

    with pytest.raises(going.Refused):
        going.go(world.user, world.connection, "contacts", seen)


def test_pressing_go_twice_is_one_run(world: TwoWay) -> None:
    world.contacts(1)
    shown = world.foresee(adoption="review")
    world.go(shown)
    world.go(shown)
    assert Run.objects.filter(state=Run.State.QUEUED).count() == 1
    world.run_well()
    world.go(shown)
    assert not Run.objects.filter(state=Run.State.QUEUED).exists()


def test_a_command_that_gives_the_go_needs_no_preview(world: TwoWay) -> None:
    world.contacts(1)
    world.foresee(adoption="review")
    world.choose(adoption="review")
    assert not Preview.objects.exists()
    assert world.run_well().created == 1


def test_an_empty_preview_says_so_and_its_go_switches_on(world: TwoWay) -> None:
    world.contacts(1)
    world.run_well()
    world.run_well()
    shown = world.foresee(adoption="review")
    assert (shown.counts, rows(shown)) == ({}, [])
    world.go(shown)
    assert world.run_well().created == 0


def test_a_meeting_that_replaces_a_value_is_shown_as_a_conflict(disconnected: TwoWay) -> None:
    world = disconnected
    world.connect()
    world.contact("Liv Linked", email="liv@example.com", company="Ours")
    world.add("Liv", "liv@example.com", companyName="Theirs", jobTitle="Theirs")
    shown = world.foresee()
    (met,) = rows(shown)
    assert met.group == Group.CONFLICT
    assert "company" in met.conflicts
    assert met.pull == ["job_title"]


def test_what_lies_in_the_mailbox_is_no_longer_kept_when_nobody_said_go(
    disconnected: TwoWay,
) -> None:
    world = disconnected
    world.connect()
    world.add("Private", "private@example.com")
    world.foresee()
    assert Inbox.objects.exists()
    yesterday = timezone.now() - preview.FRESH
    Preview.objects.update(asked_at=yesterday, made_at=yesterday)

    forget.old_previews()

    assert not Inbox.objects.exists()
    assert not PreviewRow.objects.exists()
    world.contacts(1)
    again = world.foresee()
    world.go(again)
    assert world.run_well().created == 1
