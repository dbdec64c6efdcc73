"""Whether Graph answers at all; asked by the doctor, without a token."""

from __future__ import annotations

import requests

from agentbox_sync.core.errors import ServerFault, Unreachable


def reach(session: requests.Session, base_url: str) -> None:
    """Return when Graph answers as it does to a stranger (401).

    Raises Unreachable when there is no answer, ServerFault for any other one.
    """
    try:
        answer = session.get(f"{base_url}/me", allow_redirects=False)
    except requests.RequestException as error:
        raise Unreachable(type(error).__name__, code="Unreachable") from error
    if answer.status_code != requests.codes.unauthorized:
        raise ServerFault(f"status {answer.status_code}", code="UnexpectedAnswer")
