"""django-q2: there, on the database, and never running a job twice at the same time."""

from __future__ import annotations

from math import ceil
from os import cpu_count
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution
from django.db import connections

from agentbox_sync import conf
from agentbox_sync.checks.options import value_of

EXAMPLE = (
    'Q_CLUSTER = {"name": "mycrm", "orm": "default", "workers": 2, "queue_limit": 2, '
    '"timeout": 300, "retry": 960, "max_attempts": 1, "catch_up": False}'
)
OTHER_BROKERS = ("broker_class", "iron_mq", "sqs")  # django-q2 prefers each of them to "orm"


@register("agentbox_sync")
def check_queue(**_: Any) -> list[CheckMessage]:
    """The cluster is one that jobs of ours can be given to."""
    if not apps.is_installed("django_q"):
        return [
            Error(
                "Background jobs need django-q2, which is not installed.",
                hint='INSTALLED_APPS = [..., "django_q", "agentbox_sync"]',
                id="agentbox_sync.E070",
            )
        ]
    cluster = conf.host("Q_CLUSTER") or {}
    return [
        *_check_broker(cluster),
        *_check_times(cluster),
        *_check_run_time(cluster),
        *_check_repeats(cluster),
    ]


def _check_broker(cluster: dict[str, Any]) -> list[CheckMessage]:
    other = [name for name in OTHER_BROKERS if cluster.get(name)]
    if not other and cluster.get("orm") in connections.settings:
        return []
    return [
        Error(
            "The queue of django-q2 is not in a database of this site, so jobs are lost when a "
            "worker dies, and handed out although a transaction is rolled back.",
            hint=EXAMPLE,
            id="agentbox_sync.E071",
        )
    ]


def _check_times(cluster: dict[str, Any]) -> list[CheckMessage]:
    timeout, retry = cluster.get("timeout") or 0, cluster.get("retry", 60)
    workers = cluster.get("workers") or cpu_count() or 4
    limit, bulk = cluster.get("queue_limit", int(workers) ** 2), cluster.get("bulk", 1)
    # The lock on a job runs from when it is fetched, and a fetched job may wait behind others.
    needed = timeout * (ceil((limit + bulk - 1) / workers) + 2)
    if timeout and retry > needed:
        return []
    if not timeout:
        return [
            Error(
                "Q_CLUSTER names no timeout: a job that hangs would hold its worker for ever.",
                hint=EXAMPLE,
                id="agentbox_sync.E076",
            )
        ]
    return [
        Error(
            f"Q_CLUSTER would run a job again after {retry} s (retry), while it may wait and run "
            f"for {needed} s (timeout, queue_limit, workers).",
            hint=EXAMPLE,
            id="agentbox_sync.E072",
        )
    ]


def _check_run_time(cluster: dict[str, Any]) -> list[CheckMessage]:
    timeout, run, request = cluster.get("timeout"), value_of("RUN_TIME"), value_of("HTTP_TIMEOUT")
    if not timeout or run is None or request is None or run + request < timeout:
        return []
    return [
        Error(
            f"A run takes up to {run} s (RUN_TIME) and its last request {request} s more "
            f"(HTTP_TIMEOUT), and the queue kills it after {timeout} s (timeout).",
            hint=f"AGENTBOX_SYNC = {{..., 'RUN_TIME': {max(1, int(timeout - 2 * request))}}}",
            id="agentbox_sync.E073",
        )
    ]


def _check_repeats(cluster: dict[str, Any]) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if cluster.get("catch_up", True):
        found.append(
            Caution(
                "After a night without a worker every missed minute would be run (catch_up).",
                hint=EXAMPLE,
                id="agentbox_sync.W074",
            )
        )
    if not cluster.get("max_attempts") and not cluster.get("ack_failures"):
        found.append(
            Caution(
                "A job that fails would be repeated for ever (max_attempts); ours ask anew.",
                hint=EXAMPLE,
                id="agentbox_sync.W075",
            )
        )
    return found
