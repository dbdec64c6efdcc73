"""The rules: each is a function from a source tree to the places that break it."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath

from tests.architecture.source import Source, python

APP = "agentbox_sync"
CONTRIB = f"{APP}/contrib"
EMULATOR = f"{CONTRIB}/m365_emulator"

# Who may import whom, inside agentbox_sync. Arrows point down; what is not named here has no
# place yet, which is a finding too.
TECHNOLOGY = {"engine", "graph", "oauth", "host", "memory"}
NOUNS = {"core", "conf", "models", "permissions", "host"}
DOORWAYS = {
    *("admin", "forms", "views", "urls", "templatetags"),  # a person's
    *("jobs", "signals", "management"),  # the queue's, the host's own, an engineer's
}
MAY_IMPORT: dict[str, set[str]] = {
    "core": set(),
    "ports": {"core"},
    "engine": {"core", "ports"},
    "graph": {"core", "ports"},
    "oauth": {"core", "ports"},
    "conf": {"core"},
    "models": {"core", "conf", "oauth"},  # oauth.cipher, for the encrypted field
    "migrations": {"models"},
    "permissions": {"core", "conf", "models", "host"},
    "host": {"core", "ports", "conf", "models"},
    "memory": {"core", "ports", "conf", "models"},
    "services": {"core", "ports", "conf", "models", "permissions"} | TECHNOLOGY,
    **dict.fromkeys(DOORWAYS, NOUNS | DOORWAYS | {"services"}),
    "checks": NOUNS | {"services"},
    "apps": NOUNS | DOORWAYS | {"services", "checks"},
    "contrib": NOUNS | DOORWAYS | {"services", "contrib"},
}

NO_DJANGO = tuple(f"{APP}/{name}" for name in ("core", "ports", "engine", "graph", "oauth"))
NAMES_NO_KIND = tuple(f"{APP}/{name}" for name in ("core", "ports", "engine", "memory", "jobs.py"))
KINDS = ("contacts", "calendar", "tasks")
DJANGO = ("django", "django_q", "environ", "allauth")

READS_SETTINGS = tuple(f"{APP}/{name}" for name in ("conf.py", "models", "migrations", "contrib"))

# Who may speak to the outside, by library.
SPEAKERS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("requests", "urllib3", "urllib.request", "http.client", "http.server", "httpx", "aiohttp"): (
        f"{APP}/graph",
        f"{APP}/oauth",
        EMULATOR,
        f"{CONTRIB}/reference_crm/demo",  # sets the emulator up, and waits for the web server
    ),
    ("msal", "cryptography"): (f"{APP}/oauth",),
    ("starlette", "uvicorn"): (EMULATOR,),
}

# The standard library as far as it is pure: values in, values out.
PURE = {
    *("__future__", "abc", "base64", "bisect", "collections", "copy", "dataclasses", "datetime"),
    *("decimal", "difflib", "enum", "fractions", "functools", "graphlib", "hashlib", "heapq"),
    *("html", "itertools", "json", "math", "numbers", "operator", "re", "string", "textwrap"),
    *("types", "typing", "unicodedata", "urllib.parse", "uuid", "zoneinfo", "calendar"),
    *("phonenumbers", "dateutil"),
}
IMPURE_NAMES = {"open", "print", "input", "exec", "eval", "__import__"}
IMPURE_METHODS = {"now", "utcnow", "today", "uuid1", "uuid4"}

VAGUE = {"util", "utils", "helper", "helpers", "manager", "managers", "misc", "common"}

LONGEST_LINE = 100
TEMPLATE_TAG = re.compile(r"\s*{%[^%]*%}")  # Django takes no line break inside a tag
DATA_TABLES: set[str] = {  # paths of files that are a table of data, however long or wide
    "agentbox_sync/core/recurrence/zone_table.py",
    "tests/unit/core/recurrence/cases.py",
    *(
        f"tests/sim/mutants/{name}.py"  # quotes lines of the product, to the letter
        for name in ("deciding", "looking", "remembering", "writing", "table")
    ),
}


def layers(sources: list[Source]) -> list[str]:
    """A module imports only what stands below it."""
    found = []
    for source in python(sources, APP):
        place = _place(source.path.removesuffix(".py").replace("/", "."))
        if place and place not in MAY_IMPORT:
            found.append(source.at(1, f"{place} has no place among the layers"))
            continue
        for item in source.imports:
            target = _place(item.name)
            if not place or not target or target == place:
                continue
            if target not in MAY_IMPORT[place]:
                found.append(source.at(item.line, f"{place} imports {item.name}"))
    return found


def _place(name: str) -> str:
    """The part of agentbox_sync that a dotted name belongs to; "" for the package itself."""
    parts = [*name.split("."), ""]
    return parts[1] if parts[0] == APP and not parts[1].startswith("__") else ""


def contrib_stands_apart(sources: list[Source]) -> list[str]:
    """Nothing imports contrib, and one contrib app does not import another."""
    found = []
    for source in python(sources, APP, "config", "manage.py"):
        own = ".".join(source.path.split("/")[:3]) if source.is_below(CONTRIB) else None
        found += [
            source.at(item.line, f"imports {item.name}")
            for item in source.imports
            if item.is_of(f"{APP}.contrib") and not (own and item.is_of(own))
        ]
    return found


def emulator_knows_nothing_of_us(sources: list[Source]) -> list[str]:
    return [
        source.at(item.line, f"imports {item.name}")
        for source in python(sources, EMULATOR)
        for item in source.imports
        if item.is_of(APP, "config", "tests") and not item.is_of(EMULATOR.replace("/", "."))
    ]


def core_is_pure(sources: list[Source]) -> list[str]:
    """No I/O, no clock, no randomness, and of the libraries only phonenumbers and dateutil."""
    found = []
    for source in python(sources, f"{APP}/core"):
        for item in source.imports:
            if not item.is_of(f"{APP}.core", *PURE):
                found.append(source.at(item.line, f"imports {item.name}"))
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Name) and node.id in IMPURE_NAMES:
                found.append(source.at(node.lineno, f"uses {node.id}"))
            if isinstance(node, ast.Attribute) and node.attr in IMPURE_METHODS:
                found.append(source.at(node.lineno, f"uses .{node.attr}"))
    return found


def the_engine_names_no_kind(sources: list[Source]) -> list[str]:
    """How kinds differ is a property of `Kind`: a fourth one is a slice, not an exception."""
    found = []
    for source in python(sources, *NAMES_NO_KIND):
        if source.is_below(f"{APP}/core/kinds"):
            continue
        found += [
            source.at(item.line, f"imports {item.name}")
            for item in source.imports
            if item.is_of(*(f"{APP}.core.kinds.{kind}" for kind in KINDS))
        ]
        found += [
            source.at(node.lineno, f"names {node.value}")
            for node in ast.walk(source.tree)
            if isinstance(node, ast.Constant) and node.value in KINDS
        ]
    return found


def no_django_below_the_host(sources: list[Source]) -> list[str]:
    return [
        source.at(item.line, f"imports {item.name}")
        for source in python(sources, *NO_DJANGO)
        for item in source.imports
        if item.is_of(*DJANGO)
    ]


def who_signs_in_is_the_hosts_matter(sources: list[Source]) -> list[str]:
    """The app needs `request.user` and nothing more: no import and no template of allauth."""
    found = [
        source.at(item.line, f"imports {item.name}")
        for source in python(sources, APP)
        for item in source.imports
        if item.is_of("allauth")
    ]
    for source in sources:
        if source.is_below(APP) and source.path.endswith(".html"):
            for number, line in enumerate(source.lines, start=1):
                if re.search(r"allauth|socialaccount|account_login|account_logout|mfa_", line):
                    found.append(source.at(number, f"uses {line.strip()}"))
    return found


def settings_have_one_reader(sources: list[Source]) -> list[str]:
    """`django.conf` is read in conf.py, and for the swappable key in models and migrations."""
    return [
        source.at(item.line, f"imports {item.name}")
        for source in python(sources, APP)
        if not source.is_below(*READS_SETTINGS)
        for item in source.imports
        if item.is_of("django.conf") and not item.is_of("django.conf.urls", "django.conf.locale")
    ]


def the_outside_has_few_speakers(sources: list[Source]) -> list[str]:
    """HTTP is spoken in graph/ and oauth/ alone; MSAL and ciphers are known to oauth/ alone."""
    return [
        source.at(item.line, f"imports {item.name}")
        for source in python(sources, APP, "config")
        for item in source.imports
        for libraries, speakers in SPEAKERS.items()
        if item.is_of(*libraries) and not source.is_below(*speakers)
    ]


def names_say_something(sources: list[Source]) -> list[str]:
    """No module, folder or package is called utils, helpers or manager."""
    return [
        f"{source.path}: a name that says nothing"
        for source in sources
        if VAGUE & {PurePosixPath(part).stem for part in source.path.split("/")}
    ]


def lazy_imports_are_explained(sources: list[Source]) -> list[str]:
    """An import inside a function has a comment on its line or on the line above."""
    found = []
    for source in python(sources):
        lines = ["", *source.lines]
        for item in source.imports:
            near = lines[item.line - 1].strip(), lines[item.line]
            explained = near[0].startswith("#") or "#" in near[1].replace("# noqa", "")
            if item.lazy and not explained:
                found.append(source.at(item.line, f"imports {item.name} without a reason"))
    return found


def files_keep_their_budget(sources: list[Source]) -> list[str]:
    found = []
    for source in sources:
        if source.path in DATA_TABLES or "/migrations/" in source.path:
            continue
        if len(source.lines) > _budget(source):
            found.append(f"{source.path}: {len(source.lines)} lines, {_budget(source)} allowed")
        for number, line in enumerate(source.lines, start=1):
            if len(line) > LONGEST_LINE and not TEMPLATE_TAG.fullmatch(line):
                found.append(source.at(number, f"{len(line)} characters"))
    return found


def _budget(source: Source) -> int:
    if source.path.endswith(".html"):
        return 150
    if source.is_below("tests"):
        return 400
    return 200 if source.is_below(f"{APP}/core") else 300


RULES = (
    layers,
    contrib_stands_apart,
    emulator_knows_nothing_of_us,
    core_is_pure,
    the_engine_names_no_kind,
    no_django_below_the_host,
    who_signs_in_is_the_hosts_matter,
    settings_have_one_reader,
    the_outside_has_few_speakers,
    names_say_something,
    lazy_imports_are_explained,
    files_keep_their_budget,
)
