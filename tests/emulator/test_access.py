from __future__ import annotations

import uuid

import pytest

from .clients import JANE, Client, Control


def refused(graph: Client, path: str = "/me/contacts", method: str = "GET") -> tuple[int, str]:
    answer = graph(method, path, {"surname": "A"} if method == "POST" else None)
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize("header", ["", "Bearer ", "Basic abc", "Bearer a.b.c", "Bearer abc"])
def test_without_a_good_token_graph_answers_401(graph: Client, header: str) -> None:
    answer = graph("GET", "/me", Authorization=header)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_that_was_altered_is_refused(graph: Client) -> None:
    head, claims, signature = graph.headers["Authorization"].split(".")
    graph.headers["Authorization"] = f"{head}.{claims[:-4]}AAAA.{signature}"
    assert refused(graph) == (401, "InvalidAuthenticationToken")


def test_a_token_dies_on_the_emulator_s_clock(graph: Client, control: Control) -> None:
    assert graph("GET", "/me").status_code == 200
    control.post("clock", {"advance": 89 * 60 + 61})
    assert refused(graph) == (401, "InvalidAuthenticationToken")
    control.post("clock", {"reset": True})
    assert graph("GET", "/me").status_code == 200


def test_a_token_for_another_resource_is_refused(control: Control) -> None:
    token = control.token(JANE, scope="openid https://outlook.office.com/Contacts.ReadWrite")
    with Client(control.url, token) as other:
        assert refused(other) == (401, "InvalidAuthenticationToken")


def test_a_missing_scope_is_403(control: Control) -> None:
    with Client(control.url, control.token(JANE, scope="openid Contacts.Read")) as reader:
        assert reader("GET", "/me/contacts").status_code == 200
        assert refused(reader, method="POST") == (403, "ErrorAccessDenied")
        assert refused(reader, "/me/mailboxSettings") == (403, "ErrorAccessDenied")
        answers = reader.batch({"id": "1", "method": "GET", "url": "/me"})
        assert answers["1"]["status"] == 403, "inside a batch the item is refused"


def test_another_person_s_mailbox_is_closed(graph: Client) -> None:
    assert refused(graph, "/users/admin@harbour.example/contacts") == (403, "ErrorAccessDenied")
    assert refused(graph, "/users/kim@other.example/contacts") == (404, "ErrorInvalidUser")
    assert refused(graph, "/users/nobody@harbour.example") == (404, "Request_ResourceNotFound")


def test_an_account_without_an_online_mailbox_says_so(control: Control) -> None:
    with Client(control.url, control.token("onprem@harbour.example")) as otto:
        assert refused(otto) == (404, "MailboxNotEnabledForRESTAPI")
        assert otto.get("/me")["mail"] is None


def test_who_am_i_and_which_zone(graph: Client) -> None:
    me = graph.get("/me")
    assert me["displayName"] == "Jane Smith"
    assert me["userPrincipalName"] == me["mail"] == JANE
    assert "accountEnabled" not in me
    assert set(graph.get("/me?$select=id,mail")) == {"@odata.context", "id", "mail"}
    assert graph.get(f"/users/{me['id']}")["id"] == me["id"]
    assert graph.get("/me/mailboxSettings")["timeZone"] == "AUS Eastern Standard Time"
    zone = graph.get("/me/mailboxSettings/timeZone")
    assert zone["value"] == "AUS Eastern Standard Time"


def test_request_ids_are_made_and_echoed_on_success_and_failure(graph: Client) -> None:
    mine = str(uuid.uuid4())
    good = graph("GET", "/me", client_request_id=mine)
    bad = graph("GET", "/me/contacts/42", client_request_id=mine)
    for answer in (good, bad):
        assert answer.headers["client-request-id"] == mine
        assert str(uuid.UUID(answer.headers["request-id"])) == answer.headers["request-id"]
    inner = bad.json()["error"]["innerError"]
    assert inner["client-request-id"] == mine
    assert inner["request-id"] == bad.headers["request-id"]
    assert inner["date"]
