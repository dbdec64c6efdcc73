"""One employee of the brokerage, their mailbox, and what they click."""

from __future__ import annotations

from typing import Any

from agentbox_sync import conf
from agentbox_sync.models import Connection, ContactSettings, StaffSettings
from agentbox_sync.services import connect, microsoft, sync
from agentbox_sync.services.configure import configure
from agentbox_sync.services.describe import describe
from agentbox_sync.services.execute import execute
from tests.contracts.emulated import JANE, PASSWORD, Microsoft
from tests.integration.oauth.visitor import Visitor
from tests.projects.foreign_crm.cases.builders import a_user, an_employee


class World:
    def __init__(self, at: Microsoft, settings: Any) -> None:
        self.microsoft = at
        self.employee = an_employee(work_mail=JANE)
        self.user = a_user(self.employee)
        StaffSettings.objects.create(staff=self.employee, self_managed=True)
        settings.MS365_LOGIN_URL = settings.MS365_GRAPH_URL = at.url
        settings.MS365_TENANT = at.look(f"mailbox/{JANE}")["owner"]["tenant"]
        options = {"HTTP_TIMEOUT": 20, "LEASE_TIME": 60, "SETTLE_DELAY": 0}
        settings.AGENTBOX_SYNC = {**settings.AGENTBOX_SYNC, **options}
        app = {
            "client_id": conf.required("MS365_CLIENT_ID"),
            "client_secret": conf.required("MS365_CLIENT_SECRET"),
            "redirect_uris": [microsoft.callback_url()],
        }
        at.control("seed", {"apps": [app]})

    def connect(self) -> Connection:
        """Sign in at Microsoft, accept what is asked for, and come back."""
        session: dict[str, Any] = {}
        departure = connect.begin(self.user, self.employee, session)
        assert departure.expected_address == JANE
        visitor = Visitor(microsoft.callback_url())
        visitor.sign_in(departure.authorization_url, JANE, PASSWORD)
        visitor.submit("accept")
        visitor.session.close()
        landing = connect.finish(self.user, session, visitor.came_back())
        assert landing.connection is not None, landing.code
        self.connection = landing.connection
        return landing.connection

    def choose(self, **values: Any) -> None:
        version = ContactSettings.objects.get(connection=self.connection).version
        values = {"status": "one_way", **values}
        configure(self.user, self.connection, "contacts", values, version)
        sync.approve(self.connection, ["contacts"], self.user)

    def run(self, *, forced: bool = False) -> dict[str, Any]:
        """Run now; the report as scripts read it, with the counts of the contacts in it."""
        done = execute(self.connection.pk, forced=forced)
        self.connection.refresh_from_db()
        assert done is not None
        assert (self.connection.state, self.connection.reason) == ("connected", "")
        told = describe(self.connection, done[0])
        return {"requests": told["requests"], **told["kinds"]["contacts"]}

    def edit(self, remote_id: str, **values: Any) -> None:
        """The person edits an item in Outlook."""
        self.microsoft.person(edit=remote_id, values=values)

    def mailbox(self) -> dict[str, dict[str, Any]]:
        """The people in the mailbox by given name."""
        rows = self.microsoft.look(f"mailbox/{JANE}")["contacts"]
        return {row["givenName"]: row for row in rows}
