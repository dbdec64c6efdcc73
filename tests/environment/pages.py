"""Fixtures for tests in Chromium; Playwright is used without its pytest plug-in.

They are ordered last: while Playwright runs, its event loop makes Django refuse the ORM unless
DJANGO_ALLOW_ASYNC_UNSAFE is set, and no other test shall run under that exception.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.environment import browser as chromium
from tests.environment.requirement import is_ci

# How long a page may take to show what is expected. Playwright's own five seconds are too near on
# a machine whose cores are taken; nothing waits so long while things go well.
PATIENCE = 30_000  # ms
ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses to start as root with it
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # The same rule as for Python's sockets: a page reaches this machine and nothing else.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser's executable; without one the test is skipped, and fails where CI=true."""
    if path := chromium.find():
        return path
    if is_ci():
        pytest.fail(chromium.HINT, pytrace=False)
    pytest.skip(chromium.HINT)


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            expect.set_options(timeout=PATIENCE)
            launched = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
            yield launched
            launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with cookies of its own; an error in a script of the page fails the test."""
    context = browser.new_context(locale="en-AU", timezone_id="Australia/Sydney")
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert not errors, f"Scripts of the page failed: {errors}"
