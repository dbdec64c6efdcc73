"""What the engine relies on in every LocalStore; a module with a ``side`` fixture imports it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pytest

from agentbox_sync.core.changes import Absence, Cause, LocalItem, LocalKey
from agentbox_sync.core.errors import ItemChanged, ItemRefused
from agentbox_sync.core.kinds import Record
from agentbox_sync.ports import LocalStore


class LocalSide(Protocol):
    """The contacts of one staff member, and the people who work on them in the CRM.

    Every CRM offers a name, e-mail addresses, a mobile phone and notes.
    """

    store: LocalStore
    refused: tuple[str, Any]
    """An atom, and a value that this CRM does not accept for it."""

    def add(self, given: str, **atoms: Any) -> LocalKey:
        """A person adds a contact that is in scope."""

    def edit(self, key: LocalKey, *, past_save: bool = False, **atoms: Any) -> None:
        """A person edits a contact; ``past_save``: as a script does, without a signal."""

    def delete(self, key: LocalKey) -> None:
        """A person deletes a contact."""

    def deselect(self, key: LocalKey) -> None:
        """The settings do not select the contact any more."""

    def revoke(self, key: LocalKey) -> None:
        """The staff member may not see the contact any more."""

    def only_show(self, key: LocalKey) -> None:
        """The staff member may see the contact and not change it."""

    def stored(self) -> dict[str, Record]:
        """What the CRM holds, by primary key, whoever may see it."""


def seen(side: LocalSide, key: LocalKey) -> LocalItem:
    item = side.store.read([key])[key]
    assert isinstance(item, LocalItem)
    return item


def scanned(side: LocalSide) -> dict[LocalKey, LocalItem]:
    items = list(side.store.scan())
    found = {item.key: item for item in items}
    assert len(found) == len(items)
    return found


def write(side: LocalSide, key: LocalKey, **atoms: Any) -> object:
    return side.store.update(seen(side, key), atoms, tuple(atoms))


Leaving = Callable[[LocalSide, LocalKey], None]
LEAVING: dict[Cause, Leaving] = {
    Cause.DELETED: lambda side, key: side.delete(key),
    Cause.LEFT_FILTER: lambda side, key: side.deselect(key),
    Cause.LOST_ACCESS: lambda side, key: side.revoke(key),
}

# -------------------------------------------------------------------------------------- reading


def test_an_empty_crm_has_nothing_to_scan_and_knows_no_row(side: LocalSide) -> None:
    assert scanned(side) == {}
    assert side.store.read([]) == {}


def test_every_item_in_scope_is_scanned_once_and_reads_the_same(side: LocalSide) -> None:
    keys = [side.add(f"Person{number}", notes=f"No {number}") for number in range(5)]

    found = scanned(side)

    assert set(found) == set(keys)
    assert side.store.read(keys) == found
    assert [found[key].record["notes"] for key in keys] == [f"No {n}" for n in range(5)]


def test_a_record_holds_what_people_typed(side: LocalSide) -> None:
    key = side.add("Olivia", emails=["olivia@example.com"], mobile_phone="0412345678")

    record = seen(side, key).record

    assert record["name"]["given"] == "Olivia"
    assert record["emails"] == ["olivia@example.com"]
    assert record["mobile_phone"] == "0412345678"
    assert not record["notes"]


@pytest.mark.parametrize("past_save", [False, True])
def test_an_edit_is_read_at_once_whichever_way_it_was_made(
    side: LocalSide, past_save: bool
) -> None:
    key = side.add("Olivia", notes="Old")

    side.edit(key, past_save=past_save, notes="New")

    assert seen(side, key).record["notes"] == "New"
    assert scanned(side)[key].record["notes"] == "New"


@pytest.mark.parametrize("cause", LEAVING)
def test_what_left_is_answered_with_its_cause_and_not_scanned(
    side: LocalSide, cause: Cause
) -> None:
    away, here = side.add("Away"), side.add("Here")

    LEAVING[cause](side, away)

    assert set(scanned(side)) == {here}
    found = side.store.read([away, here])
    assert list(found) == [away, here]
    assert found[away] == Absence(away, cause)
    assert isinstance(found[here], LocalItem)


def test_what_may_only_be_seen_is_marked(side: LocalSide) -> None:
    key, other = side.add("Olivia"), side.add("Other")

    side.only_show(key)

    assert [seen(side, one).read_only for one in (key, other)] == [True, False]


# -------------------------------------------------------------------------------------- writing


def test_the_named_atoms_are_written_and_the_rest_is_left(side: LocalSide) -> None:
    key = side.add("Olivia", notes="Old", mobile_phone="0412345678")
    other = side.add("Other", notes="Old")
    record = {"name": {"given": "Not named"}, "notes": "New", "mobile_phone": ""}

    item = side.store.update(seen(side, key), record, ("notes",))

    assert isinstance(item, LocalItem)
    assert (item.key, item.record["notes"]) == (key, "New")
    assert item == seen(side, key)
    assert item.record["name"]["given"] == "Olivia"
    assert item.record["mobile_phone"] == "0412345678"
    assert seen(side, other).record["notes"] == "Old"


@pytest.mark.parametrize(
    "atom, value",
    [
        ("name", {"given": "Liv"}),
        ("emails", ["liv@example.com", "second@example.com"]),
        ("mobile_phone", "0498765432"),
        ("notes", "One\nTwo"),
    ],
)
def test_each_atom_is_written_changed_and_emptied(side: LocalSide, atom: str, value: Any) -> None:
    key = side.add("Olivia", emails=["olivia@example.com"])

    write(side, key, **{atom: value})
    assert seen(side, key).record[atom] == value
    if atom != "name":  # nobody is to be found without one
        write(side, key, **{atom: type(value)()})
        assert not seen(side, key).record[atom]


def test_what_was_written_can_be_written_again_as_it_was_read_back(side: LocalSide) -> None:
    item = seen(side, side.add("Olivia"))

    for text in ("One", "Two", "Three"):
        answer = side.store.update(item, {"notes": text}, ("notes",))
        assert isinstance(answer, LocalItem)
        item = answer

    assert item.record["notes"] == "Three"


@pytest.mark.parametrize("what", ["update", "release"])
@pytest.mark.parametrize("past_save", [False, True])
def test_what_somebody_edited_meanwhile_is_not_written_over(
    side: LocalSide, what: str, past_save: bool
) -> None:
    key = side.add("Olivia", notes="Old")
    item = seen(side, key)
    side.edit(key, past_save=past_save, mobile_phone="0498765432")
    before = side.stored()

    answer = (
        side.store.update(item, {"notes": "Ours"}, ("notes",))
        if what == "update"
        else side.store.release(item)
    )

    assert isinstance(answer, ItemChanged)
    assert side.stored() == before
    assert seen(side, key).record["mobile_phone"] == "0498765432"


@pytest.mark.parametrize("cause", LEAVING)
def test_what_left_meanwhile_is_not_written(side: LocalSide, cause: Cause) -> None:
    key = side.add("Olivia")
    item = seen(side, key)
    LEAVING[cause](side, key)
    before = side.stored()

    assert isinstance(side.store.update(item, {"notes": "Ours"}, ("notes",)), ItemChanged)
    assert isinstance(side.store.release(item), ItemChanged)
    assert side.stored() == before


def test_what_may_only_be_seen_by_now_is_not_written(side: LocalSide) -> None:
    key = side.add("Olivia", notes="Old")
    item = seen(side, key)
    side.only_show(key)

    assert isinstance(side.store.update(item, {"notes": "Ours"}, ("notes",)), ItemChanged)
    assert seen(side, key).record["notes"] == "Old"


def test_a_refused_value_takes_the_accepted_ones_with_it(side: LocalSide) -> None:
    atom, value = side.refused
    key = side.add("Olivia", notes="Old")
    before = side.stored()

    answer = write(side, key, notes="New", **{atom: value})

    assert isinstance(answer, ItemRefused)
    assert side.stored() == before
    assert isinstance(write(side, key, notes="New"), LocalItem)


# ------------------------------------------------------------------------------ a new contact


def test_a_new_row_is_in_scope_and_may_be_written(side: LocalSide) -> None:
    record = {
        "name": {"given": "Nina"},
        "emails": ["nina@example.com"],
        "mobile_phone": "0412345678",
        "notes": "Met at the fair",
    }

    item = side.store.create(record)

    assert isinstance(item, LocalItem)
    assert scanned(side) == {item.key: item}
    assert seen(side, item.key) == item
    assert {atom: item.record[atom] for atom in record} == record
    assert not item.read_only
    assert isinstance(write(side, item.key, notes="New"), LocalItem)


def test_two_new_rows_are_two(side: LocalSide) -> None:
    made = [side.store.create({"name": {"given": "Nina"}}) for _ in range(2)]

    assert len({item.key for item in made if isinstance(item, LocalItem)}) == 2


def test_a_new_row_that_is_refused_is_not_there(side: LocalSide) -> None:
    atom, value = side.refused

    assert isinstance(side.store.create({"name": {"given": "Nina"}, atom: value}), ItemRefused)
    assert side.stored() == {}


# --------------------------------------------------------------------------------- letting go


def test_releasing_ends_the_access_and_keeps_the_contact(side: LocalSide) -> None:
    key, other = side.add("Olivia", notes="Hers"), side.add("Other")
    before = side.stored()

    assert side.store.release(seen(side, key)) is None

    assert side.store.read([key]) == {key: Absence(key, Cause.LOST_ACCESS)}
    assert set(scanned(side)) == {other}
    assert side.stored() == before
