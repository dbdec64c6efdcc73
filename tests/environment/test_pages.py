from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Error, Page

from tests.architecture.source import ROOT


class Greeting(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!doctype html><title>Here</title><p>Hello."
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the output of the tests clean."""


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Greeting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_page_reaches_this_machine(page: Page, address: str) -> None:
    page.goto(address)
    assert page.title() == "Here"


def test_a_page_reaches_no_other_machine(page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://192.0.2.1/")


def test_only_browser_tests_may_use_the_orm_beside_an_event_loop() -> None:
    assert "DJANGO_ALLOW_ASYNC_UNSAFE" not in os.environ


def test_a_script_that_fails_on_the_page_fails_its_test(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest("from tests.environment.pages import browser, chromium_path, page")
    pytester.makepyfile(
        """
        def test_does_not_notice(page):
            page.set_content("<script>neverDefined()</script>")
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:django", "-p", "no:randomly")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*neverDefined is not defined*"])
