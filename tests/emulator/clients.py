"""Small clients for the tests: an adapter to loopback, OAuth without a browser, control."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import requests
from requests.adapters import HTTPAdapter

CLIENT_ID = "11111111-1111-4111-8111-111111111111"
SECRET = "a-secret-that-is-long-enough"
CALLBACK = "http://localhost:8000/connections/callback/"
LOGIN = "https://login.microsoftonline.com"
GRAPH = "https://graph.microsoft.com"
JANE = "jane@harbour.example"
STAMP = "String {66f5a359-4659-4830-9070-00040ec6ac6e} Name CrmId"
SCOPES = (
    "User.Read Contacts.ReadWrite Calendars.ReadWrite Tasks.ReadWrite MailboxSettings.Read "
    "offline_access openid profile"
)


def seed(**tenant: Any) -> dict[str, Any]:
    """One agency with an agent, an administrator and an app; one more tenant beside it."""
    return {
        "tenants": [
            {
                "name": "Harbour Realty",
                "domain": "harbour.example",
                **tenant,
                "users": [
                    {
                        "upn": JANE,
                        "display_name": "Jane Smith",
                        "password": "correct horse",
                        "time_zone": "AUS Eastern Standard Time",
                    },
                    {
                        "upn": "admin@harbour.example",
                        "display_name": "Ada Admin",
                        "admin": True,
                        "password": "battery staple",
                    },
                    {
                        "upn": "onprem@harbour.example",
                        "display_name": "Otto Old",
                        "mailbox": False,
                        "password": "old",
                    },
                ],
            },
            {
                "name": "Other Agency",
                "domain": "other.example",
                "users": [
                    {"upn": "kim@other.example", "display_name": "Kim Other", "password": "kim"}
                ],
            },
        ],
        "apps": [
            {
                "client_id": CLIENT_ID,
                "name": "Agentbox CRM",
                "client_secret": SECRET,
                "redirect_uris": [CALLBACK],
            }
        ],
        "consent": [
            {"upn": JANE, "client_id": CLIENT_ID},
            {"upn": "onprem@harbour.example", "client_id": CLIENT_ID},
        ],
    }


class Loopback(HTTPAdapter):
    """Sends Microsoft's host names to the emulator and keeps the Host header."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        parts = urlsplit(str(request.url))
        request.headers["Host"] = parts.netloc
        tail = f"?{parts.query}" if parts.query else ""
        request.url = f"{self.address}{parts.path}{tail}"
        return super().send(request, *args, **kwargs)


def session_to(address: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.mount(LOGIN, Loopback(address))
    session.mount(GRAPH, Loopback(address))
    return session


class Control:
    """The emulator's own switches, as a test uses them."""

    def __init__(self, url: str, session: requests.Session) -> None:
        self.url = url
        self.session = session

    def get(self, name: str) -> Any:
        return self._read(self.session.get(f"{self.url}/_emulator/{name}"))

    def post(self, name: str, body: Any) -> Any:
        return self._read(self.session.post(f"{self.url}/_emulator/{name}", json=body))

    def delete(self, name: str) -> Any:
        return self._read(self.session.delete(f"{self.url}/_emulator/{name}"))

    def mailbox(self, upn: str = JANE) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"mailbox/{quote(upn)}")
        return found

    def person(self, body: dict[str, Any], upn: str = JANE) -> dict[str, Any]:
        """Do something as the person in Outlook would."""
        done: dict[str, Any] = self.post(f"mailbox/{quote(upn)}", body)
        return done

    def switch(self, **values: Any) -> None:
        self.post("switches", values)

    def token(self, upn: str, scope: str = SCOPES, password: str | None = None) -> str:
        return str(self.tokens(upn, scope, password)["access_token"])

    def tokens(self, upn: str, scope: str = SCOPES, password: str | None = None) -> dict[str, Any]:
        """The whole authorization code flow as a browser and an app would walk it."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        browser = Browser(self.url)
        callback = browser.sign_in(
            upn,
            password or PASSWORDS[upn],
            scope=scope,
            code_challenge=challenge.decode().rstrip("="),
            code_challenge_method="S256",
        )
        return self.redeem(callback["code"], code_verifier=verifier)

    def redeem(self, code: str, **form: str) -> dict[str, Any]:
        answer = self.token_request(
            grant_type="authorization_code", code=code, redirect_uri=CALLBACK, **form
        )
        body: dict[str, Any] = answer.json()
        return body

    def token_request(self, authority: str = "organizations", **form: str) -> requests.Response:
        values = {"client_id": CLIENT_ID, "client_secret": SECRET, **form}
        return self.session.post(f"{self.url}/{authority}/oauth2/v2.0/token", data=values)

    @staticmethod
    def _read(answer: requests.Response) -> Any:
        assert answer.ok, f"{answer.status_code} {answer.text}"
        return answer.json()


PASSWORDS = {
    JANE: "correct horse",
    "admin@harbour.example": "battery staple",
    "onprem@harbour.example": "old",
    "kim@other.example": "kim",
}


class Browser:
    """A browser without scripts: follows the emulator's forms until it leaves for the app."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def authorize(self, authority: str = "organizations", **params: str) -> requests.Response:
        query = {
            "client_id": CLIENT_ID,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": SCOPES,
            "state": "st4te",
            **params,
        }
        return self._follow(
            self.session.get(
                f"{self.url}/{authority}/oauth2/v2.0/authorize", params=query, allow_redirects=False
            )
        )

    def step(self, page: requests.Response, name: str, **form: str) -> requests.Response:
        flow = re.search(r"/_signin/([\w-]+)", page.url)
        assert flow, page.url
        return self._follow(
            self.session.post(
                f"{self.url}/_signin/{flow[1]}/{name}", data=form, allow_redirects=False
            )
        )

    def sign_in(
        self, upn: str, password: str, authority: str = "organizations", **params: str
    ) -> dict[str, str]:
        """Walk to the callback, accepting whatever is asked; returns the callback's query."""
        page = self.authorize(authority, **params)
        if "Pick an account" in page.text:
            page = self.step(page, "pick", account="")
        if 'name="email"' in page.text:
            page = self.step(page, "email", email=upn)
        page = self.step(page, "password", password=password)
        if "Permissions requested" in page.text:
            page = self.step(page, "accept")
        return self.callback(page)

    @staticmethod
    def callback(answer: requests.Response) -> dict[str, str]:
        location = answer.headers.get("location", "")
        assert location.startswith(CALLBACK), f"{answer.status_code} {answer.url} {location}"
        return {k: v[0] for k, v in parse_qs(urlsplit(location).query).items()}

    def _follow(self, answer: requests.Response) -> requests.Response:
        while answer.is_redirect and not answer.headers["location"].startswith("http"):
            answer = self.session.get(
                f"{self.url}{answer.headers['location']}", allow_redirects=False
            )
        return answer


class Client:
    """Graph as an app speaks to it: Microsoft's host name, a bearer token, immutable ids."""

    def __init__(self, url: str, token: str, prefer: str = 'IdType="ImmutableId"') -> None:
        self.session = session_to(url)
        self.headers = {"Authorization": f"Bearer {token}"}
        if prefer:
            self.headers["Prefer"] = prefer

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.session.close()

    def __call__(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> requests.Response:
        url = path if path.startswith("http") else f"{GRAPH}/v1.0{path}"
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.request(
            method, url, json=body, timeout=20, headers={**self.headers, **extra}
        )

    def get(self, path: str, **headers: str) -> Any:
        answer = self("GET", path, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def create(self, path: str = "/me/contacts", **values: Any) -> dict[str, Any]:
        answer = self("POST", path, values)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def batch(self, *items: dict[str, Any]) -> dict[str, dict[str, Any]]:
        answer = self("POST", "/$batch", {"requests": list(items)})
        assert answer.status_code == 200, answer.text
        return {entry["id"]: entry for entry in answer.json()["responses"]}

    def all_pages(self, path: str, **headers: str) -> tuple[list[dict[str, Any]], str]:
        """Every row of a list or a delta round, and the delta link it ended with."""
        rows: list[dict[str, Any]] = []
        while True:
            page = self.get(path, **headers)
            rows += page["value"]
            assert not ("@odata.nextLink" in page and "@odata.deltaLink" in page)
            if "@odata.nextLink" not in page:
                return rows, page.get("@odata.deltaLink", "")
            path = page["@odata.nextLink"]


def item(number: int | str, method: str, url: str, body: Any = None, **more: Any) -> dict[str, Any]:
    """One request of a $batch; a body brings its Content-Type along."""
    headers = {"Prefer": 'IdType="ImmutableId"', **more.pop("headers", {})}
    if body is not None:
        headers["Content-Type"] = "application/json"
        more["body"] = body
    return {"id": str(number), "method": method, "url": url, "headers": headers, **more}
