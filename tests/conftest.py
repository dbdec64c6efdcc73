"""What holds for every test: no network, databases of its own, browser tests last.

Where several processes share the tests, each takes them in this order.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import caches
from django.utils import translation
from hypothesis import HealthCheck, settings
from pytest_django.fixtures import _set_suffix_to_test_databases

from tests.environment.network import network_guard
from tests.environment.pages import browser, chromium_path, page
from tests.environment.sharing import pytest_xdist_make_scheduler

__all__ = ["browser", "chromium_path", "network_guard", "page", "pytest_xdist_make_scheduler"]

pytest_plugins = ["pytester"]

# How long an example took says something of the machine, which others may use at that moment.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

HERE = Path(__file__).parent
# To import these for nothing would take most of the time that a run needs before it begins.
WITHOUT_DATABASE = {"emulator", "sim", "unit"}
TAKING_ALL_CORES = "sim"
# Every address under every attack, and for everybody: what these pages ask of a database, their own
# tests ask of both.
ON_ANY_DATABASE = (HERE / "integration/security", HERE / "integration/card/test_permissions.py")

DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "live_server",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="Only tests that use the database, and no browser: the run on PostgreSQL.",
    )
    parser.addoption(
        "--cores",
        choices=["shared", "own"],
        help="Only tests that leave cores to others, or only those that take all of them.",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Pass over the folders that have nothing for this run, unless they were named."""
    if collection_path.parent != HERE or not collection_path.is_dir():
        return None
    given = [(config.invocation_params.dir / arg.partition("::")[0]) for arg in config.args]
    if any(path.resolve().is_relative_to(collection_path) for path in given):
        return None
    folder = collection_path.name
    has_none = (config.getoption("database_only") and folder in WITHOUT_DATABASE) or (
        config.getoption("cores") == "own" and folder != TAKING_ALL_CORES
    )
    return True if has_none else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "chromium_path" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    refuse_what_a_run_would_pass_over(items)
    put_browser_last(items)
    if config.getoption("database_only"):
        choose(config, items, uses_database)
    if cores := config.getoption("cores"):
        choose(config, items, lambda item: takes_all_cores(item) is (cores == "own"))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end: a twentieth to a tenth of the time.

    Modules, models and collected tests are alive whatever it does, and it would walk them over
    and over. What tests leave behind is still collected, and still told (a socket left open).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def refuse_what_a_run_would_pass_over(items: list[pytest.Item]) -> None:
    for item in items:
        folder = next(iter(item.path.relative_to(HERE).parts), "") if is_ours(item) else ""
        if folder in WITHOUT_DATABASE and uses_database(item):
            raise pytest.UsageError(f"{item.nodeid} uses the database: it belongs elsewhere.")
        if folder and folder != TAKING_ALL_CORES and takes_all_cores(item):
            raise pytest.UsageError(f"{item.nodeid} takes all cores: it belongs into tests/sim.")


def is_ours(item: pytest.Item) -> bool:
    return item.path.is_relative_to(HERE)


def put_browser_last(items: list[pytest.Item]) -> None:
    # A stable sort: the random order stays as it is within each part. Of what comes last the long
    # ones come first, or one core would often wait for the other to end a whole day in a browser.
    items.sort(key=lambda item: (is_in_browser(item), is_in_browser(item) and not is_slow(item)))


def is_in_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None


def is_slow(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None


def choose(
    config: pytest.Config, items: list[pytest.Item], is_wanted: Callable[[pytest.Item], bool]
) -> None:
    config.hook.pytest_deselected(items=[item for item in items if not is_wanted(item)])
    items[:] = [item for item in items if is_wanted(item)]


def takes_all_cores(item: pytest.Item) -> bool:
    return item.get_closest_marker("all_cores") is not None


def uses_database(item: pytest.Item) -> bool:
    """Whether a test belongs into the run on PostgreSQL as well."""
    if is_in_browser(item) or any(map(item.path.is_relative_to, ON_ANY_DATABASE)):
        return False
    if item.get_closest_marker("django_db") or item.get_closest_marker("database"):
        return True
    return not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Two runs at the same time, on one server or in one checkout, use different databases."""
    _set_suffix_to_test_databases(suffix=str(os.getpid()))


@pytest.fixture(autouse=True)
def empty_caches() -> Iterator[None]:
    """The random order must not decide who finds a cache filled."""
    yield
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A page that was asked for in German leaves its language to the thread, and so to others."""
    yield
    translation.deactivate()
