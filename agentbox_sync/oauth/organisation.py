"""The administrator's approval for a whole organisation, and what of the answer is believed.

Which organisation it is for comes from our own settings, never from what a browser brings back: a
registration that serves many tenants has been let in by others as well.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import msal
from requests import Session

from agentbox_sync.oauth import errors
from agentbox_sync.oauth.app_only import default_scope
from agentbox_sync.oauth.client import GUID, AppRegistration, application
from agentbox_sync.oauth.flow import ADMIN_STATE, admin_consent_url, read_admin_consent
from agentbox_sync.oauth.http_client import HttpClient

_STATE = f"{ADMIN_STATE}organisation."


@dataclass(frozen=True, slots=True)
class BegunApproval:
    """Where the administrator goes, and the state that comes back, for one use."""

    state: str = field(repr=False)
    url: str = field(repr=False)
    tenant_id: str


def tenants(
    registration: AppRegistration, session: Session, allowed: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the ids of the tenants that may be connected as a whole; none where none is named.

    ``allowed`` names them where the registration serves many. Raises FixConfiguration or TryLater.
    """
    if registration.serves_many_tenants:
        named = (name.strip().lower() for name in allowed)
        return tuple(sorted(name for name in named if GUID.fullmatch(name)))
    if GUID.fullmatch(registration.tenant):
        return (registration.tenant.lower(),)
    app = application(registration, HttpClient(session), msal.SerializableTokenCache())
    found = str(app.authority.tenant)
    if not GUID.fullmatch(found):
        # A domain: where its endpoints are tells the id that it stands for.
        found = urlsplit(app.authority.token_endpoint).path.split("/")[1]
    if not GUID.fullmatch(found):
        raise errors.TenantUnknown(
            "Discovery does not say which tenant MS365_TENANT stands for. "
            "Put the directory (tenant) id there."
        )
    return (found.lower(),)


def begin_approval(
    registration: AppRegistration, session: Session, tenant_id: str
) -> BegunApproval:
    """Begin an approval for one tenant; raises FixConfiguration or TryLater."""
    here = replace(registration, tenant=tenant_id)
    app = application(here, HttpClient(session), msal.SerializableTokenCache())
    state = _STATE + secrets.token_urlsafe(24)
    reached = urlsplit(app.authority.authorization_endpoint)
    url = admin_consent_url(here, reached, state, default_scope(registration.cloud))
    return BegunApproval(state, url, tenant_id)


def is_for_organisation(query: Mapping[str, str]) -> bool:
    """Tell whether a callback answers an approval for an organisation."""
    return query.get("state", "").startswith(_STATE)


def check_approval(query: Mapping[str, str], tenant_id: str) -> None:
    """Read the answer to an approval; raises AdminDeclined, WrongTenant or another leaf.

    That it was given is only proven by a token: the answer is written by whoever sends it.
    """
    read_admin_consent(query)
    if query.get("tenant", "").strip().lower() != tenant_id.lower():
        raise errors.WrongTenant("The approval was given for another organisation.")
