"""First meetings: found by strong keys, strongest first."""

from __future__ import annotations

from typing import Any

from agentbox_sync.core.kinds.contacts import KIND
from agentbox_sync.core.matching import Index, known_of
from tests.builders.records import SYDNEY, a_record


def canonical(**atoms: Any) -> dict[str, Any]:
    return KIND.canonical(a_record(**atoms), SYDNEY)


def mailbox(**people: dict[str, Any]) -> Index:
    index = Index(KIND)
    for remote_id, shown in people.items():
        index.add(remote_id, shown)
    return index


def test_the_same_address_in_another_spelling_is_alike() -> None:
    index = mailbox(one=canonical(emails=["Olivia@Example.com "]))

    assert index.alike(canonical(given="Liv", emails=["olivia@example.com"])) == ("one",)


def test_any_of_several_addresses_is_enough() -> None:
    index = mailbox(one=canonical(emails=["old@example.com", "new@example.com"]))

    assert index.alike(canonical(emails=["x@example.com", "new@example.com"])) == ("one",)


def test_two_items_with_the_address_are_both_named() -> None:
    index = mailbox(
        two=canonical(emails=["o@example.com"]), one=canonical(emails=["o@example.com"])
    )

    assert index.alike(canonical(emails=["o@example.com"])) == ("one", "two")


def test_linked_items_are_left_out() -> None:
    index = mailbox(
        two=canonical(emails=["o@example.com"]), one=canonical(emails=["o@example.com"])
    )

    assert index.alike(canonical(emails=["o@example.com"]), taken=["one"]) == ("two",)


def test_phone_and_name_together_are_a_key() -> None:
    index = mailbox(one=canonical(mobile_phone="0412 345 678"))

    assert index.alike(canonical(mobile_phone="+61 412 345 678")) == ("one",)
    assert index.alike(canonical(business_phones=["+61412345678"])) == ("one",)


def test_a_phone_alone_is_no_key_because_a_household_shares_it() -> None:
    index = mailbox(one=canonical(given="Harry", home_phones=["02 9999 1234"]))

    assert index.alike(canonical(given="Sally", home_phones=["02 9999 1234"])) == ()


def test_a_name_alone_is_no_key() -> None:
    assert mailbox(one=canonical()).alike(canonical()) == ()


def test_a_phone_without_any_name_is_no_key() -> None:
    shown = KIND.canonical({"mobile_phone": "0412 345 678"}, SYDNEY)

    assert mailbox(one=shown).alike(shown) == ()


def test_the_address_decides_before_the_phone() -> None:
    index = mailbox(
        by_phone=canonical(mobile_phone="0412 345 678"),
        by_address=canonical(given="O", emails=["o@example.com"]),
    )

    found = index.alike(canonical(mobile_phone="0412 345 678", emails=["o@example.com"]))

    assert found == ("by_address",)


def test_the_phone_is_asked_when_the_address_finds_nobody() -> None:
    index = mailbox(by_phone=canonical(mobile_phone="0412 345 678", emails=["old@example.com"]))

    found = index.alike(canonical(mobile_phone="0412 345 678", emails=["new@example.com"]))

    assert found == ("by_phone",)


def test_of_payloads_that_disagree_neither_is_the_base_of_what_was_edited_since() -> None:
    first, second = {"company": "Was", "notes": "Same"}, {"company": "Now", "notes": "Same"}

    assert known_of([first, second], {"company": "Was", "notes": "Edited"}) == first
    assert known_of([first, second], {"company": "Theirs", "notes": "Same"}) == {"notes": "Same"}
    assert known_of([first], {"company": "Theirs"}) == first
