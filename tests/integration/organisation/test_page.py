"""The page Organisation: what a Master User sees, presses and reads, step by step."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agentbox_sync import conf
from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import AuditEntry, Connection, Match, Organisation, ProviderSwitch
from agentbox_sync.oauth.app_only import ROLES
from agentbox_sync.services import disconnect, doctor, microsoft
from agentbox_sync.services.organisation import admit, approve, check
from tests.builders import crm
from tests.contracts.emulated import JANE, PASSWORD
from tests.integration.card.pages import card_of, text_of, to
from tests.integration.card.signing_in import links_of
from tests.integration.oauth.visitor import Visitor

from .office import TOM, Office


@pytest.fixture
def browser(office: Office) -> Client:
    client = Client()
    client.force_login(office.master)
    return client


def administrator_accepts(page: Any, *, declines: bool = False) -> dict[str, str]:
    """Follow the link on our page and answer at Microsoft; returns what comes back."""
    visitor = Visitor(microsoft.callback_url())
    visitor.sign_in(links_of(page)["Continue to Microsoft"], "admin@agency.example", PASSWORD)
    if visitor.answer is None:
        visitor.submit("cancel" if declines else "accept")
    visitor.session.close()
    return visitor.came_back()


def register(office: Office) -> None:
    """The app registration has the application permissions."""

    app = microsoft.registration()
    entry = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uris": [app.redirect_uri],
        "roles": list(ROLES),
    }
    office.microsoft.control("seed", {"apps": [entry]})


def test_an_administrator_approves_and_everybody_who_is_ticked_is_connected(
    office: Office, browser: Client
) -> None:
    register(office)
    assert "every mailbox of the organisation" in text_of(browser.get(to("organisation")))
    answer = administrator_accepts(browser.post(to("organisation")))
    page = browser.get(to("callback"), answer, follow=True)
    assert "The organisation is connected." in text_of(page)
    organisation = Organisation.objects.get()
    assert (organisation.connected_by, organisation.reason) == (office.master, "")
    address = to("organisation_mailboxes", organisation.pk)
    assert page.redirect_chain[-1][0] == address
    assert not any("/users" in path for path in office.paths())

    page = browser.post(address, {"way": "look"}, follow=True)
    assert "Jane Ashcroft jane@agency.example Matched Jane Doe" in text_of(page)
    assert not any(path.startswith("/users/") for path in office.paths()), "a mailbox was opened"

    staff = str(office.staff.pk)
    ticked = {"way": "ticked", "staff": [staff], f"account-{staff}": office.oid(JANE)}
    page = browser.post(address, ticked, follow=True)
    assert "1 mailbox is connected." in text_of(page)
    connection = Connection.objects.get()
    assert (connection.staff_id, connection.object_id) == (office.staff.pk, office.oid(JANE))
    opened = [path for path in office.paths() if path.startswith("/users/")]
    assert opened == [f"/users/{office.oid(JANE)}/mailboxSettings"]
    card = text_of(browser.get(card_of(office.staff)))
    assert "Connected through the organisation by" in card
    assert "need not sign in" in card
    told = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert told == ["organisation_connected", "mailboxes_matched", "connected"]


def test_an_administrator_who_declines_connects_nothing(office: Office, browser: Client) -> None:
    register(office)
    answer = administrator_accepts(browser.post(to("organisation")), declines=True)
    page = browser.get(to("callback"), answer, follow=True)
    assert "the administrator did not approve" in text_of(page)
    assert not Organisation.objects.exists()


def test_without_an_approval_it_is_not_approved_already(office: Office, browser: Client) -> None:
    page = browser.post(to("organisation"), {"way": "approved"}, follow=True)
    assert "Microsoft knows of no approval" in text_of(page)
    assert not Organisation.objects.exists()
    office.approve()
    page = browser.post(to("organisation"), {"way": "approved"}, follow=True)
    assert "The organisation is connected." in text_of(page)


# ----------------------------------------------------------------------------------- whose is whose


def test_each_kind_of_account_is_told_apart(office: Office, settings: Any) -> None:
    people = {
        "Una Unlicensed": {"mailbox": False},
        "Dora Disabled": {"enabled": False},
        "Gus Guest": {"guest": True},
        "Alma Alias": {"upn": "a.alias@agency.example", "aliases": ["alma@agency.example"]},
        "Nora Nobody": None,
    }
    staff = {"Una Unlicensed": "una", "Dora Disabled": "dora", "Gus Guest": "gus"}
    staff |= {"Alma Alias": "alma", "Nora Nobody": "nora"}
    for name, short in staff.items():
        crm.a_staff_member(name, email=f"{short}@agency.example")
        values = people[name]
        if values is not None:
            upn = f"{short}@agency.example"
            office.seed({"upn": upn, "display_name": name, "password": PASSWORD, **values})
    # Two accounts: one signs in with the address, the other has it as an alias.
    crm.a_staff_member("Sam Several", email="sam@agency.example")
    for upn, more in (
        ("sam@agency.example", {}),
        ("s.several@agency.example", {"aliases": ["SAM@agency.example"]}),
    ):
        office.seed({"upn": upn, "display_name": "Sam", "password": PASSWORD, **more})
    other = crm.a_staff_member("Zoe Elsewhere", email="zoe@elsewhere.example")
    office.open()
    Connection.objects.create(
        staff=other,
        tenant_id=office.organisation.tenant_id,
        object_id=office.oid(TOM),
        connected_at=office.organisation.connected_at,
    )
    ProviderSwitch.objects.create(provider="microsoft", office="none", offered=False)

    rows = office.look_up()

    found = {address.partition("@")[0]: row.verdict.value for address, row in rows.items()}
    assert found == {
        "jane": "matched",
        "una": "no_mailbox",
        "dora": "disabled",
        "gus": "guest",
        "alma": "matched",
        "nora": "not_found",
        "sam": "several",
        "tom": "taken",
        "zoe": "own_sign_in",
    }
    assert rows[TOM].other == "Zoe Elsewhere"
    assert not any(path.startswith("/users/") for path in office.paths())
    done = office.admit()
    assert (done.connected, done.refused) == (3, [])
    live = set(Connection.objects.exclude(organisation=None).values_list("staff__email", flat=True))
    assert live == {JANE, "alma@agency.example", "sam@agency.example"}


def test_somebody_who_was_not_matched_is_not_connected_by_a_forged_form(office: Office) -> None:
    office.open()
    office.look_up()

    forged = {str(office.staff.pk): office.oid(TOM), str(office.tom.pk): "another"}
    done = admit.admit(office.master, office.organisation, forged)
    assert (done.connected, done.refused) == (0, [])
    assert not Connection.objects.exists()


def test_a_directory_that_may_not_be_read_is_said(office: Office, browser: Client) -> None:
    office.approve("Contacts.ReadWrite", "MailboxSettings.Read")
    browser.post(to("organisation"), {"way": "approved"})
    address = to("organisation_mailboxes", Organisation.objects.get().pk)
    page = browser.post(address, {"way": "look"}, follow=True)
    assert "User.Read.All" in text_of(page)
    assert not Match.objects.exists()


def test_a_mailbox_outside_of_the_scope_is_refused_in_words(
    office: Office, browser: Client
) -> None:
    office.open()
    office.look_up()
    office.restrict(JANE)
    address = to("organisation_mailboxes", office.organisation.pk)
    page = browser.post(address, {"way": "all"}, follow=True)
    assert "1 mailbox is connected." in text_of(page)
    assert "Tom Reed: Exchange does not let the CRM into this mailbox." in text_of(page)
    assert list(Connection.objects.values_list("staff", flat=True)) == [office.staff.pk]


def test_rbac_for_applications_is_enough_for_contacts(office: Office) -> None:
    office.approve("User.Read.All")
    roles = ["Contacts.ReadWrite", "MailboxSettings.Read"]
    grant = {"client_id": office.client_id, "roles": roles, "members": [JANE]}
    office.seed(exchange_grants=[grant])

    assert approve.connect(office.master) == approve.CONNECTED
    office.organisation = Organisation.objects.get()
    office.look_up()
    done = office.admit()
    assert (done.connected, [code for _, code in done.refused]) == (1, ["outside"])
    office.connection = Connection.objects.get()
    office.travel()
    office.contact(email="olivia@example.com")
    office.run_well(forced=True)
    assert office.people() == ["Olivia"]
    check.check(office.master, office.organisation)
    assert "Contacts.ReadWrite" in office.organisation.missing
    assert "User.Read.All" not in office.organisation.missing


# ---------------------------------------------------------------------------------- many, and costs


def test_hundreds_are_matched_in_few_requests_and_shown_in_few_statements(
    office: Office, browser: Client
) -> None:
    number = 230
    accounts = [
        {"upn": f"p{n}@agency.example", "display_name": f"Person {n}", "password": PASSWORD}
        for n in range(number)
    ]
    place = crm.an_office()
    Staff.objects.bulk_create(
        Staff(office=place, first_name=f"Person {n}", email=f"p{n}@agency.example")
        for n in range(number)
    )
    office.seed(*accounts)
    office.open()
    before = office.requests
    rows = office.look_up()
    assert office.requests - before <= 13
    assert sum(row.verdict.value == "matched" for row in rows.values()) == number + 2
    address = to("organisation_mailboxes", office.organisation.pk)
    with CaptureQueriesContext(database) as statements:
        page = browser.get(address, {"page": 2})
    assert "Page 2 of 5" in text_of(page)
    assert "Connect all 232 that were matched" in text_of(page)
    assert len(statements) <= 12
    with CaptureQueriesContext(database) as statements:
        browser.get(to("organisation"))
    assert len(statements) <= 12


def test_what_took_too_long_goes_on_with_the_next_press(
    office: Office, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.open()
    monkeypatch.setattr("agentbox_sync.services.organisation.match.LONGEST", -1.0)
    address = to("organisation_mailboxes", office.organisation.pk)
    page = browser.post(address, {"way": "look"}, follow=True)
    assert "Not everybody could be looked up yet." in text_of(page)
    monkeypatch.undo()
    office.look_up()
    monkeypatch.setattr("agentbox_sync.services.organisation.admit.LONGEST", -1.0)
    page = browser.post(address, {"way": "all"}, follow=True)
    assert "2 mailboxes are left" in text_of(page)


# -------------------------------------------------------------------------------- trouble, and ends


def test_a_withdrawn_approval_is_one_trouble_and_not_forty(office: Office, browser: Client) -> None:
    office.connect_all()
    office.travel()
    office.contact(email="olivia@example.com")
    office.run_well(forced=True)
    office.withdraw()
    check.check(office.master, office.organisation)
    office.contact("Ada Lane", email="ada@example.com")
    office.report(forced=True)
    Connection.objects.update(state="suspended", reason="ErrorAccessDenied")
    page = text_of(browser.get(to("organisation")))
    assert page.count("the approval is missing or withdrawn") == 1
    assert "Approval link for the administrator" in page
    card = text_of(browser.get(card_of(office.staff)))
    assert "the approval of the organisation was withdrawn" in card
    assert "Sign in again" not in card

    office.approve()
    page = browser.post(to("organisation_check", office.organisation.pk), follow=True)
    assert "2 mailboxes go on." in text_of(page)
    office.connection.refresh_from_db()
    office.run_well(forced=True)
    assert office.people() == ["Ada", "Olivia"]


def test_a_secret_that_has_expired_is_said_once_and_mends_itself(
    office: Office, browser: Client, settings: Any
) -> None:
    office.connect_all()
    office.travel()
    right = conf.required("MS365_CLIENT_SECRET")
    settings.MS365_CLIENT_SECRET = "expired"
    page = browser.post(to("organisation_check", office.organisation.pk), follow=True)
    assert "client secret" in text_of(page)
    office.report(forced=True)
    assert (office.connection.state, office.connection.reason) == ("connected", "configuration")
    settings.MS365_CLIENT_SECRET = right
    page = browser.post(to("organisation_check", office.organisation.pk), follow=True)
    assert "1 mailbox goes on." in text_of(page)
    office.connection.refresh_from_db()
    office.run_well(forced=True)


def test_the_doctor_asks_for_a_token_of_the_organisation(office: Office) -> None:
    def told() -> list[tuple[str, str]]:
        found = doctor.examine()
        return [(one.health.value, one.answer) for one in found if one.question == "organisation"]

    assert told() == []
    office.open()
    assert told() == [("ok", f"Tenant {office.organisation.tenant_id} lets the CRM in.")]
    Organisation.objects.update(reason="directory_refused")
    assert [health for health, _ in told()] == ["warning"]
    Organisation.objects.update(tenant_id="11111111-2222-4333-8444-555555555555")
    Organisation.objects.update(renewed_at=timezone.now())
    assert [health for health, _ in told()] == ["error"]


def test_a_mailbox_that_lost_its_licence_stops_alone(office: Office) -> None:
    office.connect_all()
    office.travel()
    office.run_well(forced=True)
    office.seed({"upn": JANE, "display_name": "Jane Doe", "password": PASSWORD, "mailbox": False})
    office.report(forced=True)
    assert office.connection.state == "suspended"
    assert Connection.objects.get(staff=office.tom).state == "connected"


def test_ending_it_lets_every_mailbox_go_and_leaves_exchange_alone(
    office: Office, browser: Client
) -> None:
    office.connect_all()
    office.travel()
    office.contact(email="olivia@example.com")
    office.run_well(forced=True)
    address = to("organisation_end", office.organisation.pk)
    page = text_of(browser.get(address))
    assert "2 mailboxes are connected through the organisation and will all be" in page
    page = browser.post(address, follow=True)
    assert "and with it 2 mailboxes" in text_of(page)
    assert set(Connection.objects.values_list("state", flat=True)) == {"disconnected"}
    assert office.people() == ["Olivia"]
    assert not Match.objects.exists()
    assert browser.get(address).status_code == 404

    # Again: the same pairs, and nothing twice.
    office.connect_all()
    office.travel()
    office.run_well(forced=True)
    assert office.people() == ["Olivia"]


def test_one_card_is_switched_off_by_itself(office: Office, browser: Client) -> None:
    office.connect_all()
    page = text_of(browser.get(to("disconnect", office.connection.pk)))
    assert "The approval of the organisation stays" in page
    disconnect.disconnect(office.master, office.connection)
    assert Connection.objects.get(staff=office.tom).is_live
    assert office.rows()[JANE].verdict.value == "matched"
