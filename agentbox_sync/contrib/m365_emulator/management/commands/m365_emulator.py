from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...arguments import add_arguments


class Command(BaseCommand):
    help = "Run the local Microsoft 365 emulator (Entra ID and Graph) until interrupted."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from ...server import CannotStart, run  # lazy: the extra may not be installed
        except ImportError as error:
            raise CommandError(
                f"The emulator needs its extra ({error.name} is missing): "
                "pip install 'agentbox-sync[emulator]'"
            ) from error
        try:
            run(
                options["port"],
                options["host"],
                options["snapshot"],
                options["seed"],
                options["log"],
            )
        except CannotStart as error:
            raise CommandError(str(error)) from error
