"""``python -m tests.sim``: play many seeds, print what they showed, exit 1 when one fails."""

from __future__ import annotations

import argparse
import json
import sys

from tests.sim import campaign
from tests.sim.campaign import Summary, shape_of
from tests.sim.sequence import play


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make sim", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many sequences")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--processes", type=int, default=0, help="0: one for each core")
    parser.add_argument("--show", action="store_true", help="print the trace of one seed")
    parser.add_argument("--json", action="store_true", help="stop at the first failure, tell it")
    parser.add_argument("--digest", action="store_true", help="print a name of each sequence")
    parser.add_argument("--kind", default="contacts", choices=sorted(campaign.JOBS))
    parser.add_argument("--mutants", action="store_true", help="write the table of mutants")
    chosen = parser.parse_args(arguments)
    if chosen.digest:
        for seed in range(chosen.seed, chosen.seed + chosen.count):
            print(play(seed, shape_of(seed)).digest())
        return 0
    if chosen.mutants:
        return measure_mutants(chosen.count, chosen.processes)
    if chosen.show:
        if chosen.kind != "contacts":
            parser.error("only a world of contacts keeps its trace")
        return show(chosen.seed)
    summary = campaign.run(
        chosen.count,
        start=chosen.seed,
        processes=chosen.processes,
        stop_at=1 if chosen.json else 20,
        kind=chosen.kind,
    )
    if chosen.json:
        print(json.dumps({"sequences": summary.sequences, "failed": summary.failed[:1]}))
        return 0
    return tell(summary, chosen.kind)


def tell(summary: Summary, kind: str = "contacts") -> int:
    """Print a summary, and the first failure in full."""
    print(summary.told())
    for seed, broken in summary.failed:
        print(f"seed {seed}:", *broken, sep="\n  ")
    if summary.failed and kind == "contacts":
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


def measure_mutants(count: int, processes: int) -> int:
    """Play every mutant until it is caught and write the table; 1 when one is not caught."""
    # The workshop reads the product that it copies; a mutated copy itself has no need of it.
    from tests.sim.mutants import table

    findings = table.measure(count, processes)
    table.write(findings)
    failed = table.directed()
    print("directed tests that fail without their rule:", *failed.items(), sep="\n  ")
    missed = [n for n, f in findings.items() if not f.caught and not failed.get(n)]
    print("not caught:", *(missed or ["none"]))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
