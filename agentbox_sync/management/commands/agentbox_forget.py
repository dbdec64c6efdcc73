"""Erase what is remembered about one item of the CRM."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from agentbox_sync.services.erase import Erased, NoSuchModel, erase


class Command(BaseCommand):
    """Names no value and no person: its output ends up in tickets."""

    help = (
        "Erase every value that the sync remembers about one item of the CRM: what its log says "
        "of before and after, and what its pairs say of both sides. Shows the numbers first; "
        "--yes erases. Ends with 0 when nothing is left, 1 when something has to stay, 2 when "
        "there is no such model."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the item, ``--yes`` and ``--json``."""
        parser.add_argument("model", help="app_label.Model of the item, as the adapter names it.")
        parser.add_argument("pk", help="The item's primary key.")
        parser.add_argument("--yes", action="store_true", help="Erase; there is no way back.")
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, **options: Any) -> None:
        """Print what went, or what would go."""
        try:
            found = erase(options["model"], options["pk"], dry_run=not options["yes"])
        except NoSuchModel:
            self.stderr.write("No kind that is synced has items of this model.")
            raise SystemExit(2) from None
        if options["json"]:
            done = {"erased": options["yes"], "is_complete": found.is_complete}
            self.stdout.write(json.dumps(asdict(found) | done))
        else:
            for line in _lines(found, done=options["yes"]):
                self.stdout.write(line)
        if not found.is_complete:
            raise SystemExit(1)


def _lines(found: Erased, *, done: bool) -> list[str]:
    verb = "Erased" if done else "Would erase"
    lines = [f"{verb} the values of {found.lines} lines of the log and of {found.pairs} pairs."]
    if found.is_in_crm and found.kept:
        lines.append(
            f"{found.kept} pairs stay as they are, because the item is in the CRM: delete it "
            "there, let a sync run, and start this again."
        )
    elif found.kept:
        lines.append(
            f"{found.kept} pairs stay as they are, because their sync has not ended: let one run, "
            "and start this again."
        )
    if found.pairs:
        lines.append(
            "What still lies in Exchange is read again when somebody edits it there: remove it "
            "there as well."
        )
    for connection in found.busy:
        lines.append(f"Connection {connection} is being synced now: start this again in a minute.")
    if not done:
        lines.append("Nothing was erased: --yes does it.")
    return lines
