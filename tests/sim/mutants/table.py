"""The table of mutants in docs/simulation.md, and the command that writes it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from multiprocessing.pool import ThreadPool
from pathlib import Path

from tests.sim.campaign import signature
from tests.sim.mutants import MUTANTS, Mutant
from tests.sim.mutants.workshop import ROOT, Finding, fails_directed, play

PAGE = ROOT / "docs" / "simulation.md"
BEGIN, END = "<!-- mutants: begin -->", "<!-- mutants: end -->"
HEAD = (
    "| Mutant | Rule that is missing | Seeds until caught | What is broken | Directed test |",
    "|---|---|---|---|---|",
)


def measure(count: int, processes: int = 0) -> dict[str, Finding]:
    """Play every mutant until it is caught, ``count`` seeds at most; tell each as it is found."""

    def one(mutant: Mutant) -> Finding:
        finding = play(mutant, count)
        print(row(mutant, finding), flush=True)
        return finding

    with ThreadPool(processes or os.cpu_count() or 1) as pool:
        found = pool.map(one, MUTANTS.values(), chunksize=1)
    return dict(zip(MUTANTS, found, strict=True))


def rows(findings: Mapping[str, Finding]) -> list[str]:
    """Return the rows of the table."""
    return [row(mutant, findings[name]) for name, mutant in MUTANTS.items()]


def row(mutant: Mutant, finding: Finding) -> str:
    """Return the row of one mutant."""
    seeds = f"{finding.seeds:,}" if finding.caught else f"not in {finding.seeds:,}"
    test = f"`{mutant.directed}`" if mutant.directed else ""
    broken = signature(finding.broken).replace("|", "/")
    return f"| `{mutant.name}` | {mutant.removes} | {seeds} | {broken} | {test} |"


def told(page: str) -> dict[str, list[str]]:
    """Return what a page tells of each mutant, in its order: the other cells of its row."""
    table = page.partition(BEGIN)[2].partition(END)[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| `")]
    return {name.strip(" `"): [cell.strip() for cell in cells] for name, *cells in rows}


def write(findings: Mapping[str, Finding], page: Path = PAGE) -> None:
    """Put the table into the page, between its two marks."""
    text = page.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    table = "\n".join((*HEAD, *rows(findings)))
    page.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")


def directed() -> dict[str, bool]:
    """Tell of every mutant with a directed test whether that test fails without the rule."""
    found = {name: mutant for name, mutant in MUTANTS.items() if mutant.directed}
    return {name: fails_directed(mutant) for name, mutant in found.items()}
