"""The Graph client of one mailbox: single reads and ``$batch``, one request at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import requests

from agentbox_sync.core.errors import StopRun, SyncError, Throttled, Unreachable
from agentbox_sync.graph import batch
from agentbox_sync.graph.ahead import Ahead
from agentbox_sync.graph.bounds import Bounds
from agentbox_sync.graph.challenge import ANEW, challenge_of, wants_another_token
from agentbox_sync.graph.errors import Asked, code_of, error_of, ids_of
from agentbox_sync.graph.exchange import Request, Response, not_sent
from agentbox_sync.graph.pace import Pace
from agentbox_sync.graph.retry import REPEATABLE, RetryPolicy, retry_after
from agentbox_sync.graph.transport import TIMEOUT
from agentbox_sync.graph.wire import Wire
from agentbox_sync.ports import Clock, TokenSource, Turn

log = logging.getLogger(__name__)

BASE_URL = "https://graph.microsoft.com/v1.0"

Send = Callable[[Sequence[Request]], list[Response]]


class GraphClient:
    """Speaks to Graph for one mailbox; not to be shared by threads (the session is).

    ``turn`` is asked before every request; without one nobody else may speak to the mailbox, and
    nothing is counted. ``bounds`` keep a token to what of it is used.
    """

    def __init__(
        self,
        session: requests.Session,
        token_source: TokenSource,
        clock: Clock,
        *,
        base_url: str = BASE_URL,
        timeout: tuple[float, float] = TIMEOUT,
        retry: RetryPolicy | None = None,
        turn: Turn | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        self._wire = Wire(session, clock, base_url, timeout, bounds)
        self._tokens = token_source
        self._clock = clock
        self._retry = retry or RetryPolicy()
        self._turn = turn
        self._pace = Pace()
        self._ahead: Ahead | None = None

    @property
    def base_url(self) -> str:
        """Return the version root that every path is relative to."""
        return self._wire.base_url

    def call_itself(self, agent: str) -> None:
        """Send ``agent`` as the User-Agent from here on, so that Microsoft's logs tell it apart."""
        self._wire.agent = agent

    @property
    def round_trips(self) -> int:
        """Return how many HTTP requests were sent to Graph, the repeated ones included."""
        return self._wire.round_trips

    @property
    def batch_size(self) -> int:
        """Return how many items go out together now."""
        return self._pace.size

    def get(self, path: str, *, prefer: Sequence[str] = ()) -> Response:
        """Read ``path`` (relative to the version root); asked again where that may help.

        Raises Unreachable, Throttled, LeaseLost, FixConfiguration, and what the token source
        raises.
        """
        request = Request("GET", path, prefer=tuple(prefer))
        return self._patiently([request], lambda group: [self._send(group[0], 1)])[0]

    def batch(self, questions: Sequence[Request]) -> list[Response]:
        """Send at most 20 requests: reads in one ``$batch``, writes in as many as are wise now.

        The answers come in their order. Only reads are asked again. An answer with status 0 was
        sent and has no known outcome, or says that it was not sent. Raises what :meth:`get`
        raises, and SignInAgain and SuspendConnection, while nothing that writes has been sent.
        """
        # Reads stay together, because what is there bears witness for what is not (F3).
        reading = all(question.reading for question in questions)
        return self._patiently(questions, self._send_batch if reading else self._send_batches)

    def begin_batch(self, questions: Sequence[Request]) -> Callable[[], list[Response]]:
        """Begin what :meth:`batch` does, and return what waits for the answers and raises.

        Nothing else is asked before that has been called: one batch is under way at a time. More
        questions than are wise now are sent only then.
        """
        self._is_free_for(questions)
        if 0 < len(questions) <= self._pace.size:
            request = Request("POST", batch.PATH, body=batch.body_of(questions))
            token = self._tokens.token()
            self._take(len(questions))
            self._ahead = Ahead(questions, lambda: self._wire.send(request, token))
        return lambda: self.batch(questions)

    def _is_free_for(self, questions: Sequence[Request]) -> None:
        if self._ahead is not None and self._ahead.questions is not questions:
            raise AssertionError("something was asked while a batch was under way")

    def wait_of(self, response: Response) -> float | None:
        """Return the seconds that an answer asks to wait, ``None`` when it names none."""
        return retry_after(response, self._clock.now())

    def _patiently(self, questions: Sequence[Request], send: Send) -> list[Response]:
        self._is_free_for(questions)
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
            send = self._send_batches if send == self._send_batch else send

    def _send_batches(self, group: Sequence[Request]) -> list[Response]:
        """Send a group in batches of the present size, one after the other.

        What was written must not get lost because a later batch could not be sent: that is an
        answer then.
        """
        answers: list[Response] = []
        while rest := group[len(answers) :]:
            try:
                answers += self._send_batch(rest[: self._pace.size])
            except StopRun:
                raise
            except SyncError as error:
                if all(request.reading for request in group[: len(answers)]):
                    raise
                answers += [not_sent(error)] * len(rest)
        return answers

    def _send_batch(self, group: Sequence[Request]) -> list[Response]:
        answers = self._send_batch_once(group)
        refused = [place for place, one in enumerate(answers) if wants_another_token(one)]
        if refused:
            # Not carried out, so that even a write may be sent again, once, with a new token.
            again = self._send_refused([group[place] for place in refused], answers[refused[0]])
            for place, answer in zip(refused, again, strict=True):
                answers[place] = answer
        self._pace.note(answers)
        return answers

    def _send_refused(self, group: Sequence[Request], refusal: Response) -> list[Response]:
        """Send with a new token; what keeps a write from that is its answer.

        Raised, it would take along what was written beside it.
        """
        try:
            self._tokens.token(claims=challenge_of(refusal) or ANEW)
            return self._send_batch_once(group)
        except StopRun:
            raise
        except SyncError as error:
            if all(request.reading for request in group):
                raise
            return [not_sent(error)] * len(group)

    def _send_batch_once(self, group: Sequence[Request]) -> list[Response]:
        outer = self._send(Request("POST", batch.PATH, body=batch.body_of(group)), len(group))
        if outer.ok:
            answers = batch.answers_of(group, outer.body)
            for request, answer in zip(group, answers, strict=True):
                self._hear(answer)
                if not answer.ok:
                    _tell(request, answer, outer)
            return answers
        if outer.status in REPEATABLE:
            # The whole batch was put off or lost: so was each of its items.
            return [outer] * len(group)
        raise error_of(outer, Asked.COLLECTION)

    def _send(self, request: Request, count: int) -> Response:
        response = self._send_once(request, self._tokens.token(), count)
        if wants_another_token(response):
            fresh = self._tokens.token(claims=challenge_of(response) or ANEW)
            response = self._send_once(request, fresh, count)
        return response

    def _send_once(self, request: Request, token: str, count: int) -> Response:
        ahead, self._ahead = self._ahead, None
        if ahead is None:
            self._take(count)
        response = ahead.result() if ahead else self._wire.send(request, token)
        self._hear(response)
        return response

    def _take(self, count: int) -> None:
        """Take ``count`` requests out of the mailbox's budget; a short wait is waited for."""
        while self._turn is not None:
            try:
                self._turn.take(count)
                return
            except Throttled as error:
                pause = self._retry.wait(1, error.retry_after)
                if pause is None:
                    raise
                self._clock.sleep(pause)

    def _hear(self, response: Response) -> None:
        """Hand on that Microsoft has asked for a pause: nobody may speak to the mailbox in it."""
        wait = None if response.ok else self.wait_of(response)
        if wait and self._turn is not None:
            self._turn.pause(wait)


def _tell(request: Request, answer: Response, outer: Response) -> None:
    theirs, ours = ids_of(answer)
    log.info(
        "graph batch item %s answered %s %s request-id=%s client-request-id=%s",
        request.method,
        answer.status,
        code_of(answer),
        theirs or outer.request_id,
        ours or outer.headers.get("client-request-id", ""),
    )
