"""A staff member, the CRM on one side, the mailbox on the other, and the hands that act there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from pytest_django import Settings

from agentbox_sync import conf, jobs
from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Contact, ContactAccess, Staff
from agentbox_sync.core.report import KindReport, Report
from agentbox_sync.core.rules import Status
from agentbox_sync.graph.stamp import PROPERTY_ID
from agentbox_sync.models import (
    SETTINGS,
    Change,
    Connection,
    Lease,
    Link,
    LocalChange,
    Preview,
    Run,
    StaffSettings,
)
from agentbox_sync.services import connect, microsoft, schedule, sync, tallies
from agentbox_sync.services import go as going
from agentbox_sync.services.configure import configure
from agentbox_sync.services.confirm import QUESTION
from agentbox_sync.services.execute import execute
from tests.builders import crm
from tests.builders.worker import take_what_waits
from tests.contracts.emulated import JANE, PASSWORD, Microsoft
from tests.integration.oauth.visitor import Visitor

QUICK = {"HTTP_TIMEOUT": 20, "LEASE_TIME": 60, "SETTLE_DELAY": 0}


class World:
    """Both sides of one connection, and the runs between them; of contacts, or of another kind."""

    kind = "contacts"

    def __init__(self, at: Microsoft, settings: Settings) -> None:
        self.microsoft = at
        self.settings = settings
        self.staff: Staff = crm.a_staff_member(email=JANE)
        self.user = crm.a_login(self.staff)
        StaffSettings.objects.create(staff=self.staff, self_managed=True)
        self.connection = Connection()
        settings.MS365_LOGIN_URL = settings.MS365_GRAPH_URL = at.url
        settings.MS365_TENANT = at.look(f"mailbox/{JANE}")["owner"]["tenant"]
        self.set(**QUICK)
        self.client_id = conf.required("MS365_CLIENT_ID")
        app = {
            "client_id": self.client_id,
            "client_secret": conf.required("MS365_CLIENT_SECRET"),
            "redirect_uris": [microsoft.callback_url()],
        }
        consent = {"upn": JANE, "client_id": self.client_id}
        at.control("seed", {"apps": [app], "consent": [consent]})

    def set(self, **options: Any) -> None:
        """Change keys of AGENTBOX_SYNC."""
        self.settings.AGENTBOX_SYNC = {**self.settings.AGENTBOX_SYNC, **options}

    # --------------------------------------------------------------------------- what people click

    def connect(self, account: str = JANE) -> Connection:
        """Sign in at Microsoft and come back, as the card does; keep whatever account it is."""
        session: dict[str, Any] = {}
        departure = connect.begin(self.user, self.staff, session)
        visitor = Visitor(microsoft.callback_url())
        visitor.sign_in(departure.authorization_url, account, PASSWORD)
        visitor.session.close()
        landing = connect.finish(self.user, session, visitor.came_back())
        if landing.code == QUESTION:
            key = landing.parameters["key"]
            landing = connect.answer(self.user, session, key, keep=True) or landing
        assert landing.connection is not None, landing.code
        self.connection = landing.connection
        return landing.connection

    def choose(self, *, approved: bool = True, **values: Any) -> Any:
        """Save settings of the kind, one-way unless named otherwise, and say go."""
        rows = SETTINGS[self.kind].objects.filter(connection=self.connection)
        chosen = {"status": str(Status.ONE_WAY), **values}
        configure(self.user, self.connection, self.kind, chosen, rows.get().version)
        if approved:
            sync.approve(self.connection, [self.kind], self.user)
        return rows.get()

    def foresee(self, **values: Any) -> Preview:
        """Save settings that nobody has said go to, and let a worker look at them."""
        self.choose(approved=False, **values)
        return self.look()

    def look(self) -> Preview:
        """A worker makes what was asked for."""
        assert jobs.foresee(self.connection.pk)
        self.connection.refresh_from_db()
        return Preview.objects.get(connection=self.connection, kind=self.kind)

    def go(self, preview: Preview, user: Any = None) -> None:
        """Say go to exactly this preview, as a Master User unless it is somebody else."""
        who = user or crm.a_login(None, MASTER_USERS)
        going.go(who, self.connection, self.kind, going.seal(preview))

    def ask(self) -> Run:
        """Press Sync Now."""
        return sync.ask(self.connection, [self.kind], user=self.user)

    # -------------------------------------------------------------------------------------- the CRM

    def contact(self, name: str = "Olivia Rutherford", **fields: Any) -> Contact:
        """A contact that the staff member owns."""
        access = fields.pop("access", {self.staff: crm.OWNER})
        return crm.a_contact(name, access=access, **fields)

    def contacts(self, number: int) -> list[Contact]:
        return [
            self.contact(f"Person{n:02} Example", email=f"person{n:02}@example.com")
            for n in range(number)
        ]

    @staticmethod
    def change(contact: Contact, **values: Any) -> None:
        """Edit as a form does: the change is noticed."""
        for name, value in values.items():
            setattr(contact, name, value)
        contact.save()

    @staticmethod
    def change_unnoticed(contact: Contact, **values: Any) -> None:
        """Edit as a script does: no signal is sent."""
        Contact.objects.filter(pk=contact.pk).update(**values)

    @staticmethod
    def delete(contact: Contact) -> None:
        """Delete as a form does; ``contact`` keeps its key, so that it can be asked about."""
        Contact.objects.get(pk=contact.pk).delete()

    def share(self, contact: Contact, level: str | None) -> None:
        """Change what the staff member may do with a contact; ``None`` takes it away."""
        ContactAccess.objects.filter(contact=contact, staff=self.staff).delete()
        if level:
            ContactAccess.objects.create(contact=contact, staff=self.staff, level=level)

    # ---------------------------------------------------------------------------------- the mailbox

    def mailbox(self) -> dict[str, dict[str, Any]]:
        """Every living item of the mailbox, as it lies there, by id."""
        return {row["id"]: row for row in self.microsoft.look(f"mailbox/{JANE}")["contacts"]}

    def people(self) -> list[str]:
        """Given names in the Contacts folder, sorted."""
        rows = self.mailbox().values()
        return sorted(row["givenName"] for row in rows if row["folder"] == "Contacts")

    def in_exchange(self, contact: Contact) -> dict[str, Any] | None:
        """The living item that a contact is or was linked to, as it lies in the mailbox."""
        link = self.link(contact)
        return self.mailbox().get(link.remote_id) if link and link.remote_id else None

    def item(self, contact: Contact) -> dict[str, Any]:
        found = self.in_exchange(contact)
        assert found is not None
        return found

    def add(self, given: str, email: str = "", **values: Any) -> str:
        """The person adds somebody in Outlook; returns the id."""
        addresses = [{"address": email}] if email else []
        added = {"givenName": given, "emailAddresses": addresses, **values}
        return str(self.microsoft.person(add=added)["id"])

    def edit(self, remote_id: str, **values: Any) -> None:
        self.microsoft.person(edit=remote_id, values=values)

    def remove(self, remote_id: str) -> None:
        self.microsoft.person(delete=remote_id)

    def move(self, remote_id: str, folder: str = "Private") -> None:
        self.microsoft.person(add_folder=folder)
        self.microsoft.person(move=remote_id, folder=folder)

    def fault(self, **rule: Any) -> None:
        self.microsoft.fault(**rule)

    def no_faults(self) -> None:
        self.microsoft.control("faults", method="DELETE")

    @property
    def requests(self) -> int:
        """Round trips to Graph so far, by Microsoft's own count."""
        return int(self.microsoft.look("stats")["requests"])

    @property
    def writes(self) -> int:
        """Items that were asked to be written so far, by Microsoft's own count."""
        return int(self.microsoft.look("stats")["writes"])

    # ------------------------------------------------------------------------------------- the runs

    def run(self, *, forced: bool = False) -> KindReport:
        """Run now; returns the counts of the kind."""
        return self.report(forced=forced).kind(self.kind)

    def report(self, *, forced: bool = False) -> Report:
        done = execute(self.connection.pk, forced=forced)
        self.connection.refresh_from_db()
        assert done is not None, "nothing was run"
        told = self.connection.tallies
        # A run that was taken over may not write its count: the next one knows, and counts anew.
        if told is not None and done[0].error != "LeaseLost":
            assert told == tallies.count(self.connection.pk)
        return done[0]

    def run_well(self, *, forced: bool = False) -> KindReport:
        """Run to the end without any trouble."""
        report = self.report(forced=forced)
        assert self.connection.state == Connection.State.CONNECTED
        assert (self.connection.failures, self.connection.reason) == (0, "")
        assert not report.unfinished
        return report.kind(self.kind)

    def runs_until_quiet(self, most: int = 4) -> None:
        for _ in range(most):
            if not self.report().unfinished:
                return
        raise AssertionError("the connection does not come to rest")

    def due(self) -> list[int]:
        """The connections that the next tick would hand over."""
        return schedule.due()

    def tick_and_work(self) -> int:
        """One minute of the queue: the tick, and a worker that takes what it has handed over."""
        number = jobs.tick()
        take_what_waits()
        self.connection.refresh_from_db()
        return number

    def later(self, **length: float) -> None:
        """Time has passed for the schedule: everything is due again."""
        length = length or {"hours": 2}
        past = timezone.now() - timedelta(**length)
        Connection.objects.filter(pk=self.connection.pk).update(
            polled_at=past, scanned_at=past, not_before=None
        )
        Lease.objects.update(quiet_until=None)

    # -------------------------------------------------------------------------- what is remembered

    def link(self, contact: Contact) -> Link | None:
        """The newest link of a contact, dead ones included."""
        rows = Link.objects.filter(connection=self.connection, local_pk=str(contact.pk))
        return rows.order_by("-pk").first()

    def linked(self, contact: Contact) -> Link:
        link = self.link(contact)
        assert link is not None
        return link

    def log(self, contact: Contact | None = None) -> list[tuple[str, str, str]]:
        """Action, cause and outcome of what was done, oldest first."""
        rows = Change.objects.filter(connection=self.connection)
        if contact is not None:
            rows = rows.filter(local_pk=str(contact.pk))
        return list(rows.order_by("pk").values_list("action", "cause", "outcome"))

    def last_change(self, contact: Contact) -> Change:
        return Change.objects.filter(local_pk=str(contact.pk)).latest("pk")

    @staticmethod
    def forget_notices() -> None:
        """As if the signals had never been sent."""
        LocalChange.objects.all().delete()

    def last_run(self) -> Run:
        return Run.objects.filter(connection=self.connection).latest("pk")


def stamps(mailbox: dict[str, dict[str, Any]]) -> list[str]:
    """The stamps that items carry; each once, unless something was created twice."""
    found = [
        value
        for row in mailbox.values()
        for name, value in row["extended"].items()
        if name.lower() == PROPERTY_ID.lower()
    ]
    return sorted(found)
