from __future__ import annotations

import argparse
import sys

from .arguments import add_arguments


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m agentbox_sync.contrib.m365_emulator",
        description="A local Microsoft 365 (Entra ID and Graph) for demos and tests.",
    )
    add_arguments(parser)
    options = parser.parse_args()
    try:
        from .server import CannotStart, run  # lazy: without the extra it must still explain
    except ImportError as error:
        sys.stderr.write(
            f"The emulator needs its extra ({error.name} is missing): "
            "pip install 'agentbox-sync[emulator]'\n"
        )
        return 2
    try:
        run(options.port, options.host, options.snapshot, options.seed, options.log)
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
