from __future__ import annotations

import argparse
from pathlib import Path

PORT = 8365


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the `m365_emulator` command and of `python -m`."""
    parser.add_argument("--port", type=int, default=PORT, help=f"default {PORT}")
    parser.add_argument("--host", default="127.0.0.1", help="loopback addresses only")
    parser.add_argument(
        "--snapshot",
        type=Path,
        default=None,
        metavar="FILE",
        help="keep mailboxes, grants and tokens here between starts",
    )
    parser.add_argument(
        "--seed",
        type=Path,
        default=None,
        metavar="FILE",
        help="JSON with tenants, users and apps to make where missing",
    )
    parser.add_argument(
        "--log",
        type=Path,
        default=None,
        metavar="FILE",
        help="append every Graph exchange as a JSON line "
        "(default: the environment's M365_EMULATOR_LOG)",
    )
