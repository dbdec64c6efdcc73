"""What may be missing on a machine, and how strict to be about it."""

from __future__ import annotations

import os


class Missing(Exception):
    """Something the tests need is not on this machine; the message says how to install it."""


def is_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}
