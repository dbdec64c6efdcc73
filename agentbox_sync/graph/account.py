"""Whose account a token belongs to: asked once, when a connection is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agentbox_sync.core.errors import ServerFault
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.errors import Asked, error_of
from agentbox_sync.graph.exchange import Request, Response
from agentbox_sync.graph.links import query


@dataclass(frozen=True, slots=True)
class Profile:
    """The signed-in account. ``id`` is the directory's object id, and the only lasting one.

    ``time_zone`` is the mailbox's zone in Microsoft's words (a Windows or an IANA name), ``mail``
    is empty for an account without an address, ``aliases`` are the mailbox's addresses as Exchange
    writes them, with "smtp:" or "SMTP:" before each.
    """

    id: str
    display_name: str
    mail: str
    user_principal_name: str
    time_zone: str
    aliases: tuple[str, ...] = ()


def read_profile(client: GraphClient) -> Profile:
    """Return the account and its mailbox's zone, in one request.

    Raises SuspendConnection for an account without a mailbox, and what the client raises.
    """
    fields = query(select="id,displayName,mail,userPrincipalName")
    requests = [
        Request("GET", f"/me?{fields}"),
        Request("GET", "/me/mailboxSettings"),
        Request("GET", f"/me?{query(select='proxyAddresses')}"),
    ]
    bodies: list[Mapping[str, Any]] = []
    *needed, aliases = client.batch(requests)
    for response in needed:
        if not response.ok:
            wait = client.wait_of(response)
            raise error_of(response, Asked.COLLECTION, retry_after=wait)
        if not isinstance(response.body, Mapping):
            raise ServerFault("Microsoft's answer was damaged.", code="DamagedItem")
        bodies.append(response.body)
    me, settings = bodies
    if not isinstance(me.get("id"), str):
        raise ServerFault("Microsoft did not say whose account this is.", code="DamagedItem")
    return Profile(
        id=me["id"],
        display_name=str(me.get("displayName") or ""),
        mail=str(me.get("mail") or ""),
        user_principal_name=str(me.get("userPrincipalName") or ""),
        time_zone=str(settings.get("timeZone") or ""),
        aliases=_aliases(aliases),
    )


def _aliases(response: Response) -> tuple[str, ...]:
    """Return the further addresses of the mailbox; none where Microsoft does not tell them.

    That User.Read is enough to read them is UNCONFIRMED. Without them a person is asked whether
    the account is the right one, so that a refusal is no reason to connect nothing.
    """
    body = response.body if response.ok and isinstance(response.body, Mapping) else {}
    listed = body.get("proxyAddresses")
    return tuple(map(str, listed)) if isinstance(listed, list) else ()
