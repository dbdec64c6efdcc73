"""Run the sync now, for one staff member or for all."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from agentbox_sync.core.errors import SyncError
from agentbox_sync.models import SETTINGS
from agentbox_sync.services import commandline

COULD_NOT_RUN = 2


class Command(BaseCommand):
    """Exit status: 0 all well, 1 some items failed, 2 could not run."""

    help = "Sync now. Kinds whose settings nobody has approved are left alone without --yes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options of design section 11."""
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("--staff", help="E-mail address or primary key of one staff member.")
        whom.add_argument("--all", action="store_true", help="Everybody who is connected.")
        parser.add_argument("--kind", choices=sorted(SETTINGS), help="Only this kind.")
        parser.add_argument("--yes", action="store_true", help="Approve the present settings.")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Show the plan, with or without a go, and write nothing.",
        )
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, **options: Any) -> None:
        """Run what was asked for and exit with the status that says how it went."""
        try:
            connections = commandline.find_connections(options["staff"] or "")
            runs = [
                commandline.run_now(
                    connection,
                    kinds=[options["kind"]] if options["kind"] else [],
                    approve=options["yes"],
                    dry=options["dry_run"],
                )
                for connection in connections
            ]
        except (SyncError, ImproperlyConfigured, commandline.NobodyFound) as error:
            # CommandError would exit with 1, which means that some items failed.
            raise CommandError(str(error), returncode=COULD_NOT_RUN) from error
        if options["json"]:
            self.stdout.write(json.dumps({"runs": [run.as_json() for run in runs]}))
        else:
            for run in runs:
                self.stdout.write(run.sentence())
            if not runs:
                self.stdout.write("Nobody is connected yet.")
        if status := commandline.exit_status(runs, everybody=options["all"]):
            sys.exit(status)
