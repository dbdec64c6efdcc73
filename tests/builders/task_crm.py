"""The reference CRM with its tasks, and without any, whichever it offers by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from agentbox_sync.contrib.reference_crm.adapter import ReferenceCRMAdapter, Tasks
from agentbox_sync.host.adapter import KindSource

ADAPTER = "tests.builders.task_crm.CRMWithTasks"
WITHOUT = "tests.builders.task_crm.CRMWithoutTasks"


class CRMWithoutTasks(ReferenceCRMAdapter):
    sources: ClassVar[Sequence[type[KindSource]]] = tuple(
        one for one in ReferenceCRMAdapter.sources if one.kind != "tasks"
    )


class CRMWithTasks(ReferenceCRMAdapter):
    sources: ClassVar[Sequence[type[KindSource]]] = (*CRMWithoutTasks.sources, Tasks)
