"""The stamp: two constants that real mailboxes will carry for ever, and what is made of them."""

from __future__ import annotations

from agentbox_sync.graph import stamp

STAMP = "0b6c7f0e6f3d4a55a0a6c2f1c1d2e3f4"


def test_the_property_never_changes_its_id() -> None:
    # Items in mailboxes carry it: a changed constant would find none of them again.
    assert stamp.PROPERTY_ID == (
        "String {f6097181-62b4-4f99-af71-7ac5430d7b12} Name AgentboxSyncStamp"
    )


def test_a_create_carries_it_and_a_filter_finds_it() -> None:
    assert stamp.payload(STAMP) == {
        "singleValueExtendedProperties": [{"id": stamp.PROPERTY_ID, "value": STAMP}]
    }
    assert stamp.filter_of(STAMP) == (
        f"singleValueExtendedProperties/Any(ep: ep/id eq '{stamp.PROPERTY_ID}'"
        f" and ep/value eq '{STAMP}')"
    )


def test_a_quote_in_a_stamp_cannot_leave_the_literal() -> None:
    assert "eq 'a'' or 1 eq 1'" in stamp.filter_of("a' or 1 eq 1")


def test_only_our_own_property_is_read() -> None:
    foreign = {"id": "String {00000000-0000-0000-0000-000000000000} Name CrmId", "value": "x"}
    ours = {"id": stamp.PROPERTY_ID.upper(), "value": STAMP}

    assert stamp.stamp_of({"singleValueExtendedProperties": [foreign, ours]}) == STAMP
    assert stamp.stamp_of({"singleValueExtendedProperties": [foreign]}) == ""
    assert stamp.stamp_of({}) == ""
