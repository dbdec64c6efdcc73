"""A process that takes a short lease again and again, and often writes when its time is over.

``python -m tests.contracts.fence_racer <database name> <connection id> <seconds> <fenced>``; prints
how often it wrote and how often it was kept out. What it wrote is in the log, with its token.
"""

from __future__ import annotations

import json
import random
import sys
import time

import django

from tests.contracts.racing import goes_on, wait_for_the_others

SHORT = 0.06  # seconds that a lease lasts; half of the writes come later than that


def race(database: str, connection_id: int, seconds: float, *, fenced: bool) -> dict[str, int]:
    # The models can be imported only when Django is set up.
    from django.db import connection

    # lazy: needs Django set up
    from agentbox_sync.core.actions import Action, Line, Memo, Outcome, Side
    from agentbox_sync.core.errors import LeaseLost  # lazy: needs Django set up
    from agentbox_sync.memory.lease import acquire  # lazy: needs Django set up
    from agentbox_sync.memory.store import OrmMemory  # lazy: needs Django set up
    from agentbox_sync.services.clock import SystemClock  # lazy: needs Django set up

    connection.settings_dict["NAME"] = database
    wait_for_the_others()
    dice = random.Random()
    done = {"wrote": 0, "kept out": 0}
    seen = _somebody_was_kept_out if fenced else _somebody_wrote_too_late
    begun = time.monotonic()
    while goes_on(begun, seconds, enough=done["wrote"] > 3 and seen()):
        lease = acquire(f"connection:{connection_id}", SHORT)
        if lease is None:
            continue
        memory = OrmMemory(connection_id, lease, SystemClock())
        (link,) = memory.walk("contacts")
        line = Line(Action.UPDATE, "race", Outcome.DONE, Side.NEITHER, detail=str(lease.fence))
        time.sleep(dice.uniform(0, 2 * SHORT))
        if not fenced:
            lease.fence = _newest()  # as if the fence were of no account
            lease.owner = _owner()
        try:
            memory.remember("contacts", [Memo(link, line, log_only=True)])
        except LeaseLost:
            done["kept out"] += 1
        else:
            done["wrote"] += 1
    connection.close()
    return done


def _newest() -> int:
    from agentbox_sync.models import Lease  # lazy: needs Django set up

    return Lease.objects.get().token


def _somebody_was_kept_out() -> bool:
    # Of those who held it, the test itself wrote nothing, and two may be about to.
    return _newest() - len(_tokens_in_the_log()) > 3


def _somebody_wrote_too_late() -> bool:
    tokens = _tokens_in_the_log()
    return tokens != sorted(tokens)


def _tokens_in_the_log() -> list[int]:
    from agentbox_sync.models import Change  # lazy: needs Django set up

    lines = Change.objects.filter(cause="race").order_by("pk")
    return [int(token) for token in lines.values_list("detail", flat=True)]


def _owner() -> str:
    from agentbox_sync.models import Lease  # lazy: needs Django set up

    return Lease.objects.get().owner


if __name__ == "__main__":
    django.setup()
    name, number, length, mode = sys.argv[1:]
    print(json.dumps(race(name, int(number), float(length), fenced=mode == "fenced")))
