"""Copies of the product in which one rule is missing, and sequences played in them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.sim.mutants import Mutant

ROOT = Path(__file__).resolve().parents[3]
PRODUCT = ("__init__.py", "core", "engine", "ports")
STORIES = ROOT / "tests" / "sim"
HIDDEN = shutil.ignore_patterns("__pycache__", "*.pyc")
_ALONE = ("--noconftest", "-c", os.devnull, "-p", "no:cacheprovider", "-q", "-x")


@dataclass(frozen=True, slots=True)
class Finding:
    """How a mutant was caught: by which seed, after how many, and what was broken."""

    seeds: int
    caught: bool
    broken: str = ""


@contextmanager
def mutated(mutant: Mutant) -> Iterator[Path]:
    """Make a copy of core, engine and simulation without one rule."""
    with tempfile.TemporaryDirectory(prefix="agentbox-mutant-") as folder:
        root = Path(folder)
        for name in PRODUCT:
            _copy(ROOT / "agentbox_sync" / name, root / "agentbox_sync" / name)
        _copy(ROOT / "tests" / "__init__.py", root / "tests" / "__init__.py")
        _copy(ROOT / "tests" / "sim", root / "tests" / "sim")
        for patch in mutant.patches:
            patch.apply(root)
        yield root


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=HIDDEN)
    else:
        shutil.copy(source, target)


def play(mutant: Mutant, count: int, *, start: int = 0) -> Finding:
    """Play seeds without the rule until one fails that holds with it, on one process."""
    first, end = start, start + count
    with mutated(mutant) as root:
        while first < end:
            failed = _first_failure(root, first, end - first)
            if failed is None:
                break
            seed, broken = failed
            if _first_failure(ROOT, seed, 1) is None:
                return Finding(seed - start + 1, caught=True, broken=broken[0])
            first = seed + 1  # it says nothing about the rule
    return Finding(count, caught=False)


def _first_failure(root: Path, start: int, count: int) -> tuple[int, list[str]] | None:
    arguments = ["--count", str(count), "--seed", str(start), "--processes", "1", "--json"]
    done = _python(root, "tests.sim", *arguments)
    if done.returncode:
        raise RuntimeError(done.stderr)
    told = json.loads(done.stdout)["failed"]
    return (told[0][0], told[0][1]) if told else None


def fails_directed(mutant: Mutant) -> bool:
    """Tell whether the directed test of a mutant fails without its rule, with any parameters.

    Told by pytest alone, without a plugin, a configuration or a database. What nobody tells, and a
    product that does not load, have not been seen to fail: RuntimeError.
    """
    told = f"def {mutant.directed}("
    place = next((x for x in sorted(STORIES.glob("test_*.py")) if told in x.read_text()), None)
    if place is None:
        raise RuntimeError(f"nobody tells {mutant.directed}")
    story = f"{place.relative_to(ROOT)}::{mutant.directed}"
    with mutated(mutant) as root:
        done = _python(root, "pytest", story, *_ALONE)
    if done.returncode not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(done.stdout + done.stderr)
    return done.returncode == pytest.ExitCode.TESTS_FAILED


def _python(root: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *arguments]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=root, env=alone, capture_output=True, text=True, check=False)
