"""A request that is under way while the one who sent it does something else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextvars import copy_context

from agentbox_sync.graph.exchange import Request, Response


class Ahead:
    """One exchange in a thread of its own; ``questions`` are those that it carries.

    The thread speaks HTTP and nothing else: what asks the database (the token, the mailbox's turn)
    comes before it, and what the answer means is read by whoever waits for it.
    """

    def __init__(self, questions: Sequence[Request], exchange: Callable[[], Response]) -> None:
        self.questions = questions
        self._exchange = exchange
        self._response: Response | None = None
        self._error: BaseException | None = None
        context = copy_context()
        # A process that is told to end does not wait for an answer: it is one that got lost.
        self._thread = threading.Thread(target=context.run, args=(self._run,), daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._response = self._exchange()
        except BaseException as error:  # noqa: BLE001  raised again where it is waited for
            self._error = error

    def result(self) -> Response:
        """Wait for the answer; raises what the exchange raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        if self._response is None:
            raise AssertionError("an exchange that ended with nothing")
        return self._response
