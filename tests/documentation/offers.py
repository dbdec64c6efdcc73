"""What the code offers to people: each reader takes a root folder and returns names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

READERS = {"ENV", "env", "environ"}  # ENV.text("NAME"), env("NAME"), os.environ["NAME"]
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
OURS = re.compile(r"M(S365|365_EMULATOR)_[A-Z0-9_]+")  # wherever they stand: tables hold them too
TESTS = re.compile(r"/test_")
FOR_SHOW = re.compile(r"/contrib/|/demo|/settings/test")  # the demo and the tests read no .env
NOT_OURS = {"PATH", "PYTHONPATH"}
BEFORE_ENV_FILE = {"DJANGO_SETTINGS_MODULE", "ENV_FILE"}  # they decide which file is read


def make_targets(root: Path) -> set[str]:
    text = (root / "Makefile").read_text()
    return {f"make {name}" for name in re.findall(r"^([a-z-]+):.*##", text, re.MULTILINE)}


def commands(root: Path) -> set[str]:
    """The management commands of the app and of what it ships."""
    paths = (root / "agentbox_sync").rglob("management/commands/*.py")
    return {path.stem for path in paths if not path.stem.startswith("_")}


def setting_keys(root: Path) -> set[str]:
    """The keys of AGENTBOX_SYNC: those of the table DEFAULTS in conf.py."""
    tree = ast.parse((root / "agentbox_sync/conf.py").read_text())
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "DEFAULTS" for target in targets):
            keys = getattr(getattr(node, "value", None), "keys", [])
            return {key.value for key in keys if isinstance(key, ast.Constant)}
    return set()


def environment_variables(root: Path) -> set[str]:
    """Every variable that the app, its demo host or the bootstrapping of the tests reads."""
    return _variables(root, "agentbox_sync", "config", "tests/environment")


def host_variables(root: Path) -> set[str]:
    """Those that somebody sets who runs it for real: what .env.example explains."""
    return _variables(root, "agentbox_sync", "config", leave_out=FOR_SHOW) - BEFORE_ENV_FILE


def check_ids(root: Path) -> set[str]:
    texts = [path.read_text() for path in (root / "agentbox_sync/checks").glob("*.py")]
    return set(re.findall(r"agentbox_sync\.[EW]\d+", "\n".join(texts)))


DECLARATIONS = ("fields", "times", "series", "exceptions", "choices", "composed", "progress")


def adapter_hooks(root: Path) -> set[str]:
    """What a host may override or declare, and the classes that it declares fields with."""
    subclassed, fields = (
        [ast.parse(path.read_text()) for path in paths if path.exists()]
        for paths in (
            [root / f"agentbox_sync/host/{name}.py" for name in modules]
            for modules in (("adapter", "sources"), DECLARATIONS)
        )
    )
    hooks = {
        name
        for module in subclassed
        for node in module.body
        if isinstance(node, ast.ClassDef)
        for name in _names_of_members(node)
    }
    declared = {
        node.name
        for module in fields
        for node in module.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }
    # Protocols that the others follow, and what one of them reads for itself.
    return hooks | (declared - {"Source", "Writable", "Span"})


def contact_atoms(root: Path) -> set[str]:
    """The parts of a contact that a host may map, and the parts of those."""
    tree = ast.parse((root / "agentbox_sync/core/kinds/contacts.py").read_text())
    return {
        name
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for name in _names_of_members(node)
    }


def kind_properties(root: Path) -> set[str]:
    """What a kind may say beside what all of them have to."""
    tree = ast.parse((root / "agentbox_sync/core/kinds/__init__.py").read_text())
    return {
        line.target.id
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == "Kind"
        for line in node.body
        if isinstance(line, ast.AnnAssign) and line.value and isinstance(line.target, ast.Name)
    }


def setting_defaults(root: Path) -> dict[str, object]:
    """The keys of AGENTBOX_SYNC with their defaults."""
    tree = ast.parse((root / "agentbox_sync/conf.py").read_text())
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "DEFAULTS":
            found: dict[str, object] = ast.literal_eval(node.value) if node.value else {}
            return found
    return {}


def _names_of_members(node: ast.ClassDef) -> Iterator[str]:
    for member in node.body:
        name = ""
        if isinstance(member, ast.FunctionDef):
            name = member.name
        elif isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
            name = member.target.id
        if name and not name.startswith("_"):
            yield name


def _variables(root: Path, *folders: str, leave_out: re.Pattern[str] = TESTS) -> set[str]:
    paths = [path for folder in folders for path in (root / folder).rglob("*.py")]
    chosen = [path for path in paths if not leave_out.search(path.relative_to(root).as_posix())]
    return {name for path in chosen for name in _variables_of(ast.parse(path.read_text()))}


def _variables_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        name: object = None
        if isinstance(node, ast.Call) and node.args and READERS & _names(node.func):
            name = getattr(node.args[0], "value", None)
        elif isinstance(node, ast.Subscript) and READERS & _names(node.value):
            name = getattr(node.slice, "value", None)
        elif isinstance(node, ast.Constant) and OURS.fullmatch(str(node.value)):
            name = node.value
        if isinstance(name, str) and VARIABLE.fullmatch(name) and name not in NOT_OURS:
            yield name


def _names(node: ast.AST) -> set[str]:
    """The names of a dotted expression: os.environ.get → os, environ, get."""
    if isinstance(node, ast.Attribute):
        return {node.attr} | _names(node.value)
    return {node.id} if isinstance(node, ast.Name) else set()
