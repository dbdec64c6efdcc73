"""List connections and how they are."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from agentbox_sync.services.status import read_status


class Command(BaseCommand):
    """Prints ids, states and moments, never addresses: its output ends up in tickets."""

    help = "List who is connected, in what state, and when the last sync succeeded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare ``--json``."""
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, **options: Any) -> None:
        """Print one line a connection."""
        rows = read_status()
        if options["json"]:
            self.stdout.write(json.dumps({"connections": rows}))
            return
        for row in rows:
            kinds = ", ".join(f"{kind} {state}" for kind, state in row["kinds"].items())
            self.stdout.write(
                f"connection {row['connection']}, staff {row['staff']}: {row['state']}"
                f"{' (' + row['reason'] + ')' if row['reason'] else ''}; {kinds}; "
                f"last success {row['succeeded_at'] or 'never'}"
            )
        if not rows:
            self.stdout.write("Nobody is connected yet.")
