from __future__ import annotations

import os
from types import SimpleNamespace
from typing import cast

import pytest
from django.db import connection

from tests.architecture.source import ROOT
from tests.conftest import refuse_what_a_run_would_pass_over


@pytest.mark.django_db
def test_the_tests_run_on_the_database_of_this_run() -> None:
    wanted = "postgresql" if os.environ["DATABASE_URL"].startswith("postgres") else "sqlite"
    assert connection.vendor == wanted
    assert str(os.getpid()) in str(connection.settings_dict["NAME"])


SORTS_OF_TESTS = """
    import pytest

    @pytest.fixture
    def chromium_path(): ...

    @pytest.fixture
    def page(chromium_path): ...

    @pytest.fixture
    def contact(db): ...

    def test_sees_a_page(page): ...
    def test_sees_a_page_of_a_live_server(page, live_server): ...

    @pytest.mark.slow
    def test_spends_a_day_on_pages(page): ...

    @pytest.mark.slow
    def test_thinks_long(): ...

    def test_thinks(): ...

    @pytest.mark.django_db
    def test_is_marked(): ...
    def test_builds_a_row(contact): ...
    def test_commits(transactional_db): ...
    def test_serves(live_server): ...

    @pytest.mark.database
    def test_starts_a_worker(): ...
"""
ON_POSTGRESQL = {
    "test_is_marked",
    "test_builds_a_row",
    "test_commits",
    "test_serves",
    "test_starts_a_worker",
}
LONG, *SHORT = IN_THE_BROWSER = [
    "test_spends_a_day_on_pages",
    "test_sees_a_page",
    "test_sees_a_page_of_a_live_server",
]


@pytest.fixture
def collected(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> list[str]:
    """The names of the tests above in the order in which a run with these options takes them."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeini("[pytest]\nmarkers =\n  browser: b\n  database: d\n  slow: s\n")
    pytester.makeconftest(
        "from tests.conftest import pytest_addoption, pytest_collection_modifyitems"
    )
    pytester.makepyfile(SORTS_OF_TESTS)
    result = pytester.runpytest_subprocess("--collect-only", "-q", *request.param)
    assert result.ret == 0
    return [line.partition("::")[2] for line in result.outlines if "::" in line]


@pytest.mark.parametrize("collected", [["--database-only"]], indirect=True)
def test_on_postgresql_run_those_that_use_the_database(collected: list[str]) -> None:
    assert set(collected) == ON_POSTGRESQL


@pytest.mark.parametrize("collected", [[]], indirect=True)
def test_browser_tests_come_last_and_of_them_the_long_ones_first(collected: list[str]) -> None:
    others = {"test_thinks", "test_thinks_long"}
    assert set(collected) == ON_POSTGRESQL | others | {*IN_THE_BROWSER}
    assert collected[-3] == LONG
    assert sorted(collected[-2:]) == SHORT


def collected_as(folder: str, marker: str) -> pytest.Item:
    path = ROOT / "tests" / folder / "test_planted.py"
    found = SimpleNamespace(path=path, nodeid="planted", fixturenames=[])
    found.get_closest_marker = lambda name: name == marker or None
    return cast("pytest.Item", found)


@pytest.mark.parametrize(
    "folder, marker", [("unit", "django_db"), ("emulator", "database"), ("journeys", "all_cores")]
)
def test_a_test_in_a_folder_that_its_run_passes_over_is_refused(folder: str, marker: str) -> None:
    with pytest.raises(pytest.UsageError, match="it belongs"):
        refuse_what_a_run_would_pass_over([collected_as(folder, marker)])


def test_a_test_in_its_place_is_not_refused() -> None:
    places = {"contracts": "django_db", "integration/card": "database", "sim": "all_cores"}
    refuse_what_a_run_would_pass_over([collected_as(*place) for place in places.items()])
