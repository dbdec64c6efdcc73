"""What is told of an error in code that is not ours: what and where, never about whom.

An error of the host's CRM, or of its database, often quotes what it was about ("Key
(email)=(ada@client.example) already exists"). The queue keeps such words in its table for months
and writes them into its log, where nobody looks for a client's data.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import PurePath

MOST_PLACES = 8


class Unexpected(Exception):
    """Something failed that nobody foresaw; the words of it are left out.

    What to do next: run ``agentbox_sync --staff`` for the mailbox in a terminal, which shows the
    whole error to whoever sits there.
    """


def without_words(error: BaseException) -> Unexpected:
    """Return an error that names the type, its causes and the way through the code."""
    kinds = " from ".join(type(one).__name__ for one in _chain(error))
    places = [
        f"{'/'.join(PurePath(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"
        for frame in reversed(traceback.extract_tb(error.__traceback__))
    ]
    return Unexpected(f"{kinds} at {', called by '.join(places[:MOST_PLACES]) or 'nowhere'}")


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
