"""The reference CRM with its tasks, and without any, whichever it offers by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from django.db.models.signals import m2m_changed, post_save, pre_delete

from agentbox_sync.contrib.reference_crm.adapter import ReferenceCRMAdapter, Tasks
from agentbox_sync.host import capture
from agentbox_sync.host.adapter import KindSource

ADAPTER = "tests.builders.task_crm.CRMWithTasks"
WITHOUT = "tests.builders.task_crm.CRMWithoutTasks"


class CRMWithoutTasks(ReferenceCRMAdapter):
    sources: ClassVar[Sequence[type[KindSource]]] = tuple(
        one for one in ReferenceCRMAdapter.sources if one.kind != "tasks"
    )


class CRMWithTasks(ReferenceCRMAdapter):
    sources: ClassVar[Sequence[type[KindSource]]] = (*CRMWithoutTasks.sources, Tasks)


@contextmanager
def heard() -> Iterator[None]:
    """Notice changes for every source of the present adapter, and for no other one afterwards."""
    before = {signal: list(signal.receivers) for signal in (post_save, pre_delete, m2m_changed)}
    capture.connect()
    try:
        yield
    finally:
        for signal, receivers in before.items():
            signal.receivers = receivers
            signal.sender_receivers_cache.clear()
