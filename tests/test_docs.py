"""What the code offers is in README.md or docs/, and what those point at exists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.documentation import numbered, offers, pages, tables

Offer = Callable[[Path], set[str]]
OFFERS: tuple[Offer, ...] = (
    offers.make_targets,
    offers.commands,
    offers.setting_keys,
    offers.environment_variables,
    offers.check_ids,
    offers.adapter_hooks,
    offers.contact_atoms,
)


def missing(names: Iterable[str], text: str) -> set[str]:
    """The names that do not occur in the text as whole words."""
    return {name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)}


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.__name__)
def test_what_the_code_offers_is_documented(offer: Offer) -> None:
    names = offer(ROOT)
    assert names, "Nothing was read: the reader has lost what it reads."
    assert not missing(names, pages.text(ROOT))


def test_tables_that_are_made_from_the_code_are_as_it_makes_them() -> None:
    stale = tables.stale(ROOT, tables.places(ROOT))
    assert not stale, "Run: python -m tests.documentation"


def test_the_defaults_in_the_pages_are_those_of_the_code() -> None:
    told, real = pages.told_defaults(ROOT), offers.setting_defaults(ROOT)
    assert real
    assert {name: told.get(name) for name in real} == real


def test_the_page_for_whoever_adds_a_kind_tells_what_it_can_say() -> None:
    assert offers.kind_properties(ROOT)
    assert not offers.kind_properties(ROOT) - pages.told_properties(ROOT)


def test_links_between_pages_lead_somewhere() -> None:
    assert pages.broken_links(ROOT) == []


def test_the_map_of_the_code_names_every_package() -> None:
    assert pages.unmapped_packages(ROOT) == set()


def test_every_variable_of_a_host_is_in_the_example_file() -> None:
    example = (ROOT / ".env.example").read_text()
    assert not missing(offers.host_variables(ROOT), example)


def test_every_line_of_the_example_file_is_explained() -> None:
    assert pages.unexplained_variables((ROOT / ".env.example").read_text()) == []


def test_no_file_names_a_registry_or_a_build_machine() -> None:
    assert pages.foreign_places(ROOT) == []


# Controls: each reader finds what is planted.


def plant(root: Path, path: str, text: str) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return root


READERS = """
A = ENV.text('SECRET_KEY', default='x')
B = os.environ.get('B_URL')
C = os.environ['C_URL']
D = env('D_URL')
os.environ.setdefault('E', '1')
"""
COMMANDS = "agentbox_sync/contrib/crm/management/commands"


@pytest.mark.parametrize(
    "offer, path, text, expected",
    [
        (offers.make_targets, "Makefile", "X := 1\nbench: x ## speed\n\techo\n", {"make bench"}),
        (offers.commands, f"{COMMANDS}/demo.py", "class Command: ...", {"demo"}),
        (offers.commands, f"{COMMANDS}/_base.py", "", set()),
        (
            offers.setting_keys,
            "agentbox_sync/conf.py",
            "DEFAULTS: dict[str, object] = {'LEASE_SECONDS': 60, 'ADAPTER': None}",
            {"LEASE_SECONDS", "ADAPTER"},
        ),
        (
            offers.environment_variables,
            "config/settings/base.py",
            READERS,
            {"SECRET_KEY", "B_URL", "C_URL", "D_URL", "E"},
        ),
        (
            offers.environment_variables,
            "agentbox_sync/conf.py",
            "NAMES = ['MS365_PROXY', 'other']",
            {"MS365_PROXY"},
        ),
        (
            offers.check_ids,
            "agentbox_sync/checks/site.py",
            "Error('x', id='agentbox_sync.E001'), Warning('y', id='agentbox_sync.W012')",
            {"agentbox_sync.E001", "agentbox_sync.W012"},
        ),
    ],
)
def test_a_planted_offer_is_read(
    offer: Offer, path: str, text: str, expected: set[str], tmp_path: Path
) -> None:
    assert offer(plant(tmp_path, path, text)) == expected


def test_a_planted_hook_is_read(tmp_path: Path) -> None:
    plant(tmp_path, "agentbox_sync/host/fields.py", "class Day: ...\nclass _Plain: ...\n")
    plant(
        tmp_path,
        "agentbox_sync/host/adapter.py",
        "class Host:\n    kind: str = ''\n    def label(self): ...\n    def _own(self): ...\n",
    )
    assert offers.adapter_hooks(tmp_path) == {"Day", "kind", "label"}


def test_a_planted_atom_is_read(tmp_path: Path) -> None:
    plant(tmp_path, "agentbox_sync/core/kinds/contacts.py", "class Record:\n    fax: str\n")
    assert offers.contact_atoms(tmp_path) == {"fax"}


def test_a_planted_default_is_read(tmp_path: Path) -> None:
    plant(tmp_path, "agentbox_sync/conf.py", "DEFAULTS: dict = {'A_B': 1, 'C': None}")
    plant(tmp_path, "docs/settings.md", "| `A_B` | `2` | x |\n| `C` | must be set | y |\n")
    assert offers.setting_defaults(tmp_path) == {"A_B": 1, "C": None}
    assert pages.told_defaults(tmp_path) == {"A_B": 2, "C": None}


def test_a_planted_property_is_untold(tmp_path: Path) -> None:
    said = "class Kind:\n    name: str\n    later: bool = False\n    wide: int = 1\n"
    plant(tmp_path, "agentbox_sync/core/kinds/__init__.py", said)
    plant(tmp_path, "docs/adding-a-kind.md", "| `later`, `keyed` | x | y |\nIt is `wide`.\n")
    assert offers.kind_properties(tmp_path) == {"later", "wide"}
    assert pages.told_properties(tmp_path) == {"later", "keyed"}


def test_a_planted_stale_table_is_found_and_mended(tmp_path: Path) -> None:
    plant(tmp_path, "docs/x.md", "# X\n<!-- rows -->\nold\n<!-- /rows -->\nend\n")
    made = {("docs/x.md", "rows"): lambda: tables.table(("a",), [("b|c",)])}
    assert tables.stale(tmp_path, made) == ["docs/x.md: rows"]
    tables.write(tmp_path, made)
    assert tables.stale(tmp_path, made) == []
    assert "| b\\|c |" in (tmp_path / "docs/x.md").read_text()


def test_a_page_without_the_place_of_its_table_is_refused() -> None:
    with pytest.raises(tables.NoPlace):
        tables.filled("# X\n", "rows", "| a |")


def test_a_planted_check_is_told(tmp_path: Path) -> None:
    source = '''
PASTE = "A = 1"
def check_a(given):
    """A is one."""
    problem = f"A is {given}."
    return [
        Error(problem, hint=PASTE, id="agentbox_sync.E002"),
        Error(str(given), id="agentbox_sync.E001"),
    ]
'''
    plant(tmp_path, "a.py", source)
    assert numbered.rows(tmp_path) == [
        ("`agentbox_sync.E001`", "Wanted: A is one.", ""),
        ("`agentbox_sync.E002`", "A is ….", "A = 1"),
    ]


def test_a_name_inside_another_is_not_documented() -> None:
    text = "`MS365_TENANT_ID` and make demo-once"
    assert missing({"MS365_TENANT", "make demo"}, text) == {"MS365_TENANT", "make demo"}
    assert missing({"MS365_TENANT"}, "Set MS365_TENANT.") == set()


def test_a_planted_broken_link_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "docs/tests.md", "# How to test\n")
    plant(
        tmp_path,
        "README.md",
        "# Start\n[a](docs/tests.md) [b](docs/gone.md) [c](docs/tests.md#how-to-test)\n"
        "[d](docs/tests.md#gone) [e](#start) [f](#nowhere) ![g](docs/gone.png)\n"
        "[h](https://example.com/x)\n```\n[i](in-code.md)\n```\n",
    )
    assert pages.broken_links(tmp_path) == [
        "README.md: docs/gone.md",
        "README.md: docs/tests.md#gone",
        "README.md: #nowhere",
        "README.md: docs/gone.png",
    ]


def test_a_planted_package_is_missing_on_the_map(tmp_path: Path) -> None:
    plant(tmp_path, "README.md", "`core/` decides, `contrib/crm/` shows.")
    for package in ("core", "engine", "contrib", "contrib/crm", "contrib/other"):
        plant(tmp_path, f"agentbox_sync/{package}/__init__.py", "")
    assert pages.unmapped_packages(tmp_path) == {"engine/", "contrib/other/"}


def test_a_planted_unexplained_variable_is_found() -> None:
    example = "# Why.\nA=1\n\nB=2\n\n# Both.\nC=\nD=\n"
    assert pages.unexplained_variables(example) == ["B"]


@pytest.mark.parametrize(
    "text",
    [
        "see https://" + "pypi" + ".org/x",
        "host = files.pythonhosted" + ".org",
        "deb.debian" + ".org",
        "registry.npmjs" + ".org",
        "cd /" + "work/main",
        "('/" + "root/.cache')",
    ],
)
def test_a_planted_foreign_place_is_found(text: str, tmp_path: Path) -> None:
    found = pages.foreign_places(plant(tmp_path, "docs/x.md", f"fine\n{text}\n"))
    assert len(found) == 1
    assert found[0].startswith("docs/x.md:2: ")


@pytest.mark.parametrize("text", ["https://example.com/work/x", "docs/root/x", "/usr/bin/env"])
def test_an_innocent_place_is_not_found(text: str, tmp_path: Path) -> None:
    assert pages.foreign_places(plant(tmp_path, "docs/x.md", text)) == []
