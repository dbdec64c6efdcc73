"""A token that opens every mailbox is used for one: the way in, and what keeps us to it."""

from __future__ import annotations

import pytest

from agentbox_sync.core.errors import FixConfiguration
from agentbox_sync.core.rules import Status
from agentbox_sync.graph.bounds import OUTSIDE, Directory, Mailboxes
from agentbox_sync.graph.exchange import Request
from agentbox_sync.models import Collection, Connection
from agentbox_sync.services import look
from agentbox_sync.services.speak import speak
from tests.contracts.emulated import JANE

from .office import TOM, Office

MINE = "10000000-0000-4000-8000-00000000000A"
OTHER = "10000000-0000-4000-8000-00000000000B"


@pytest.mark.parametrize(
    "path",
    [
        f"/users/{OTHER}/contacts",
        f"/users('{OTHER}')/contacts",
        f"/users/{MINE}/../{OTHER}/contacts",
        f"/users/{MINE}/%2E%2e/{OTHER}/contacts",
        f"/users/{MINE}%2F..%2F{OTHER}/contacts",
        f"/users/{MINE}\\..\\{OTHER}/contacts",
        f"/users/{MINE}x/contacts",
        "/users/tom@agency.example/contacts",
        "/users",
        "/users?$top=999",
        "/memories",
        "/subscriptions",
        "/",
    ],
)
def test_what_leads_out_of_the_mailbox_is_not_sent(path: str) -> None:
    for request in (
        Request("GET", path),
        Request("POST", "/$batch", body={"requests": [{"method": "GET", "url": path}]}),
    ):
        with pytest.raises(FixConfiguration) as refused:
            Mailboxes([MINE]).placed(request)
        assert refused.value.code == OUTSIDE


def test_me_is_the_one_mailbox_and_links_of_it_stay_as_they_are() -> None:
    def goes_to(path: str) -> str:
        return Mailboxes([MINE]).placed(Request("GET", path)).path

    mine = MINE.lower()
    assert goes_to("/me") == f"/users/{mine}"
    assert goes_to("/me?$select=id") == f"/users/{mine}?$select=id"
    assert goes_to("/me/contacts/A%2F=?x=/me/") == f"/users/{mine}/contacts/A%2F=?x=/me/"
    feed = "/me/calendars/A%3D/calendarView/delta?startDateTime=2026-12-01T00:00:00Z"
    assert goes_to(feed) == feed.replace("/me", f"/users/{mine}")
    for link in (
        f"/users/{MINE}/contacts/delta?$deltatoken=a",
        f"/Users('{mine}')/contacts?a=1",
        f"/users('{MINE}')/calendars/A%3D/calendarView/delta?$deltatoken=a",
    ):
        assert goes_to(link) == link


def test_with_several_mailboxes_nobody_is_me() -> None:
    bounds = Mailboxes([MINE, OTHER])
    assert bounds.placed(Request("GET", f"/users/{OTHER}/contacts")).path.endswith("/contacts")
    with pytest.raises(FixConfiguration):
        bounds.placed(Request("GET", "/me/contacts"))


@pytest.mark.parametrize("path", [f"/users/{MINE}", f"/users/{MINE}/contacts", "/me", "/groups"])
def test_who_looks_people_up_opens_no_mailbox(path: str) -> None:
    assert Directory().placed(Request("GET", "/users?$top=1")).path == "/users?$top=1"
    with pytest.raises(FixConfiguration):
        Directory().placed(Request("GET", path))
    with pytest.raises(FixConfiguration):
        Directory().placed(Request("POST", "/users", body={}))


def test_a_planted_look_into_a_colleague_s_mailbox_is_never_sent(office: Office) -> None:
    office.connect_all()
    client = speak(office.connection, turn=None)
    path = f"/users/{office.oid(TOM)}/contacts"
    planted, before = Request("POST", path, body={"givenName": "A"}), office.requests
    with pytest.raises(FixConfiguration):
        client.get(path)
    with pytest.raises(FixConfiguration):
        client.batch([Request("GET", "/me/contacts"), Request("GET", path)])
    land = client.begin_batch([planted])
    with pytest.raises(FixConfiguration):
        land()
    assert office.requests == before
    # The control: the token itself would open it.
    assert speak(Connection.objects.get(staff=office.tom), turn=None).get("/me/contacts").ok


def test_a_whole_sync_speaks_of_no_other_mailbox(office: Office) -> None:
    office.connect_all()
    office.travel(status=str(Status.TWO_WAY))
    contact = office.contact(email="olivia@example.com")
    office.run_well(forced=True)
    office.edit(office.linked(contact).remote_id, companyName="Kauri")
    office.run_well()
    contact.refresh_from_db()
    assert contact.company == "Kauri"
    assert office.people() == ["Olivia"]
    look.look(office.connection, "contacts", [office.linked(contact).remote_id])
    mine = f"/users/{office.oid(JANE)}/"
    spoken = [path for path in office.paths() if not path.startswith("/users?")]
    others = [path for path in spoken if not path.startswith(mine)]
    assert spoken
    # Tom's was opened once, when his mailbox was let in.
    assert others == [f"/users/{office.oid(TOM)}/mailboxSettings"]


def test_nothing_is_kept_of_an_application_s_token(office: Office) -> None:
    connection = office.connect_all()
    stored = Connection.objects.values_list("tokens", flat=True)
    assert list(stored) == ["", ""]
    assert connection.zone
    assert connection.organisation == office.organisation
    assert (connection.state, connection.connected_by) == ("connected", office.master)
    assert connection.contactsettings.status == "disabled"


def test_who_signs_in_afterwards_goes_on_with_the_same_pairs(office: Office) -> None:
    office.connect_all()
    office.travel()
    contact = office.contact(email="olivia@example.com")
    office.run_well(forced=True)
    pair = office.linked(contact).remote_id
    office.connect(JANE)
    office.connection.refresh_from_db()
    assert office.connection.organisation is None
    assert list(Collection.objects.values_list("link", flat=True)) == [""]
    office.run_well()
    assert office.linked(contact).remote_id == pair
    assert len(office.mailbox()) == 1
    assert "/me/" in office.paths()[-1]
