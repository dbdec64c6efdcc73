"""The HTTP client that MSAL gets for one operation.

MSAL would take the session as it is. It then hides Retry-After, writes an answer that is no JSON
into the log, loses a valid access token over it, keeps a 400 for a minute (so that "Try again"
never reaches Microsoft) and, with an ``http_cache`` shared by threads, orders its heap under one
lock per thread. Here only discovery is kept, per session and for a day. The session brings the
time limits.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from requests import RequestException, Response, Session
from requests.exceptions import InvalidJSONError

from agentbox_sync.oauth.errors import MicrosoftBusy, MicrosoftUnavailable

DISCOVERY_LIFETIME = 24 * 3600.0  # seconds; what MSAL itself keeps it for

_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class Answer:
    """What MSAL reads of a response."""

    status_code: int
    text: str
    headers: Mapping[str, str]


_DISCOVERED: WeakKeyDictionary[Session, dict[str, tuple[float, Answer]]] = WeakKeyDictionary()


class HttpClient:
    """Speaks to the sign-in service through ``session`` and remembers how it last answered."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.status = 0  # of the last answer; 0 when none came
        self.request_id = ""
        self._retry_after: float | None = None

    def get(self, url: str, params: Mapping[str, str] | None = None, **options: Any) -> Answer:
        """Return the answer to a GET, from memory when it is known; MSAL asks only discovery."""
        key = f"{url}?{sorted((params or {}).items())}"
        with _LOCK:
            until, known = _DISCOVERED.get(self._session, {}).get(key, (0.0, None))
        if known is not None and time.monotonic() < until:
            self.status = known.status_code
            return known
        self._forget()
        answer = self._remember(self._session.get(url, params=params, **_settled(options)))
        if answer.status_code == 200:
            if not _json_object(answer).keys() >= {"authorization_endpoint", "token_endpoint"}:
                raise InvalidJSONError("The sign-in service's answer is no discovery document.")
            with _LOCK:
                kept = _DISCOVERED.setdefault(self._session, {})
                kept[key] = (time.monotonic() + DISCOVERY_LIFETIME, answer)
        return answer

    def post(self, url: str, **options: Any) -> Answer:
        """Return the answer to a POST; an answer that is no OAuth answer is a RequestException."""
        self._forget()
        answer = self._remember(self._session.post(url, **_settled(options)))
        # MSAL takes any object without "error" for success, whatever its status.
        if answer.status_code < 500 and not (
            {"access_token", "error"} & _json_object(answer).keys()
        ):
            raise InvalidJSONError("The sign-in service's answer is no OAuth answer.")
        return answer

    def close(self) -> None:
        """Do nothing: the session is the caller's."""

    def unavailable(self, error: Exception | None = None) -> MicrosoftUnavailable | MicrosoftBusy:
        """Return the TryLater that fits how the last request ended; the caller raises it."""
        found: MicrosoftUnavailable | MicrosoftBusy
        if self.status == 429:
            message = "The sign-in service asks for a pause (429)."
            found = MicrosoftBusy(message, request_id=self.request_id)
        else:
            reason = f"status {self.status}" if self.status else "no answer"
            if isinstance(error, RequestException):
                reason = f"{type(error).__name__}, {reason}"
            message = f"The sign-in service is not available ({reason})."
            found = MicrosoftUnavailable(message, request_id=self.request_id)
        found.retry_after = self._retry_after
        return found

    def _forget(self) -> None:
        self.status, self.request_id, self._retry_after = 0, "", None

    def _remember(self, response: Response) -> Answer:
        self.status = response.status_code
        self.request_id = response.headers.get("x-ms-request-id", "")[:64]
        self._retry_after = _seconds(response.headers.get("Retry-After", ""))
        # OAuth answers are UTF-8 (RFC 6749, 5.1); requests would guess.
        text = response.content.decode("utf-8", "replace")
        return Answer(response.status_code, text, dict(response.headers))


def _settled(options: dict[str, Any]) -> dict[str, Any]:
    """A redirect would carry the client secret and the refresh token to another host."""
    return {**options, "allow_redirects": False}


def _json_object(answer: Answer) -> dict[str, Any]:
    try:
        content = json.loads(answer.text)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise InvalidJSONError("The sign-in service's answer is no JSON object.")
    return content


def _seconds(value: str) -> float | None:
    """Read Retry-After: seconds or a date (RFC 9110, 10.2.3); ``None`` when it is neither."""
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
