from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

if TYPE_CHECKING:
    from ..state import State


class EntraError(Exception):
    """An OAuth error with the number that Entra puts before its sentence."""

    def __init__(
        self, error: str, number: int, text: str, status: int = 400, suberror: str = ""
    ) -> None:
        super().__init__(text)
        self.error = error
        self.number = number
        self.text = text
        self.status = status
        self.suberror = suberror

    @property
    def description(self) -> str:
        return f"AADSTS{self.number}: {self.text}"

    def body(self, state: State, correlation_id: str = "") -> dict[str, Any]:
        trace = state.ids.guid()
        correlation = correlation_id or state.ids.guid()
        stamp = state.clock.now().strftime("%Y-%m-%d %H:%M:%SZ")
        body: dict[str, Any] = {
            "error": self.error,
            "error_description": f"{self.description} Trace ID: {trace} Correlation ID: "
            f"{correlation} Timestamp: {stamp}",
            "error_codes": [self.number],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }
        if self.suberror:
            body["suberror"] = self.suberror
        return body


def unknown_tenant(name: str) -> EntraError:
    return EntraError(
        "invalid_tenant",
        90002,
        f"Tenant '{name}' not found. Check to make sure "
        "you have the correct tenant ID and are signing into the correct cloud.",
    )


def unknown_app(client_id: str, tenant: str) -> EntraError:
    return EntraError(
        "unauthorized_client",
        700016,
        f"Application with identifier '{client_id}' was not found in the directory '{tenant}'.",
    )


def not_multi_tenant(client_id: str) -> EntraError:
    return EntraError(
        "invalid_request",
        50194,
        f"Application '{client_id}' is not configured as a multi-tenant "
        "application. Usage of the /common endpoint is not supported for such "
        "applications. Use a tenant-specific endpoint.",
    )


def wrong_redirect(uri: str, client_id: str) -> EntraError:
    return EntraError(
        "invalid_request",
        50011,
        f"The redirect URI '{uri}' specified in the request does not match the "
        f"redirect URIs configured for the application '{client_id}'.",
    )


def missing(name: str) -> EntraError:
    return EntraError(
        "invalid_request", 900144, f"The request must contain the following parameter: '{name}'."
    )


def unknown_scope(name: str) -> EntraError:
    return EntraError(
        "invalid_client",
        650053,
        f"The application asked for scope '{name}' that doesn't exist on the resource.",
    )


def declined() -> EntraError:
    return EntraError("access_denied", 65004, "User declined to consent to access the app.")


def json_response(
    body: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(
        json.dumps(body),
        status,
        {"Cache-Control": "no-store", "Pragma": "no-cache", **(headers or {})},
        media_type="application/json",
    )
