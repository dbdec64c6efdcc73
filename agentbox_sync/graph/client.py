"""The Graph client of one mailbox: single reads and ``$batch``, one request at a time."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import re
import ssl
import uuid
from collections.abc import Callable, Iterator, Sequence

import requests
from urllib3.exceptions import NewConnectionError

from agentbox_sync.core.errors import FixConfiguration, Unreachable
from agentbox_sync.graph import batch
from agentbox_sync.graph.errors import Asked, error_of
from agentbox_sync.graph.exchange import Request, Response, no_answer
from agentbox_sync.graph.retry import REPEATABLE, RetryPolicy, retry_after
from agentbox_sync.graph.transport import TIMEOUT
from agentbox_sync.ports import Clock, TokenSource

log = logging.getLogger(__name__)

BASE_URL = "https://graph.microsoft.com/v1.0"
# What TokenSource is asked with when a token was refused without a claims challenge: an empty
# challenge asks for nothing but a new token.
ANEW = "{}"
_CLAIMS = re.compile(r'claims="([^"]*)"', re.IGNORECASE)


class GraphClient:
    """Speaks to Graph for one mailbox; not to be shared by threads (the session is)."""

    def __init__(
        self,
        session: requests.Session,
        token_source: TokenSource,
        clock: Clock,
        *,
        base_url: str = BASE_URL,
        timeout: tuple[float, float] = TIMEOUT,
        retry: RetryPolicy | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.round_trips = 0  # HTTP requests sent to Graph, the repeated ones included
        self._session = session
        self._tokens = token_source
        self._clock = clock
        self._timeout = timeout
        self._retry = retry or RetryPolicy()

    def get(self, path: str, *, prefer: Sequence[str] = ()) -> Response:
        """Read ``path`` (relative to the version root); asked again where that may help.

        Raises Unreachable, FixConfiguration, and what the token source raises.
        """
        request = Request("GET", path, prefer=tuple(prefer))
        return self._patiently([request], lambda group: [self._send(group[0])])[0]

    def batch(self, questions: Sequence[Request]) -> list[Response]:
        """Send at most 20 requests in one ``$batch``; the answers come in their order.

        Only reads are asked again. An answer with status 0 was sent and has no known outcome.
        Raises Unreachable (nothing was sent), SignInAgain, SuspendConnection, FixConfiguration.
        """
        return self._patiently(questions, self._send_batch)

    def wait_of(self, response: Response) -> float | None:
        """Return the seconds that an answer asks to wait, ``None`` when it names none."""
        return retry_after(response, self._clock.now())

    def _patiently(
        self, questions: Sequence[Request], send: Callable[[Sequence[Request]], list[Response]]
    ) -> list[Response]:
        answers: dict[int, Response] = {}
        pending = list(range(len(questions)))
        attempt = 1
        while True:
            group = [questions[place] for place in pending]
            try:
                answers.update(zip(pending, send(group), strict=True))
            except Unreachable:
                pause = self._retry.wait(attempt, None)
                if pause is None or not all(question.reading for question in group):
                    raise
            else:
                pending = [
                    place
                    for place in pending
                    if questions[place].reading and answers[place].status in REPEATABLE
                ]
                waits = [self.wait_of(answers[place]) for place in pending]
                named = [wait for wait in waits if wait is not None]
                pause = self._retry.wait(attempt, max(named) if named else None)
                if not pending or pause is None:
                    return [answers[place] for place in range(len(questions))]
            self._clock.sleep(pause)
            attempt += 1

    def _send_batch(self, group: Sequence[Request]) -> list[Response]:
        answers = self._send_batch_once(group)
        refused = [place for place, answer in enumerate(answers) if answer.status == 401]
        if refused:
            # Not carried out, so that even a write may be sent again, once, with a new token.
            self._tokens.token(claims=challenge_of(answers[refused[0]]) or ANEW)
            again = self._send_batch_once([group[place] for place in refused])
            for place, answer in zip(refused, again, strict=True):
                answers[place] = answer
        return answers

    def _send_batch_once(self, group: Sequence[Request]) -> list[Response]:
        outer = self._send(Request("POST", batch.PATH, body=batch.body_of(group)))
        if outer.ok:
            return batch.answers_of(group, outer.body)
        if outer.status in REPEATABLE:
            # The whole batch was put off or lost: so was each of its items.
            return [outer] * len(group)
        raise error_of(outer, Asked.COLLECTION)

    def _send(self, request: Request) -> Response:
        response = self._send_once(request, self._tokens.token())
        challenge = challenge_of(response)
        if response.status == 401 or challenge:
            fresh = self._tokens.token(claims=challenge or ANEW)
            response = self._send_once(request, fresh)
        return response

    def _send_once(self, request: Request, token: str) -> Response:
        ours = str(uuid.uuid4())
        prepared = self._session.prepare_request(
            requests.Request(
                request.method,
                self.base_url,
                headers={
                    **request.headers(),
                    "Accept": "application/json",
                    "Authorization": f"Bearer {token}",
                    "client-request-id": ours,
                },
                data=None if request.body is None else json.dumps(request.body),
            )
        )
        # Past requests' own re-quoting: a nextLink is opaque and goes out as it came in.
        prepared.url = self.base_url + request.path
        self.round_trips += 1
        try:
            answer = self._session.send(
                prepared,
                timeout=self._timeout,
                # A redirect is none of Graph's answers here, and the token must not follow one.
                allow_redirects=False,
                proxies=dict(self._session.proxies),
                verify=self._session.verify,
            )
        except requests.RequestException as error:
            return _failure(error, ours)
        response = _parsed(answer)
        if not response.ok:
            log.info(
                "graph %s answered %s request-id=%s client-request-id=%s",
                request.method,
                response.status,
                response.request_id,
                ours,
            )
        return response


def challenge_of(response: Response) -> str:
    """Return the decoded claims challenge of an answer, empty when it has none."""
    if response.status not in (401, 403):
        return ""
    found = _CLAIMS.search(response.headers.get("www-authenticate", ""))
    if not found:
        return ""
    text = found[1] + "=" * (-len(found[1]) % 4)
    try:
        return base64.b64decode(text, altchars=b"-_").decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _parsed(answer: requests.Response) -> Response:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    if not answer.content:
        return Response(answer.status_code, headers)
    try:
        return Response(answer.status_code, headers, answer.json())
    except ValueError:
        # A success that cannot be read is no success that could be remembered.
        if answer.ok:
            return no_answer("UnreadableAnswer")
        return Response(answer.status_code, headers)


def _failure(error: requests.RequestException, ours: str) -> Response:
    """Return "no answer" for what may have been sent; raise for what never was."""
    name = type(error).__name__
    log.warning("graph gave no answer: %s client-request-id=%s", name, ours)
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        raise FixConfiguration(
            "Microsoft's certificate was not accepted; check MS365_CA_BUNDLE and MS365_PROXY.",
            code="CertificateRefused",
        ) from error
    # Any other TLS failure may come after the request went out, and stays "no answer".
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError) or (
        any(isinstance(cause, NewConnectionError) for cause in causes)
    ):
        raise Unreachable("Microsoft Graph cannot be reached.", code=name) from error
    return no_answer(name)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the errors that urllib3 and requests have wrapped, outermost first."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__)
        waiting.extend(item for item in inner if isinstance(item, BaseException))
