"""What the documentation promises of delta, and what clients are seldom shown."""

from __future__ import annotations

from typing import Any

import pytest

from .clients import GRAPH, JANE, Client, Control

ROUND = "/me/contactFolders/contacts/contacts/delta"
FOLDERS = "/me/contactFolders/delta"
SMALL = 'IdType="ImmutableId", odata.maxpagesize=2'


def fill(graph: Client, count: int) -> list[str]:
    return [graph.create(surname=f"N{n}")["id"] for n in range(count)]


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


def start(graph: Client) -> str:
    return graph.all_pages(ROUND)[1]


def test_rows_come_in_no_order_and_none_is_missing(graph: Client, control: Control) -> None:
    made = fill(graph, 9)
    control.switch(delta_order="shuffled")
    rows, link = graph.all_pages(ROUND, Prefer=SMALL)
    assert sorted(ids(rows)) == sorted(made)
    assert ids(rows) != made
    for one in made:
        graph("PATCH", f"/me/contacts/{one}", {"jobTitle": "Buyer"})
    rows, link = graph.all_pages(link, Prefer=SMALL)
    assert sorted(ids(rows)) == sorted(made)
    assert ids(rows) != made
    assert graph.all_pages(link)[0] == []


@pytest.mark.parametrize("order", ["changed", "shuffled"])
def test_what_changes_during_a_round_is_not_lost(
    graph: Client, control: Control, order: str
) -> None:
    made = fill(graph, 7)
    link = start(graph)
    control.switch(delta_order=order)
    for one in made:
        graph("PATCH", f"/me/contacts/{one}", {"jobTitle": "Buyer"})
    page = graph.get(link, Prefer=SMALL)
    for one in made:
        graph("PATCH", f"/me/contacts/{one}", {"jobTitle": "Vendor"})
    _, link = graph.all_pages(page["@odata.nextLink"], Prefer=SMALL)
    later = {r["id"]: r["jobTitle"] for r in graph.all_pages(link, Prefer=SMALL)[0]}
    assert later == dict.fromkeys(made, "Vendor")


def test_a_round_says_rows_again_on_the_same_page_and_on_the_next(
    graph: Client, control: Control
) -> None:
    made = fill(graph, 4)
    control.switch(delta_repeats=1)
    first = graph.get(ROUND, Prefer=SMALL)
    assert ids(first["value"]) == [made[0], made[1], made[0]]
    second = graph.get(first["@odata.nextLink"], Prefer=SMALL)
    assert ids(second["value"]) == [made[0], made[2], made[3], made[2]]


def test_a_round_with_changes_announces_earlier_ones_once_more(
    graph: Client, control: Control
) -> None:
    made = fill(graph, 3)
    link = start(graph)
    control.switch(delta_replays=2)
    assert graph.all_pages(link)[0] == [], "an idle round stays empty"
    graph("DELETE", f"/me/contacts/{made[0]}")
    rows, link = graph.all_pages(link)
    assert ids(rows) == [made[1], made[2], made[0]]
    assert graph.all_pages(link)[0] == []


def test_every_page_may_follow_an_empty_one(graph: Client, control: Control) -> None:
    fill(graph, 5)
    control.switch(delta_empty_between=True)
    sizes, path = [], ROUND
    while path:
        page = graph.get(path, Prefer=SMALL)
        sizes.append(len(page["value"]))
        path = page.get("@odata.nextLink", "")
    assert sizes == [2, 0, 2, 0, 1]


def test_an_updated_row_may_hold_what_changed_and_no_more(graph: Client, control: Control) -> None:
    made = fill(graph, 2)
    link = start(graph)
    control.switch(delta_partial=True)
    graph("PATCH", f"/me/contacts/{made[0]}", {"jobTitle": "Buyer"})
    graph("PATCH", f"/me/contacts/{made[0]}", {"emailAddresses": [{"address": "a@b.example"}]})
    new = graph.create(surname="New")["id"]
    rows = {r["id"]: r for r in graph.all_pages(link)[0]}
    changed = {k for k in rows[made[0]] if "@" not in k}
    assert changed == {"id", "jobTitle", "emailAddresses", "primaryEmailAddress"}
    assert rows[new]["surname"] == "New", "a new item is told whole"
    assert made[1] not in rows
    first = {r["id"]: r for r in graph.all_pages(ROUND)[0]}
    assert first[made[0]]["surname"] == "N0", "and so is everything in a first round"


def test_an_item_that_moved_in_is_told_whole(graph: Client, control: Control) -> None:
    folder = graph.create("/me/contactFolders", displayName="Old")["id"]
    path = f"/me/contactFolders/{folder}/contacts/delta"
    _, link = graph.all_pages(path)
    control.switch(delta_partial=True)
    moved = fill(graph, 1)[0]
    control.person({"move": moved, "folder": "Old"})
    assert graph.all_pages(link)[0][0]["surname"] == "N0"


def test_a_first_round_may_name_what_is_no_longer_there(graph: Client, control: Control) -> None:
    kept, gone = fill(graph, 2)
    graph("DELETE", f"/me/contacts/{gone}")
    assert ids(graph.all_pages(ROUND)[0]) == [kept]
    control.switch(delta_removed_initially=True)
    rows, link = graph.all_pages(ROUND)
    assert {r["id"]: "@removed" in r for r in rows} == {kept: False, gone: True}
    assert graph.all_pages(link)[0] == []


def test_a_change_may_be_seen_late(graph: Client, control: Control) -> None:
    old = fill(graph, 1)[0]
    control.post("clock", {"advance": 60})
    link = start(graph)
    control.switch(delta_lag=30)
    new = graph.create(surname="New")["id"]
    graph("DELETE", f"/me/contacts/{old}")
    rows, link = graph.all_pages(link)
    assert rows == []
    assert new not in ids(graph.all_pages(ROUND)[0]), "a first round is as late"
    control.post("clock", {"advance": 31})
    rows, link = graph.all_pages(link)
    assert sorted(ids(rows)) == sorted([old, new])
    assert graph.all_pages(link)[0] == []


def test_what_a_late_first_round_did_not_show_comes_afterwards(
    graph: Client, control: Control
) -> None:
    control.post("clock", {"advance": 60})
    control.switch(delta_lag=30)
    made = fill(graph, 1)
    rows, link = graph.all_pages(ROUND)
    assert rows == []
    control.post("clock", {"advance": 31})
    assert ids(graph.all_pages(link)[0]) == made


def test_a_next_link_may_lead_to_itself(graph: Client, control: Control) -> None:
    fill(graph, 1)
    control.switch(delta_loop="same")
    first = graph.get(ROUND)
    second = graph.get(first["@odata.nextLink"])
    third = graph.get(second["@odata.nextLink"])
    assert second["@odata.nextLink"] == third["@odata.nextLink"]
    assert "@odata.deltaLink" not in third
    control.switch(delta_loop="off")
    assert "@odata.deltaLink" in graph.get(third["@odata.nextLink"])


def test_empty_pages_may_go_on_for_ever(graph: Client, control: Control) -> None:
    made = fill(graph, 1)
    control.switch(delta_loop="endless")
    path, seen = ROUND, []
    for _ in range(8):
        page = graph.get(path)
        path = page["@odata.nextLink"]
        seen.append(path)
    assert page["value"] == []
    assert len(set(seen)) == 8
    control.switch(delta_loop="off")
    assert ids(graph.all_pages(path)[0]) == made


@pytest.mark.parametrize("status", ["410", "400", "404"])
@pytest.mark.parametrize(
    "dress,code,inner",
    [
        ("syncStateNotFound", "syncStateNotFound", None),
        ("SyncStateNotFound", "SyncStateNotFound", None),
        ("resyncRequired", "resyncRequired", None),
        ("resyncApplyDifferences", "resyncRequired", "resyncApplyDifferences"),
        ("resyncUploadDifferences", "resyncRequired", "resyncUploadDifferences"),
        ("inner", "UnknownError", "syncStateNotFound"),
        ("empty", "", None),
    ],
)
def test_a_dead_token_wears_many_dresses(
    graph: Client, control: Control, status: str, dress: str, code: str, inner: str | None
) -> None:
    link = start(graph)
    control.switch(delta_dead_token=status, delta_dead_code=dress)
    control.post("delta", {"upn": JANE, "kill": True})
    answer = graph("GET", link)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (int(status), code)
    assert error["innerError"].get("code") == inner
    assert ("Location" in answer.headers) == (status == "410")


def test_a_cache_with_little_room_forgets_old_tokens(graph: Client, control: Control) -> None:
    fill(graph, 5)
    control.switch(delta_evict_after=2)
    old = start(graph)
    page = graph.get(ROUND, Prefer=SMALL)
    assert graph("GET", old).status_code == 200, "still among the last two"
    assert graph("GET", page["@odata.nextLink"]).status_code == 200
    assert graph("GET", old).status_code == 410
    assert graph("GET", page["@odata.nextLink"], Prefer=SMALL).status_code == 410, "mid-round"


def test_a_token_may_die_of_age(graph: Client, control: Control) -> None:
    link = start(graph)
    control.switch(delta_token_life=600)  # far less than the hour that the access token lives
    assert graph("GET", link).status_code == 200
    control.post("clock", {"advance": 601})
    assert graph("GET", link).status_code == 410


def test_delta_follows_the_folders(graph: Client, control: Control) -> None:
    kept = graph.create("/me/contactFolders", displayName="Vendors")["id"]
    gone = graph.create("/me/contactFolders", displayName="Old")["id"]
    rows, link = graph.all_pages(FOLDERS)
    assert {r["id"]: r["displayName"] for r in rows} == {kept: "Vendors", gone: "Old"}
    assert link.startswith(f"{GRAPH}/v1.0{FOLDERS}?$deltatoken=")
    graph("PATCH", f"/me/contactFolders/{kept}", {"displayName": "Sellers"})
    graph("DELETE", f"/me/contactFolders/{gone}")
    child = graph.create(f"/me/contactFolders/{kept}/childFolders", displayName="Small")["id"]
    rows, link = graph.all_pages(link)
    by_id = {r["id"]: r for r in rows}
    assert by_id[kept]["displayName"] == "Sellers"
    assert by_id[gone]["@removed"] == {"reason": "deleted"}
    assert by_id[child]["parentFolderId"] == kept
    fill(graph, 1)
    assert graph.all_pages(link)[0] == [], "what lies in a folder does not change it"


def test_a_switch_names_the_main_folder_in_delta(graph: Client, control: Control) -> None:
    assert graph.all_pages(FOLDERS)[0] == []
    control.switch(folder_delta_root=True)
    assert [r["displayName"] for r in graph.all_pages(FOLDERS)[0]] == ["Contacts"]


def test_a_token_of_another_collection_is_not_taken(graph: Client) -> None:
    _, link = graph.all_pages(FOLDERS)
    token = link.partition("?")[2]
    assert graph("GET", f"{ROUND}?{token}").status_code == 410


def test_select_narrows_the_rows_of_folders(graph: Client) -> None:
    graph.create("/me/contactFolders", displayName="Vendors")
    rows, _ = graph.all_pages(f"{FOLDERS}?$select=displayName")
    assert {k for k in rows[0] if "@" not in k} == {"id", "displayName"}
