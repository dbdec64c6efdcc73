"""Ears and hands of the scan: a log of everything, browsers that keep pages, a real worker."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Value
from queue import Queue
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils.log import AdminEmailHandler
from django_q.brokers import get_broker
from django_q.models import OrmQ
from django_q.monitor import monitor
from django_q.signing import SignedPackage
from django_q.worker import worker

# The emulator is Microsoft, in the same process: what Microsoft itself writes down is its own
# matter. It reads forms with python-multipart, which tells every field at DEBUG.
MICROSOFTS = ("uvicorn", "agentbox_sync.contrib.m365_emulator", "python_multipart", "asyncio")


@contextmanager
def everything_logged() -> Iterator[io.StringIO]:
    """Every logger at DEBUG, whoever it belongs to, with tracebacks; and mails for errors."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    handler.addFilter(_is_ours)
    mailer = AdminEmailHandler(include_html=True)
    mailer.setLevel(logging.ERROR)
    loggers = [logging.root, *_existing()]
    before = [(one, one.level, one.disabled) for one in loggers]
    ears = [one for one in loggers if one is logging.root or not one.propagate]
    try:
        for one in loggers:
            one.setLevel(logging.DEBUG)
            one.disabled = False
        for one in ears:
            one.addHandler(handler)
            one.addHandler(mailer)
        yield heard
    finally:
        for one in ears:
            one.removeHandler(handler)
            one.removeHandler(mailer)
        for one, level, disabled in before:
            one.setLevel(level)
            one.disabled = disabled


def _is_ours(record: logging.LogRecord) -> bool:
    # The test speaks to the emulator's control page as well, and names mailboxes there.
    is_microsofts = record.name.startswith(MICROSOFTS) or "/_emulator/" in record.getMessage()
    return not is_microsofts


def _existing() -> list[logging.Logger]:
    known = logging.root.manager.loggerDict.values()
    return [one for one in known if isinstance(one, logging.Logger)]


class KeepingClient(Client):
    """A browser that remembers every page that it was shown."""

    def __init__(self, **options: Any) -> None:
        super().__init__(raise_request_exception=False, **options)
        self.pages: list[tuple[str, str]] = []

    def request(self, **request: Any) -> HttpResponse:
        answer = super().request(**request)
        head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self.pages.append((request["PATH_INFO"], f"{head}\n{answer.content.decode()}"))
        return answer


def run_worker() -> str:
    """Let django-q2's own worker and monitor take what waits; return the queue as it stood."""
    seen = []
    results: Queue[Any] = Queue()
    tasks: Queue[Any] = Queue()
    for row in OrmQ.objects.order_by("pk"):
        task = SignedPackage.loads(row.payload)
        seen.append(repr((row.key, task)))
        tasks.put({**task, "ack_id": row.pk})
    tasks.put("STOP")
    worker(tasks, results, Value("d", -1.0))
    results.put("STOP")
    monitor(results, get_broker())
    return "\n".join(seen)
