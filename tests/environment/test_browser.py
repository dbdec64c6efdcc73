from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.environment import browser
from tests.environment.requirement import Missing


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty PATH."""
    monkeypatch.delenv("TEST_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(path: Path, script: str = "exit 0") -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("name", browser.NAMES)
def test_a_browser_on_the_path_is_found(name: str, programs: Path) -> None:
    expected = program(programs / name)
    assert browser.ensure() == str(expected)


def test_a_named_browser_comes_first(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(programs / "chromium")
    named = program(programs / "my-browser")
    monkeypatch.setenv("TEST_CHROMIUM", str(named))
    assert browser.find() == str(named)


def test_root_on_debian_gets_the_browser_installed(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    chromium = programs / "chromium"
    log = programs / "apt.log"
    program(
        programs / "apt-get",
        f"""echo "$@" >> {log}
        [ "$1" != install ] || {{ : > {chromium}; /bin/chmod +x {chromium}; }}""",
    )
    assert browser.ensure() == str(chromium)
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["update", "install"]


def test_a_failed_installation_says_how_to_install(
    programs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    program(programs / "apt-get", "echo no network; exit 100")
    with pytest.raises(Missing, match="apt-get install chromium"):
        browser.ensure()
    assert "no network" in capsys.readouterr().out


def test_an_ordinary_user_is_told_how_to_install(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    program(programs / "apt-get", "exit 1")
    with pytest.raises(Missing, match="apt-get install chromium"):
        browser.ensure()
