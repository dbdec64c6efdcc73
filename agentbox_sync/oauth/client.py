"""The app registration, and the MSAL application that is built anew for each operation.

An application costs 0.1 ms; it holds the tokens of one connection only, so that one person's
tokens can never answer for another's.
"""

from __future__ import annotations

import logging
import re
import warnings
from dataclasses import dataclass, field
from typing import Any

import msal
from msal.exceptions import MsalServiceError
from requests import RequestException

from agentbox_sync.oauth.clouds import Cloud
from agentbox_sync.oauth.errors import RegistrationInvalid, TenantUnknown
from agentbox_sync.oauth.http_client import HttpClient

PERSONAL_TENANT = "9188040d-6c67-4b5b-b112-36a304b66dad"  # the tenant of all personal accounts
MANY_TENANTS = frozenset({"organizations", "common"})

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TENANT = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)

# We answer claims challenges (graph/challenge.py), so that Microsoft may end a token at once when
# something happens, and lets it live for up to 28 hours while nothing does. Without the word it
# would be good for an hour whatever happens (app-resilience-continuous-access-evaluation.md).
CAPABILITIES = ("CP1",)

# The answer has to come back by GET: a POST from another site arrives without the session cookie
# (SameSite=Lax). MSAL warns of that on every start of a flow and has no switch. Set once, because
# warnings.catch_warnings() is not safe in threads.
warnings.filterwarnings(
    "ignore",
    message=r"response_mode='form_post' is recommended",
    category=UserWarning,
    module=r"msal\.",
)


def _without_what_was_sent(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith("event=")


# At DEBUG MSAL writes every token request into its log: it hides the tokens, and neither the code
# nor the PKCE verifier. On the logger itself, because handlers are the host's.
logging.getLogger("msal.token_cache").addFilter(_without_what_was_sent)


@dataclass(frozen=True, slots=True)
class AppRegistration:
    """What Entra ID knows our application by.

    ``tenant`` is a tenant id, a domain of the tenant, or ``organizations`` or ``common``.
    Raises RegistrationInvalid for values that cannot be meant.
    """

    client_id: str
    client_secret: str = field(repr=False)
    tenant: str
    cloud: Cloud
    redirect_uri: str

    def __post_init__(self) -> None:
        for name, value in (
            ("MS365_CLIENT_ID", self.client_id),
            ("MS365_CLIENT_SECRET", self.client_secret),
            ("MS365_TENANT", self.tenant),
        ):
            if not value or value != value.strip():
                raise RegistrationInvalid(
                    f"{name} is empty or has blanks around it. "
                    f"Put the line {name}=… with the value from the app registration in Entra ID."
                )
        if not _TENANT.fullmatch(self.tenant) or self.tenant.lower() in {
            PERSONAL_TENANT,
            "consumers",
        }:
            raise RegistrationInvalid(
                "MS365_TENANT must be the directory (tenant) id, a domain of the organisation, "
                "or organizations; personal accounts cannot be connected. "
                "For example MS365_TENANT=organizations"
            )

    @property
    def authority(self) -> str:
        """Return the address that MSAL starts from."""
        return f"https://{self.cloud.login}/{self.tenant}"

    @property
    def serves_many_tenants(self) -> bool:
        """Return whether people of any organisation may be sent to sign in."""
        return self.tenant.lower() in MANY_TENANTS


def application(
    registration: AppRegistration, http: HttpClient, cache: msal.SerializableTokenCache
) -> Any:
    """Return an ``msal.ConfidentialClientApplication`` for one operation.

    Raises TenantUnknown when discovery refuses the tenant, TryLater when it does not answer.
    """
    try:
        return msal.ConfidentialClientApplication(
            registration.client_id,
            client_credential=registration.client_secret,
            authority=registration.authority,
            # Without it every failed renewal costs a second call, whose failure hides the first.
            instance_discovery=False,
            http_client=http,
            token_cache=cache,
            client_capabilities=list(CAPABILITIES),
        )
    except (RequestException, MsalServiceError) as error:
        raise http.unavailable(error) from error
    except (ValueError, RuntimeError):  # ValueError: 4xx; RuntimeError: a redirect
        if 400 <= http.status < 500 and http.status not in {408, 429}:
            raise TenantUnknown(
                f"The sign-in service at {registration.cloud.login} refuses the tenant of "
                f"MS365_TENANT (status {http.status}).",
                request_id=http.request_id,
            ) from None
        raise http.unavailable() from None
