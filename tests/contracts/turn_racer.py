"""A process that speaks to one mailbox of the emulator, in its turn or whenever it likes.

``python -m tests.contracts.turn_racer <database> <emulator> <token> <mode> <limit> <batches>``
prints how many batches of four it sent, and whether the budget refused one.
"""

from __future__ import annotations

import json
import sys

import django

from tests.contracts.racing import wait_for_the_others


class Token:
    def __init__(self, text: str) -> None:
        self.text = text

    def token(self, *, claims: str = "") -> str:
        return self.text


def race(
    database: str, url: str, token: str, *, in_turn: bool, limit: int, batches: int
) -> dict[str, int]:
    # The models can be imported only when Django is set up.
    from django.db import connection

    # lazy: needs Django set up
    from agentbox_sync.core.budget import Budget
    from agentbox_sync.core.errors import Throttled  # lazy: needs Django set up
    from agentbox_sync.graph.client import GraphClient  # lazy: needs Django set up
    from agentbox_sync.graph.exchange import Request  # lazy: needs Django set up
    from agentbox_sync.graph.transport import build_session  # lazy: needs Django set up
    from agentbox_sync.memory.lease import acquire  # lazy: needs Django set up
    from agentbox_sync.memory.turn import OrmTurn  # lazy: needs Django set up
    from agentbox_sync.services.clock import SystemClock  # lazy: needs Django set up

    connection.settings_dict["NAME"] = database
    session = build_session(redirects={"graph.microsoft.com": url})
    clock, questions = SystemClock(), [Request("GET", "/me/contacts?$top=1")] * 4
    done = {"sent": 0, "refused": 0}
    wait_for_the_others()
    while done["sent"] < batches and not done["refused"]:
        lease = acquire("connection:1" if in_turn else f"alone:{id(done)}", 90)
        if lease is None:
            continue
        turn = OrmTurn(lease, clock, 30, Budget(limit=limit))
        client = GraphClient(session, Token(token), clock, turn=turn)
        try:
            client.batch(questions)
            done["sent"] += 1
        except Throttled:
            done["refused"] = 1
        lease.release()
    session.close()
    connection.close()
    return done


if __name__ == "__main__":
    django.setup()
    name, emulator, text, mode, most, number = sys.argv[1:]
    told = race(
        name, emulator, text, in_turn=mode == "in turn", limit=int(most), batches=int(number)
    )
    print(json.dumps(told))
