from __future__ import annotations

from typing import Any

import pytest

from .clients import CLIENT_ID, JANE, STAMP, Client, Control, item, seed


def refuse(control: Control, name: str, body: Any) -> str:
    answer = control.session.post(f"{control.url}/_emulator/{name}", json=body)
    assert answer.status_code in (400, 404), answer.text
    words: str = answer.json()["error"]
    return words


def test_seeding_again_leaves_mailboxes_as_they_are(graph: Client, control: Control) -> None:
    graph.create(surname="Wong")
    again = seed()
    again["tenants"][0]["users"][0]["contacts"] = [{"surname": "Late"}]
    done = control.post("seed", again)
    assert done["made"]["contacts"] == 0
    assert [c["surname"] for c in control.mailbox()["contacts"]] == ["Wong"]
    assert graph("GET", "/me").status_code == 200, "tokens stay good as well"


def test_the_same_seed_makes_the_same_ids(control: Control) -> None:
    first = control.post("seed", seed())["ids"]
    control.post("reset", {})
    assert control.post("seed", seed())["ids"] == first


def test_a_seed_brings_contacts_folders_and_grants(control: Control) -> None:
    control.post(
        "seed",
        {
            "tenants": [
                {
                    "domain": "new.example",
                    "users": [
                        {
                            "upn": "max@new.example",
                            "display_name": "Max Neu",
                            "password": "pw",
                            "contacts": [{"surname": "A", "birthday": "1980-01-01"}],
                            "folders": [{"name": "Old", "contacts": [{"surname": "B"}]}],
                        }
                    ],
                }
            ],
            "consent": [{"tenant": "new.example", "client_id": CLIENT_ID}],
        },
    )
    box = control.mailbox("max@new.example")
    assert [(c["surname"], c["folder"]) for c in box["contacts"]] == [
        ("A", "Contacts"),
        ("B", "Old"),
    ]
    token = control.token("max@new.example", password="pw")
    with Client(control.url, token) as graph:
        assert len(graph.get("/me/contacts")["value"]) == 1


@pytest.mark.parametrize(
    "body,words",
    [
        ({"planets": []}, "planets"),
        ({"tenants": [{"name": "x"}]}, "domain"),
        ({"tenants": [{"domain": "a.example", "users": [{"upn": "x@a.example"}]}]}, "password"),
        (
            {
                "tenants": [
                    {
                        "domain": "a.example",
                        "users": [
                            {"upn": "x@a.example", "password": "p", "contacts": [{"colour": "red"}]}
                        ],
                    }
                ]
            },
            "Contact 1 of x@a.example",
        ),
        ({"apps": [{"client_id": "x"}]}, "client_secret"),
        ({"switches": {"moon": True}}, "moon"),
        ({"switches": {"deleted_get": "maybe"}}, "404, 200"),
        ({"switches": {"token_life": "1"}}, "int"),
        ({"consent": [{"upn": "nobody@a.example", "client_id": "x"}]}, "nobody@a.example"),
        ({"tenants": ["a.example"]}, "object"),
    ],
)
def test_a_faulty_seed_says_what_is_wrong(control: Control, body: Any, words: str) -> None:
    assert words in refuse(control, "seed", body)


def test_a_person_works_in_the_mailbox_without_oauth(control: Control) -> None:
    made = control.person(
        {"add": {"surname": "Wong", "singleValueExtendedProperties": [{"id": STAMP, "value": "7"}]}}
    )
    assert made["extended"] == {STAMP: "7"}
    edited = control.person({"edit": made["id"], "values": {"givenName": "Mia"}})
    assert edited["displayName"] == "Mia Wong"
    assert edited["changeKey"] != made["changeKey"]
    control.person({"delete": made["id"]})
    assert [c["id"] for c in control.mailbox()["deleted"]] == [made["id"]]
    assert control.person({"restore": made["id"]})["folder"] == "Contacts"
    control.person({"add_folder": "Old"})
    assert control.person({"move": made["id"], "folder": "Old"})["folder"] == "Old"
    assert len(control.get(f"mailbox/{JANE}?folder=Old")["contacts"]) == 1
    assert control.get(f"mailbox/{JANE}?folder=Contacts")["contacts"] == []
    control.person({"delete_folder": "Old"})
    assert control.mailbox()["contacts"] == []
    control.person({"purge": made["id"]})
    assert control.mailbox()["deleted"] == []


def test_control_refuses_what_it_cannot_do(control: Control) -> None:
    assert "malformed" not in refuse(control, f"mailbox/{JANE}", {"edit": "x", "values": {}})
    assert "add, edit" in refuse(control, f"mailbox/{JANE}", {"dance": True})
    assert "seeded" in refuse(control, "mailbox/nobody@x.example", {"delete": "x"})
    assert "moon" in refuse(control, "latency", {"moon_ms": 1})
    assert "advance" in refuse(control, "clock", {})
    assert "whose" in refuse(control, "revoke", {})
    assert "whose" in refuse(control, "delta", {})
    assert "--snapshot" in refuse(control, "snapshot", {})


def test_the_clock_moves_and_returns(control: Control) -> None:
    control.post("clock", {"set": "2030-01-01T00:00:00+00:00"})
    assert control.get("clock")["now"].startswith("2030-01-01T00:00:0")
    control.post("clock", {"advance": 86400})
    assert control.get("clock")["now"].startswith("2030-01-02")
    assert abs(control.post("clock", {"reset": True})["offset"]) < 1


def test_stats_count_round_trips_items_routes_and_connections(
    graph: Client, control: Control
) -> None:
    control.delete("stats")
    graph.batch(item(1, "GET", "/me/contacts"), item(2, "POST", "/me/contacts", {"surname": "A"}))
    made = graph.create(surname="B")
    graph("DELETE", f"/me/contacts/{made['id']}")
    graph("GET", "/me/contacts/42")
    stats = control.get("stats")
    assert (stats["requests"], stats["batches"], stats["items"], stats["writes"]) == (4, 1, 5, 3)
    assert stats["routes"] == {
        "POST /$batch": 1,
        "GET /me/contacts": 1,
        "POST /me/contacts": 2,
        "DELETE /me/contacts/{contact}": 1,
        "GET /me/contacts/{contact}": 1,
    }
    assert stats["statuses"] == {"200": 1, "201": 2, "204": 1, "400": 1}
    assert stats["connections"] >= stats["open_connections"] >= 1
    assert control.delete("stats")["requests"] == 0


def test_a_refused_write_is_not_counted_as_a_write(graph: Client, control: Control) -> None:
    control.delete("stats")
    graph("POST", "/me/contacts", {"colour": "red"})
    assert control.get("stats")["writes"] == 0


def test_a_foreign_page_cannot_post_nor_reach_the_emulator_by_another_name(
    control: Control,
) -> None:
    url = f"{control.url}/_emulator/reset"
    for headers in (
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8000"},
        {"Host": "evil.example"},
        {"Host": "graph.microsoft.com"},
    ):
        assert control.session.post(url, json={}, headers=headers).status_code == 403, headers
    assert (
        control.session.get(f"{control.url}/", headers={"Host": "evil.example"}).status_code == 403
    )
    own = control.session.post(url, json={}, headers={"Origin": control.url})
    assert own.status_code == 200


def test_a_reset_can_take_a_seed_for_everything_random(control: Control) -> None:
    rounds = []
    for _ in range(2):
        control.post("reset", {"seed": 5})
        control.post("seed", seed())
        made = [control.person({"add": {"surname": "A"}}) for _ in range(2)]
        rounds.append([(m["id"], m["changeKey"]) for m in made])
    assert rounds[0] == rounds[1]
    assert len({i for i, _ in rounds[0]}) == 2
