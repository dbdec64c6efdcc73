#!/usr/bin/env python
"""Run a management command of the demo host."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as mistake:
        # The message already holds the line to paste; a traceback would bury it.
        sys.exit(f"{mistake}")


if __name__ == "__main__":
    main()
