"""An office with an organisation connection, and the hands that act on both sides."""

from __future__ import annotations

from typing import Any

from pytest_django import Settings

from agentbox_sync.contrib.reference_crm.groups import MASTER_USERS
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection, ContactSettings, Organisation
from agentbox_sync.oauth.app_only import ROLES
from agentbox_sync.services import configure, sync
from agentbox_sync.services.organisation import admit, approve, match, roster
from agentbox_sync.services.organisation.admit import Admitted
from agentbox_sync.services.organisation.roster import Row
from tests.builders import crm
from tests.contracts.emulated import JANE, PASSWORD, Microsoft
from tests.integration.sync.world import World

TOM = "tom@agency.example"


class Office(World):
    """A world in which nobody signs in at Microsoft; Jane is the one whose mailbox is looked at."""

    def __init__(self, at: Microsoft, settings: Settings) -> None:
        super().__init__(at, settings)
        self.master = crm.a_login(None, MASTER_USERS)
        self.tom: Staff = crm.a_staff_member("Tom Reed", email=TOM)
        self.accounts = [
            {"upn": JANE, "display_name": "Jane Doe", "password": PASSWORD},
            {"upn": TOM, "display_name": "Tom Reed", "password": PASSWORD},
            {
                "upn": "admin@agency.example",
                "display_name": "Ada Admin",
                "password": PASSWORD,
                "admin": True,
            },
        ]
        self.seed()
        self.organisation = Organisation()

    def seed(self, *more: dict[str, Any], **tenant: Any) -> None:
        """Tell Microsoft who works here; ``tenant`` restricts what the app may open."""
        self.accounts = [*self.accounts, *more]
        entry = {"domain": "agency.example", "users": self.accounts, **tenant}
        self.microsoft.control("seed", {"tenants": [entry]})

    # ------------------------------------------------------------------- the administrator's deeds

    def approve(self, *roles: str) -> None:
        """The administrator grants the application permissions; all of them where none is named."""
        entry = {
            "tenant": "agency.example",
            "client_id": self.client_id,
            "roles": list(roles or ROLES),
        }
        self.microsoft.control("seed", {"consent": [entry]})

    def withdraw(self) -> None:
        self.microsoft.control("revoke", {"tenant": "agency.example", "consent": True})

    def restrict(self, *members: str) -> None:
        """Exchange lets the app into these mailboxes alone."""
        policy = {"client_id": self.client_id, "right": "RestrictAccess", "members": members}
        self.seed(access_policies=[policy])

    def oid(self, upn: str) -> str:
        return str(self.microsoft.look(f"mailbox/{upn}")["owner"]["oid"])

    # --------------------------------------------------------------------- the Master User's deeds

    def open(self) -> Organisation:
        """Approved at Microsoft, connected here; nobody has been matched."""
        self.approve()
        assert approve.connect(self.master) == approve.CONNECTED
        self.organisation = Organisation.objects.get()
        return self.organisation

    def look_up(self) -> dict[str, Row]:
        """Look everybody up; returns the rows by address."""
        assert match.look_up(self.master, self.organisation) == ""
        return self.rows()

    def rows(self) -> dict[str, Row]:
        return {row.address: row for row in roster.roster(self.organisation)}

    def admit(self, *addresses: str) -> Admitted:
        """Tick those who were matched, all of them where none is named, and say go."""
        rows = self.rows()
        ticked = {
            str(row.staff.pk): row.choices[0].object_id
            for address, row in rows.items()
            if row.choices and (not addresses or address in addresses)
        }
        return admit.admit(self.master, self.organisation, ticked)

    def connect_all(self) -> Connection:
        """Everything up to connected mailboxes; returns Jane's."""
        self.open()
        self.look_up()
        done = self.admit()
        assert (done.refused, done.left, done.error) == ([], 0, "")
        self.connection = Connection.objects.get(staff=self.staff)
        return self.connection

    def travel(self, connection: Connection | None = None, **values: Any) -> None:
        """Contacts travel one way, and a person said go."""
        here = connection or self.connection
        settings = ContactSettings.objects.get(connection=here)
        chosen = {"status": "one_way", **values}
        configure.configure(self.master, here, "contacts", chosen, settings.version)
        sync.approve(here, ["contacts"], self.master)

    def paths(self) -> list[str]:
        """What was asked of Graph since the start, each item of a batch by itself."""
        found = []
        for exchange in self.microsoft.exchanges():
            body = exchange["request_body"] or {}
            items = body.get("requests") if exchange["url"].endswith("$batch") else None
            found += [item["url"] for item in items] if items else [exchange["url"]]
        return [path.removeprefix("/v1.0") for path in found]
