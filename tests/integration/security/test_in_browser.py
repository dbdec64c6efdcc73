"""Attacks that only a browser decides: a frame over our buttons, markup that runs, a way out."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from agentbox_sync.contrib.reference_crm.models import Staff
from agentbox_sync.models import Connection
from tests.builders.crm import a_staff_member
from tests.integration.card.office import Desk, a_desk
from tests.integration.security.attackers import a_self_managed
from tests.integration.security.deeds import DEEDS

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    return a_desk(a_staff_member("Jane Ashcroft", email="jane@harbourvale.example"))


@pytest.fixture
def signed_in(page: Page, live_server: Any, settings: Any, desk: Desk) -> Page:
    """Jane at her browser, who may manage her own card; another site as ``localhost``."""
    client = Client()
    client.force_login(a_self_managed(desk.staff))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    return page


@pytest.fixture
def evil() -> Iterator[Any]:
    """A site of an attacker, who serves one page: whatever the test puts there."""

    class Handler(http.server.BaseHTTPRequestHandler):
        page = ""

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(Handler.page.encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def serve(html: str) -> str:
        Handler.page = html
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_button_of_ours_can_be_laid_under_another_page(
    signed_in: Page, live_server: Any, evil: Any, desk: Desk
) -> None:
    own = f"{live_server.url}{desk.address('card')}"
    signed_in.goto(own)
    expect(signed_in.get_by_role("heading", name="My connections")).to_be_visible()
    frame = f'<iframe id="f" src="{own}" style="opacity:.01;width:900px;height:900px"></iframe>'
    for address in (evil(frame), own):  # another site, and a page of our own
        signed_in.goto(address)
        if address == own:
            signed_in.evaluate(
                "src => new Promise(done => { const f = document.createElement('iframe');"
                " f.id = 'f'; f.onload = done; f.src = src; document.body.append(f); })",
                own,
            )
        # The control: what may be framed is seen in the same way.
        signed_in.evaluate(
            "document.body.insertAdjacentHTML('beforeend',"
            " '<iframe id=g srcdoc=\"<button>Press</button>\"></iframe>')"
        )
        expect(signed_in.frame_locator("#g").get_by_role("button")).to_have_count(1)
        inner = signed_in.frame_locator("#f")
        expect(inner.get_by_role("button")).to_have_count(0)
        expect(inner.get_by_text("Jane Ashcroft")).to_have_count(0)


def test_a_form_of_another_site_changes_nothing(
    signed_in: Page, live_server: Any, evil: Any, desk: Desk
) -> None:
    """The cookie may travel with it; the token cannot."""
    before = desk.state()
    for name in sorted({deed.name for deed in DEEDS} & {"disconnect", "sync", "undo", "pause"}):
        target = f"{live_server.url}{desk.address(name)}"
        form = f'<form method="post" action="{target}"><input name="kind" value="contacts"></form>'
        signed_in.goto(evil(f"{form}<p id=here>evil</p>"))
        with signed_in.expect_response(target) as answered:
            signed_in.evaluate("document.forms[0].submit()")
        assert answered.value.status == 403
        signed_in.wait_for_url(target)
        assert desk.state() == before


def test_a_name_that_is_a_script_does_not_run(
    signed_in: Page, live_server: Any, desk: Desk
) -> None:
    alarm = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    Staff.objects.update(first_name=alarm[:60], last_name=f'"{alarm}')
    Connection.objects.update(display_name=alarm, user_name=alarm, reason=alarm[:60])
    for name in ("card", "disconnect", "reviews", "preview", "changes", "undo"):
        signed_in.goto(f"{live_server.url}{desk.address(name)}")
        expect(signed_in.get_by_text("onerror=").first).to_be_attached()
        assert signed_in.title() != "owned"
        assert signed_in.evaluate("document.querySelectorAll('img[src=x]').length") == 0


def test_signing_in_ends_in_the_crm_whatever_the_link_said(
    page: Page, live_server: Any, evil: Any, desk: Desk
) -> None:
    a_self_managed(desk.staff, username="jane")
    away = evil("<h1>Evil</h1>")
    host = away.removeprefix("http:").rstrip("/")
    for wanted in (
        away,
        host,
        host.replace("/", "\\"),
        f"/{host}",
        "javascript:document.title='x'",
    ):
        page.context.clear_cookies()
        page.goto(f"{live_server.url}/accounts/login/?next={wanted}")
        page.get_by_label("User name").or_(page.get_by_label("Login")).first.fill("jane")
        page.get_by_label("Password").first.fill("secret")
        page.keyboard.press("Enter")
        expect(page).not_to_have_url(re.compile("/accounts/login/"))  # its frame is the same
        expect(
            page.get_by_role("heading", name="My Office").or_(page.locator("#header")).first
        ).to_be_visible()
        assert page.url.startswith(f"{live_server.url}/")
        assert page.get_by_text("Evil").count() == 0
