"""Access tokens of a connection: renewed by one worker at a time, stored only when changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import UTC, datetime, timedelta

from agentbox_sync import conf
from agentbox_sync.core.errors import SignInAgain, TryLater
from agentbox_sync.memory.lease import OrmLease, acquire
from agentbox_sync.models import Connection
from agentbox_sync.oauth import tokens as entra
from agentbox_sync.services import microsoft
from agentbox_sync.services.clock import SystemClock

_SPARE = timedelta(minutes=5)
_PATIENCE = 100  # tenths of a second to wait for another worker's renewal
_MOST = 1000

# Per process: connection and sign-in -> access token and its end. Saves opening the token cache,
# and asking Entra ID where its endpoints are, on every poll of every mailbox.
_fresh: OrderedDict[tuple[int, datetime], tuple[str, datetime]] = OrderedDict()
_guard = threading.Lock()


class ConnectionTokens:
    """The port TokenSource for a stored connection."""

    def __init__(self, connection: Connection) -> None:
        self._id = connection.pk
        self._key = (connection.pk, connection.connected_at)

    def token(self, *, claims: str = "") -> str:
        """Return a valid access token; ``claims`` forces a new one.

        Raises SignInAgain, FixConfiguration or TryLater.
        """
        with _guard:
            known = _fresh.get(self._key)
        if known and not claims and known[1] - datetime.now(UTC) > _SPARE:
            return known[0]
        acquired = self._renew(claims)
        with _guard:
            _fresh[self._key] = (acquired.access_token, acquired.expires_at)
            _fresh.move_to_end(self._key)
            while len(_fresh) > _MOST:
                _fresh.popitem(last=False)
        return acquired.access_token

    def _renew(self, claims: str) -> entra.Acquired:
        """Renew under a lease of its own: MSAL itself would let two workers burn one token."""
        lease = self._wait_for_lease()
        try:
            sealed = (
                Connection.objects.exclude(state=Connection.State.DISCONNECTED)
                .filter(pk=self._id)
                .values_list("tokens", flat=True)
                .first()
            )
            if not sealed:
                raise SignInAgain("no token is stored", code="no_token")
            acquired = entra.acquire(
                microsoft.registration(), microsoft.session(), sealed, claims=claims
            )
            if acquired.cache_json is not None:
                # Not over a disconnect that happened meanwhile: erased tokens stay erased.
                Connection.objects.exclude(tokens="").filter(pk=self._id).update(
                    tokens=acquired.cache_json
                )
            return acquired
        finally:
            lease.release()

    def _wait_for_lease(self) -> OrmLease:
        clock = SystemClock()
        for _ in range(_PATIENCE):
            lease = acquire(f"token:{self._id}", float(conf.option("HTTP_TIMEOUT")) * 2)
            if lease is not None:
                return lease
            clock.sleep(0.1)
        raise TryLater("another worker is renewing the token", code="token_lease")


class GivenToken:
    """The port TokenSource for a sign-in that is not stored yet."""

    def __init__(self, cache_json: str) -> None:
        self._cache = cache_json

    def token(self, *, claims: str = "") -> str:
        """Return the access token of the sign-in."""
        return entra.acquire(
            microsoft.registration(), microsoft.session(), self._cache, claims=claims
        ).access_token
