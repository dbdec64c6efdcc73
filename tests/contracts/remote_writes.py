"""The half of the RemoteStore contract that writes; ``remote_store`` is the whole."""

from __future__ import annotations

import pytest

from agentbox_sync.core.errors import (
    ItemChanged,
    ItemMissing,
    ItemRefused,
    OutcomeUnknown,
    Throttled,
)
from agentbox_sync.ports import Delete, Update, Write, Written
from tests.contracts.remote_side import (
    RemoteSide,
    created,
    creates,
    fetched,
    folder,
    stamped,
    write,
)

# ----------------------------------------------------------------------------------------- writes


def test_a_create_lands_in_the_main_folder_with_its_stamp(side: RemoteSide) -> None:
    answer = created(side, note="Doe & Co")

    (item,) = side.items().values()
    assert item["folder"] == side.main
    assert (item["name"], item["note"]) == ("Jane", "Doe & Co")
    assert item["stamp"] == "stamp-of-jane"
    assert stamped(side, "stamp-of-jane", "never-written") == [[answer.remote_id], []]


def test_a_write_answers_with_what_the_mailbox_now_holds(side: RemoteSide) -> None:
    answer = created(side, note="Doe & Co")

    now = fetched(side, answer.remote_id)
    assert answer.etag == now.etag != ""
    assert answer.record == now.record
    assert now.record[side.note] == "Doe & Co"
    assert now.container == folder(side)


def test_an_update_writes_the_named_atoms_and_leaves_the_rest(side: RemoteSide) -> None:
    answer = created(side, note="Old", categories=["Golf"])

    (updated,) = write(
        side,
        Update(
            answer.remote_id,
            answer.etag,
            side.item("Changed", note="New", categories=[]),
            (side.note,),
        ),
    )

    assert isinstance(updated, Written)
    assert updated.etag == fetched(side, answer.remote_id).etag != answer.etag
    (item,) = side.items().values()
    assert (item["name"], item["note"]) == ("Jane", "New")
    assert item["categories"] == ["Golf"]


def test_an_update_of_an_older_state_is_refused_and_changes_nothing(side: RemoteSide) -> None:
    answer = created(side, note="Old")
    side.change_note(answer.remote_id, "Hers")

    (refused,) = write(
        side,
        Update(answer.remote_id, answer.etag, side.item("Jane", note="Ours"), (side.note,)),
    )

    assert isinstance(refused, ItemChanged)
    assert side.items()[answer.remote_id]["note"] == "Hers"


def test_a_delete_of_an_older_state_is_refused_and_the_item_stays(side: RemoteSide) -> None:
    answer = created(side)
    side.change_note(answer.remote_id, "Hers")

    (refused,) = write(side, Delete(answer.remote_id, answer.etag))

    assert isinstance(refused, ItemChanged)
    assert answer.remote_id in side.items()


def test_a_delete_of_the_present_state_removes_the_item(side: RemoteSide) -> None:
    answer = created(side)
    side.add("Other")

    (done,) = write(side, Delete(answer.remote_id, answer.etag))

    assert isinstance(done, Written)
    assert [item["name"] for item in side.items().values()] == ["Other"]


@pytest.mark.parametrize("kind", ["update", "delete"])
def test_nothing_is_written_over_a_state_that_was_never_read(side: RemoteSide, kind: str) -> None:
    answer = created(side, note="Old")
    change: Write = Delete(answer.remote_id, "")
    if kind == "update":
        change = Update(answer.remote_id, "", side.item("Jane", note="Ours"), (side.note,))

    (refused,) = write(side, change)

    assert isinstance(refused, ItemChanged)
    assert side.items()[answer.remote_id]["note"] == "Old"


def test_a_write_to_a_vanished_item_says_missing(side: RemoteSide) -> None:
    answer = created(side)
    side.remove(answer.remote_id)

    answers = write(
        side,
        Update(answer.remote_id, answer.etag, side.item("Jane", note="x"), (side.note,)),
        Delete(answer.remote_id, answer.etag),
    )

    assert [type(one) for one in answers] == [ItemMissing, ItemMissing]


def test_a_full_group_goes_out_in_one_request_and_is_answered_in_order(side: RemoteSide) -> None:
    home, before = folder(side), side.round_trips

    answers = side.store.write(side.kind, home, creates(side, side.store.batch_size))

    assert side.round_trips == before + 1
    items = side.items()
    names = [items[one.remote_id]["name"] for one in answers if isinstance(one, Written)]
    assert names == [f"Given{number:02}" for number in range(side.store.batch_size)]


def test_one_refused_item_leaves_the_others_written(side: RemoteSide) -> None:
    side.refuse("Given07")

    answers = write(side, *creates(side, 20))

    refused = [place for place, one in enumerate(answers) if not isinstance(one, Written)]
    assert refused == [7]
    assert isinstance(answers[7], ItemRefused)
    assert answers[7].code == "ErrorInvalidProperty"
    assert str(answers[7]) == "The property is refused."
    assert len(side.items()) == 19


@pytest.mark.parametrize("seconds", [2, 120])
def test_a_throttled_write_names_its_wait_and_may_be_repeated(
    side: RemoteSide, seconds: int
) -> None:
    side.throttle("Given07", seconds)

    answers = write(side, *creates(side, 20))

    assert [place for place, one in enumerate(answers) if not isinstance(one, Written)] == [7]
    assert isinstance(answers[7], Throttled)
    assert answers[7].retry_after == seconds
    assert len(side.items()) == 19


def test_an_error_of_the_whole_mailbox_is_raised_when_nothing_was_done(side: RemoteSide) -> None:
    side.throttle("Given00", 120)

    with pytest.raises(Throttled) as caught:
        write(side, *creates(side, 1))

    assert caught.value.retry_after == 120
    assert side.items() == {}


def test_writes_that_are_under_way_are_answered_when_they_are_waited_for(side: RemoteSide) -> None:
    home, before = folder(side), side.round_trips

    land = side.store.begin_write(side.kind, home, creates(side, side.store.batch_size))
    answers = land()

    assert side.round_trips == before + 1
    items = side.items()
    names = [items[one.remote_id]["name"] for one in answers if isinstance(one, Written)]
    assert names == [f"Given{number:02}" for number in range(side.store.batch_size)]


def test_an_error_of_the_mailbox_is_raised_where_the_answers_are_waited_for(
    side: RemoteSide,
) -> None:
    home = folder(side)
    side.throttle("Given00", 120)

    land = side.store.begin_write(side.kind, home, creates(side, 1))

    with pytest.raises(Throttled):
        land()
    assert side.items() == {}


# --------------------------------------------------------------------------- a lost answer


def test_a_lost_answer_is_an_unknown_outcome_and_every_item_is_found_once(
    side: RemoteSide,
) -> None:
    home, sent = folder(side), creates(side, 20)
    side.lose_next_answer(carried_out=True)

    answers = side.store.write(side.kind, home, sent)

    assert {type(one) for one in answers} == {OutcomeUnknown}
    assert len(side.items()) == 20
    found = stamped(side, *[create.stamp for create in sent])
    assert [len(ids) for ids in found] == [1] * 20
    assert {ids[0] for ids in found} == set(side.items())


def test_a_request_lost_on_its_way_is_an_unknown_outcome_and_nothing_is_found(
    side: RemoteSide,
) -> None:
    home, sent = folder(side), creates(side, 3)
    side.lose_next_answer(carried_out=False)

    answers = side.store.write(side.kind, home, sent)

    assert {type(one) for one in answers} == {OutcomeUnknown}
    assert side.items() == {}
    assert stamped(side, *[create.stamp for create in sent]) == [[], [], []]


def test_an_update_with_a_lost_answer_is_an_unknown_outcome(side: RemoteSide) -> None:
    answer = created(side, note="Old")
    home = folder(side)
    side.lose_next_answer(carried_out=True)

    (lost,) = side.store.write(
        side.kind,
        home,
        [Update(answer.remote_id, answer.etag, side.item("Jane", note="New"), (side.note,))],
    )

    assert isinstance(lost, OutcomeUnknown)
    assert fetched(side, answer.remote_id).etag != answer.etag
