"""The system checks as their source tells them: number, sentence, and the line to paste."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from agentbox_sync import conf

NUMBER = re.compile(r"agentbox_sync\.([EW])(\d{3})")
FILLED_IN = "…"


def rows(folder: Path) -> list[tuple[str, str, str]]:
    """Return (number, sentence, hint) of every check, in the order of the numbers.

    What is only known when the check runs shows as an ellipsis; a check of which nothing else is
    known is told by the docstring of its function.
    """
    found = [
        row for file in sorted(folder.glob("*.py")) for row in _of(ast.parse(file.read_text()))
    ]
    return sorted(dict.fromkeys(found), key=lambda row: (row[0][-4:-1], row))


def _of(module: ast.Module) -> Iterator[tuple[str, str, str]]:
    constants = _assigned(module.body)
    for function in (node for node in module.body if isinstance(node, ast.FunctionDef)):
        known = constants | _assigned(ast.walk(function))
        about = (ast.get_docstring(function) or "").partition("\n")[0]
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            named = {keyword.arg: keyword.value for keyword in call.keywords}
            number = _text(named.get("id"), known)
            if NUMBER.fullmatch(number):
                said = _text(call.args[0] if call.args else named.get("msg"), known)
                sentence = said if said.strip(FILLED_IN) else f"Wanted: {about}"
                yield f"`{number}`", _short(sentence), _text(named.get("hint"), known)


def _short(sentence: str) -> str:
    """A dotted name that is filled in piece by piece is one thing to a reader."""
    return re.sub(rf"{FILLED_IN}([.:] ?{FILLED_IN})+", FILLED_IN, sentence)


def _assigned(nodes: Iterator[ast.AST] | list[ast.stmt]) -> dict[str, list[ast.expr]]:
    """Every value that each name is given, in the order of the source."""
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name) and isinstance(node, ast.Assign):
                found.setdefault(target.id, []).append(node.value)
    return found


def _text(node: ast.AST | None, known: dict[str, list[ast.expr]]) -> str:
    if node is None:
        return ""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part, known) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _text(node.value, known)
    if isinstance(node, ast.Name) and node.id in known:
        rest = {name: values for name, values in known.items() if name != node.id}
        return " Or: ".join(_text(value, rest) for value in known[node.id])
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "conf.EXAMPLES":
        return conf.EXAMPLES.get(_text(node.slice, known), FILLED_IN)
    return FILLED_IN
