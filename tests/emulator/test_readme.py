"""The emulator's README works as it stands, for somebody who has nothing but the package."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agentbox_sync.contrib import m365_emulator
from agentbox_sync.contrib.m365_emulator.server import EmulatorServer

README = (Path(m365_emulator.__file__).parent / "README.md").read_text()


def blocks(language: str, section: str) -> list[str]:
    text = README.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def emulator() -> Iterator[EmulatorServer]:
    """Started with the README's own seed."""
    (seed,) = blocks("json", "Seed")
    with EmulatorServer(seed=json.loads(seed)) as server:
        yield server


def test_a_stranger_signs_in_with_msal_and_reads_with_msgraph_sdk(
    emulator: EmulatorServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with_msal, with_sdk = blocks("python", "Point an application at it")
    names: dict[str, Any] = {"__name__": "stranger"}
    code = (with_msal + with_sdk).replace("http://127.0.0.1:8365", emulator.url)
    try:
        exec(compile(code, "README.md", "exec"), names)
    finally:
        names["session"].close()
    assert [row["surname"] for row in names["contacts"]["value"]] == ["Wong"]
    assert capsys.readouterr().out == "['Mia Wong']\n"


def test_the_fixtures_of_the_readme_start_every_test_afresh(pytester: pytest.Pytester) -> None:
    (seed,) = blocks("json", "Seed")
    (fixtures,) = blocks("python", "In tests")
    pytester.makeconftest(f"import json\nSEED = json.loads('''{seed}''')\n{fixtures}")
    pytester.makepyfile(
        """
        import pytest, requests

        @pytest.mark.parametrize("turn", [1, 2])
        def test_finds_one_contact_and_adds_one(microsoft, turn):
            box = f"{microsoft.url}/_emulator/mailbox/jane@harbour.example"
            assert len(requests.get(box).json()["contacts"]) == 1
            requests.post(box, json={"add": {"givenName": "Tom"}})
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:django", "-p", "no:randomly")
    result.assert_outcomes(passed=2)
