from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any


class GraphError(Exception):
    """An answer that is not a success, in Graph's shape."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: Mapping[str, str] | None = None,
        inner_code: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.inner_code = inner_code

    def body(self, now: datetime, request_id: str, client_request_id: str) -> dict[str, Any]:
        inner: dict[str, Any] = {"code": self.inner_code} if self.inner_code else {}
        inner |= {
            "date": now.strftime("%Y-%m-%dT%H:%M:%S"),
            "request-id": request_id,
            "client-request-id": client_request_id,
        }
        return {"error": {"code": self.code, "message": self.message, "innerError": inner}}


def item_not_found() -> GraphError:
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def malformed_id() -> GraphError:
    return GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")


def folder_not_found() -> GraphError:
    return GraphError(
        404, "ErrorFolderNotFound", "The specified folder could not be found in the store."
    )


def access_denied() -> GraphError:
    return GraphError(
        403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."
    )


def unreadable(message: str) -> GraphError:
    return GraphError(400, "RequestBodyRead", message)


def invalid_property(message: str) -> GraphError:
    return GraphError(400, "ErrorInvalidProperty", message)


def invalid_query(message: str) -> GraphError:
    return GraphError(400, "ErrorInvalidUrlQuery", message)


def bad_request(message: str) -> GraphError:
    return GraphError(400, "BadRequest", message)


def not_covered(what: str) -> GraphError:
    return GraphError(
        501, "notImplemented", f"The emulator does not cover {what}; see its COVERAGE.md."
    )
