"""The example of README.md is complete: a project made of its blocks connects and syncs."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer
from tests.architecture.source import ROOT
from tests.documentation import example

LONGEST = 60  # lines that a host writes


@pytest.fixture(scope="module")
def code() -> dict[str, str]:
    return example.blocks((ROOT / "README.md").read_text())


def test_every_file_of_a_host_is_shown(code: dict[str, str]) -> None:
    assert set(code) == example.WRITTEN_BY_THE_HOST
    for path, text in code.items():
        ast.parse(text, path)


def test_a_host_writes_less_than_sixty_lines(code: dict[str, str]) -> None:
    written = {path: example.lines_of_code(text) for path, text in code.items()}
    assert sum(written.values()) < LONGEST, written


@pytest.mark.slow
def test_a_project_of_these_blocks_connects_and_syncs(code: dict[str, str], tmp_path: Path) -> None:
    example.build(tmp_path, code)
    for command in (
        ["makemigrations", "crm"],
        ["makemigrations", "--check"],
        ["migrate", "--verbosity", "0"],
        ["check"],
    ):
        example.run(tmp_path, ROOT, "-m", "django", *command)
    came_of_it = json.loads(example.run(tmp_path, ROOT, "-m", "tests.documentation.journey"))
    number = "0491 570 156"
    assert came_of_it == {
        "tab": True,
        "redirect_uri": "https://crm.example.com/connections/callback/",
        "landed": True,
        "state": "connected",
        "first": [f"Ann {number}", f"Ben {number}"],
        # A deleted contact is retained unless somebody chooses otherwise.
        "second": [f"Ann {number}", f"Ben {number}", f"Cas {number}"],
        "errors": [],
    }


def test_the_seed_in_the_pages_is_one_that_the_emulator_takes() -> None:
    page = (ROOT / "docs/host-adapter.md").read_text()
    (seed,) = re.findall(r"^```json\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    with EmulatorServer(seed=json.loads(seed)) as emulator:
        directory = emulator.state.directory
        assert [user.upn for user in directory.users.values()] == ["amy@example.com"]
    values = re.findall(r"^MS365_(?:CLIENT_ID|CLIENT_SECRET|TENANT)=(.+)$", page, re.MULTILINE)
    assert len(values) == 3
    assert all(f'"{value}"' in seed for value in values)


# Controls: a block that is planted is read, and one that is broken stops the project.


def test_a_planted_block_is_read() -> None:
    page = "`crm/x.py`:\n\n```python\na = 1\n\n# why\nb = 2\n```\n\nSee `y.py`.\n\n```\nc\n```\n"
    assert example.blocks(page) == {"crm/x.py": "a = 1\n\n# why\nb = 2\n"}
    assert example.lines_of_code("a = 1\n\n# why\nb = 2\n") == 3


def test_a_planted_mistake_stops_the_project(code: dict[str, str], tmp_path: Path) -> None:
    example.build(tmp_path, code | {"crm/connections.py": "from nowhere import Adapter\n"})
    with pytest.raises(AssertionError, match="nowhere"):
        example.run(tmp_path, ROOT, "-m", "django", "makemigrations", "crm")
