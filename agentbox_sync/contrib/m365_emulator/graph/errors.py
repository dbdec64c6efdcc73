from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..state import State


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


def no_mailbox(state: State) -> GraphError:
    """An account that is unlicensed, soft-deleted or on premises; the words of it alternate."""
    ways = [
        (
            "MailboxNotEnabledForRESTAPI",
            "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
        ),
        ("MailboxNotEnabledForRESTAPI", "REST API is not yet supported for this mailbox."),
        ("ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it."),
    ]
    one = state.switches.mailbox_codes == "one"
    code, words = ways[0] if one else state.ids.random.choice(ways)
    return GraphError(404, code, words)


def access_denied() -> GraphError:
    return GraphError(
        403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."
    )


def request_denied() -> GraphError:
    return GraphError(
        403,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
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
