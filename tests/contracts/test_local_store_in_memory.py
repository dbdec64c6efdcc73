"""The LocalStore contract, held by the CRM that the simulation runs on."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.core.changes import LocalKey
from agentbox_sync.core.kinds import Record
from tests.contracts.local_store import *  # noqa: F403
from tests.sim.crm import MODEL, VIEW_ONLY, Crm, CrmStore


class SimulatedSide:
    """A :class:`tests.contracts.local_store.LocalSide` without a database."""

    refused = ("company", "!!")

    def __init__(self) -> None:
        self.crm = Crm()
        self.store = CrmStore(self.crm, "jane", groups=frozenset({"buyers"}))

    def add(self, given: str, **atoms: Any) -> LocalKey:
        empty = {"company": "", "mobile_phone": "", "emails": [], "notes": ""}
        record = {"name": {"given": given}, **empty, **atoms}
        return LocalKey(MODEL, self.crm.insert(record, "buyers", "jane"))

    def edit(self, key: LocalKey, *, past_save: bool = False, **atoms: Any) -> None:
        self.crm.save(key.pk, atoms, raw=past_save)

    def delete(self, key: LocalKey) -> None:
        self.crm.delete(key.pk)

    def deselect(self, key: LocalKey) -> None:
        self.crm.regroup(key.pk, "others")

    def revoke(self, key: LocalKey) -> None:
        self.crm.revoke(key.pk, "jane")

    def only_show(self, key: LocalKey) -> None:
        self.crm.grant(key.pk, "jane", VIEW_ONLY)

    def stored(self) -> dict[str, Record]:
        return {pk: row.record for pk, row in self.crm.rows.items()}


@pytest.fixture
def side() -> SimulatedSide:
    return SimulatedSide()
