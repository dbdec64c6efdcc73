"""What holds for every test: no network, databases of its own, browser tests last."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from pytest_django.fixtures import _set_suffix_to_test_databases

from tests.environment.network import network_guard
from tests.environment.pages import browser, chromium_path, page

__all__ = ["browser", "chromium_path", "network_guard", "page"]

pytest_plugins = ["pytester"]

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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "chromium_path" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    # A stable sort: the random order stays as it is within both halves.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if config.getoption("database_only"):
        chosen = [item for item in items if uses_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen


def uses_database(item: pytest.Item) -> bool:
    """Whether a test belongs into the run on PostgreSQL as well."""
    if item.get_closest_marker("browser"):
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
