"""Under which heading a person finds a row of a plan."""

from __future__ import annotations

import pytest

from agentbox_sync.core.actions import Action, Row, Side
from agentbox_sync.core.groups import Deed, Group, deeds_of, group_of
from agentbox_sync.core.pairs import Pair
from agentbox_sync.core.rules import Policy
from tests.builders.plans import BOTH_WAYS, EXCHANGE_WINS, ONE_WAY, TWO_WAY, row_of
from tests.builders.records import a_key, a_link, a_local_item, a_record, an_observation

BOTH = frozenset({Side.REMOTE, Side.LOCAL})
SHOWN = {
    Action.DELETE: Group.REMOVED,
    Action.RELEASE: Group.REMOVED,
    Action.DEDUPE: Group.REMOVED,
    Action.MOVE: Group.MOVED,
    Action.REVIEW: Group.AMBIGUOUS,
    Action.IMPORT: Group.TAKEN_IN,
    Action.UPDATE: Group.UPDATED,
    Action.CREATE: Group.CREATED,
    Action.LINK: Group.LINKED,
    Action.OFFER: Group.OFFERED,
    Action.REST: Group.LEFT,
    Action.ABSORB: None,
    Action.END: None,
    Action.IGNORE: None,
}


def a_row(action: Action, **fields: object) -> Row:
    return Row(action, "a rule", a_key(1), 1, "AAMk1", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("action", Action)
def test_every_action_has_its_heading_or_none(action: Action) -> None:
    assert group_of(a_row(action)) is SHOWN[action]


@pytest.mark.parametrize("action", [Action.UPDATE, Action.LINK])
def test_a_conflict_is_shown_as_one_and_what_empties_a_field_as_a_removal(action: Action) -> None:
    assert group_of(a_row(action, conflicts=("company",))) is Group.CONFLICT
    assert group_of(a_row(action, conflicts=("company",), blanks=BOTH)) is Group.REMOVED


def test_what_a_row_comes_to_is_told_for_each_side() -> None:
    update = a_row(Action.UPDATE, push=("notes",), pull=("company",), blanks=BOTH)
    assert deeds_of(update) == {
        Deed.WRITTEN_REMOTE,
        Deed.WRITTEN_LOCAL,
        Deed.EMPTIED_REMOTE,
        Deed.EMPTIED_LOCAL,
    }
    assert deeds_of(a_row(Action.CREATE, push=("name",))) == {Deed.CREATED_REMOTE}
    assert deeds_of(a_row(Action.IMPORT)) == {Deed.CREATED_LOCAL}
    assert deeds_of(a_row(Action.DELETE)) == {Deed.DELETED}
    assert deeds_of(a_row(Action.RELEASE)) == {Deed.RELEASED}
    assert deeds_of(a_row(Action.REST)) == deeds_of(a_row(Action.OFFER)) == frozenset()


# ------------------------------------------------------------- what a plan calls a conflict


@pytest.mark.parametrize("policy", [ONE_WAY, *BOTH_WAYS])
def test_a_field_that_both_sides_changed_is_a_conflict(policy: Policy) -> None:
    link = a_link(record=a_record(company="Old"))
    pair = Pair(
        a_local_item(a_record(company="Ours")),
        link,
        an_observation(record=a_record(company="Theirs"), etag="W/2"),
    )
    assert row_of(pair, policy).conflicts == ("company",)


def test_a_field_that_one_side_changed_is_none() -> None:
    link = a_link(record=a_record(company="Old"))
    pair = Pair(a_local_item(a_record(company="Ours")), link)
    assert row_of(pair, TWO_WAY).conflicts == ()


@pytest.mark.parametrize("policy", BOTH_WAYS)
def test_a_first_meeting_that_replaces_anybodys_value_is_a_conflict(policy: Policy) -> None:
    pair = Pair(
        a_local_item(a_record(company="Ours", notes="")),
        None,
        an_observation(record=a_record(company="Theirs", notes="Theirs")),
        alike=("AAMk1",),
    )
    row = row_of(pair, policy)
    assert row.action is Action.LINK
    assert row.conflicts == ("company",), "what is merely filled is none"


def test_one_way_replaces_nothing_at_a_first_meeting() -> None:
    pair = Pair(
        a_local_item(a_record(company="Ours")),
        None,
        an_observation(record=a_record(company="Theirs")),
        alike=("AAMk1",),
    )
    assert row_of(pair, ONE_WAY).conflicts == ()
    assert row_of(pair, EXCHANGE_WINS).conflicts == ("company",)
