"""Access tokens of a connection: renewed by one worker at a time, stored only when changed."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from copy import copy
from datetime import UTC, datetime, timedelta

from agentbox_sync import conf
from agentbox_sync.core.errors import FixConfiguration, SignInAgain, TryLater
from agentbox_sync.memory.lease import OrmLease, acquire
from agentbox_sync.models import Connection, Organisation
from agentbox_sync.oauth import tokens as entra
from agentbox_sync.oauth.app_only import AppToken, acquire_for_application
from agentbox_sync.oauth.errors import OrganisationRefused
from agentbox_sync.services import microsoft
from agentbox_sync.services.clock import SystemClock

_SPARE = timedelta(minutes=5)
_PATIENCE = 100  # tenths of a second to wait for another worker's renewal
_MOST = 1000

# Per process: connection and sign-in -> access token and its end. Saves opening the token cache,
# and asking Entra ID where its endpoints are, on every poll of every mailbox.
_fresh: OrderedDict[tuple[int, datetime], tuple[str, datetime]] = OrderedDict()
_guard = threading.Lock()
# The same for organisations; these tokens are kept nowhere else.
_of_organisations: dict[tuple[int, datetime], AppToken] = {}
_one_at_a_time = threading.Lock()
_refused: dict[tuple[int, datetime], tuple[FixConfiguration, float]] = {}
_REFUSED_FOR = 30.0  # seconds
# Reasons of an organisation that are over when a token is had.
TOKEN_REASONS = ("organisation_refused", "secret_refused", "registration_invalid", "tenant_unknown")


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


class OrganisationTokens:
    """The port TokenSource for everything that an organisation lets us into.

    Who looks again at what the administrator has granted changes ``renewed_at``: then every
    process asks for a new token, which alone shows it.
    """

    def __init__(self, organisation: Organisation) -> None:
        self._tenant = organisation.tenant_id
        self._is_live = organisation.is_live
        self._key = (organisation.pk, organisation.renewed_at)

    def token(self, *, claims: str = "") -> str:
        """Return a valid access token; ``claims`` forces a new one.

        Raises FixConfiguration or TryLater.
        """
        return self.acquire(claims=claims).access_token

    def acquire(self, *, claims: str = "") -> AppToken:
        """Return a valid access token with what it shows of itself; raises as :meth:`token`."""
        if not self._is_live:
            raise OrganisationRefused("The organisation was disconnected in the CRM.")
        with _one_at_a_time:
            known = _of_organisations.get(self._key)
            if known and not claims and known.expires_at - datetime.now(UTC) > _SPARE:
                return known
            refused, until = _refused.get(self._key, (None, 0.0))
            if refused is not None and time.monotonic() < until:
                raise copy(refused)
            try:
                found = acquire_for_application(
                    microsoft.registration(), microsoft.session(), self._tenant, claims=claims
                )
            except FixConfiguration as error:
                # Two hundred mailboxes would ask two hundred times.
                _refused.clear()
                _refused[self._key] = (copy(error), time.monotonic() + _REFUSED_FOR)
                self._note(error.code)
                raise
            self._note("")
            for key in [key for key in _of_organisations if key[0] == self._key[0]]:
                del _of_organisations[key]
            _of_organisations[self._key] = found
            return found

    def _note(self, code: str) -> None:
        """Keep what is wrong with the whole where its page shows it, once for all mailboxes."""
        rows = Organisation.objects.filter(pk=self._key[0])
        if code:
            rows.update(reason=code[:64])
        else:
            rows.filter(reason__in=TOKEN_REASONS).update(reason="")


class GivenToken:
    """The port TokenSource for a sign-in that is not stored yet."""

    def __init__(self, cache_json: str) -> None:
        self._cache = cache_json

    def token(self, *, claims: str = "") -> str:
        """Return the access token of the sign-in."""
        return entra.acquire(
            microsoft.registration(), microsoft.session(), self._cache, claims=claims
        ).access_token
