"""How this installation reaches Microsoft: the registration, the HTTP session, the clients."""

from __future__ import annotations

from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from agentbox_sync import conf
from agentbox_sync.core.errors import FixConfiguration
from agentbox_sync.graph.bounds import Bounds
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.retry import RetryPolicy
from agentbox_sync.graph.transport import Session, build_session, redirected_hosts
from agentbox_sync.host.registry import get_sources
from agentbox_sync.memory.lease import OrmLease
from agentbox_sync.memory.turn import OrmTurn
from agentbox_sync.oauth.client import AppRegistration
from agentbox_sync.oauth.clouds import Cloud, cloud_named
from agentbox_sync.ports import TokenSource, Turn
from agentbox_sync.services import clock

CLOUD_LACKS = "cloud_lacks"


def cloud() -> Cloud:
    """Return the cloud of MS365_CLOUD; raises FixConfiguration for an unknown name."""
    return cloud_named(conf.environment("MS365_CLOUD"))


def refuse_cloud() -> None:
    """Raise FixConfiguration where nothing that the CRM has can be synced in MS365_CLOUD."""
    reasons = cloud().refusals(get_sources())
    if reasons and len(reasons) == len(get_sources()):
        raise FixConfiguration(" ".join(dict.fromkeys(reasons.values())), code=CLOUD_LACKS)


def callback_url() -> str:
    """Return the one fixed address that Microsoft sends people back to."""
    return conf.base_url() + reverse("agentbox_sync:callback")


def registration() -> AppRegistration:
    """Return the app registration; raises FixConfiguration, also where a value is missing.

    A site may run without these values (a developer's, a test's), so that the lack of one is
    answered on the card and in the log like any other trouble. Without a key for the tokens
    nobody is sent to sign in: what they bring back could not be kept.
    """
    _required("MS365_TOKEN_KEYS")
    return AppRegistration(
        client_id=_required("MS365_CLIENT_ID"),
        client_secret=_required("MS365_CLIENT_SECRET"),
        tenant=conf.environment("MS365_TENANT"),
        cloud=cloud(),
        redirect_uri=callback_url(),
    )


def _required(name: str) -> str:
    try:
        return conf.required(name)
    except ImproperlyConfigured as error:
        raise FixConfiguration(str(error), code="registration_invalid") from error


def redirects() -> dict[str, str]:
    """Return which Microsoft host is carried to a local emulator; empty for Microsoft itself."""
    here = cloud()
    return redirected_hosts(
        {
            "MS365_LOGIN_URL": (here.login, conf.environment("MS365_LOGIN_URL")),
            "MS365_GRAPH_URL": (here.graph, conf.environment("MS365_GRAPH_URL")),
        }
    )


def session() -> Session:
    """Return the HTTP session of this process, made anew when a setting that it uses changed."""
    return _session(
        conf.environment("MS365_CA_BUNDLE"),
        conf.environment("MS365_PROXY"),
        tuple(sorted(redirects().items())),
        float(conf.option("HTTP_TIMEOUT")),
    )


def turn(lease: OrmLease, *, longest: float | None = None) -> OrmTurn:
    """Return the turn of whoever holds the lease of a connection; ``longest`` as below."""
    return OrmTurn(lease, clock.present(), _timeout(longest))


def graph_client(
    tokens: TokenSource,
    *,
    turn: Turn | None,
    seed: str = "",
    longest: float | None = None,
    bounds: Bounds | None = None,
) -> GraphClient:
    """Return a Graph client for the mailbox whose tokens ``tokens`` gives.

    ``turn`` is that of whoever holds the mailbox's lease; ``None`` only for a mailbox that nobody
    of ours can be speaking to yet. ``seed`` decides the jitter of its pauses, so that many
    mailboxes do not return at once. ``longest``: somebody is looking on, so that after so many
    seconds nothing is asked again. ``bounds`` keep tokens that open more than one mailbox to what
    is meant; for a connection's see :mod:`agentbox_sync.services.speak`.
    """
    timeout = _timeout(longest)
    return GraphClient(
        session(),
        tokens,
        clock.present(),
        base_url=f"https://{cloud().graph}/v1.0",
        timeout=(min(5.0, timeout), timeout),
        retry=RetryPolicy(seed=seed) if longest is None else RetryPolicy(attempts=1, seed=seed),
        turn=turn,
        bounds=bounds,
    )


def _timeout(longest: float | None) -> float:
    timeout = float(conf.option("HTTP_TIMEOUT"))
    return timeout if longest is None else min(timeout, longest)


@lru_cache(maxsize=4)
def _session(
    ca_bundle: str, proxy: str, carried: tuple[tuple[str, str], ...], timeout: float
) -> Session:
    return build_session(
        ca_bundle=ca_bundle,
        proxy=proxy,
        redirects=dict(carried),
        timeout=(min(5.0, timeout), timeout),
    )
