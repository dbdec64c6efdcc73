"""Access tokens for the application itself (client credentials), in one tenant at a time.

There is no sign-in behind them and nothing to keep: a token is asked for anew when it is over.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msal
from msal.exceptions import MsalServiceError
from requests import RequestException, Session

from agentbox_sync.oauth.client import AppRegistration, application
from agentbox_sync.oauth.clouds import Cloud
from agentbox_sync.oauth.http_client import HttpClient
from agentbox_sync.oauth.refusals import Stage, refusal

# Application permissions, by what they are for; each has to be granted by an administrator.
DIRECTORY = "User.Read.All"
MAILBOXES = ("Contacts.ReadWrite", "Calendars.ReadWrite", "MailboxSettings.Read")
TASKS = "Tasks.ReadWrite.All"
ROLES = (DIRECTORY, *MAILBOXES, TASKS)
# What a kind cannot do without, and Exchange never grants to single mailboxes by itself.
NEEDS = {"tasks": TASKS}


@dataclass(frozen=True, slots=True)
class AppToken:
    """A valid access token of the application in one tenant.

    ``roles`` are the permissions that were granted in Entra ID, as the token shows them; ``None``
    where it cannot be read. What Exchange grants by itself (RBAC for Applications) is not shown.
    """

    access_token: str = field(repr=False)
    expires_at: datetime
    roles: frozenset[str] | None = None


def default_scope(cloud: Cloud) -> str:
    """Return the scope that stands for everything that was granted to the application."""
    return f"https://{cloud.graph}/.default"


def acquire_for_application(
    registration: AppRegistration, session: Session, tenant_id: str, *, claims: str = ""
) -> AppToken:
    """Return a new access token of the application in a tenant.

    ``claims`` is a decoded challenge. Raises OrganisationRefused where the tenant does not let the
    application in, other leaves of FixConfiguration, and TryLater.
    """
    http = HttpClient(session)
    here = replace(registration, tenant=tenant_id)
    app = application(here, http, msal.SerializableTokenCache())
    try:
        result: dict[str, Any] = app.acquire_token_for_client(
            [default_scope(registration.cloud)], claims_challenge=claims or None
        )
    except (RequestException, MsalServiceError) as error:
        raise http.unavailable(error) from error
    except (ValueError, KeyError, IndexError, TypeError):
        raise http.unavailable() from None
    if "error" in result:
        if http.status == 429:
            raise http.unavailable()
        raise refusal(result, Stage.APPLICATION)
    token = str(result["access_token"])
    return AppToken(
        access_token=token,
        expires_at=datetime.now(UTC) + timedelta(seconds=int(result.get("expires_in", 0))),
        roles=_roles(token),
    )


def _roles(token: str) -> frozenset[str] | None:
    """Read the granted permissions out of a token, for a person to be told what is missing.

    A token is its API's business and may be sealed one day: nothing but a sentence hangs on it.
    """
    part = token.split(".")[1:2]
    try:
        payload = json.loads(base64.urlsafe_b64decode(f"{part[0]}==") if part else b"")
    except ValueError:
        return None
    roles = payload.get("roles", []) if isinstance(payload, dict) else None
    return frozenset(map(str, roles)) if isinstance(roles, list) else None
