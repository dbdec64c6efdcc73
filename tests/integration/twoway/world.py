"""A mailbox that travels both ways, and a colleague with one of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, ClassVar

from django.contrib.auth.models import User
from pytest_django import Settings

from agentbox_sync import conf
from agentbox_sync.contrib.reference_crm.models import Contact, Staff
from agentbox_sync.core.rules import Status
from agentbox_sync.models import Change, Connection, Link, Review, StaffSettings
from tests.builders import crm
from tests.contracts.emulated import JANE, PASSWORD, Microsoft
from tests.integration.sync.world import World

JOSE = "jose@agency.example"


class TwoWay(World):
    """Both sides of a connection whose contacts travel both ways."""

    address = JANE
    model: type[Any] = Contact

    def connect(self, account: str = "") -> Connection:
        return super().connect(account or self.address)

    def choose(self, *, approved: bool = True, **values: Any) -> Any:
        return super().choose(approved=approved, **{"status": str(Status.TWO_WAY), **values})

    @staticmethod
    def change(contact: Contact, **values: Any) -> None:
        """Edit as a form does that was opened just now: what came in meanwhile is in it."""
        contact.refresh_from_db()
        World.change(contact, **values)

    def at_rest(self, *, forced: bool = True) -> None:
        """The next run finds nothing to do on either side."""
        self.run_well()  # reads its own echo
        writes, rows = self.writes, list(self.model.objects.order_by("pk").values())
        lines = Change.objects.count()
        self.run_well(forced=forced)
        assert self.writes == writes
        assert list(self.model.objects.order_by("pk").values()) == rows
        assert Change.objects.count() == lines

    # ---------------------------------------------------------------------------------- the mailbox

    def mailbox(self) -> dict[str, dict[str, Any]]:
        shown = self.microsoft.look(f"mailbox/{self.address}")["contacts"]
        return {row["id"]: row for row in shown}

    def _person(self, **deed: Any) -> Any:
        return self.microsoft.control(f"mailbox/{self.address}", deed)

    def add(self, given: str, email: str = "", **values: Any) -> str:
        addresses = [{"address": email}] if email else []
        added = {"givenName": given, "emailAddresses": addresses, **values}
        return str(self._person(add=added)["id"])

    def edit(self, remote_id: str, **values: Any) -> None:
        self._person(edit=remote_id, values=values)

    def edit_item(self, contact: Contact, **values: Any) -> None:
        """The person edits a contact's item in Outlook."""
        self.edit(self.linked(contact).remote_id, **values)

    def remove(self, remote_id: str) -> None:
        self._person(delete=remote_id)

    def remove_item(self, contact: Contact) -> None:
        self.remove(self.linked(contact).remote_id)

    def move(self, remote_id: str, folder: str = "Private") -> None:
        self._person(add_folder=folder)
        self._person(move=remote_id, folder=folder)

    @contextmanager
    def meanwhile(self, deed: Callable[[], object], *, method: str) -> Iterator[None]:
        """Do something while our next write of this method is on its way to Exchange.

        In another thread, and so without the database.
        """
        rule = {"method": "POST", "path": r"\$batch", "body_contains": f'"{method}"'}
        self.fault(**rule, name="on its way", delay=1.0, times=1)

        def wait_for_it() -> None:
            end = time.monotonic() + 60
            while time.monotonic() < end:
                rules = self.microsoft.look("faults")["rules"]
                if any(one["name"] == "on its way" and one["fired"] for one in rules):
                    deed()
                    return
                time.sleep(0.02)

        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(wait_for_it)
            yield
            done.result()

    # -------------------------------------------------------------------------- what is remembered

    def lines(self, contact: Contact) -> list[Change]:
        """The lines of the log about a contact, oldest first."""
        rows = Change.objects.filter(connection=self.connection, local_pk=str(contact.pk))
        return list(rows.order_by("pk"))

    def offers(self) -> list[Link]:
        """What was born in Exchange and waits for a person."""
        waiting = Link.objects.filter(connection=self.connection, local_pk="")
        return list(waiting.exclude(state="dead").order_by("pk"))

    def open_stop(self) -> Review:
        return Review.objects.get(connection=self.connection, closed_at=None)


class Colleague(TwoWay):
    """Another staff member with a mailbox at the same company."""

    address = JOSE
    named = "José Silva"
    clocks: ClassVar[Mapping[str, str]] = {}  # of the mailbox; UTC unless they say so

    def __init__(self, at: Microsoft, settings: Settings) -> None:
        self.microsoft, self.settings = at, settings
        self.staff: Staff = crm.a_staff_member(self.named, email=self.address)
        self.user: User = crm.a_login(self.staff)
        StaffSettings.objects.create(staff=self.staff, self_managed=True)
        self.connection = Connection()
        self.client_id = conf.required("MS365_CLIENT_ID")
        person = {"upn": self.address, "display_name": self.named, "password": PASSWORD}
        domain = self.address.partition("@")[2]
        at.control("seed", {"tenants": [{"domain": domain, "users": [{**person, **self.clocks}]}]})
        consent = {"upn": self.address, "client_id": self.client_id}
        at.control("seed", {"consent": [consent]})
