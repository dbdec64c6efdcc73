"""The HTTP session: certificates, proxy, time limits, and the way to a local emulator.

The app always asks the real Microsoft host names. Where ``MS365_LOGIN_URL`` or
``MS365_GRAPH_URL`` name a loopback address, one adapter carries the bytes there and leaves the
rest alone, so that the code under test is the code that ships.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter

from agentbox_sync import __version__
from agentbox_sync.core.errors import FixConfiguration

# ``Session`` for the annotations of those who may not speak HTTP themselves.
__all__ = ["LoopbackAdapter", "Session", "build_session", "is_loopback", "redirected_hosts"]

# Seconds to connect and between two bytes of an answer. Graph gives up on its own side after
# about a minute; a worker that waits longer only holds its lease.
TIMEOUT = (5.0, 30.0)
# One worker polls up to 16 mailboxes in threads over one session.
POOL_SIZE = 16
USER_AGENT = f"agentbox_sync/{__version__}"


def build_session(
    *,
    ca_bundle: str = "",
    proxy: str = "",
    redirects: Mapping[str, str] | None = None,
    timeout: tuple[float, float] = TIMEOUT,
) -> Session:
    """Return a session for Graph and Entra ID, to be shared by the threads of one worker.

    ``ca_bundle`` is a file of trusted certificates (empty: the certifi set), ``redirects`` what
    :func:`redirected_hosts` returns, ``timeout`` the limits of a request that names none.
    """
    session = Session()
    # With trust_env on, REQUESTS_CA_BUNDLE silently overrides `verify` (psf/requests #3829), and
    # a .netrc entry or a proxy of the machine would be used that nobody configured here.
    session.trust_env = False
    # What an administrator finds in a proxy's log and in Microsoft's, when asked who that is.
    session.headers["User-Agent"] = USER_AGENT
    session.verify = ca_bundle or True
    if proxy:
        session.proxies = {"http": proxy, "https": proxy}
    # The session serves many mailboxes: a cookie set for one must not travel with another.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.mount("https://", TimedAdapter(timeout))
    session.mount("http://", TimedAdapter(timeout))
    for host, base_url in (redirects or {}).items():
        session.mount(f"https://{host}/", LoopbackAdapter(base_url, timeout))
    return session


class TimedAdapter(HTTPAdapter):
    """An adapter without retries of its own that never waits without a limit."""

    def __init__(self, timeout: tuple[float, float] = TIMEOUT) -> None:
        self.timeout = timeout
        # Retries are graph/retry.py's: urllib3 would sleep up to six hours on a Retry-After.
        super().__init__(pool_maxsize=POOL_SIZE, max_retries=0)

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Send with the adapter's own time limits where the caller names none."""
        if kwargs.get("timeout") is None and len(args) < 2:
            kwargs["timeout"] = self.timeout
        return super().send(request, *args, **kwargs)


class LoopbackAdapter(TimedAdapter):
    """Carries requests for a Microsoft host to a loopback address, keeping the Host header."""

    def __init__(self, base_url: str, timeout: tuple[float, float] = TIMEOUT) -> None:
        if not is_loopback(base_url):
            raise FixConfiguration(f"{base_url} is not a loopback address.", code="NotLoopback")
        self.base_url = base_url.rstrip("/")
        super().__init__(timeout)

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Send to the loopback address; the answer looks as if the real host had given it."""
        asked = urlsplit(request.url or "")
        carried = request.copy()
        carried.url = self.base_url + request.path_url
        carried.headers["Host"] = asked.netloc
        kwargs["proxies"] = {}  # a company proxy does not know this machine's loopback
        response = super().send(carried, *args, **kwargs)
        response.request, response.url = request, request.url or ""
        return response


def is_loopback(url: str) -> bool:
    """Tell whether ``url`` is a plain http(s) address of this very machine."""
    # Characters that two URL parsers may read differently are refused, not interpreted.
    if any(character in url for character in "@\\ \t\r\n"):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https"):
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def redirected_hosts(targets: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return which Microsoft host is carried to which loopback address.

    ``targets`` gives, by the name of the setting, the real host and the setting's value (empty:
    the real host is used). Raises FixConfiguration for any value that is not loopback.
    """
    redirects = {}
    for setting, (host, url) in targets.items():
        if not url:
            continue
        if not is_loopback(url):
            raise FixConfiguration(
                f"{setting} may only name a loopback address such as http://127.0.0.1:9080; "
                "leave it empty to reach Microsoft itself.",
                code="NotLoopback",
            )
        redirects[host] = url
    return redirects
