"""Two cards with everything that has an address, live or disconnected, and who looks at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.test import Client

from agentbox_sync.contrib.reference_crm.groups import AGENTS, MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Appointment, Contact, Staff, Task
from agentbox_sync.models import (
    SETTINGS,
    AuditEntry,
    Change,
    Connection,
    Decision,
    Invitation,
    KindSettings,
    Organisation,
    ProviderSwitch,
    Review,
    StaffSettings,
)
from agentbox_sync.services.invite import invite
from tests.builders.crm import OWNER, a_contact, a_login, a_task, an_appointment
from tests.integration.card import builders as make
from tests.integration.card.pages import card_of, to
from tests.integration.reviews import builders as waits

LIVE, DISCONNECTED = "live", "disconnected"


@dataclass
class Desk:
    """One staff member with a connection, a stop, an item that waits, and a change, of a kind."""

    staff: Staff
    connection: Connection
    stop: Review
    decision: Decision
    change: Change
    item: Contact | Appointment | Task
    invitation: str
    organisation: Organisation
    kind: str = "contacts"

    @property
    def settings(self) -> KindSettings:
        """The settings of the kind that everything here is of, as they are saved."""
        return SETTINGS[self.kind].objects.get(connection=self.connection)

    def address(self, name: str) -> str:
        """The address of a name in urls.py, or of the tab, about this staff member."""
        return ADDRESSES[name](self)

    def state(self, *, trail: bool = True) -> list[object]:
        """Everything that a person could change, as it stands in the database, and the trail."""
        models = (Connection, Invitation, Review, Decision, Change, StaffSettings, ProviderSwitch)
        models += (Organisation, *SETTINGS.values())
        models += (AuditEntry,) if trail else ()
        rows = [row for model in models for row in model.objects.order_by("pk").values()]
        return [*rows, self.connection.runs.count()]


ADDRESSES: dict[str, Callable[[Desk], str]] = {
    "tab": lambda desk: card_of(desk.staff),
    "callback": lambda desk: to("callback"),
    "confirm": lambda desk: to("confirm", "nothing-is-held"),
    "mine": lambda desk: to("mine"),
    "help": lambda desk: to("help", desk.staff.pk),
    "invite": lambda desk: to("invite", desk.staff.pk),
    "invitation": lambda desk: desk.invitation,
    "offer": lambda desk: to("offer"),
    "organisation": lambda desk: to("organisation"),
    "organisation_check": lambda desk: to("organisation_check", desk.organisation.pk),
    "organisation_mailboxes": lambda desk: to("organisation_mailboxes", desk.organisation.pk),
    "organisation_end": lambda desk: to("organisation_end", desk.organisation.pk),
    "overview": lambda desk: to("overview"),
    "at_once": lambda desk: to("at_once"),
    "card": lambda desk: to("card", desk.staff.pk),
    "allow": lambda desk: to("allow", desk.staff.pk),
    "connect": lambda desk: to("connect", desk.staff.pk),
    "disconnect": lambda desk: to("disconnect", desk.connection.pk),
    "configure": lambda desk: to("configure", desk.connection.pk, desk.kind),
    "pause": lambda desk: to("pause", desk.connection.pk),
    "resume": lambda desk: to("resume", desk.connection.pk),
    "set_aside": lambda desk: to("set_aside", desk.connection.pk),
    "retry": lambda desk: to("retry", desk.connection.pk),
    "runs": lambda desk: to("runs", desk.connection.pk),
    "sync": lambda desk: to("sync", desk.connection.pk),
    "stay": lambda desk: to("stay", desk.connection.pk),
    "progress": lambda desk: to("progress", desk.connection.pk),
    "preview": lambda desk: to("preview", desk.connection.pk, desk.kind),
    "go": lambda desk: to("go", desk.connection.pk, desk.kind),
    "let_go": lambda desk: to("let_go", desk.stop.pk),
    "reviews": lambda desk: to("reviews", desk.connection.pk),
    "review": lambda desk: to("review", desk.connection.pk, "removed", desk.decision.link_id),
    "decide": lambda desk: to("decide", desk.connection.pk),
    "withdraw": lambda desk: to("withdraw", desk.decision.pk),
    "changes": lambda desk: to("changes", desk.change.run_id),
    "undo": lambda desk: to("undo", desk.change.pk),
    "why": lambda desk: to("why", desk.item._meta.label_lower, desk.item.pk),
}


# A row of each kind that is this staff member's own.
ITEMS: dict[str, Callable[[Staff], Contact | Appointment | Task]] = {
    "contacts": lambda staff: a_contact("Ada Lane", access={staff: OWNER}),
    "calendar": lambda staff: an_appointment(staff, title="Ada Lane"),
    "tasks": lambda staff: a_task(staff, "Ada Lane"),
}


def a_desk(staff: Staff, state: str = LIVE, kind: str = "contacts") -> Desk:
    if staff.user_id is None:
        a_login(staff, is_active=False)
    connection = make.a_syncing_connection(staff)
    if kind != "contacts":
        switched_on = SETTINGS[kind](connection=connection, status="one_way")
        switched_on.approved, switched_on.approved_at = switched_on.fingerprint, make.ago(days=2)
        switched_on.save()
    item = ITEMS[kind](staff)
    desk = Desk(
        staff=staff,
        connection=connection,
        stop=make.a_stop(connection, [ITEMS[kind](staff)]),
        decision=waits.a_decision(waits.rests(connection, item)),
        change=waits.a_conflict(connection, item, run=make.a_run(connection, kinds=[kind])),
        item=item,
        invitation=urlsplit(invite(a_login(), staff)[1]).path,
        organisation=make.an_organisation(),
        kind=kind,
    )
    if state == DISCONNECTED:
        connection.state = Connection.State.DISCONNECTED
        connection.save()
    return desk


# ------------------------------------------------------------------------------ who looks at it


def anonymous(jane: Staff) -> User | None:
    return None


def jane_who_left(jane: Staff) -> User:
    """Her login was switched off; a session that is still open ends with it."""
    StaffSettings.objects.create(staff=jane, self_managed=True)
    return a_login(jane, AGENTS, is_active=False)


def somebody_without_a_card(jane: Staff) -> User:
    return a_login(None, AGENTS)


def jane_herself(jane: Staff) -> User:
    return a_login(jane, AGENTS)


def jane_outside_the_admin(jane: Staff) -> User:
    return a_login(jane, AGENTS, is_staff=False)


def jane_who_manages_herself(jane: Staff) -> User:
    StaffSettings.objects.create(staff=jane, self_managed=True)
    return a_login(jane, AGENTS)


def jane_who_manages_herself_outside(jane: Staff) -> User:
    StaffSettings.objects.create(staff=jane, self_managed=True)
    return a_login(jane, AGENTS, is_staff=False)


def master_user(jane: Staff) -> User:
    return a_login(None, MASTER_USERS)


def master_user_outside_the_admin(jane: Staff) -> User:
    return a_login(None, MASTER_USERS, is_staff=False)


def superuser(jane: Staff) -> User:
    return a_login(None, is_superuser=True)


def browser_of(user: User | None, *, enforce_csrf_checks: bool = False) -> Client:
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    if user is not None:
        client.force_login(user)
    return client
