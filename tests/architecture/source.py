"""Reads a source tree: its modules and what each of them imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PLACES = ("agentbox_sync", "config", "templates", "tests", "manage.py")
SUFFIXES = {".py", ".html", ".css", ".js"}


@dataclass(frozen=True)
class Import:
    """One imported name, dotted and absolute; `lazy` when it stands inside a function."""

    name: str
    line: int
    lazy: bool

    def is_of(self, *packages: str) -> bool:
        return any(f"{self.name}.".startswith(f"{package}.") for package in packages)


@dataclass(frozen=True)
class Source:
    """One file; `path` is relative to the root of the tree, with slashes."""

    path: str
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def imports(self) -> list[Import]:
        return list(_imports(self.tree, self._package, lazy=False))

    @property
    def _package(self) -> list[str]:
        return self.path.split("/")[:-1]

    def is_below(self, *folders: str) -> bool:
        """Whether it is one of these files or stands in one of these folders."""
        return any(self.path == folder or self.path.startswith(f"{folder}/") for folder in folders)

    def at(self, line: int, text: str) -> str:
        return f"{self.path}:{line}: {text}"


def read(root: Path = ROOT) -> list[Source]:
    """Every Python file, template, style sheet and script of the tree, migrations included."""
    found = []
    for place in PLACES:
        top = root / place
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and path.suffix in SUFFIXES and "__pycache__" not in path.parts:
                found.append(Source(path.relative_to(root).as_posix(), path.read_text("utf-8")))
    return found


def python(sources: list[Source], *folders: str) -> list[Source]:
    """The Python files, of these folders when any is named."""
    chosen = [source for source in sources if source.path.endswith(".py")]
    return [source for source in chosen if not folders or source.is_below(*folders)]


def _imports(node: ast.AST, package: list[str], *, lazy: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        inside = lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, inside)
        elif isinstance(child, ast.ImportFrom):
            base = package[: len(package) - child.level + 1] if child.level else []
            start = ".".join([*base, *([child.module] if child.module else [])])
            for alias in child.names:
                # `from a import b` may mean the module a.b: the longer name serves every rule.
                yield Import(f"{start}.{alias.name}", child.lineno, inside)
        else:
            yield from _imports(child, package, lazy=inside)
