"""What the engine relies on in a LocalStore of tasks; a module with a ``todos`` fixture has it.

Every CRM offers a title, notes, a day, a reminder, importance, and whether a task is done.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol

import pytest

from agentbox_sync.core.changes import Absence, Cause, LocalItem, LocalKey
from agentbox_sync.core.errors import ItemChanged, ItemRefused
from agentbox_sync.core.kinds import Locality
from agentbox_sync.core.kinds.tasks import KIND
from agentbox_sync.ports import LocalStore

THEN = "2030-07-06T10:15:30+00:00"
STATUSES = ("notStarted", "inProgress", "waitingOnOthers", "deferred", "completed")


class TaskSide(Protocol):
    """The tasks of one staff member, and the people who work on them in the CRM."""

    store: LocalStore
    """Where what is done stays in Exchange."""
    tidy: LocalStore
    """Where what is done is deleted there."""
    words: frozenset[str]
    """Graph's words that this CRM has."""

    def add(self, title: str, *, due: str | None = None) -> LocalKey:
        """A person adds a task."""

    def complete(self, key: LocalKey, at: str) -> None:
        """A person says when a task was done."""

    def rename(self, key: LocalKey, title: str) -> None:
        """A person names a task anew, without a signal."""

    def give_away(self, key: LocalKey) -> None:
        """A task becomes a colleague's alone."""

    def delete(self, key: LocalKey) -> None:
        """A person deletes a task."""

    def as_kept(self, at: str) -> str:
        """Return what this CRM makes of a time of completion."""

    def stored(self) -> dict[str, Any]:
        """What the CRM holds, by primary key, whosever it is."""


def told(side: TaskSide, key: LocalKey) -> LocalItem:
    item = side.store.read([key])[key]
    assert isinstance(item, LocalItem)
    return item


def put(side: TaskSide, key: LocalKey, **atoms: Any) -> Any:
    return side.store.update(told(side, key), atoms, tuple(atoms))


def same(atom: str, one: Any, other: Any) -> bool:
    """Tell whether two values of an atom say the same."""
    found = [KIND.canonical({atom: value}, Locality())[atom] for value in (one, other)]
    return found[0] == found[1]


# -------------------------------------------------------------------------------------- reading


def test_every_task_is_scanned_once_and_reads_the_same(todos: TaskSide) -> None:
    keys = [todos.add("Call back", due="2030-07-06"), todos.add("Return the keys")]

    found = list(todos.store.scan())

    assert [item.key for item in found] == sorted(keys, key=_order)
    assert todos.store.read([item.key for item in found]) == {item.key: item for item in found}
    assert [told(todos, key).record["due"] for key in keys] == ["2030-07-06", None]
    assert not any(item.is_dormant or item.read_only for item in found)


def _order(key: LocalKey) -> Any:
    return int(key.pk) if key.pk.isdigit() else key.pk


def test_an_open_task_says_that_nobody_has_begun(todos: TaskSide) -> None:
    record = told(todos, todos.add("Call back")).record

    assert record["title"] == "Call back"
    assert same("progress", record["progress"], None)
    assert same("importance", record["importance"], "normal")
    assert record["reminder"] is None


def test_what_is_deleted_or_a_colleague_s_is_absent_with_its_cause(todos: TaskSide) -> None:
    gone, hers, here = (todos.add(title) for title in ("Gone", "Hers", "Here"))
    todos.delete(gone)
    todos.give_away(hers)

    assert [item.key for item in todos.store.scan()] == [here]
    found = todos.store.read([gone, hers])
    assert found == {gone: Absence(gone, Cause.DELETED), hers: Absence(hers, Cause.LOST_ACCESS)}


# ----------------------------------------------------------------------------------------- done


def test_what_is_done_is_dormant_and_says_when_it_was(todos: TaskSide) -> None:
    key, other = todos.add("Call back"), todos.add("Return the keys")

    todos.complete(key, THEN)

    item = told(todos, key)
    assert item.is_dormant
    wanted = {"status": "completed", "completed_at": todos.as_kept(THEN)}
    assert same("progress", item.record["progress"], wanted)
    assert [one.key for one in todos.store.scan()] == [other], "it is never created in Exchange"


def test_what_is_done_is_completed_where_the_settings_delete_it(todos: TaskSide) -> None:
    key, other = todos.add("Call back"), todos.add("Return the keys")
    todos.complete(key, THEN)

    (absence,) = todos.tidy.read([key]).values()
    assert absence == Absence(key, Cause.COMPLETED)
    assert (absence.record or {})["title"] == "Call back", "its twin is known by what it says"
    assert [item.key for item in todos.tidy.scan()] == [other]


def test_what_is_done_in_exchange_is_done_in_the_crm_at_that_time(todos: TaskSide) -> None:
    key = todos.add("Call back")
    done = {"status": "completed", "completed_at": THEN}

    item = put(todos, key, progress=done)

    assert item == told(todos, key)
    assert item.is_dormant
    kept = {"status": "completed", "completed_at": todos.as_kept(THEN)}
    assert same("progress", item.record["progress"], kept)


def test_what_is_done_without_a_time_is_done(todos: TaskSide) -> None:
    item = put(todos, todos.add("Call back"), progress={"status": "completed"})

    assert item.record["progress"]["status"] == "completed"


def test_a_time_that_exchange_does_not_know_stays_in_the_crm(todos: TaskSide) -> None:
    key = todos.add("Call back")
    todos.complete(key, THEN)

    item = put(todos, key, progress={"status": "completed", "completed_at": None})

    kept = {"status": "completed", "completed_at": todos.as_kept(THEN)}
    assert same("progress", item.record["progress"], kept)


def test_what_is_undone_in_exchange_is_open_again_and_says_no_time(todos: TaskSide) -> None:
    key = todos.add("Call back")
    todos.complete(key, THEN)

    item = put(todos, key, progress={"status": "notStarted"})

    assert same("progress", item.record["progress"], None)
    assert not item.is_dormant
    assert [one.key for one in todos.store.scan()] == [key]


@pytest.mark.parametrize("before", ["notStarted", "completed"])
@pytest.mark.parametrize("word", STATUSES)
def test_a_word_that_the_crm_has_is_kept_and_any_other_is_an_open_task(
    todos: TaskSide, word: str, before: str
) -> None:
    key = todos.add("Call back")
    put(todos, key, progress={"status": before})

    item = put(todos, key, progress={"status": word})

    status = item.record["progress"]["status"]
    assert status == word if word in todos.words else status not in ("completed", word)
    assert item == told(todos, key)


def test_a_word_that_the_crm_lacks_changes_nothing_when_it_is_written_twice(
    todos: TaskSide,
) -> None:
    key = todos.add("Call back")
    put(todos, key, progress={"status": "waitingOnOthers"})
    before = todos.stored()

    put(todos, key, progress={"status": "deferred"})

    assert todos.stored() == before


# -------------------------------------------------------------------------------------- writing


@pytest.mark.parametrize(
    "atom, value",
    [
        ("title", "Call back twice"),
        ("notes", "One\nTwo"),
        ("due", "2030-12-01"),
        ("due", None),
        ("reminder", "2030-12-01T08:30:00+00:00"),
        ("reminder", "2030-07-01T08:30:00+11:00"),
        ("reminder", None),
        ("importance", "high"),
        ("importance", "low"),
        ("importance", "normal"),
    ],
)
def test_each_atom_is_written_and_read_back(todos: TaskSide, atom: str, value: Any) -> None:
    key, other = todos.add("Call back", due="2030-07-06"), todos.add("Other", due="2030-07-07")
    put(todos, key, reminder="2030-07-05T08:30:00+00:00", importance="high")
    untouched = told(todos, other)

    item = put(todos, key, **{atom: value})

    assert isinstance(item, LocalItem)
    shown = item.record[atom]
    if atom == "notes":
        assert shown.startswith(value)  # a CRM may say more below
    else:
        assert same(atom, shown, value)
    assert item == told(todos, key)
    assert told(todos, other) == untouched


def test_what_somebody_changed_meanwhile_is_not_written_over(todos: TaskSide) -> None:
    key = todos.add("Call back")
    item = told(todos, key)
    todos.rename(key, "Call her back")
    before = todos.stored()
    done = {"progress": {"status": "completed", "completed_at": THEN}}

    assert isinstance(todos.store.update(item, done, ("progress",)), ItemChanged)
    assert isinstance(todos.store.release(item), ItemChanged)
    assert todos.stored() == before


def test_what_is_a_colleague_s_by_now_is_not_written(todos: TaskSide) -> None:
    key = todos.add("Call back")
    item = told(todos, key)
    todos.give_away(key)
    before = todos.stored()

    assert isinstance(todos.store.update(item, {"title": "Mine"}, ("title",)), ItemChanged)
    assert todos.stored() == before


@pytest.mark.parametrize(
    "bad",
    [
        {"title": "x" * 500},
        {"reminder": "tomorrow"},
        {"due": "soon"},
        {"progress": {"status": "completed", "completed_at": "tomorrow"}},
    ],
    ids=lambda bad: next(iter(bad)),
)
def test_a_refused_value_takes_the_accepted_ones_with_it(
    todos: TaskSide, bad: dict[str, Any]
) -> None:
    key = todos.add("Call back")
    before = todos.stored()

    assert isinstance(put(todos, key, notes="New", **bad), ItemRefused)
    assert todos.stored() == before


# --------------------------------------------------------------------------- import and release


def test_a_new_task_is_the_staff_member_s_and_may_be_written(todos: TaskSide) -> None:
    record = {
        "title": "Buy a hammer",
        "notes": "A big one",
        "due": "2030-07-06",
        "reminder": "2030-07-06T08:30:00+00:00",
        "importance": "high",
        "progress": {"status": "notStarted"},
    }

    item = todos.store.create(record)

    assert isinstance(item, LocalItem)
    assert [one.key for one in todos.store.scan()] == [item.key]
    assert all(same(atom, item.record[atom], value) for atom, value in record.items())
    assert isinstance(put(todos, item.key, title="Buy two"), LocalItem)


def test_a_new_task_that_was_done_is_done(todos: TaskSide) -> None:
    done = {"status": "completed", "completed_at": THEN}

    item = todos.store.create({"title": "Buy a hammer", "progress": done})

    assert isinstance(item, LocalItem)
    kept = {"status": "completed", "completed_at": todos.as_kept(THEN)}
    assert same("progress", item.record["progress"], kept)


def test_releasing_completes_the_task_and_keeps_it(todos: TaskSide) -> None:
    key, other = todos.add("Call back"), todos.add("Other")
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)

    assert todos.store.release(told(todos, key)) is None

    progress = told(todos, key).record["progress"]
    assert progress["status"] == "completed"
    assert before < dt.datetime.fromisoformat(progress["completed_at"])
    assert not told(todos, other).is_dormant
