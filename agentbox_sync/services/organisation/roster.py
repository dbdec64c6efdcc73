"""What the accounts that were found mean for each staff member; read in a few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from agentbox_sync import permissions
from agentbox_sync.core.accounts import addresses
from agentbox_sync.host.registry import get_adapter
from agentbox_sync.models import Connection, Match, Organisation
from agentbox_sync.models.connection import Provider


class Verdict(StrEnum):
    """What can be done for a staff member; in the order in which a page lists them."""

    MATCHED = "matched"
    SEVERAL = "several"
    NOT_FOUND = "not_found"
    NO_MAILBOX = "no_mailbox"
    DISABLED = "disabled"
    GUEST = "guest"
    TAKEN = "taken"
    NO_ADDRESS = "no_address"
    NOT_LOOKED = "not_looked"
    NOT_OFFERED = "not_offered"
    OWN_SIGN_IN = "own_sign_in"
    CONNECTED = "connected"


ORDER = {verdict: place for place, verdict in enumerate(Verdict)}
TO_CONNECT = frozenset({Verdict.MATCHED, Verdict.SEVERAL})
IN_ORDER = frozenset({Verdict.OWN_SIGN_IN, Verdict.CONNECTED})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that may be the staff member's."""

    object_id: str
    display_name: str
    user_name: str
    verdict: Verdict = Verdict.MATCHED


@dataclass(frozen=True, slots=True)
class Row:
    """One staff member. ``other`` is the name of whose card has the mailbox."""

    staff: Any
    name: str
    address: str
    verdict: Verdict
    candidates: tuple[Candidate, ...] = ()
    connection: Connection | None = None
    other: str = ""

    @property
    def choices(self) -> tuple[Candidate, ...]:
        """Return the accounts that could be connected now; none for who is connected already."""
        if self.verdict not in TO_CONNECT:
            return ()
        return tuple(one for one in self.candidates if one.verdict is Verdict.MATCHED)


def roster(organisation: Organisation) -> list[Row]:
    """Return everybody, those first for whom something can be done."""
    adapter = get_adapter()
    staff = list(adapter.staff_members())
    matches = dict(
        Match.objects.filter(organisation=organisation).values_list("staff_id", "accounts")
    )
    live = Connection.objects.exclude(state=Connection.State.DISCONNECTED)
    connections = {
        row.staff_id: row for row in live.filter(provider=Provider.MICROSOFT).exclude(staff=None)
    }
    taken = dict(live.filter(tenant_id=organisation.tenant_id).values_list("object_id", "staff_id"))
    switches = permissions.switches(Provider.MICROSOFT)
    names = {one.pk: adapter.staff_name(one) for one in staff}
    rows = []
    for one in staff:
        connection = connections.get(one.pk)
        candidates = _candidates(one.pk, matches.get(one.pk) or (), taken)
        offered = permissions.is_on(switches, adapter.office_of(one))
        verdict = _verdict(one, connection, matches.get(one.pk), candidates, offered)
        other = ""
        if verdict is Verdict.TAKEN:
            other = names.get(taken[candidates[0].object_id], "")
        row = Row(
            staff=one,
            name=names[one.pk],
            address=adapter.staff_address(one),
            verdict=verdict,
            candidates=candidates,
            connection=connection,
            other=other,
        )
        rows.append(row)
    return sorted(rows, key=lambda row: (ORDER[row.verdict], row.name.casefold()))


def _candidates(
    staff_pk: Any, accounts: Sequence[Mapping[str, Any]], taken: Mapping[str, Any]
) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            account["object_id"],
            account["display_name"],
            account["user_name"],
            _of_account(account, taken.get(account["object_id"], staff_pk) != staff_pk),
        )
        for account in accounts
    )


def _of_account(account: Mapping[str, Any], is_taken: bool) -> Verdict:
    if account["is_guest"]:
        return Verdict.GUEST
    if not account["is_enabled"]:
        return Verdict.DISABLED
    if not account["has_mailbox"]:
        return Verdict.NO_MAILBOX
    return Verdict.TAKEN if is_taken else Verdict.MATCHED


def _verdict(
    staff: Any,
    connection: Connection | None,
    accounts: Sequence[Any] | None,
    candidates: Sequence[Candidate],
    is_offered: bool,
) -> Verdict:
    if connection is not None:
        return Verdict.CONNECTED if connection.organisation_id else Verdict.OWN_SIGN_IN
    if not is_offered:
        return Verdict.NOT_OFFERED
    adapter = get_adapter()
    if not addresses([adapter.staff_address(staff), *adapter.staff_aliases(staff)]):
        return Verdict.NO_ADDRESS
    if accounts is None:
        return Verdict.NOT_LOOKED
    usable = [one for one in candidates if one.verdict is Verdict.MATCHED]
    if usable:
        return Verdict.MATCHED if len(usable) == 1 else Verdict.SEVERAL
    return candidates[0].verdict if candidates else Verdict.NOT_FOUND
