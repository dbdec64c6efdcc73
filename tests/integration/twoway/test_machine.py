"""People edit on both sides in every way, requests fail, and everything comes together.

Hypothesis plays the people: ``AGENTBOX_MACHINE_EXAMPLES`` and ``AGENTBOX_MACHINE_STEPS`` say how
long; with CI=true it plays the same games every time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pytest_django import Settings

from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess
from agentbox_sync.graph.mailbox import GraphMailbox
from agentbox_sync.host.store import HostStore
from agentbox_sync.memory.store import OrmMemory
from agentbox_sync.models import Change, Link, Review
from agentbox_sync.ports import Create, Write
from agentbox_sync.services.clock import SystemClock
from agentbox_sync.services.execute import execute
from agentbox_sync.services.review import let_go
from tests.builders import crm
from tests.contracts.emulated import Microsoft
from tests.environment.requirement import is_ci

from .ledger import FIELDS, Ledger, differences, doubles
from .world import TwoWay

EXAMPLES = int(os.environ.get("AGENTBOX_MACHINE_EXAMPLES", "25"))
STEPS = int(os.environ.get("AGENTBOX_MACHINE_STEPS", "25"))
SHRINK = os.environ.get("AGENTBOX_MACHINE_SHRINK", "1") == "1"  # takes minutes
PATIENCE = 8  # runs after which a world that still moves never will rest

BATCH = {"method": "POST", "path": r"\$batch"}
FAULTS: dict[str, dict[str, Any]] = {
    "dropped, carried out": {**BATCH, "action": "drop", "commit": "after"},
    "dropped on the way": {**BATCH, "action": "drop", "commit": "before"},
    "cut short": {**BATCH, "action": "truncate", "commit": "after"},
    "gateway timeout, carried out": {**BATCH, "status": 504, "commit": "after"},
    "throttled": {"path": "contacts", "status": 429, "headers": {"Retry-After": "2"}},
    "unavailable": {"path": "contacts", "status": 503},
    "unavailable, carried out": {"path": "contacts", "status": 503, "commit": "after"},
}
NTH = st.integers(0, 30)
FIELD = st.sampled_from(sorted(FIELDS))
POLICY = st.fixed_dictionaries(
    {
        "conflict": st.sampled_from(["crm_wins", "exchange_wins"]),
        "deletion": st.sampled_from(["keep", "restore", "apply"]),
        "adoption": st.sampled_from(["ignore", "review", "import"]),
        "removal": st.sampled_from(["retain", "delete"]),
    }
)


class Hands:
    """What the tests of one session share: the doorways, and a deed that waits for its moment."""

    at: Microsoft
    settings: Settings
    before_crm_write: ClassVar[list[Callable[[], object]]] = []
    before_graph_write: ClassVar[list[Callable[[], object]]] = []


class People(RuleBasedStateMachine):
    """One mailbox, its staff member, and everything that may happen to them."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        Hands.at.prepare()
        self.world = TwoWay(Hands.at, Hands.settings)
        self.ledger = Ledger()
        self.people = 0
        self.special = crm.a_class("Past client", special=True)

    @initialize(policy=POLICY, floor=st.sampled_from([1, 10]), number=st.integers(1, 3))
    def begin(self, policy: dict[str, str], floor: int, number: int) -> None:
        self.world.set(GUARD_FLOOR=floor, GUARD_SHARE=0.1)
        self.world.connect()
        self.world.choose(primary_owner_only=False, **policy)
        for _ in range(number):
            self.crm_add(field="company")
        self.run_now(forced=True)

    # --------------------------------------------------------------------------- people in the CRM

    def contact(self, nth: int) -> Contact | None:
        rows = list(Contact.objects.order_by("pk"))
        return rows[nth % len(rows)] if rows else None

    @rule(field=FIELD)
    def crm_add(self, field: str) -> None:
        self.people += 1
        contact = self.world.contact("Person Example", email=f"crm{self.people}@example.com")
        self.world.change(contact, **{field: self.ledger.word()})

    @rule(nth=NTH, field=FIELD, how=st.sampled_from(["save", "update", "bulk", "raw", "clear"]))
    def crm_edit(self, nth: int, field: str, how: str) -> None:
        if (contact := self.contact(nth)) is None:
            return
        self.ledger.take_back(getattr(contact, field))
        text = "" if how == "clear" else self.ledger.word()
        setattr(contact, field, text)
        if how in ("save", "clear"):
            contact.save()
        elif how == "update":
            Contact.objects.filter(pk=contact.pk).update(**{field: text})
        elif how == "bulk":
            Contact.objects.bulk_update([contact], [field])
        else:
            with connection.cursor() as cursor:
                statement = f"UPDATE agentbox_crm_contact SET {field} = %s WHERE id = %s"
                cursor.execute(statement, [text, contact.pk])

    @rule(nth=NTH, inside=st.booleans())
    def crm_class(self, nth: int, inside: bool) -> None:
        if contact := self.contact(nth):
            contact.classes.set([] if inside else [self.special])

    @rule(nth=NTH, level=st.sampled_from([crm.OWNER, crm.FULL, crm.VIEW, None]))
    def crm_access(self, nth: int, level: str | None) -> None:
        if contact := self.contact(nth):
            self.world.share(contact, level)

    @rule(nth=NTH)
    def crm_delete(self, nth: int) -> None:
        if contact := self.contact(nth):
            self.ledger.take_back([getattr(contact, name) for name in FIELDS])
            contact.delete()

    # ------------------------------------------------------------------------- people in Exchange

    def item(self, nth: int) -> dict[str, Any] | None:
        items = sorted(self.world.mailbox().values(), key=lambda item: item["serial"])
        return items[nth % len(items)] if items else None

    @rule(nth=NTH, field=FIELD, clear=st.booleans())
    def exchange_edit(self, nth: int, field: str, clear: bool) -> None:
        if item := self.item(nth):
            there = FIELDS[field]
            self.ledger.take_back(item[there])
            text = None if clear and field != "first_name" else self.ledger.word()
            self.world.edit(item["id"], **{there: text})

    @rule(nth=NTH)
    def exchange_delete(self, nth: int) -> None:
        if item := self.item(nth):
            self.ledger.take_back(item)
            self.world.remove(item["id"])

    @rule(field=FIELD)
    def exchange_add(self, field: str) -> None:
        self.people += 1
        values = {"givenName": "Person", FIELDS[field]: self.ledger.word()}
        given = values.pop("givenName")
        self.world.add(given, f"exchange{self.people}@example.com", **values)

    # -------------------------------------------------------------------------- under our hands

    @rule(nth=NTH, field=FIELD, there=st.booleans())
    def edit_under_our_hands(self, nth: int, field: str, there: bool) -> None:
        """A person edits between our look and our write, on the side that we write."""
        if there:
            Hands.before_graph_write.append(lambda: self.exchange_edit(nth, field, clear=False))
        else:
            Hands.before_crm_write.append(lambda: self.crm_edit(nth, field, "update"))

    # ------------------------------------------------------------------------------ faults and runs

    @rule(name=st.sampled_from(sorted(FAULTS)), nth=st.integers(1, 6))
    def fault(self, name: str, nth: int) -> None:
        self.world.fault(**FAULTS[name], nth=nth, times=1)

    @rule()
    def cursor_dies(self) -> None:
        self.world.microsoft.control("delta", {"upn": self.world.address, "kill": True})

    @rule(forced=st.booleans())
    @precondition(lambda self: self.people > 0)
    def run_now(self, forced: bool) -> None:
        self.world.later(minutes=1)
        self.world.microsoft.control("clock", {"advance": 30})
        assert execute(self.world.connection.pk, forced=forced) is not None
        self.world.connection.refresh_from_db()
        assert self.world.connection.state == "connected", self.world.connection.reason

    # ------------------------------------------------------------------------------------ the end

    def teardown(self) -> None:
        try:
            if self.people:
                self.come_to_rest()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def come_to_rest(self) -> None:
        world = self.world
        Hands.before_crm_write.clear()
        Hands.before_graph_write.clear()
        world.no_faults()
        quiet = 0
        for _ in range(PATIENCE):
            for stop in Review.objects.filter(closed_at=None, approved_at=None):
                let_go(world.user, stop)
            before = self.everything()
            self.run_now(forced=True)
            quiet = quiet + 1 if self.everything() == before else 0
            if quiet == 2:
                break
        assert quiet == 2, "it does not come to rest"
        assert not Review.objects.filter(closed_at=None).exists()
        mailbox = world.mailbox()
        assert differences(world.connection, mailbox) == []
        assert doubles(mailbox) == []
        assert self.ledger.lost(mailbox) == set()
        assert unpaired(world) == []

    def everything(self) -> tuple[Any, ...]:
        rows = list(Contact.objects.order_by("pk").values())
        access = list(ContactAccess.objects.order_by("pk").values())
        return self.world.writes, rows, access, self.world.mailbox(), Change.objects.count()


def unpaired(world: TwoWay) -> list[str]:
    """Contacts in scope that are neither paired nor rest because of what a person did."""
    found = []
    links = Link.objects.filter(connection=world.connection).exclude(state="dead")
    states = {link.local_pk: (link.state, link.reason) for link in links if link.local_pk}
    here = Contact.objects.filter(access__staff=world.staff).exclude(classes__special=True)
    for pk in here.values_list("pk", flat=True):
        state, reason = states.get(str(pk), ("", ""))
        parted = state == "retained" and reason in ("removed_in_exchange", "contested")
        if state != "active" and not parted:
            found.append(f"{pk}: {state} {reason}")
    return found


@pytest.fixture
def hands(db: None, microsoft: Microsoft, settings: Settings, monkeypatch: Any) -> None:
    Hands.at, Hands.settings = microsoft, settings
    # A wait costs nothing: Microsoft's clock is put forward instead.
    monkeypatch.setattr(
        SystemClock,
        "sleep",
        lambda _, seconds: microsoft.control("clock", {"advance": seconds}),
    )
    for owner, name, deeds in (
        (HostStore, "update", Hands.before_crm_write),
        (GraphMailbox, "begin_write", Hands.before_graph_write),
    ):
        monkeypatch.setattr(owner, name, _interrupted(getattr(owner, name), deeds))


def _interrupted(original: Any, deeds: list[Callable[[], object]]) -> Any:
    def method(*arguments: Any, **named: Any) -> Any:
        while deeds:
            deeds.pop(0)()
        return original(*arguments, **named)

    return method


def play(machine: type[RuleBasedStateMachine], examples: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=is_ci(),
            print_blob=True,
            phases=[Phase.explicit, Phase.generate, Phase.shrink][: 3 if SHRINK else 2],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
def test_whatever_people_do_both_sides_agree_and_nothing_is_lost(hands: None) -> None:
    play(People, EXAMPLES)


# ------------------------------------------------------------------ what the machine would notice


def after_a_conflict(policy: dict[str, str]) -> People:
    """A world in which both sides have changed one field, before anything ran."""
    people = People()
    people.begin(policy=policy, floor=10, number=2)
    people.run_now(forced=False)
    people.crm_edit(0, "company", "save")
    people.exchange_edit(0, "company", clear=False)
    return people


PLAIN = {"conflict": "crm_wins", "deletion": "keep", "adoption": "import", "removal": "retain"}


def test_the_control_comes_to_rest_without_a_defect(hands: None) -> None:
    after_a_conflict(PLAIN).teardown()


def test_a_value_that_is_overwritten_without_a_line_is_noticed(
    hands: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = after_a_conflict(PLAIN)
    original = OrmMemory._change
    monkeypatch.setattr(
        OrmMemory,
        "_change",
        lambda self, kind, row, line, *rest: original(
            self, kind, row, replace(line, before={}), *rest
        ),
    )
    with pytest.raises(AssertionError, match="t4"):
        people.teardown()


def test_a_pair_that_is_believed_to_agree_and_does_not_is_noticed(hands: None) -> None:
    people = after_a_conflict(PLAIN)
    people.run_now(forced=True)
    contact = Contact.objects.earliest("pk")
    link = people.world.linked(contact)
    link.base_local["company"] = "Unsaid"
    link.save()
    people.ledger.take_back(contact.company)
    people.world.change_unnoticed(contact, company="Unsaid")

    with pytest.raises(AssertionError, match="Unsaid"):
        people.teardown()


def test_a_create_that_is_sent_twice_is_noticed(
    hands: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = after_a_conflict(PLAIN)
    people.crm_add("company")
    original = GraphMailbox.begin_write

    def begin(self: GraphMailbox, kind: str, collection: str, writes: Sequence[Write]) -> Any:
        creates = [replace(one, stamp="another") for one in writes if isinstance(one, Create)]
        if creates:
            original(self, kind, collection, creates)()
        return original(self, kind, collection, writes)

    monkeypatch.setattr(GraphMailbox, "begin_write", begin)
    with pytest.raises(AssertionError):
        people.teardown()
