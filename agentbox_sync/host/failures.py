"""Telling an engineer where the host's own code failed, without what it said.

The message of an exception may hold what people typed: a database names the address that is not
unique, a validator the text that it does not like.
"""

from __future__ import annotations

import traceback


def where(error: BaseException) -> str:
    """Return the class of an error and the lines of code that led to it."""
    frames = traceback.extract_tb(error.__traceback__)
    steps = (f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    return "\n  ".join((type(error).__name__, *steps))
