from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.environment import browser, postgresql
from tests.environment.__main__ import main
from tests.environment.requirement import Missing

CLOSED = "postgres://postgres@127.0.0.1:1/crm"


def test_a_closed_port_is_refused_with_a_reason() -> None:
    assert "refused" in str(postgresql.refusal(CLOSED))


def test_a_named_server_that_does_not_answer_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", CLOSED)
    with pytest.raises(Missing, match="TEST_DATABASE_URL"), postgresql.server():
        pytest.fail("It must not be used.")


def test_no_binaries_and_no_server_says_how_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setattr(postgresql, "find_binaries", lambda: None)
    with pytest.raises(Missing, match="apt-get install postgresql"), postgresql.server():
        pytest.fail("There is none.")


def test_a_description_holds_no_password() -> None:
    described = postgresql.describe("postgres://crm:secret@db.example.com:6543/crm")
    assert described == "PostgreSQL at db.example.com:6543"


@pytest.mark.slow
@pytest.mark.skipif(not postgresql.find_binaries(), reason="PostgreSQL's programs are not here.")
def test_a_throwaway_cluster_serves_and_is_gone_afterwards() -> None:
    with postgresql.throwaway() as address:
        assert postgresql.refusal(address) is None
        with psycopg.connect(address.replace("/agentbox", "/postgres")) as connection:
            row = connection.execute("SELECT upper('é'), current_setting('data_directory')")
            letter, folder = row.fetchone() or ("", "")
        assert letter == "É"
        assert Path(folder).exists()
    assert postgresql.refusal(address) is not None
    assert not Path(folder).parent.exists()


@pytest.fixture
def no_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setattr(postgresql, "find_binaries", lambda: None)
    monkeypatch.setattr(browser, "ensure", lambda: "chromium")


# With --version pytest ends at once: what is looked at here is what comes before it.


def test_a_missing_postgresql_is_a_failure_in_ci(
    no_postgresql: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    assert main(["--version"]) == 1
    output = capfd.readouterr()
    assert "apt-get install postgresql" in output.err
    assert "pytest" not in output.out


def test_a_missing_postgresql_is_told_and_passed_over_elsewhere(
    no_postgresql: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert main(["--version"]) == 0
    output = capfd.readouterr()
    assert "apt-get install postgresql" in output.err
    assert "All tests on SQLite:\npytest" in output.out


def test_a_named_server_that_does_not_answer_is_a_failure_anywhere(
    no_postgresql: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TEST_DATABASE_URL", CLOSED)
    assert main(["--version"]) == 1
    assert "TEST_DATABASE_URL is of no use" in capfd.readouterr().err


def test_a_missing_browser_is_a_failure_in_ci(
    no_postgresql: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def missing() -> str:
        raise Missing(browser.HINT)

    monkeypatch.setattr(browser, "ensure", missing)
    monkeypatch.setenv("CI", "true")
    assert main(["--version"]) == 1
    assert "apt-get install chromium" in capfd.readouterr().err
    monkeypatch.delenv("CI")
    assert main(["--version"]) == 0
