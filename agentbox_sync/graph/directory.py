"""Looking people up in the directory of a tenant: who has which address, and no mailbox opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agentbox_sync.core.errors import SuspendConnection, SyncError
from agentbox_sync.graph import batch
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.errors import Asked, error_of
from agentbox_sync.graph.exchange import Request, Response
from agentbox_sync.graph.links import literal, query, segment
from agentbox_sync.graph.stores.base import entities

FIELDS = (
    "id,displayName,mail,userPrincipalName,proxyAddresses,accountEnabled,userType,assignedPlans"
)
MOST_NAMESAKES = "5"  # so many accounts with one address are as ambiguous as fifty


@dataclass(frozen=True, slots=True)
class Account:
    """What the directory says of somebody.

    ``has_mailbox``: a plan with Exchange is assigned and switched on. Whether there is a mailbox
    that can be opened only a look into it tells.
    """

    object_id: str
    display_name: str = field(repr=False)
    user_name: str = field(repr=False)
    addresses: tuple[str, ...] = field(repr=False)
    has_mailbox: bool = True
    is_enabled: bool = True
    is_guest: bool = False


def find_accounts(client: GraphClient, addresses: Sequence[str]) -> list[list[Account] | SyncError]:
    """Return whoever has each address, as sign-in name, main address or alias; 20 in a request.

    An error is an answer. Raises SuspendConnection where the directory may not be read at all, and
    what the client raises.
    """
    found: list[list[Account] | SyncError] = []
    for group in batch.groups([_question(address) for address in addresses]):
        found += [_read(client, answer) for answer in client.batch(group)]
    return found


def try_directory(client: GraphClient) -> None:
    """Return when people can be looked up; raises what :func:`find_accounts` raises."""
    answer = client.get(f"/users?{query(select='id', top='1')}")
    if not answer.ok:
        raise error_of(answer, Asked.COLLECTION, retry_after=client.wait_of(answer))


def read_zones(client: GraphClient, object_ids: Sequence[str]) -> list[str | SyncError]:
    """Return the time zone of each mailbox, which proves as well that it can be opened."""
    paths = [f"/users/{segment(object_id)}/mailboxSettings" for object_id in object_ids]
    return [
        str(answer.body.get("timeZone") or "") if isinstance(answer, Response) else answer
        for answer in _all(client, paths)
    ]


def try_mailboxes(client: GraphClient, object_ids: Sequence[str]) -> list[SyncError | None]:
    """Tell for each mailbox why it cannot be read; ``None``: it can."""
    options = query(top="1", select="id")
    paths = [f"/users/{segment(one)}/contactFolders?{options}" for one in object_ids]
    return [None if isinstance(one, Response) else one for one in _all(client, paths)]


def _all(client: GraphClient, paths: Sequence[str]) -> list[Response | SyncError]:
    found: list[Response | SyncError] = []
    for group in batch.groups([Request("GET", path) for path in paths]):
        for answer in client.batch(group):
            if answer.ok and isinstance(answer.body, Mapping):
                found.append(answer)
            else:
                wait = client.wait_of(answer)
                found.append(error_of(answer, Asked.COLLECTION, retry_after=wait))
    return found


def _question(address: str) -> Request:
    # *Unconfirmed*: whether proxyAddresses are compared with regard to case, so both ways of
    # marking an address are asked for. At most 15 clauses may be joined by "or".
    ways = [
        f"userPrincipalName eq {literal(address)}",
        f"mail eq {literal(address)}",
        *(f"proxyAddresses/any(p:p eq {literal(mark + address)})" for mark in ("smtp:", "SMTP:")),
    ]
    options = query(select=FIELDS, top=MOST_NAMESAKES, filter=" or ".join(ways))
    return Request("GET", f"/users?{options}")


def _read(client: GraphClient, answer: Response) -> list[Account] | SyncError:
    if not answer.ok:
        error = error_of(answer, Asked.COLLECTION, retry_after=client.wait_of(answer))
        if isinstance(error, SuspendConnection):
            raise error
        return error
    try:
        return [_account(row) for row in entities(answer) if row.get("id")]
    except SyncError as error:
        return error


def _account(row: Mapping[str, Any]) -> Account:
    user_name, mail = str(row.get("userPrincipalName") or ""), str(row.get("mail") or "")
    listed, plans = row.get("proxyAddresses"), row.get("assignedPlans")
    return Account(
        object_id=str(row["id"]),
        display_name=str(row.get("displayName") or ""),
        user_name=user_name,
        addresses=(user_name, mail, *(map(str, listed) if isinstance(listed, list) else ())),
        has_mailbox=_has_exchange(plans),
        is_enabled=row.get("accountEnabled") is not False,
        is_guest=str(row.get("userType") or "").lower() == "guest",
    )


def _has_exchange(plans: Any) -> bool:
    """Tell whether a plan with Exchange is in force; where plans are not shown, nobody knows."""
    if not isinstance(plans, list):
        return True
    return any(
        str(plan.get("service")).lower() == "exchange"
        and str(plan.get("capabilityStatus")).lower() in ("enabled", "warning")
        for plan in plans
        if isinstance(plan, Mapping)
    )
