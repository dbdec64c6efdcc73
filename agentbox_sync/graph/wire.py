"""One HTTP exchange with Graph: a request goes out once, and what came back is a value."""

from __future__ import annotations

import json
import logging
import ssl
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

import requests
from urllib3.exceptions import HTTPError, NewConnectionError

from agentbox_sync.core.errors import FixConfiguration, Unreachable
from agentbox_sync.graph.bounds import Anywhere, Bounds
from agentbox_sync.graph.exchange import Request, Response, no_answer
from agentbox_sync.ports import Clock

log = logging.getLogger(__name__)

_PIECE = 65_536  # bytes read at a time, between two looks at the clock


class Wire:
    """Carries requests to one version root of Graph, under a token that the caller brings.

    ``timeout``: seconds to connect, and for the whole answer. Whoever waits for longer may have
    lost the right to speak to the mailbox meanwhile. Whatever goes out keeps to ``bounds``.
    """

    def __init__(
        self,
        session: requests.Session,
        clock: Clock,
        base_url: str,
        timeout: tuple[float, float],
        bounds: Bounds | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.round_trips = 0  # HTTP requests sent to Graph, the repeated ones included
        self.agent = ""  # the User-Agent, where it is not the session's
        self._session = session
        self._clock = clock
        self._timeout = timeout
        self._bounds = bounds or Anywhere()

    def send(self, request: Request, token: str) -> Response:
        """Send once; status 0 when it was sent and no whole answer came.

        Raises Unreachable for what was never sent, FixConfiguration for a refused certificate and
        for what the bounds refuse.
        """
        request = self._bounds.placed(request)
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
                    **({"User-Agent": self.agent} if self.agent else {}),
                },
                data=None if request.body is None else json.dumps(request.body),
            )
        )
        # Past requests' own re-quoting: a nextLink is opaque and goes out as it came in.
        prepared.url = self.base_url + request.path
        self.round_trips += 1
        until = self._clock.now() + timedelta(seconds=sum(self._timeout))
        try:
            with self._session.send(
                prepared,
                timeout=self._timeout,
                # A redirect is none of Graph's answers here, and the token must not follow one.
                allow_redirects=False,
                proxies=dict(self._session.proxies),
                verify=self._session.verify,
                stream=True,
            ) as answer:
                content = self._whole(answer, until)
        except requests.RequestException as error:
            return _failure(error, ours)
        response = _parsed(answer, content)
        log.log(
            logging.DEBUG if response.ok else logging.INFO,
            "graph %s answered %s request-id=%s client-request-id=%s",
            request.method,
            response.status,
            response.request_id,
            ours,
        )
        return response

    def _whole(self, answer: requests.Response, until: datetime) -> bytes:
        # requests' own limit is for each piece: an answer that trickles would never end.
        pieces = []
        try:
            while piece := answer.raw.read1(_PIECE, decode_content=True):
                pieces.append(piece)
                if self._clock.now() > until:
                    raise requests.exceptions.ReadTimeout("the answer did not end in time")
        except HTTPError as error:
            raise requests.exceptions.ChunkedEncodingError(error) from error
        return b"".join(pieces)


def _parsed(answer: requests.Response, content: bytes) -> Response:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    if not content:
        return Response(answer.status_code, headers)
    try:
        return Response(answer.status_code, headers, json.loads(content))
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
