"""A person's sign-in: authorization code with PKCE, state and nonce.

``begin`` gives what the server-side session keeps and where the browser goes; ``finish`` turns
the answer at the callback into tokens, or into one of ``errors``. The administrator's approval is
a journey of its own with a state of its own, as its link may be sent to another person.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

import msal
from msal.exceptions import MsalServiceError
from requests import RequestException, Session

from agentbox_sync.oauth import errors
from agentbox_sync.oauth.client import GUID, PERSONAL_TENANT, AppRegistration, application
from agentbox_sync.oauth.clouds import PERMISSIONS
from agentbox_sync.oauth.http_client import HttpClient
from agentbox_sync.oauth.refusals import Stage, refusal

ADMIN_STATE = "admin-consent."


@dataclass(frozen=True, slots=True)
class BegunFlow:
    """A sign-in that was begun.

    ``flow`` holds secrets and only JSON types: it belongs into the server-side session under
    ``state``, for one use. ``admin_consent_state`` comes back from ``admin_consent_url``.
    """

    state: str = field(repr=False)
    flow: dict[str, Any] = field(repr=False)
    authorization_url: str = field(repr=False)
    admin_consent_state: str = field(repr=False)
    admin_consent_url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in, with what; ``cache`` is MSAL's token cache, to be encrypted and stored."""

    tenant_id: str
    object_id: str
    user_name: str = field(repr=False)
    display_name: str = field(repr=False)
    scopes: tuple[str, ...]
    cache: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AdminConsent:
    """An administrator's approval as the browser reports it: a hint, no proof."""

    state: str = field(repr=False)
    scopes: tuple[str, ...]


def begin(registration: AppRegistration, session: Session) -> BegunFlow:
    """Begin a sign-in; raises FixConfiguration or TryLater."""
    app = application(registration, HttpClient(session), msal.SerializableTokenCache())
    # No login_hint: Entra is reported to refuse it beside select_account (facts, later findings).
    begun = app.initiate_auth_code_flow(
        list(registration.cloud.scopes),
        redirect_uri=registration.redirect_uri,
        prompt="select_account",
    )
    authorization_url: str = begun.pop("auth_uri")
    admin_state = ADMIN_STATE + secrets.token_urlsafe(16)
    # Where a browser reaches Microsoft is what discovery says, not the address we call.
    reached = urlsplit(authorization_url)
    admin_url = admin_consent_url(registration, reached, admin_state)
    return BegunFlow(
        state=begun["state"],
        flow={**begun, "admin_consent_url": admin_url},
        authorization_url=authorization_url,
        admin_consent_state=admin_state,
        admin_consent_url=admin_url,
    )


def finish(
    registration: AppRegistration,
    session: Session,
    flow: Mapping[str, Any],
    query: Mapping[str, str],
    *,
    allowed_tenants: Collection[str] = (),
) -> SignedIn:
    """Redeem the answer at the callback.

    ``flow`` is what ``begin`` gave, ``query`` the callback's query. ``allowed_tenants`` are
    tenant ids and count where the registration serves many; empty allows any organisation.
    Raises the leaves of ``errors``.
    """
    _check_state(flow, query)
    admin_url = str(flow.get("admin_consent_url", ""))
    if query.get("error"):
        raise refusal(query, Stage.AUTHORIZE, admin_consent_url=admin_url)
    if not query.get("code"):
        raise errors.AnswerTampered("The answer at the callback holds neither a code nor an error.")

    http = HttpClient(session)
    cache = msal.SerializableTokenCache()
    app = application(registration, http, cache)
    result = _redeem(app, http, flow, query)
    if http.status == 429:
        raise http.unavailable()
    if "error" in result:
        raise refusal(result, Stage.REDEEM, admin_consent_url=admin_url)

    claims = _claims(registration, result)
    tenant = _check_tenant(registration, app.authority.tenant, claims, allowed_tenants)
    scopes = _check_scopes(registration, result)
    return SignedIn(
        tenant_id=tenant,
        object_id=str(claims["oid"]),
        user_name=str(claims.get("preferred_username") or ""),
        display_name=str(claims.get("name") or ""),
        scopes=scopes,
        cache=cache.serialize(),
    )


def admin_consent_link(registration: AppRegistration, session: Session) -> str:
    """Return the link for an administrator outside of any sign-in; its answer is for anybody.

    Raises FixConfiguration or TryLater.
    """
    app = application(registration, HttpClient(session), msal.SerializableTokenCache())
    reached = urlsplit(app.authority.authorization_endpoint)
    return admin_consent_url(registration, reached, ADMIN_STATE + secrets.token_urlsafe(16))


def is_admin_consent(query: Mapping[str, str]) -> bool:
    """Return whether a callback answers the administrator's link and not a sign-in."""
    return query.get("state", "").startswith(ADMIN_STATE)


def read_admin_consent(query: Mapping[str, str]) -> AdminConsent:
    """Read the answer to the administrator's link.

    Its ``tenant`` is not read: anybody can write it into an address. Raises AdminDeclined, or
    another leaf of ``errors``.
    """
    if not is_admin_consent(query):
        raise errors.AnswerTampered("The answer does not belong to an administrator's link.")
    if query.get("error"):
        raise refusal(query, Stage.ADMIN_CONSENT)
    if query.get("admin_consent", "").lower() != "true":
        raise errors.AnswerTampered("The answer holds neither an approval nor an error.")
    return AdminConsent(state=query["state"], scopes=_short(query.get("scope", "")))


def admin_consent_url(
    registration: AppRegistration, reached: SplitResult, state: str, scope: str = ""
) -> str:
    """Return the address where an administrator approves ``scope``; empty: what people grant.

    ``reached`` is an address on the host where a browser reaches the sign-in service.
    """
    origin = f"{reached.scheme}://{reached.netloc}"
    # `common` is not accepted here (facts, section 9).
    tenant = "organizations" if registration.serves_many_tenants else registration.tenant
    query = urlencode(
        {
            "client_id": registration.client_id,
            "scope": scope or " ".join(registration.cloud.qualified_scopes),
            "redirect_uri": registration.redirect_uri,
            "state": state,
        }
    )
    return f"{origin}/{tenant}/v2.0/adminconsent?{query}"


def _check_state(flow: Mapping[str, Any], query: Mapping[str, str]) -> None:
    ours, theirs = str(flow.get("state") or ""), query.get("state", "")
    if not ours or not hmac.compare_digest(ours.encode(), theirs.encode()):
        raise errors.AnswerTampered("The state of the answer is not the one that was sent.")


def _redeem(
    app: Any, http: HttpClient, flow: Mapping[str, Any], query: Mapping[str, str]
) -> dict[str, Any]:
    """MSAL fails in two styles, by exception and by a dict with ``error``; the dict comes back."""
    # Only what was checked goes in: MSAL would decode a client_info that anybody may have written.
    answer = {"code": query["code"], "state": query["state"]}
    try:
        result: dict[str, Any] = app.acquire_token_by_auth_code_flow(dict(flow), answer)
    except (RequestException, MsalServiceError) as error:
        raise http.unavailable(error) from error
    except RuntimeError:
        # The cause would show both nonces.
        raise errors.AnswerTampered(
            "The nonce in the identity token is not the one that was sent.",
            request_id=http.request_id,
        ) from None
    except (ValueError, KeyError, IndexError, TypeError):
        # A session that lost its verifier, or an identity token that cannot be decoded.
        raise errors.AnswerTampered(
            "The answer of the sign-in service cannot be read.", request_id=http.request_id
        ) from None
    return result


def _claims(registration: AppRegistration, result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the identity token's claims; MSAL itself checks the nonce and nothing else."""
    claims = result.get("id_token_claims")
    if not isinstance(claims, dict) or not claims.get("oid") or not claims.get("tid"):
        # Without an identity token MSAL has not compared the nonce either.
        raise errors.AnswerTampered("The answer holds no identity token with tenant and account.")
    if claims.get("aud") != registration.client_id:
        raise errors.AnswerTampered("The identity token was made for another application.")
    return claims


def _check_tenant(
    registration: AppRegistration,
    discovered: str,
    claims: Mapping[str, Any],
    allowed: Collection[str],
) -> str:
    tenant = str(claims["tid"]).lower()
    if tenant == PERSONAL_TENANT:
        raise errors.PersonalAccount("A personal Microsoft account was chosen.")
    if registration.serves_many_tenants:
        if allowed and tenant not in {name.strip().lower() for name in allowed}:
            raise errors.WrongTenant("The account's organisation is not on the list.")
        return tenant
    # MS365_TENANT may be a domain; discovery then names the tenant id that it stands for.
    expected = registration.tenant if GUID.fullmatch(registration.tenant) else discovered
    if not GUID.fullmatch(expected):
        raise errors.TenantUnknown(
            "Discovery does not say which tenant MS365_TENANT stands for. "
            "Put the directory (tenant) id there."
        )
    if tenant != expected.lower():
        raise errors.WrongTenant("The account belongs to another organisation than MS365_TENANT.")
    return tenant


def _check_scopes(registration: AppRegistration, result: Mapping[str, Any]) -> tuple[str, ...]:
    # RFC 6749, 5.1: an absent scope means that all that was asked for is granted.
    granted = _short(str(result.get("scope") or " ".join(registration.cloud.scopes)))
    known = {name.lower() for name in granted}
    missing = tuple(name for name in PERMISSIONS if name.lower() not in known)
    if not result.get("refresh_token"):
        missing += ("offline_access",)  # the connection would end with its first access token
    if missing:
        error = errors.MissingScopes(f"Not granted: {', '.join(missing)}.")
        error.missing = missing
        raise error
    return granted


def _short(scopes: str) -> tuple[str, ...]:
    """Permissions may be named with or without the address of their service."""
    return tuple(sorted({name.rpartition("/")[2] for name in scopes.split()}))
