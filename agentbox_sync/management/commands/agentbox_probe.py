"""Find out on a real mailbox what Microsoft's documentation leaves open."""

from __future__ import annotations

import json
import signal
import sys
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from agentbox_sync.core.errors import SyncError
from agentbox_sync.models import Connection
from agentbox_sync.services import commandline, probe

COULD_NOT_RUN = 2
ASKS = (
    "This makes a folder, a calendar and a task list “{folder}…” with contacts, events and tasks "
    "in them in the mailbox of connection {pk}, sends Microsoft about four hundred requests about "
    "them, and removes everything again. Nobody is invited to anything. It takes some minutes, "
    "during which the mailbox is not synced. Go on? [y/N] "
)


class Command(BaseCommand):
    """Exit status: 0 all as we suppose, 1 something is not or is still there, 2 could not run."""

    help = "Ask a mailbox what is unconfirmed, in places of our own that we remove again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare whom to ask, and how to answer."""
        parser.add_argument(
            "--staff",
            required=True,
            help="E-mail address or primary key of a staff member whose mailbox is connected.",
        )
        parser.add_argument("--kind", choices=sorted(probe.KINDS), help="Only this kind.")
        parser.add_argument("--yes", action="store_true", help="Do not ask before it begins.")
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, **options: Any) -> None:
        """Probe, print each answer when it comes, and exit with the status."""
        try:
            (connection,) = commandline.find_connections(options["staff"])
        except (ImproperlyConfigured, commandline.NobodyFound) as error:
            raise CommandError(str(error), returncode=COULD_NOT_RUN) from error
        if connection.state != Connection.State.CONNECTED:
            raise CommandError(f"The connection is {connection.state}.", returncode=COULD_NOT_RUN)
        if not options["yes"] and not self._confirmed(connection):
            raise CommandError("Nothing was asked.", returncode=COULD_NOT_RUN)
        kinds = [options["kind"]] if options["kind"] else probe.KINDS
        # A supervisor ends processes by this signal: what was made is removed first.
        before = signal.signal(signal.SIGTERM, _stop)
        try:
            found = probe.probe(connection, kinds, None if options["json"] else self._tell)
        except SyncError as error:
            raise CommandError(str(error), returncode=COULD_NOT_RUN) from error
        finally:
            signal.signal(signal.SIGTERM, before)
        self._end(found, as_json=options["json"])
        if found.status:
            sys.exit(found.status)

    def _confirmed(self, connection: Connection) -> bool:
        question = ASKS.format(folder=probe.FOLDER_NAME, pk=connection.pk)
        # Not to where the answers go: --json is read by a machine.
        self.stderr.write(question, self.style.NOTICE, ending="")
        try:
            return input().strip().lower() in {"y", "yes"}
        except EOFError:  # nobody is there to answer
            return False

    def _tell(self, answer: probe.Answer) -> None:
        self.stdout.write(f"{answer.fit:8} {answer.question} {answer.told}")
        says = probe.value_of(answer.settles)
        self.stdout.write(f"{'':8} settles {answer.settles}{f' = {says}' if says else ''}")
        if answer.advice:
            self.stdout.write(f"{'':8} → {answer.advice}")

    def _end(self, found: probe.Probed, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(found.as_json()))
            return
        if found.error:
            self.stdout.write(f"stopped: {found.error}")
        for kind, why in found.unasked.items():
            self.stdout.write(f"not asked about {kind}: {why}")
        for what in found.left:
            self.stdout.write(f"still in the mailbox: {what}")
        counts = {fit: sum(one.fit is fit for one in found.answers) for fit in probe.Fit}
        told = ", ".join(f"{count} {fit}" for fit, count in counts.items())
        self.stdout.write(f"{told} (requests: {found.requests})")


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
