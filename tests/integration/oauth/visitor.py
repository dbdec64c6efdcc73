"""A person at the sign-in pages: follows links, fills in forms, and stops at the way back.

No browser and no script: what this visitor can do, a page without JavaScript can do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def step(self) -> str:
        return urlsplit(self.action).path.rstrip("/").rpartition("/")[2]


class FormReader(HTMLParser):
    """Collects the forms of a page, and the buttons that send them to another address."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.extra: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""))
            self.forms.append(self._open)
        elif self._open is None:
            return
        elif tag in ("input", "button") and given.get("formaction"):
            self.extra.append(Form(given["formaction"], self._open.fields))
        elif tag == "input" and given.get("type") not in ("checkbox", "radio", "submit"):
            self._open.fields[given.get("name", "")] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


class Visitor:
    """One browser: it keeps its cookies from one sign-in to the next."""

    def __init__(self, redirect_uri: str) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self._redirect_uri = redirect_uri
        self.url = ""
        self.text = ""
        self.answer: dict[str, str] | None = None  # the query that came back to the application

    def open(self, url: str) -> None:
        self.answer = None
        self._arrive(self.session.get(url, allow_redirects=False, timeout=30))

    def submit(self, step: str, **values: str) -> None:
        """Send the form of the page that leads to `step`."""
        reader = FormReader()
        reader.feed(self.text)
        forms = [form for form in reader.forms + reader.extra if form.step == step]
        assert forms, f"No form leads to {step!r} on this page:\n{self.text}"
        data = {name: value for name, value in forms[0].fields.items() if name} | values
        where = urljoin(self.url, forms[0].action)
        self._arrive(self.session.post(where, data=data, allow_redirects=False, timeout=30))

    def _arrive(self, response: requests.Response) -> None:
        while response.is_redirect:
            where = urljoin(response.url, response.headers["Location"])
            if where.startswith(self._redirect_uri):
                self.answer = dict(parse_qsl(urlsplit(where).query, keep_blank_values=True))
                return
            response = self.session.get(where, allow_redirects=False, timeout=30)
        self.url, self.text = response.url, response.text

    def sign_in(self, url: str, account: str, password: str) -> None:
        """Type the address and the password; the page after that is open."""
        self.open(url)
        self.submit("email", email=account)
        self.submit("password", password=password)

    def came_back(self) -> dict[str, str]:
        assert self.answer is not None, f"Still at Microsoft:\n{self.text}"
        return self.answer
