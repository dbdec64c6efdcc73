"""One suite per port, run on every implementation of it."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    "tests.contracts.remote_side",
    "tests.contracts.remote_store",
    "tests.contracts.remote_writes",
    "tests.contracts.remote_own",
    "tests.contracts.remote_people",
    "tests.contracts.remote_events",
    "tests.contracts.remote_series",
    "tests.contracts.calendar_side",
    "tests.contracts.memory_side",
    "tests.contracts.link_staging",
    "tests.contracts.link_guard",
    "tests.contracts.link_memory",
    "tests.contracts.link_writes",
    "tests.contracts.local_store",
    "tests.contracts.local_events",
    "tests.contracts.local_window",
    "tests.contracts.local_tasks",
    "tests.contracts.lease",
)
