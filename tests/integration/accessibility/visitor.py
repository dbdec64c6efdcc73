"""Opens pages one after the other and remembers what axe-core found on each."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page, expect

from tests.environment.accessibility import LOOKS, QUICK_LOOKS, Look, in_every_look

# Our own style sheet is on every page of ours: nothing else needs to be waited for.
_SEND = """([address, fields]) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address;
  fields.forEach(([name, value]) => {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  });
  document.body.append(form);
  form.submit();
}"""


class Visitor:
    """One browser page. ``found`` are the violations by the name of the visit and by look."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self._url = page, url
        self.found: dict[str, dict[str, list[str]]] = {}

    def enter(self, user: User) -> None:
        """Be signed in as somebody from now on."""
        client = Client()
        client.force_login(user)
        self.keep(client.cookies["sessionid"].value)

    def keep(self, session: str) -> None:
        """Go on with a session that was made elsewhere."""
        self.page.context.add_cookies([{"name": "sessionid", "value": session, "url": self._url}])

    def visit(self, name: str, address: str) -> None:
        """Open an address and look at what is there in every way."""
        self.page.goto(self._url + address)
        self._look(name)

    def glance(self, name: str, address: str, within: str) -> None:
        """Open an address and look at a part of it: one of many that are alike."""
        self.page.goto(self._url + address)
        self._look(name, within, QUICK_LOOKS)

    def send(self, name: str, address: str, fields: dict[str, Any]) -> None:
        """Press a button whose answer is a page of its own, on the page that is open."""
        cookies = {one["name"]: one["value"] for one in self.page.context.cookies()}
        pairs = [("csrfmiddlewaretoken", cookies["csrftoken"])]
        for key, value in fields.items():
            several = value if isinstance(value, list) else [value]
            pairs += [(key, str(one)) for one in several]
        with self.page.expect_navigation():
            self.page.evaluate(_SEND, [address, pairs])
        self._look(name)

    def _look(self, name: str, within: str = "", looks: tuple[Look, ...] = LOOKS) -> None:
        expect(self.page.locator("h1, h2, body:not(:has(h1))").first).to_be_visible()
        assert name not in self.found
        self.found[name] = in_every_look(self.page, within, looks)

    def complaints(self) -> str:
        """Return everything that was found, to be read; "" where that is nothing."""
        return "\n".join(
            f"{name} ({look}): {line}"
            for name, looks in self.found.items()
            for look, lines in looks.items()
            for line in lines
        )
