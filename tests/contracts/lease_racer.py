"""A process that takes one lease again and again, and prints when it held it.

``python -m tests.contracts.lease_racer <database name> <key> <seconds>``; moments are on the
monotonic clock, which all processes of a machine share.
"""

from __future__ import annotations

import json
import sys
import time

import django

from tests.contracts.racing import goes_on, wait_for_the_others


def race(database: str, key: str, seconds: float) -> list[tuple[int, float, float]]:
    from django.db import connection  # Django is set up only now

    from agentbox_sync.memory.lease import acquire  # and with it the models

    connection.settings_dict["NAME"] = database
    wait_for_the_others()
    held: list[tuple[int, float, float]] = []
    begun = time.monotonic()
    # A token above the count of our own says that another has held it before our last time.
    while goes_on(begun, seconds, enough=len(held) > 3 and held[-1][0] > len(held)):
        lease = acquire(key, 60)
        if lease is None:
            continue
        since = time.monotonic()
        time.sleep(0.002)
        held.append((lease.fence, since, time.monotonic()))
        lease.release()
    connection.close()
    return held


if __name__ == "__main__":
    django.setup()
    print(json.dumps(race(sys.argv[1], sys.argv[2], float(sys.argv[3]))))
