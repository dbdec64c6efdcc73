"""Whether the folder in which an item was seen is Deleted Items, or lies in it.

An immutable id outlives a move, and perhaps a soft deletion: an answer from another folder means
moved, from Deleted Items means deleted (design, section 5). Deleted Items is a mail folder, which
our permissions do not open; what they do open is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agentbox_sync.core.errors import SyncError
from agentbox_sync.graph import batch
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.errors import error_of
from agentbox_sync.graph.exchange import Response
from agentbox_sync.graph.stores.base import Question, Slice

# What Graph may say of a folder that is none of the kind's own.
NO_FOLDER_OF_OURS = (400, 403, 404)

# *Unconfirmed* (seen to work with Contacts.ReadWrite on a personal mailbox, documented nowhere):
# Deleted Items answers among the contact folders, by its well-known name. Where it does not, or
# False, a folder that is not found among them is taken for it: an item that was moved into a mail
# folder is on no phone any more either.
DELETED_ITEMS_ALIAS_WORKS = True

Line = tuple[str, ...] | SyncError


class Whereabouts:
    """What was learned in one run of the folders of a mailbox; each is asked for once."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client
        self._deleted: dict[str, bool] = {}

    def are_ours(self, *collections: str) -> None:
        """Take note of folders that are synced: whatever lies in them is there."""
        self._deleted |= dict.fromkeys(collections, False)

    def deleted(self, store: Slice, containers: Iterable[str]) -> dict[str, bool | SyncError]:
        """Tell for each folder whether what lies in it was deleted, or why that is not known."""
        wanted = dict.fromkeys(containers)
        unknown = [one for one in wanted if one not in self._deleted]
        found = self._asked(store, unknown) if unknown else {}
        self._deleted |= {one: told for one, told in found.items() if isinstance(told, bool)}
        return {one: found.get(one, self._deleted.get(one, False)) for one in wanted}

    def _asked(self, store: Slice, unknown: list[str]) -> dict[str, bool | SyncError]:
        bins = store.deleted_items() if DELETED_ITEMS_ALIAS_WORKS else []
        questions = [*bins, *(store.lineage(one) for one in unknown)]
        lines = [line for group in batch.groups(questions) for line in self._lines(group)]
        named, lines = lines[: len(bins)], lines[len(bins) :]
        refused = next((line for line in named if isinstance(line, SyncError)), None)
        bin_ids = {line[0] for line in named if isinstance(line, tuple) and line}

        def verdict(line: Line) -> bool | SyncError:
            if isinstance(line, SyncError):
                return line
            # Without the bin's own name nobody knows that another folder is not it.
            return not line or refused or bool(bin_ids.intersection(line))

        return {one: verdict(line) for one, line in zip(unknown, lines, strict=True)}

    def _lines(self, questions: Sequence[Question[tuple[str, str]]]) -> list[Line]:
        responses = self._client.batch([question.request for question in questions])
        return [self._line(*pair) for pair in zip(questions, responses, strict=True)]

    def _line(self, question: Question[tuple[str, str]], response: Response) -> Line:
        """Return a folder's id and its parent's; nothing for one that is not found."""
        if response.status in NO_FOLDER_OF_OURS:
            return ()
        if not response.ok:
            wait = self._client.wait_of(response)
            return error_of(response, question.asked, retry_after=wait)
        try:
            return question.read(response)
        except SyncError as error:
            return error
