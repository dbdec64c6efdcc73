"""The far side of a RemoteStore under test, and the questions that the contract asks it."""

from __future__ import annotations

from typing import Any, Protocol

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import (
    SyncError,
)
from agentbox_sync.ports import (
    Create,
    Cursor,
    Page,
    RemoteStore,
    Window,
    Write,
    Written,
)


class RemoteSide(Protocol):
    """One mailbox: the store under test, and what others do there."""

    store: RemoteStore
    kind: str
    note: str
    """The atom that ``change_note`` edits."""
    main: str
    """What people call the main collection."""
    window: Window | None

    def item(self, name: str, note: str | None = None, **atoms: Any) -> dict[str, Any]:
        """A record of this kind; no two names are the same item."""

    @property
    def round_trips(self) -> int:
        """Requests that arrived so far."""

    def items(self) -> dict[str, dict[str, Any]]:
        """Living items by id: stamp, folder, name, note, categories, and what the kind has."""

    def add(self, name: str, *, folder: str = "") -> str:
        """A person adds an item to a folder (the main one); returns its id."""

    def change_note(self, remote_id: str, note: str) -> None:
        """A person edits an item."""

    def remove(self, remote_id: str) -> None:
        """A person deletes an item."""

    def keep_deleted(self, answers: bool) -> None:
        """From now on deleted items go on to answer from where they lie, or do not."""

    def folders(self) -> dict[str, str]:
        """Names of the living folders that were made, by id; without those of every mailbox."""

    def add_folder(self, name: str) -> str:
        """A person makes a folder beside the main one's items; returns its id."""

    def rename_folder(self, id_: str, name: str) -> None:
        """A person gives a folder another name."""

    def remove_folder(self, id_: str) -> None:
        """A person deletes a folder, with all that lies in it."""

    def move_away(self, remote_id: str) -> None:
        """A person moves an item into another folder."""

    def refuse(self, text: str) -> None:
        """From now on creates that hold ``text`` are refused for ever."""

    def throttle(self, text: str, seconds: int) -> None:
        """The next create that holds ``text`` is put off."""

    def lose_next_answer(self, *, carried_out: bool) -> None:
        """The next group of writes gets no answer."""

    def forget_cursors(self) -> None:
        """Every cursor handed out so far is dead."""


def creates(side: RemoteSide, count: int) -> list[Create]:
    return [Create(f"stamp-{number:02}", side.item(f"Given{number:02}")) for number in range(count)]


def folder(side: RemoteSide) -> str:
    return side.store.locate(side.kind, "")


def write(side: RemoteSide, *writes: Write) -> list[Written | SyncError]:
    return side.store.write(side.kind, folder(side), writes)


def created(side: RemoteSide, **atoms: Any) -> Written:
    (answer,) = write(side, Create("stamp-of-jane", side.item("Jane", **atoms)))
    assert isinstance(answer, Written)
    return answer


def fetched(side: RemoteSide, remote_id: str) -> Observation:
    (answer,) = side.store.fetch(side.kind, [remote_id])
    assert isinstance(answer, Observation)
    return answer


def stamped(side: RemoteSide, *stamps: str) -> list[list[str]]:
    found = side.store.find_stamped(side.kind, folder(side), stamps)
    assert not [answer for answer in found if isinstance(answer, SyncError)]
    return [[item.remote_id for item in answer] for answer in found]  # type: ignore[union-attr]


def read_page(side: RemoteSide, link: str = "") -> Page:
    (page,) = side.store.pull([Cursor(side.kind, folder(side), link, side.window)])
    assert isinstance(page, Page)
    assert bool(page.next_link) != bool(page.delta_link)
    return page


def read_round(side: RemoteSide, link: str = "") -> tuple[list[Observation], str]:
    """Read pages to the end of the round; returns what was seen and where to read on."""
    seen: list[Observation] = []
    for _ in range(50):
        page = read_page(side, link)
        seen.extend(page.observations)
        if page.delta_link:
            return seen, page.delta_link
        link = page.next_link
    raise AssertionError("the round has no end")
