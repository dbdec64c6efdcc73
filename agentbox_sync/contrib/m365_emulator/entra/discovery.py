from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from ..wire import browser_base, host_of, is_loopback, link_base
from .errors import json_response, unknown_tenant

if TYPE_CHECKING:
    from ..state import State


async def openid_configuration(request: Request) -> Response:
    """What MSAL reads first. The token endpoint keeps the client's host, the page does not."""
    state: State = request.app.state.emulator
    name = request.path_params["tenant"]
    with state.lock:
        tenant = state.directory.tenant(name)
        if not state.directory.knows_authority(name):
            error = unknown_tenant(name)
            return json_response(error.body(state), error.status)
    # A domain stands for its tenant: Entra's addresses then carry the tenant's id.
    name = tenant.id if tenant else name
    base, browser = link_base(request), browser_base(request)
    issuer_host = "https://login.microsoftonline.com" if is_loopback(host_of(request)) else base
    return json_response(
        {
            "token_endpoint": f"{base}/{name}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "jwks_uri": f"{base}/{name}/discovery/v2.0/keys",
            "response_modes_supported": ["query"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["none"],
            "response_types_supported": ["code"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": f"{issuer_host}/{tenant.id if tenant else '{tenantid}'}/v2.0",
            "request_uri_parameter_supported": False,
            "authorization_endpoint": f"{browser}/{name}/oauth2/v2.0/authorize",
            "end_session_endpoint": f"{browser}/{name}/oauth2/v2.0/logout",
            "claims_supported": [
                "sub",
                "iss",
                "aud",
                "exp",
                "iat",
                "nonce",
                "preferred_username",
                "name",
                "tid",
                "oid",
                "email",
            ],
            "tenant_region_scope": None,
            "cloud_instance_name": "microsoftonline.com",
            "msgraph_host": "graph.microsoft.com",
        }
    )


async def keys(request: Request) -> Response:
    """Empty: the id tokens here are not signed, which MSAL does not check either."""
    return json_response({"keys": []})


async def instance_discovery(request: Request) -> Response:
    host = host_of(request)
    name = "login.microsoftonline.com" if is_loopback(host) else host
    page = "common/v2.0/.well-known/openid-configuration"
    return json_response(
        {
            "tenant_discovery_endpoint": f"{link_base(request)}/{page}",
            "api-version": "1.1",
            "metadata": [{"preferred_network": name, "preferred_cache": name, "aliases": [name]}],
        }
    )
