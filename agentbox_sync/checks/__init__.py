"""System checks: every mistake that a host can make has a number and the line to paste.

Numbers go by tens: 00 staff and options, 10 adapter, 30 address, 40 and 50 Microsoft, 60 site,
70 queue, 80 databases. A number that is given up is never used again. ``docs/checks.md`` lists
them.

A *wrong* value is an error in every process. A *missing* secret of a deployment (MS365_*) is a
warning, and an error only for ``check --deploy``: without it a host's developers and tests can
work, and nothing can be connected, which the card says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.core.checks import CheckMessage

from agentbox_sync.checks import (
    adapter,
    address,
    databases,
    mapping,
    microsoft,
    options,
    queue,
    site,
    staff,
)

# What can be told from settings and models alone, before there are pages and a database.
BEFORE_START: tuple[Callable[..., Sequence[CheckMessage]], ...] = (
    staff.check_staff_model,
    options.check_options,
    adapter.check_adapter,
    adapter.check_sources,
    mapping.check_mappings,
    address.check_base_url,
    microsoft.check_registration,
    microsoft.check_cloud,
    microsoft.check_token_keys,
    microsoft.check_emulator,
    microsoft.check_way_to_microsoft,
    site.check_sessions,
    queue.check_queue,
)

__all__ = ["BEFORE_START", "databases", "mistakes"]


def mistakes() -> list[CheckMessage]:
    """Return the errors among what can be told before start; the host may silence each."""
    return [
        message
        for check in BEFORE_START
        for message in check()
        if message.is_serious() and not message.is_silenced()
    ]
