"""Access tokens from a stored token cache, renewed when they are due.

MSAL's cache is locked but does not renew only once: callers hold the connection's lease while
they call ``acquire`` and read the stored cache inside it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msal
from msal.exceptions import MsalServiceError
from requests import RequestException, Session

from agentbox_sync.core.errors import TryLater
from agentbox_sync.oauth import errors
from agentbox_sync.oauth.client import AppRegistration, application
from agentbox_sync.oauth.http_client import HttpClient
from agentbox_sync.oauth.refusals import Stage, refusal

_SPARE = timedelta(minutes=5)  # MSAL, too, counts a token with less time left as expired


@dataclass(frozen=True, slots=True)
class Acquired:
    """A valid access token. ``cache_json`` is to be stored; ``None`` when nothing changed."""

    access_token: str = field(repr=False)
    expires_at: datetime
    cache_json: str | None = field(repr=False)


def acquire(
    registration: AppRegistration, session: Session, cache_json: str, *, claims: str = ""
) -> Acquired:
    """Return a valid access token, from the cache or by renewal.

    ``claims`` is a decoded challenge (JSON) that forces a renewal. While the sign-in service is
    away, a token that is still valid is returned. Raises SignInAgain, FixConfiguration, TryLater.
    """
    cache = _read(cache_json)
    if claims and not _is_json_object(claims):
        raise errors.InteractionRequired("Graph's claims challenge cannot be read.")
    http = HttpClient(session)
    try:
        app = application(registration, http, cache)
    except TryLater:
        # MSAL falls back to a valid token only after its discovery; here discovery has failed.
        spare = None if claims else _unexpired(registration, cache)
        if spare is None:
            raise
        return spare

    accounts = app.get_accounts()
    if len(accounts) != 1:
        raise errors.GrantEnded(f"The token cache holds {len(accounts)} accounts instead of one.")
    result = _renew(app, http, registration, accounts[0], claims)
    if result is None:
        raise errors.GrantEnded("The token cache holds no refresh token for this application.")
    if "error" in result:
        if http.status == 429:
            raise http.unavailable()
        raise refusal(result, Stage.RENEW)
    return Acquired(
        access_token=result["access_token"],
        expires_at=datetime.now(UTC) + timedelta(seconds=int(result.get("expires_in", 0))),
        cache_json=cache.serialize() if cache.has_state_changed else None,
    )


def _renew(
    app: Any,
    http: HttpClient,
    registration: AppRegistration,
    account: dict[str, Any],
    claims: str,
) -> dict[str, Any] | None:
    try:
        result: dict[str, Any] | None = app.acquire_token_silent_with_error(
            list(registration.cloud.scopes),
            account=account,
            claims_challenge=claims or None,
            # MsalServiceError is not among MSAL's own: a 503 would lose a valid token
            # (platform notes, section 1). Undocumented: look again at each MSAL upgrade.
            http_exceptions=(RequestException, MsalServiceError),
        )
    except (RequestException, MsalServiceError) as error:
        raise http.unavailable(error) from error
    except (ValueError, KeyError, IndexError, TypeError):
        # An identity token or client_info that cannot be decoded; the cause would show it.
        raise http.unavailable() from None
    return result


def _read(cache_json: str) -> msal.SerializableTokenCache:
    cache = msal.SerializableTokenCache()
    if not _is_json_object(cache_json):
        raise errors.GrantEnded("The stored token cache is empty or cannot be read.")
    cache.deserialize(cache_json)
    return cache


def _unexpired(
    registration: AppRegistration, cache: msal.SerializableTokenCache
) -> Acquired | None:
    found = cache.search(
        cache.CredentialType.ACCESS_TOKEN,
        target=list(registration.cloud.scopes),
        query={"client_id": registration.client_id, "environment": registration.cloud.login},
    )
    for entry in list(found):
        expires_at = datetime.fromtimestamp(int(entry["expires_on"]), UTC)
        if expires_at - datetime.now(UTC) >= _SPARE:
            return Acquired(entry["secret"], expires_at, None)
    return None


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
