"""App-only access: client credentials, roles, application access policies."""

from __future__ import annotations

from typing import Any

import pytest

from .clients import CALLBACK, CLIENT_ID, JANE, SECRET, Browser, Client, Control, item, seed

ADMIN = "admin@harbour.example"
DEFAULT = "https://graph.microsoft.com/.default"
ROLES = ["Contacts.ReadWrite", "User.Read.All", "MailboxSettings.Read"]
DENIED = (403, "ErrorAccessDenied")


def grant(control: Control, *roles: str, tenant: str = "harbour.example") -> None:
    entry = {"tenant": tenant, "client_id": CLIENT_ID, "roles": list(roles)}
    control.post("seed", {"consent": [entry]})


def ask(control: Control, authority: str = "harbour.example", scope: str = DEFAULT) -> Any:
    return control.token_request(authority, grant_type="client_credentials", scope=scope)


def app(control: Control, authority: str = "harbour.example") -> Client:
    answer = ask(control, authority)
    assert answer.status_code == 200, answer.text
    assert "refresh_token" not in answer.json()
    return Client(control.url, answer.json()["access_token"])


def refused(graph: Client, path: str) -> tuple[int, str]:
    answer = graph("GET", path)
    return answer.status_code, answer.json()["error"]["code"]


def test_an_app_with_roles_works_in_every_mailbox_of_the_tenant(control: Control) -> None:
    grant(control, *ROLES)
    with app(control) as graph:
        for upn in (JANE, ADMIN):
            graph.create(f"/users/{upn}/contacts", surname=upn)
            assert [c["surname"] for c in control.mailbox(upn)["contacts"]] == [upn]
            assert graph.get(f"/users/{upn}")["userPrincipalName"] == upn
            assert graph.get(f"/users/{upn}/mailboxSettings")["timeZone"]
        rows, link = graph.all_pages(f"/users/{JANE}/contacts/delta")
        assert len(rows) == 1
        assert f"/users/{JANE}/contacts/delta" in link
        answers = graph.batch(item(1, "GET", f"/users/{ADMIN}/contacts"))
        assert answers["1"]["status"] == 200


def test_nobody_is_me_without_a_person(control: Control) -> None:
    grant(control, *ROLES)
    with app(control) as graph:
        answer = graph("GET", "/me/contacts")
        assert answer.status_code == 400
        assert "delegated authentication flow" in answer.json()["error"]["message"]


def test_a_role_that_was_not_granted_is_403(control: Control) -> None:
    grant(control, "Contacts.Read")
    with app(control) as graph:
        assert graph("GET", f"/users/{JANE}/contacts").status_code == 200
        answer = graph("POST", f"/users/{JANE}/contacts", {"surname": "A"})
        assert (answer.status_code, answer.json()["error"]["code"]) == DENIED
        assert refused(graph, f"/users/{JANE}") == (403, "Authorization_RequestDenied")


def test_a_delegated_permission_is_not_a_role(control: Control) -> None:
    grant(control)
    with app(control) as graph:
        assert refused(graph, f"/users/{JANE}/contacts") == DENIED


def test_another_tenant_s_people_are_not_there(control: Control) -> None:
    grant(control, *ROLES)
    with app(control) as graph:
        assert refused(graph, "/users/kim@other.example/contacts") == (404, "ErrorInvalidUser")
    grant(control, *ROLES, tenant="other.example")
    with app(control, "other.example") as graph:
        assert graph("GET", "/users/kim@other.example/contacts").status_code == 200
        assert refused(graph, f"/users/{JANE}/contacts") == (404, "ErrorInvalidUser")


def test_a_mailbox_on_premises_is_out_of_an_app_s_reach_too(control: Control) -> None:
    grant(control, *ROLES)
    with app(control) as graph:
        path = "/users/onprem@harbour.example/contacts"
        assert refused(graph, path) == (404, "MailboxNotEnabledForRESTAPI")


@pytest.mark.parametrize(
    "authority,scope,number,kind",
    [
        ("organizations", DEFAULT, 50059, "invalid_request"),
        ("common", DEFAULT, 50059, "invalid_request"),
        ("nowhere.example", DEFAULT, 90002, "invalid_tenant"),
        ("other.example", DEFAULT, 700016, "unauthorized_client"),
        ("harbour.example", "https://graph.microsoft.com/Contacts.Read", 1002012, "invalid_scope"),
        ("harbour.example", "", 1002012, "invalid_scope"),
    ],
)
def test_a_request_that_entra_refuses(
    control: Control, authority: str, scope: str, number: int, kind: str
) -> None:
    grant(control, *ROLES)
    body = ask(control, authority, scope).json()
    assert (body["error"], body["error_codes"]) == (kind, [number])


@pytest.mark.parametrize("right", ["RestrictAccess", "DenyAccess"])
def test_an_access_policy_closes_mailboxes_to_the_app_alone(control: Control, right: str) -> None:
    grant(control, *ROLES)
    members = [ADMIN] if right == "RestrictAccess" else [JANE]
    policy = {"client_id": CLIENT_ID, "right": right, "members": members}
    control.post("seed", seed(access_policies=[policy]))
    with app(control) as graph:
        answer = graph("GET", f"/users/{JANE}/contacts")
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == DENIED
        assert error["message"] == "Access to OData is disabled."
        assert refused(graph, f"/users/{JANE}/mailboxSettings") == DENIED
        assert graph("GET", f"/users/{JANE}").status_code == 200, "the directory is not Exchange"
        assert graph("GET", f"/users/{ADMIN}/contacts").status_code == 200
    with Client(control.url, control.token(JANE)) as graph:
        assert graph("GET", "/me/contacts").status_code == 200, "a person's own app is not meant"


def test_a_policy_for_another_app_means_nothing(control: Control) -> None:
    grant(control, *ROLES)
    control.post("seed", seed(access_policies=[{"client_id": "other", "members": []}]))
    with app(control) as graph:
        assert graph("GET", f"/users/{JANE}/contacts").status_code == 200


def test_an_administrator_grants_roles_with_the_default_scope_only(control: Control) -> None:
    entry = {**seed()["apps"][0], "client_id": "22222222-1111-4111-8111-111111111111"}
    control.post("seed", {"apps": [{**entry, "roles": ROLES}]})

    def consent(scope: str) -> str:
        browser = Browser(control.url)
        page = browser._follow(
            browser.session.get(
                f"{control.url}/harbour.example/v2.0/adminconsent",
                params={
                    "client_id": entry["client_id"],
                    "redirect_uri": CALLBACK,
                    "scope": scope,
                },
                allow_redirects=False,
            )
        )
        page = browser.step(page, "email", email=ADMIN)
        page = browser.step(page, "password", password="battery staple")
        browser.callback(browser.step(page, "accept"))
        return page.text

    def reads() -> int:
        form = {"client_id": entry["client_id"], "client_secret": SECRET, "scope": DEFAULT}
        answer = control.token_request(
            "harbour.example", grant_type="client_credentials", **form
        ).json()
        with Client(control.url, answer["access_token"]) as graph:
            return graph("GET", f"/users/{JANE}/contacts").status_code

    words = "Read and write contacts in all mailboxes"
    assert words not in consent("https://graph.microsoft.com/Contacts.ReadWrite")
    assert reads() == 403
    assert words in consent(DEFAULT)
    assert reads() == 200


def test_withdrawn_roles_are_missing_from_the_next_token(control: Control) -> None:
    grant(control, *ROLES)
    with app(control) as before:
        control.post("revoke", {"tenant": "harbour.example", "consent": True})
        assert before("GET", f"/users/{JANE}/contacts").status_code == 200, "until it expires"
        with app(control) as after:
            assert refused(after, f"/users/{JANE}/contacts") == DENIED


def test_an_app_s_throttling_is_counted_per_mailbox(control: Control) -> None:
    grant(control, *ROLES)
    rule = {"path": f"{JANE}/contacts", "status": 429, "times": 1}
    control.post("faults", {**rule, "headers": {"Retry-After": "60"}})
    with app(control) as graph:
        assert graph("GET", f"/users/{JANE}/contacts").status_code == 429
        graph("GET", f"/users/{ADMIN}/contacts")
        assert control.get("stats")["retry_after_broken"] == 0
        graph("GET", f"/users/{JANE}/contacts")
        assert control.get("stats")["retry_after_broken"] == 1


def test_an_unknown_role_in_a_seed_is_refused(control: Control) -> None:
    entry = {"tenant": "harbour.example", "client_id": CLIENT_ID, "roles": ["Moon.Read"]}
    answer = control.session.post(f"{control.url}/_emulator/seed", json={"consent": [entry]})
    assert "Moon.Read" in answer.json()["error"]
