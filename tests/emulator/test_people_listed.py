"""Looking people of a tenant up, and what Exchange grants to an app by itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from .clients import CLIENT_ID, JANE, Client, Control, item, seed
from .test_apps_on_their_own import ADMIN, DENIED, app, grant, refused

ROLES = ["User.Read.All"]


def ask(graph: Client, condition: str, **options: str) -> Any:
    parts = {"$filter": condition, **options}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parts.items() if value)
    return graph("GET", f"/users?{query}")


def found(graph: Client, condition: str) -> list[str]:
    answer = ask(graph, condition)
    assert answer.status_code == 200, answer.text
    return [row["userPrincipalName"] for row in answer.json()["value"]]


@pytest.fixture
def graph(control: Control) -> Any:
    grant(control, *ROLES)
    people = {"tenants": [{**seed()["tenants"][0]}]}
    people["tenants"][0]["users"][0] |= {"aliases": ["J.Doe@harbour.example"]}
    control.post("seed", people)
    with app(control) as client:
        yield client


def test_somebody_is_found_by_each_of_their_addresses(graph: Client) -> None:
    assert found(graph, f"userPrincipalName eq '{JANE.upper()}'") == [JANE]
    both = found(graph, f"mail eq '{JANE}' or mail eq '{ADMIN}'")
    assert sorted(both) == sorted([JANE, ADMIN])
    assert found(graph, "proxyAddresses/any(p:p eq 'smtp:j.doe@harbour.example')") == [JANE]
    assert found(graph, "mail eq 'nobody@harbour.example'") == []
    assert found(graph, "mail eq 'o''hara or smith@harbour.example'") == []


@pytest.mark.parametrize(
    "condition",
    [
        "mail ne 'a'",
        "nickname eq 'a'",
        "mail eq 'a' and mail eq 'b'",
        "proxyAddresses/any(p:q eq 'smtp:a')",
        " or ".join(["mail eq 'a'"] * 16),
    ],
)
def test_a_filter_that_the_directory_does_not_take_is_refused(
    graph: Client, condition: str
) -> None:
    answer = ask(graph, condition)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "Request_UnsupportedQuery"


def test_the_list_comes_in_pages(graph: Client) -> None:
    rows, url = [], "/users?$top=2&$select=id"
    while url:
        page = graph("GET", url).json()
        rows += page["value"]
        assert len(page["value"]) <= 2
        url = page.get("@odata.nextLink", "").partition("/v1.0")[2]
    assert len({row["id"] for row in rows}) == len(rows) > 2


def test_what_is_asked_for_is_shown_and_plans_tell_of_a_mailbox(graph: Client) -> None:
    select = {"$select": "id,accountEnabled,assignedPlans,userType"}
    (jane,) = ask(graph, f"mail eq '{JANE}'", **select).json()["value"]
    assert jane["assignedPlans"][0]["service"] == "exchange"
    assert (jane["accountEnabled"], jane["userType"]) == (True, "Member")
    assert set(jane) == {"id", "accountEnabled", "assignedPlans", "userType"}
    assert ask(graph, "", **{"$select": "shoeSize"}).status_code == 400


def test_looking_people_up_takes_a_permission_of_its_own(control: Control) -> None:
    grant(control, "Contacts.ReadWrite")
    with app(control) as graph:
        assert refused(graph, "/users") == (403, "Authorization_RequestDenied")
    with Client(control.url, control.token(JANE)) as graph:
        assert refused(graph, "/users") == (403, "Authorization_RequestDenied")


def test_another_tenant_s_people_are_not_in_the_list(graph: Client) -> None:
    assert found(graph, "mail eq 'kim@other.example'") == []


def test_exchange_opens_mailboxes_of_a_scope_to_an_app_that_entra_gave_nothing(
    control: Control,
) -> None:
    grant(control, "User.Read.All")
    roles = ["Contacts.ReadWrite", "MailboxSettings.Read"]
    scope = {"client_id": CLIENT_ID, "roles": roles, "members": [JANE]}
    control.post("seed", seed(exchange_grants=[scope]))
    with app(control) as graph:
        assert graph("POST", f"/users/{JANE}/contacts", {"surname": "A"}).status_code == 201
        answers = graph.batch(item(1, "GET", f"/users/{JANE}/mailboxSettings"))
        assert answers["1"]["status"] == 200
        assert refused(graph, f"/users/{ADMIN}/contacts") == DENIED
        assert refused(graph, f"/users/{ADMIN}/mailboxSettings") == DENIED
        answer = graph("PATCH", f"/users/{JANE}/mailboxSettings", {"timeZone": "UTC"})
        assert answer.status_code == 403


def test_what_exchange_grants_adds_to_what_entra_grants(control: Control) -> None:
    grant(control, "Contacts.ReadWrite")
    scope = {"client_id": CLIENT_ID, "roles": ["Contacts.ReadWrite"], "members": [JANE]}
    control.post("seed", seed(exchange_grants=[scope]))
    with app(control) as graph:
        assert graph("GET", f"/users/{ADMIN}/contacts").status_code == 200
