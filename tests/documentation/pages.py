"""Reads README.md and docs/, and looks through every file of the repository."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

LINK = re.compile(r"\]\(([^)\s]+)\)")
# Split, so that this file does not name what it forbids.
REGISTRIES = [
    *("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com"),
    *("debian" + ".org", "crates" + ".io", "rubygems" + ".org", "proxy.golang" + ".org"),
]
FOREIGN = re.compile(
    "|".join(re.escape(host) for host in REGISTRIES) + r"|(?<![\w.})/-])/(work|root|tmp|home)/[\w.]"
)
BINARY = {".png", ".ico", ".mo", ".woff2", ".gz"}


def of(root: Path) -> list[Path]:
    """README.md, which must exist, and the pages of docs/."""
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]


def text(root: Path) -> str:
    return "\n".join(page.read_text() for page in of(root))


def broken_links(root: Path) -> list[str]:
    """Relative links and anchors of the pages that lead nowhere."""
    return [
        f"{page.relative_to(root)}: {link}"
        for page in of(root)
        for link in LINK.findall(_without_code(page.read_text()))
        if not re.match(r"[a-z]+:", link) and not _leads_somewhere(page, link)
    ]


def unmapped_packages(root: Path) -> set[str]:
    """Packages of agentbox_sync, one level deep (two in contrib/), that README.md does not name."""
    app = root / "agentbox_sync"
    inits = [*app.glob("*/__init__.py"), *app.glob("contrib/*/__init__.py")]
    names = {f"{init.parent.relative_to(app).as_posix()}/" for init in inits}
    readme = (root / "README.md").read_text()
    return {name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}", readme)}


def unexplained_variables(example: str) -> list[str]:
    """Variables of an example file with neither a comment nor an explained neighbour above."""
    found: list[str] = []
    explained = False
    for line in example.splitlines():
        if not line.strip():
            explained = False
        elif line.startswith("#"):
            explained = True
        elif not explained:
            found.append(line.partition("=")[0])
    return found


def told_defaults(root: Path) -> dict[str, object]:
    """What the tables of docs/settings.md say of each setting; `None` where it must be set."""
    page = (root / "docs/settings.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`(.+?)`|must be set) \|", page, re.MULTILINE)
    return {name: _literal(default) if default else None for name, default in rows}


def told_properties(root: Path) -> set[str]:
    """What the table of docs/adding-a-kind.md says that a kind may say."""
    page = (root / "docs/adding-a-kind.md").read_text()
    rows = re.findall(r"^\| ((?:`[a-z_]+`,? )+)\|", page, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return text  # of an environment variable


def foreign_places(root: Path) -> list[str]:
    """Lines of committed files that name a package registry or a path of a build machine."""
    return [
        f"{path.relative_to(root)}:{number}: {line.strip()}"
        for path in _committed(root)
        if path.suffix not in BINARY
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if FOREIGN.search(line)
    ]


def _committed(root: Path) -> list[Path]:
    """The files that git knows; all files where there is no repository."""
    git = shutil.which("git")
    if git and (root / ".git").exists():
        listed = subprocess.run(
            [git, "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True
        ).stdout
        paths = [root / name for name in listed.split("\0") if name]
        return [path for path in paths if path.is_file()]
    return [path for path in sorted(root.rglob("*")) if path.is_file()]


def _leads_somewhere(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = page.parent / name if name else page
    if not target.exists():
        return False
    return not anchor or anchor in _anchors(target)


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ +(.+)$", _without_code(page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _without_code(markdown: str) -> str:
    return re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
