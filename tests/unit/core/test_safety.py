"""The guard's arithmetic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentbox_sync.core.actions import Action, Row, Side
from agentbox_sync.core.safety import Limit, foreseen_by, is_foreseen, judge, plan_hash
from tests.builders.records import a_key


def removals(count: int, start: int = 0) -> list[Row]:
    return [
        Row(Action.DELETE, "left, removed", a_key(n), n, f"AAMk{n}")
        for n in range(start, start + count)
    ]


@pytest.mark.parametrize(
    "active, most", [(0, 10), (99, 10), (100, 10), (109, 10), (110, 11), (250, 25), (1000, 100)]
)
def test_the_limit_is_ten_or_a_tenth_whichever_is_more(active: int, most: int) -> None:
    assert Limit().of(active) == most


@pytest.mark.parametrize("planned, allowed", [(0, True), (25, True), (26, False)])
def test_a_run_may_remove_as_much_as_the_limit(planned: int, allowed: bool) -> None:
    verdict = judge(removals(planned), active=250, removed_before=0, limit=Limit())

    assert (verdict.allowed, verdict.planned, verdict.limit) == (allowed, planned, 25)


@pytest.mark.parametrize("before, allowed", [(20, True), (21, False)])
def test_what_was_removed_within_the_window_counts(before: int, allowed: bool) -> None:
    # 250 were there when the window began.
    verdict = judge(removals(5), active=250 - before, removed_before=before, limit=Limit())

    assert verdict.allowed is allowed


def test_many_small_runs_weigh_as_much_as_a_big_one() -> None:
    removed, active = 0, 250
    while judge(removals(1), active=active, removed_before=removed, limit=Limit()).allowed:
        removed, active = removed + 1, active - 1

    assert removed == 25


def test_an_approval_lets_exactly_its_list_go() -> None:
    stopped = judge(removals(30), active=100, removed_before=0, limit=Limit())
    approved = frozenset({stopped.plan_hash})

    def is_allowed(rows: list[Row]) -> bool:
        return judge(rows, active=100, removed_before=0, limit=Limit(), approved=approved).allowed

    assert not stopped.allowed
    assert is_allowed(removals(30))
    assert is_allowed(list(reversed(removals(30))))
    assert not is_allowed(removals(31))
    assert not is_allowed(removals(30, start=1))


def test_a_run_that_removes_nothing_passes_however_much_was_removed_before() -> None:
    assert judge([], active=0, removed_before=500, limit=Limit()).allowed


def test_lists_that_differ_in_any_part_have_different_names() -> None:
    row = Row(Action.DELETE, "left, removed", a_key(1), 1, "AAMk1")
    others = [
        Row(Action.UPDATE, "both there", a_key(1), 1, "AAMk1", blanks=True),
        Row(Action.DELETE, "left, removed", a_key(2), 1, "AAMk1"),
        Row(Action.DELETE, "left, removed", a_key(1), 1, "aamk1"),
    ]

    assert len({plan_hash([one]) for one in (row, *others)}) == 4


def test_without_a_preview_every_removal_is_foreseen() -> None:
    assert all(is_foreseen(row, None) for row in removals(3))


def test_only_what_a_person_was_shown_is_foreseen() -> None:
    shown, other = removals(1)[0], removals(1, start=9)[0]
    foreseen = foreseen_by([shown])

    assert is_foreseen(shown, foreseen)
    assert not is_foreseen(other, foreseen)
    assert not is_foreseen(replace(shown, remote_id="AAMk-another"), foreseen)
    assert not is_foreseen(replace(shown, action=Action.RELEASE), foreseen)
    assert not is_foreseen(shown, frozenset())


def test_a_row_that_removes_nothing_needs_not_be_foreseen() -> None:
    assert is_foreseen(Row(Action.CREATE, "new in the CRM", a_key(1)), frozenset())


def test_a_field_that_is_emptied_was_shown_by_its_name_and_side() -> None:
    emptied = Row(
        Action.UPDATE,
        "both there",
        a_key(1),
        1,
        "AAMk1",
        push=("company", "notes"),
        pull=("website",),
        blanks=frozenset({Side.REMOTE}),
    )
    foreseen = foreseen_by([emptied])

    half_done = replace(emptied, push=("notes",), pull=())
    assert is_foreseen(half_done, foreseen)
    assert not is_foreseen(replace(emptied, push=("notes", "birthday")), foreseen)
    assert not is_foreseen(replace(emptied, blanks=frozenset({Side.LOCAL})), foreseen)
    assert not is_foreseen(replace(emptied, action=Action.DELETE, blanks=frozenset()), foreseen)
