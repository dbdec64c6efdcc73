"""What the contract of a RemoteStore asks of tasks beside what it asks of every kind."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import ItemChanged, ItemRefused, ServerFault, SyncError
from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.tasks import canonical
from agentbox_sync.core.ties import FOREIGN
from agentbox_sync.ports import Create, Lost, Update, Written
from tests.contracts.emulated import ZONE
from tests.contracts.emulated_tasks import EmulatedTasks, task_id
from tests.contracts.remote_side import created, fetched, folder, read_round, write

HERE = Locality(zone=ZONE)
REFERENCE = {"name": "Mary Poe", "url": "https://crm.example/contact/7"}
STEPS = [{"displayName": "Find the key", "isChecked": False}]


def update(side: EmulatedTasks, item: Any, atoms: tuple[str, ...], **record: Any) -> Any:
    (answer,) = write(
        side,
        Update(item.remote_id, item.etag, side.item("Jane", **record), atoms, "stamp-of-jane"),
    )
    return answer


@pytest.mark.parametrize("policy", ["written", "converted", "local_midnight"])
def test_a_due_date_stays_its_day_whatever_the_service_makes_of_it(
    side: EmulatedTasks, policy: str
) -> None:
    side.microsoft.control("switches", {"todo_dates": policy})

    answer = created(side, due="2026-12-05")

    assert fetched(side, answer.remote_id).record["due"] == "2026-12-05"
    (item,) = side.items().values()
    assert item["due"]["dateTime"].startswith("2026-12-05T00:00:00")


@pytest.mark.parametrize("client", ["local_midnight", "utc_midnight", "named_zone"])
@pytest.mark.parametrize("policy", ["written", "local_midnight"])
def test_a_day_that_a_person_chose_is_read_as_that_day(
    side: EmulatedTasks, client: str, policy: str
) -> None:
    side.microsoft.prepare(time_zone="AUS Eastern Standard Time")
    side = EmulatedTasks(side.microsoft)
    side.microsoft.control("switches", {"todo_dates": policy})
    remote_id = side.add("Call", due="2026-12-05", client=client)

    assert fetched(side, remote_id).record["due"] == "2026-12-05"
    side.close()


def test_a_task_leads_back_to_its_record_and_shows_whom_it_is_about(side: EmulatedTasks) -> None:
    answer = created(side, reference=REFERENCE)

    (item,) = side.items().values()
    (linked,) = item["linked"]
    assert (linked["displayName"], linked["webUrl"]) == ("Mary Poe", REFERENCE["url"])
    assert fetched(side, answer.remote_id).record["reference"] == REFERENCE


def test_another_contact_is_shown_when_the_record_has_another(side: EmulatedTasks) -> None:
    answer = created(side, reference=REFERENCE)
    other = {"name": "Bea Moss", "url": "https://crm.example/contact/8"}

    now = update(side, answer, ("reference",), reference=other)

    assert isinstance(now, Written)
    (item,) = side.items().values()
    assert [one["displayName"] for one in item["linked"]] == ["Bea Moss"]
    assert item["stamp"] == "stamp-of-jane"
    assert now.etag == fetched(side, answer.remote_id).etag


def test_whoever_does_not_know_the_stamp_leaves_it(side: EmulatedTasks) -> None:
    answer = created(side, reference=REFERENCE)
    other = side.item("Jane", reference={**REFERENCE, "name": "Bea Moss"})

    write(side, Update(answer.remote_id, answer.etag, other, ("reference",)))

    assert [item["stamp"] for item in side.items().values()] == ["stamp-of-jane"]


def test_a_link_that_a_person_cut_is_put_back_with_its_stamp(side: EmulatedTasks) -> None:
    answer = created(side, reference=REFERENCE)
    side.edit(answer.remote_id, linkedResources=[])
    bare = fetched(side, answer.remote_id)
    assert bare.record["reference"] is None

    update(side, bare, ("reference",), reference=REFERENCE)

    assert [item["stamp"] for item in side.items().values()] == ["stamp-of-jane"]


def test_done_travels_with_its_time_and_undone_as_well(side: EmulatedTasks) -> None:
    done = {"status": "completed", "completed_at": "2026-12-05T09:30:00+11:00"}
    answer = created(side)

    finished = update(side, answer, ("progress",), progress=done)
    assert (
        canonical(finished.record, HERE)["progress"]
        == canonical({"progress": done}, HERE)["progress"]
    )
    again = update(side, finished, ("progress",), progress={"status": "notStarted"})

    assert canonical(again.record, HERE)["progress"] is None


def test_what_a_person_ticks_off_inside_a_task_stays_as_it_is(side: EmulatedTasks) -> None:
    answer = created(side)
    side.edit(answer.remote_id, checklistItems=STEPS)
    shown = fetched(side, answer.remote_id)

    now = update(side, shown, ("title", "notes"), title="Call again", notes="Before noon")

    assert isinstance(now, Written)
    (item,) = side.items().values()
    assert (item["name"], item["note"]) == ("Call again", "Before noon")
    assert [step["displayName"] for step in item["steps"]] == ["Find the key"]


def test_a_change_between_two_requests_is_seen_where_if_match_is_not_heeded(
    side: EmulatedTasks,
) -> None:
    answer = created(side)
    side.change_note(answer.remote_id, "Theirs")

    refused = update(side, answer, ("notes",), notes="Ours")

    assert isinstance(refused, ItemChanged)
    assert [item["note"] for item in side.items().values()] == ["Theirs"]


def test_the_feed_tells_whose_stamp_a_task_carries(side: EmulatedTasks) -> None:
    created(side)

    ((item,), _) = read_round(side)

    assert item.stamp == "stamp-of-jane"


def test_a_stamp_is_found_beyond_the_first_page(side: EmulatedTasks) -> None:
    home = folder(side)
    sent = [Create(f"stamp-{number:03}", side.item(f"Person {number}")) for number in range(130)]
    for start in range(0, len(sent), side.store.batch_size):
        side.store.write(side.kind, home, sent[start : start + side.store.batch_size])

    found = side.store.find_stamped(side.kind, home, ["stamp-000", "stamp-129", "never-written"])

    assert [len(answer) for answer in found] == [1, 1, 0]  # type: ignore[arg-type]


def found(side: EmulatedTasks, *lost: Lost) -> list[list[Observation]]:
    answers = side.store.find_strayed(side.kind, lost)
    assert not [answer for answer in answers if isinstance(answer, SyncError)]
    return [list(answer) for answer in answers if not isinstance(answer, SyncError)]


def test_a_lost_task_is_found_in_whichever_list_it_lies_now(side: EmulatedTasks) -> None:
    answer = created(side, due="2026-12-05")
    side.add("Call Mary", due="2026-12-05")
    side.move_away(answer.remote_id)
    lost = [
        Lost("stamp-of-jane", {"title": "Another name"}),
        Lost("stamp-of-mary", {"title": "Call Mary"}),
        Lost("stamp-of-bea", {"title": "Call Bea"}),
    ]
    before = side.round_trips

    (moved,), (alike,), nobody = found(side, *lost)

    assert side.round_trips - before == 2  # the lists, and all of them together
    assert (moved.stamp, moved.record["title"]) == ("stamp-of-jane", "Jane")
    assert (alike.stamp, alike.record["title"]) == ("", "Call Mary")
    assert nobody == []
    assert moved.container == next(x for x, name in side.lists().items() if name == "Private")
    assert moved.ties == frozenset()
    assert fetched(side, moved.remote_id).record == moved.record


def test_a_task_is_found_by_its_name_whatever_stamp_it_carries(side: EmulatedTasks) -> None:
    answer = created(side)
    side.move_away(answer.remote_id)
    side.add("Jane")
    side.add("Call Bea")

    (named,) = found(side, Lost("", {"title": "Jane"}))

    assert sorted(seen.stamp for seen in named) == ["", "stamp-of-jane"]


def test_what_lies_in_somebody_else_s_list_tells_so(side: EmulatedTasks) -> None:
    answer = created(side)
    side.microsoft.person(add_list="Bea's", foreign=True)
    side.microsoft.person(move_task=task_id(answer.remote_id), list="Bea's")

    ((there,),) = found(side, Lost("stamp-of-jane", {}))

    assert there.ties == frozenset({FOREIGN})


def test_a_search_through_lists_that_do_not_answer_has_none(side: EmulatedTasks) -> None:
    created(side)
    side.microsoft.person(add_list="Private")
    side.microsoft.fault(status=503, path="/tasks\\?.*top=", method="GET")

    (answer,) = side.store.find_strayed(side.kind, [Lost("stamp-of-jane", {})])

    assert isinstance(answer, ServerFault)


def test_a_list_that_went_meanwhile_is_passed_over(side: EmulatedTasks) -> None:
    created(side)
    side.microsoft.person(add_list="Private")
    side.microsoft.fault(
        status=404, code="ErrorItemNotFound", path="/tasks\\?.*top=", method="GET", nth=2
    )

    ((there,),) = found(side, Lost("stamp-of-jane", {}))

    assert there.stamp == "stamp-of-jane"


def test_tasks_of_one_title_that_are_due_on_one_day_are_alike(side: EmulatedTasks) -> None:
    same = side.add("Call Mary", due="2026-12-05")
    side.add("Call Mary", due="2026-12-06")
    side.add("Call Bea", due="2026-12-05")

    (found,) = side.store.find_alike(
        side.kind, folder(side), [side.item("Call Mary", due="2026-12-05")]
    )

    assert [item.remote_id for item in found] == [same]  # type: ignore[union-attr]


def test_a_series_without_words_at_graph_is_refused_before_anything_is_sent(
    side: EmulatedTasks,
) -> None:
    series = {"rule": "FREQ=HOURLY", "start": "2026-12-05"}

    (answer,) = write(side, Create("stamp-of-jane", side.item("Jane", recurrence=series)))

    assert isinstance(answer, ItemRefused)
    assert side.items() == {}
