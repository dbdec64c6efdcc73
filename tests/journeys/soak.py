"""Kills the worker again and again in the middle of a two-way run, and counts what is left.

``python -m tests.journeys.soak --contacts 500 --kills 50 --seed 1`` prints its figures as JSON and
fails when a word is lost, somebody stands twice, or the two sides differ.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer

if TYPE_CHECKING:
    from agentbox_sync.models import Connection  # lazy: needs Django set up
    from tests.journeys.soak_people import Mailbox, People  # lazy: needs Django set up

PROJECT = Path(__file__).resolve().parents[2]
JANE = "jane@agency.example"
PASSWORD = "correct horse"
QUICK = {
    "AGENTBOX_HTTP_TIMEOUT": "2",
    "AGENTBOX_LEASE_TIME": "5",
    "AGENTBOX_SETTLE_DELAY": "2",
    "AGENTBOX_POLL_INTERVAL": "1",
    "LOG_LEVEL": "WARNING",
}
PATIENCE = 90.0  # seconds until a worker that was started must have begun
LONGEST = 2.5  # seconds that a run is left to work before its worker is killed
WRITING = 0.8  # the share of runs that are left to write something first


class Worker:
    """The queue's cluster as a process group of its own, killed whole as by a dying machine."""

    def __init__(self, folder: Path) -> None:
        self._log = (folder / "worker.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "django", "qcluster"],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def check(self) -> None:
        """A worker that ended by itself is a finding of its own."""
        ended = self._process is not None and self._process.poll() is not None
        assert not ended, Path(self._log.name).read_text(errors="replace")[-2000:]

    def kill(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


@dataclass
class Soak:
    """The CRM, the mailbox, the people and the worker between them."""

    mailbox: Mailbox
    connection: Connection
    people: People
    worker: Worker
    dice: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    dead: int = 0  # the token that the worker held that was killed last

    def hand_over(self) -> None:
        """What the tick does each minute; a job that died with its worker is taken for lost."""
        from agentbox_sync import jobs  # Django is set up by now
        from agentbox_sync.models import Connection  # lazy: needs Django set up

        Connection.objects.filter(pk=self.connection.pk).update(queued_at=None, not_before=None)
        jobs.tick()

    def kill_in_the_middle(self) -> None:
        """Start the worker, wait until it runs, let it work for a while, and kill it.

        On a quick machine a run may be over by then: the next one gets less time, the last none.
        """
        self.worker.start()
        # On a busy machine few runs would come as far as a write, and nothing would be at stake.
        is_to_write = not self.kills or self.dice.random() < WRITING
        for longest in (LONGEST, LONGEST / 5, 0.0):
            has_written = self.let_work(longest, is_to_write=is_to_write)
            if is_in_the_middle := self.is_running():
                break
        self.worker.kill()
        self.kills["in the middle of a run" if is_in_the_middle else "between two runs"] += 1
        self.kills["after it had written"] += has_written
        self.dead = self.token()

    def let_work(self, longest: float, *, is_to_write: bool) -> bool:
        """Wait for a run, and let it work for up to so many seconds; tell whether it has written.

        ``is_to_write``: the seconds begin when it has.
        """
        handed_over = 0.0
        deadline = time.monotonic() + PATIENCE
        while not self.is_running():
            assert time.monotonic() < deadline, "The worker does not begin."
            assert not self.people.failures
            self.worker.check()
            if time.monotonic() - handed_over > 2:
                self.hand_over()
                handed_over = time.monotonic()
            time.sleep(0.01)
        has_written = is_to_write and self.wait_for_a_line()
        time.sleep(self.dice.uniform(0, longest))
        return has_written

    def wait_for_a_line(self) -> bool:
        """Wait until the run has written something, or has ended; tell whether it has written."""
        from agentbox_sync.models import Change  # lazy: needs Django set up

        lines = Change.objects.count()
        deadline = time.monotonic() + PATIENCE
        while self.is_running() and time.monotonic() < deadline:
            if Change.objects.count() > lines:
                return True
            time.sleep(0.02)
        return False

    def is_running(self) -> bool:
        """Whether a run is on its way: somebody holds the lease, and it is not a dead one's."""
        from django.db.models.functions import Now  # Django is set up by now

        from agentbox_sync.memory.lease import lease_key  # lazy: needs Django set up
        from agentbox_sync.models import Lease  # lazy: needs Django set up

        held = Lease.objects.filter(key=lease_key(self.connection.pk), until__gt=Now())
        return any(token != self.dead for token in held.values_list("token", flat=True))

    def token(self) -> int:
        from agentbox_sync.memory.lease import lease_key  # lazy: needs Django set up
        from agentbox_sync.models import Lease  # lazy: needs Django set up

        return Lease.objects.get(key=lease_key(self.connection.pk)).token

    def come_to_rest(self) -> int:
        """Run in this process until two runs in a row find nothing; return how many it took."""
        from agentbox_sync.models import Change, Connection  # lazy: needs Django set up
        from agentbox_sync.services.execute import execute  # lazy: needs Django set up

        quiet = 0
        for number in range(1, 12):
            Connection.objects.filter(pk=self.connection.pk).update(not_before=None)
            before = Change.objects.count(), self.mailbox.items()
            done = execute(self.connection.pk, forced=True, patience=30)
            assert done is not None, "nothing was run"
            is_quiet = not done[0].unfinished and not done[0].error
            same = (Change.objects.count(), self.mailbox.items()) == before
            quiet = quiet + 1 if is_quiet and same else 0
            if quiet == 2:
                return number
            if done[0].unfinished:
                time.sleep(float(QUICK["AGENTBOX_SETTLE_DELAY"]))
        raise AssertionError("The two sides do not come to rest.")


def prepare(url: str, contacts: int, seed: int, folder: Path) -> Soak:
    """Fill both sides, connect the mailbox, and let contacts travel both ways."""
    # Django is set up by now, and not before.
    from agentbox_sync import conf
    from agentbox_sync.contrib.reference_crm.demo.once import sign_in  # lazy: needs Django set up
    from agentbox_sync.models import StaffSettings  # lazy: needs Django set up
    from agentbox_sync.services import connect, microsoft, sync  # lazy: needs Django set up
    from agentbox_sync.services.configure import configure  # lazy: needs Django set up
    from tests.builders import crm  # lazy: needs Django set up
    from tests.integration.twoway.ledger import Ledger  # lazy: needs Django set up
    from tests.journeys.soak_people import Mailbox, People  # lazy: needs Django set up

    mailbox = Mailbox(url, JANE)
    app = {
        "client_id": conf.required("MS365_CLIENT_ID"),
        "client_secret": conf.required("MS365_CLIENT_SECRET"),
        "redirect_uris": [microsoft.callback_url()],
    }
    person = {"upn": JANE, "display_name": "Jane Doe", "password": PASSWORD}
    tenant = {"domain": "agency.example", "id": os.environ["MS365_TENANT"], "users": [person]}
    consent = {"upn": JANE, "client_id": app["client_id"]}
    mailbox.control("seed", {"tenants": [tenant], "apps": [app], "consent": [consent]})
    mailbox.control("latency", {"item_ms": 40})

    staff = crm.a_staff_member("Jane Doe", email=JANE)
    user = crm.a_login(staff)
    StaffSettings.objects.create(staff=staff, self_managed=True)
    people = People(mailbox, staff, Ledger(), seed)
    for _ in range(contacts):
        people.add_contact()
    for _ in range(contacts // 10):
        people.add_item()
    session: dict[str, Any] = {}
    departure = connect.begin(user, staff, session)
    landing = connect.finish(user, session, sign_in(departure.authorization_url, JANE, PASSWORD))
    assert landing.connection is not None, landing.code
    values = {"status": "two_way", "adoption": "import", "deletion": "keep"}
    configure(user, landing.connection, "contacts", values, 1)
    sync.approve(landing.connection, ["contacts"], user)
    return Soak(mailbox, landing.connection, people, Worker(folder), random.Random(seed))


def figures(soak: Soak, began: float, rounds: int) -> dict[str, Any]:
    """Count what must be nothing, and how much there was to lose."""
    from agentbox_sync.contrib.reference_crm.models import Contact  # lazy: needs Django set up
    from agentbox_sync.models import Change, Link  # lazy: needs Django set up
    from tests.integration.sync.world import stamps  # lazy: needs Django set up
    from tests.integration.twoway import ledger  # lazy: needs Django set up

    items, typed = soak.mailbox.items(), soak.people.ledger
    carried = Counter(stamps(items))
    pairs = Link.objects.filter(connection=soak.connection, state="active").count()
    changes = Change.objects.filter(connection=soak.connection)
    return {
        "kills": dict(soak.kills),
        "edits": dict(soak.people.edits),
        "words": len(typed.typed),
        "contacts": Contact.objects.count(),
        "items": len(items),
        "pairs": pairs,
        "lines": changes.count(),
        "conflicts": changes.exclude(conflicts=[]).count(),
        "set_aside": changes.filter(outcome="set_aside").count(),
        "runs_to_rest": rounds,
        "seconds": round(time.monotonic() - began, 1),
        "lost": sorted(typed.lost(items)),
        "doubled": ledger.doubles(items) + [one for one, n in carried.items() if n > 1],
        "different": ledger.differences(soak.connection, items),
        "unpaired": Contact.objects.count() + len(items) - 2 * pairs,
    }


def soak_in(folder: Path, *, contacts: int, kills: int, seed: int) -> dict[str, Any]:
    """Run a whole soak in an empty folder; return its figures."""
    import django  # settings name the folder

    with EmulatorServer() as server:
        os.environ |= QUICK | {
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
            "AGENTBOX_DEMO_FOLDER": str(folder),
            "MS365_LOGIN_URL": server.url,
            "MS365_GRAPH_URL": server.url,
            "PYTHONPATH": str(PROJECT),
        }
        django.setup()
        from django.core.management import call_command  # lazy: needs Django set up

        call_command("migrate", interactive=False, verbosity=0)
        began = time.monotonic()
        soak = prepare(server.url, contacts, seed, folder)
        try:
            soak.people.start()
            for _ in range(kills):
                soak.kill_in_the_middle()
        finally:
            soak.people.stop()
            soak.worker.kill()
        assert not soak.people.failures
        return figures(soak, began, soak.come_to_rest())


MUST_BE_NOTHING = ("lost", "doubled", "different", "unpaired")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=500)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    asked = vars(parser.parse_args())
    with tempfile.TemporaryDirectory(prefix="agentbox-soak-") as folder:
        found = soak_in(Path(folder), **asked)
    print(json.dumps({**asked, **found}))
    return 1 if any(found[name] for name in MUST_BE_NOTHING) else 0


if __name__ == "__main__":
    sys.exit(main())
