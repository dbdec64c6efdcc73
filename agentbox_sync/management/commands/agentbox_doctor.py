"""Check settings, keys, addresses, reachability and the worker."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from agentbox_sync.services.doctor import Health, examine


class Command(BaseCommand):
    """Exit status: 0 well or only warnings, 1 something is wrong."""

    help = "Tell whether this installation is well, and what to do where it is not."
    requires_system_checks = ()  # they are among its findings

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare ``--json``."""
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, **options: Any) -> None:
        """Print the findings."""
        findings = examine()
        if options["json"]:
            self.stdout.write(json.dumps({"findings": [asdict(finding) for finding in findings]}))
        else:
            for finding in findings:
                self.stdout.write(f"{finding.health:8} {finding.question}: {finding.answer}")
                if finding.next_step:
                    self.stdout.write(f"{'':8} → {finding.next_step}")
        if any(finding.health is Health.ILL for finding in findings):
            sys.exit(1)
