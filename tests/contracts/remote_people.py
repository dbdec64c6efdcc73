"""What the RemoteStore contract says of contacts alone."""

from __future__ import annotations

from agentbox_sync.ports import Create, Update, Written
from tests.contracts.remote_side import RemoteSide, created, fetched, folder, write


def test_lookalikes_are_found_by_each_of_their_addresses_and_once(side: RemoteSide) -> None:
    jane = side.add("Jane", ["Jane@Example.com", "j.doe@example.org"])
    twin = side.add("Twin", ["jane@example.com"])
    obrien = side.add("Pat", ["o'brien@example.com"])
    side.add("Elsewhere", ["nobody@example.com"])

    found = side.store.find_alike(
        side.kind,
        folder(side),
        [
            side.item("x", emails=["jane@example.com", "j.doe@example.org"]),
            side.item("y", emails=["unknown@example.com"]),
            side.item("z", emails=["o'brien@example.com"]),
            side.item("no address"),
        ],
    )

    ids = [{one.remote_id for one in answer} for answer in found if isinstance(answer, list)]
    assert ids == [{jane, twin}, set(), {obrien}, set()]
    assert [len(answer) for answer in found if isinstance(answer, list)] == [2, 0, 1, 0]


def test_an_update_can_empty_every_atom(side: RemoteSide) -> None:
    full = side.item(
        "Jane",
        note="Co",
        job_title="Buyer",
        emails=["jane@example.com"],
        mobile_phone="1",
        home_phones=["2"],
        business_phones=["3"],
        home_address={"city": "Bondi"},
        birthday="1980-02-29",
        website="https://doe.example",
        notes="Line one\nLine two",
        categories=["Golf", "Client: buying"],
    )
    (first,) = write(side, Create("stamp-of-jane", full))
    assert isinstance(first, Written)
    empty = {
        atom: [] if isinstance(value, list) else {} if isinstance(value, dict) else ""
        for atom, value in full.items()
        if atom != "name"
    }

    (answer,) = write(
        side,
        Update(first.remote_id, first.etag, {"name": full["name"], **empty}, tuple(empty)),
    )

    assert isinstance(answer, Written)
    now = fetched(side, first.remote_id).record
    assert {atom for atom in empty if now[atom]} == set()
    assert now["name"] == full["name"]


def test_more_than_fits_is_written_as_far_as_it_goes_and_named(side: RemoteSide) -> None:
    answer = created(
        side,
        emails=[f"{number}@example.com" for number in range(5)],
        business_phones=["1", "2", "3"],
        home_phones=["1", "2"],
    )

    assert answer.left_out == ("emails", "business_phones")
    (item,) = side.items().values()
    assert item["emails"] == ["0@example.com", "1@example.com", "2@example.com"]
    assert item["business_phones"] == ["1", "2"]
