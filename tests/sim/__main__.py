"""``python -m tests.sim``: play many seeds, print what they showed, exit 1 when one fails."""

from __future__ import annotations

import argparse
import sys

from tests.sim import campaign
from tests.sim.campaign import shape_of
from tests.sim.sequence import play


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make sim", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many sequences")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--processes", type=int, default=0, help="0: one for each core")
    parser.add_argument("--show", action="store_true", help="print the trace of one seed")
    chosen = parser.parse_args(arguments)
    if chosen.show:
        return show(chosen.seed)
    summary = campaign.run(chosen.count, start=chosen.seed, processes=chosen.processes, stop_at=20)
    print(summary.told())
    for seed, broken in summary.failed:
        print(f"seed {seed}:", *broken, sep="\n  ")
    if summary.failed:
        print("\nThe first of them in full; add its seed to tests/sim/seeds.py:")
        show(summary.failed[0][0])
    return 1 if summary.failed else 0


def show(seed: int) -> int:
    """Print everything that happens in a seed's world."""
    result = play(seed, shape_of(seed))
    for line in result.trace:
        print(*line)
    print(*(result.broken or ["Every invariant holds."]), sep="\n")
    return 1 if result.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
