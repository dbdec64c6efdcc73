"""The table of mutants in docs/simulation.md, and the command that writes it."""

from __future__ import annotations

from collections.abc import Mapping
from multiprocessing.pool import ThreadPool
from pathlib import Path

from tests.sim.mutants import MUTANTS
from tests.sim.mutants.workshop import ROOT, Finding, fails_directed, play

PAGE = ROOT / "docs" / "simulation.md"
BEGIN, END = "<!-- mutants: begin -->", "<!-- mutants: end -->"
HEAD = (
    "| Mutant | Rule that is missing | Seeds until caught | What is broken | Directed test |",
    "|---|---|---|---|---|",
)


def measure(count: int, processes: int = 2) -> dict[str, Finding]:
    """Play every mutant until it is caught, ``count`` seeds at most."""
    with ThreadPool(processes) as pool:
        found = pool.map(lambda mutant: play(mutant, count), MUTANTS.values())
    return dict(zip(MUTANTS, found, strict=True))


def rows(findings: Mapping[str, Finding]) -> list[str]:
    """Return the rows of the table."""
    lines = []
    for name, mutant in MUTANTS.items():
        finding = findings[name]
        seeds = f"{finding.seeds:,}" if finding.caught else f"not in {finding.seeds:,}"
        test = f"`{mutant.directed}`" if mutant.directed else ""
        lines.append(f"| `{name}` | {mutant.removes} | {seeds} | {finding.broken} | {test} |")
    return lines


def names_in(page: str) -> list[str]:
    """Return the mutants that a page tells of, in its order."""
    table = page.partition(BEGIN)[2].partition(END)[0]
    return [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]


def write(findings: Mapping[str, Finding], page: Path = PAGE) -> None:
    """Put the table into the page, between its two marks."""
    text = page.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    table = "\n".join((*HEAD, *rows(findings)))
    page.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")


def directed() -> dict[str, bool]:
    """Tell of every mutant with a directed test whether that test fails without the rule."""
    return {name: fails_directed(name) for name, mutant in MUTANTS.items() if mutant.directed}
