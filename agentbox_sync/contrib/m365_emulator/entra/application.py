from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import errors, jwt
from .accounts import SHARED_AUTHORITIES, App, service_principal_id
from .errors import EntraError
from .reply import token_life
from .scopes import GRAPH_AUDIENCES

if TYPE_CHECKING:
    from ..state import State

SUFFIX = "/.default"


def application_token(
    state: State, authority: str, app: App, form: Mapping[str, str]
) -> dict[str, Any]:
    """An access token for the app itself (client credentials); raises EntraError.

    It names the roles that an administrator granted; without any it is a token for nothing, and
    Graph says so.
    """
    tenant = state.directory.tenant(authority)
    if tenant is None or authority.lower() in SHARED_AUTHORITIES:
        raise EntraError(
            "invalid_request",
            50059,
            "No tenant-identifying information found in either the request or implied by any "
            "provided credentials.",
        )
    if not app.multi_tenant and app.tenant and app.tenant != tenant.id:
        raise errors.unknown_app(app.client_id, tenant.name)
    scope = form.get("scope", "")
    audience = scope.removesuffix(SUFFIX).rstrip("/")
    if not scope.endswith(SUFFIX) or " " in scope or not audience:
        raise EntraError(
            "invalid_scope",
            1002012,
            f"The provided value for scope {scope} is not valid. Client credential flows must "
            "have a scope value with /.default suffixed to the resource identifier.",
        )
    if not state.grants.knows(tenant.id, app.client_id):
        raise errors.unknown_app(app.client_id, tenant.name)
    now = int(state.clock.timestamp())
    life = token_life(state, challenged=False)
    roles = state.grants.roles.get((tenant.id, app.client_id), frozenset())
    principal = service_principal_id(tenant.id, app.client_id)
    claims: dict[str, Any] = {
        "aud": audience,
        "iss": f"https://sts.windows.net/{tenant.id}/",
        "iat": now,
        "nbf": now,
        "exp": now + life,
        "idtyp": "app",
        "oid": principal,
        "sub": principal,
        "tid": tenant.id,
        "appid": app.client_id,
        "app_displayname": app.name,
        "ver": "1.0",
        "uti": state.ids.token(12),
    }
    if roles and audience in GRAPH_AUDIENCES:
        claims["roles"] = sorted(roles)
    return {
        "token_type": "Bearer",
        "expires_in": life,
        "ext_expires_in": life,
        "access_token": jwt.signed(claims, state.signing_key),
    }
