from __future__ import annotations

import pytest

from .clients import GRAPH, Client, Control, item

ROUND = "/me/contactFolders/contacts/contacts/delta"
SMALL = 'IdType="ImmutableId", odata.maxpagesize=2'


def fill(graph: Client, count: int) -> list[str]:
    return [graph.create(surname=f"N{n}")["id"] for n in range(count)]


def test_a_first_round_lists_everything_and_ends_with_a_delta_link(graph: Client) -> None:
    ids = fill(graph, 5)
    page = graph.get(ROUND, Prefer=SMALL)
    assert len(page["value"]) == 2
    assert page["@odata.nextLink"].startswith(f"{GRAPH}/v1.0{ROUND}?$skiptoken=")
    rows, link = graph.all_pages(ROUND, Prefer=SMALL)
    assert sorted(r["id"] for r in rows) == sorted(ids)
    assert "$deltatoken=" in link
    assert rows[0]["@odata.etag"]


def test_a_full_last_page_carries_the_delta_link_itself(graph: Client, control: Control) -> None:
    fill(graph, 4)
    first = graph.get(ROUND, Prefer=SMALL)
    second = graph.get(first["@odata.nextLink"], Prefer=SMALL)
    assert len(second["value"]) == 2
    assert "@odata.deltaLink" in second
    control.switch(delta_trailing_page=True)
    second = graph.get(first["@odata.nextLink"], Prefer=SMALL)
    third = graph.get(second["@odata.nextLink"], Prefer=SMALL)
    assert third["value"] == []
    assert "@odata.deltaLink" in third


def test_a_page_may_be_empty_and_still_go_on(graph: Client, control: Control) -> None:
    fill(graph, 1)
    control.switch(delta_leading_page=True)
    page = graph.get(ROUND)
    assert page["value"] == []
    assert "@odata.nextLink" in page
    assert len(graph.all_pages(ROUND)[0]) == 1


def test_later_rounds_hold_what_changed_and_what_left(graph: Client, control: Control) -> None:
    kept, edited, deleted, moved = fill(graph, 4)
    _, link = graph.all_pages(ROUND)
    assert graph.all_pages(link)[0] == []
    graph("PATCH", f"/me/contacts/{edited}", {"jobTitle": "Buyer"})
    graph("PATCH", f"/me/contacts/{edited}", {"jobTitle": "Vendor"})
    graph("DELETE", f"/me/contacts/{deleted}")
    control.person({"add_folder": "Old"})
    control.person({"move": moved, "folder": "Old"})
    made = control.person({"add": {"surname": "New"}})["id"]
    rows, later = graph.all_pages(link)
    by_id = {r["id"]: r for r in rows}
    assert len(rows) == 4
    assert kept not in by_id
    assert by_id[edited]["jobTitle"] == "Vendor"
    assert by_id[made]["surname"] == "New"
    for gone in (deleted, moved):
        assert by_id[gone]["@removed"] == {"reason": "deleted"}
        assert {k for k in by_id[gone] if "@" not in k} == {"id"}
    assert graph.all_pages(later)[0] == []
    control.switch(delta_moved_reason="changed")
    by_id = {r["id"]: r for r in graph.all_pages(link)[0]}
    assert by_id[moved]["@removed"] == {"reason": "changed"}


def test_the_folder_that_an_item_moved_into_sees_it_arrive(graph: Client, control: Control) -> None:
    folder = graph.create("/me/contactFolders", displayName="Old")["id"]
    path = f"/me/contactFolders/{folder}/contacts/delta"
    _, link = graph.all_pages(path)
    moved = fill(graph, 1)[0]
    control.person({"move": moved, "folder": "Old"})
    rows, link = graph.all_pages(link)
    assert [r["id"] for r in rows] == [moved]
    control.person({"delete": moved})
    control.person({"restore": moved})
    assert [r["surname"] for r in graph.all_pages(link)[0]] == ["N0"]


def test_changes_during_a_first_round_arrive_in_the_next(graph: Client) -> None:
    ids = fill(graph, 4)
    first = graph.get(ROUND, Prefer=SMALL)
    graph("PATCH", f"/me/contacts/{ids[0]}", {"jobTitle": "Buyer"})
    graph("DELETE", f"/me/contacts/{ids[3]}")
    rows, link = graph.all_pages(first["@odata.nextLink"], Prefer=SMALL)
    assert [r["id"] for r in rows] == [ids[2]]
    later = {r["id"]: r for r in graph.all_pages(link)[0]}
    assert later[ids[0]]["jobTitle"] == "Buyer"
    assert "@removed" in later[ids[3]]


def test_a_delta_link_can_be_asked_again(graph: Client) -> None:
    _, link = graph.all_pages(ROUND)
    fill(graph, 3)
    assert graph.all_pages(link)[0] == graph.all_pages(link)[0]


def test_control_makes_graph_announce_changes_once_more(graph: Client, control: Control) -> None:
    ids = fill(graph, 3)
    _, link = graph.all_pages(ROUND)
    assert control.post("delta", {"upn": "jane@harbour.example", "replay": 2})["replayed"] == 2
    assert [r["id"] for r in graph.all_pages(link)[0]] == ids[1:]


@pytest.mark.parametrize("status", ["410", "400", "404"])
def test_a_dead_token_demands_a_new_round(graph: Client, control: Control, status: str) -> None:
    fill(graph, 1)
    _, link = graph.all_pages(ROUND)
    control.switch(delta_dead_token=status)
    control.post("delta", {"upn": "jane@harbour.example", "kill": True})
    dead = graph("GET", link)
    assert dead.status_code == int(status)
    assert dead.json()["error"]["code"] == "syncStateNotFound"
    if status == "410":
        assert dead.headers["Location"] == f"{GRAPH}/v1.0{ROUND}?$deltatoken="
        assert len(graph.all_pages(dead.headers["Location"])[0]) == 1
    assert len(graph.all_pages(ROUND)[0]) == 1


def test_a_token_that_was_tampered_with_is_refused(graph: Client) -> None:
    _, link = graph.all_pages(ROUND)
    assert graph("GET", link[:-9]).status_code == 400
    assert graph("GET", f"{ROUND}?$deltatoken=latest").status_code == 400


def test_select_is_kept_by_the_links(graph: Client) -> None:
    fill(graph, 3)
    rows, link = graph.all_pages(f"{ROUND}?$select=surname", Prefer=SMALL)
    fill(graph, 1)
    rows += graph.all_pages(link)[0]
    assert len(rows) == 4
    assert all({k for k in r if "@" not in k} == {"id", "surname"} for r in rows)


@pytest.mark.parametrize(
    "option",
    [
        "$filter=surname eq 'x'",
        "$orderby=surname",
        "$top=1",
        "$expand=singleValueExtendedProperties",
        "$search=x",
    ],
)
def test_other_query_options_are_refused_or_ignored(
    graph: Client, control: Control, option: str
) -> None:
    fill(graph, 2)
    answer = graph("GET", f"{ROUND}?{option}")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "ErrorInvalidUrlQuery"
    control.switch(delta_options="ignore")
    assert len(graph.get(f"{ROUND}?{option}")["value"]) == 2


def test_a_switch_lets_delta_expand_extended_properties(graph: Client, control: Control) -> None:
    control.switch(delta_options="honour")
    stamp = "String {66f5a359-4659-4830-9070-00040ec6ac6e} Name CrmId"
    graph.create(surname="A", singleValueExtendedProperties=[{"id": stamp, "value": "7"}])
    query = f"{ROUND}?$expand=singleValueExtendedProperties($filter=id eq '{stamp}')&$top=1"
    rows, link = graph.all_pages(query)
    assert rows[0]["singleValueExtendedProperties"] == [{"id": stamp, "value": "7"}]
    graph.create(surname="B", singleValueExtendedProperties=[{"id": stamp, "value": "8"}])
    assert graph.all_pages(link)[0][0]["singleValueExtendedProperties"][0]["value"] == "8"


def test_the_short_url_works_and_so_do_the_other_spellings(graph: Client) -> None:
    fill(graph, 1)
    for path in (
        "/me/contacts/delta",
        "/me/contacts/delta()",
        "/me/contacts/microsoft.graph.delta",
        "/users/jane@harbour.example/contacts/delta",
    ):
        rows, link = graph.all_pages(path)
        assert len(rows) == 1
        assert link.startswith(f"{GRAPH}/v1.0{path}")


def test_a_delta_link_works_inside_a_batch_unless_switched_off(
    graph: Client, control: Control
) -> None:
    _, link = graph.all_pages(ROUND)
    fill(graph, 1)
    relative = link.removeprefix(f"{GRAPH}/v1.0")
    answer = graph.batch(item(1, "GET", relative))["1"]
    assert len(answer["body"]["value"]) == 1
    assert answer["body"]["@odata.deltaLink"].startswith(GRAPH)
    control.switch(delta_in_batch=False)
    assert graph.batch(item(1, "GET", relative))["1"]["status"] == 400


def test_without_the_preference_removed_rows_name_the_former_folder_bound_id(
    graph: Client, control: Control
) -> None:
    fill(graph, 1)
    plain = {"Prefer": "odata.maxpagesize=5"}
    rows, link = graph.all_pages(ROUND, **plain)
    bound = rows[0]["id"]
    assert graph("DELETE", f"/me/contacts/{bound}").status_code == 204
    assert [r["id"] for r in graph.all_pages(link, **plain)[0]] == [bound]
    assert [r["id"] for r in graph.all_pages(link)[0]] != [bound], "one token, both formats"
