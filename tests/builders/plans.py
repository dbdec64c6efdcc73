"""Decides a pair of contacts under the policies that a person may choose."""

from __future__ import annotations

from agentbox_sync.core.actions import Action, Row
from agentbox_sync.core.kinds.contacts import KIND
from agentbox_sync.core.pairs import Pair
from agentbox_sync.core.plan import Decision, resolve
from agentbox_sync.core.rules import Conflict, Deletion, Policy, Removal, Status
from tests.builders.records import SYDNEY, a_record, an_observation

ONE_WAY = Policy(Status.ONE_WAY)
STRICT = Policy(Status.ONE_WAY, strict=True)
DELETING = Policy(Status.ONE_WAY, Removal.DELETE)
TWO_WAY = Policy(Status.TWO_WAY)
EXCHANGE_WINS = Policy(Status.TWO_WAY, conflict=Conflict.EXCHANGE_WINS)
RESTORING = Policy(Status.TWO_WAY, deletion=Deletion.RESTORE)
APPLYING = Policy(Status.TWO_WAY, deletion=Deletion.APPLY)
EVERY_POLICY = [ONE_WAY, STRICT, DELETING, TWO_WAY, EXCHANGE_WINS, RESTORING, APPLYING]
BOTH_WAYS = [TWO_WAY, EXCHANGE_WINS]


OLD, NEW, EDITED = (a_record(company=name) for name in ("Old", "New", "Edited"))
EDIT = an_observation(record=EDITED, etag="W/2")


def decided(pair: Pair, policy: Policy = ONE_WAY) -> Decision:
    return resolve(pair, KIND, policy, SYDNEY)


def row_of(pair: Pair, policy: Policy = ONE_WAY) -> Row:
    row = decided(pair, policy).row
    assert row is not None
    return row


def ordered(pair: Pair, policy: Policy) -> tuple[Action, tuple[str, ...], tuple[str, ...]]:
    """What is done with a pair, and what is written in Exchange, and in the CRM."""
    row = row_of(pair, policy)
    return row.action, row.push, row.pull
