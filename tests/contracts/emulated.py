"""A mailbox at the emulated Microsoft, and the hands of those who act there beside us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.mailbox import GraphMailbox
from agentbox_sync.graph.stamp import PROPERTY_ID
from agentbox_sync.graph.transport import build_session, redirected_hosts
from agentbox_sync.ports import Window

ZONE = "Australia/Sydney"
JANE = "jane@agency.example"
PASSWORD = "correct horse"
APP = {
    "client_id": "6f7c7a52-6a0e-4d0a-9d5e-0f3f3a3b1c11",
    "client_secret": "made-up",
    "redirect_uris": ["http://localhost:8000/callback"],
}
SCOPES = (
    "Contacts.ReadWrite Calendars.ReadWrite Tasks.ReadWrite MailboxSettings.Read User.Read "
    "offline_access openid profile"
)


class Microsoft:
    """The emulator, reset and with one signed-in person; driven by HTTP alone."""

    def __init__(self, server: EmulatorServer) -> None:
        self.url = server.url
        self.prepare()

    def prepare(self, **jane: Any) -> None:
        """Begin again, with a person who is as ``jane`` says."""
        self.control("reset", {})
        person = {"upn": JANE, "display_name": "Jane Doe", "password": PASSWORD, **jane}
        self.control(
            "seed",
            {
                "tenants": [{"domain": "agency.example", "users": [person]}],
                "apps": [APP],
                "consent": [{"upn": JANE, "client_id": APP["client_id"]}],
            },
        )

    def control(self, what: str, body: Any = None, method: str = "POST") -> Any:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, f"{self.url}/_emulator/{what}", json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def look(self, what: str) -> Any:
        return self.control(what, method="GET")

    def fault(self, **rule: Any) -> None:
        self.control("faults", rule)

    def person(self, **deed: Any) -> Any:
        return self.control(f"mailbox/{JANE}", deed)

    def exchanges(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.look("log?limit=200")["exchanges"]
        return found


class Clock:
    """A clock whose waits cost nothing: the emulator's clock is put forward instead."""

    def __init__(self, microsoft: Microsoft) -> None:
        self.slept: list[float] = []
        self._microsoft = microsoft

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=sum(self.slept))

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._microsoft.control("clock", {"advance": seconds})


class SignedIn:
    """A token source with a grant of its own: Jane has signed in and accepted once."""

    def __init__(self, microsoft: Microsoft) -> None:
        self.asked: list[str] = []  # the challenges it was asked with
        self._url = microsoft.url
        code = self._sign_in()
        self._held = self._redeem(
            {"grant_type": "authorization_code", "code": code, "redirect_uri": _callback()}
        )

    def token(self, *, claims: str = "") -> str:
        if claims:
            self.asked.append(claims)
            grant = {"grant_type": "refresh_token", "refresh_token": self._held["refresh_token"]}
            self._held = self._redeem(grant)
        return str(self._held["access_token"])

    def _sign_in(self) -> str:
        asked = {
            "client_id": APP["client_id"],
            "response_type": "code",
            "redirect_uri": _callback(),
            "scope": SCOPES,
            "login_hint": JANE,
        }
        with requests.Session() as session:
            session.trust_env = False
            start = f"{self._url}/organizations/oauth2/v2.0/authorize"
            page = session.get(start, params=asked, timeout=30)
            answer = session.post(
                f"{page.url}/password", {"password": PASSWORD}, allow_redirects=False, timeout=30
            )
            while not (where := urljoin(answer.url, answer.headers["Location"])).startswith(
                _callback()
            ):
                answer = session.get(where, allow_redirects=False, timeout=30)
        return parse_qs(urlsplit(where).query)["code"][0]

    def _redeem(self, grant: Mapping[str, str]) -> dict[str, Any]:
        app = {"client_id": APP["client_id"], "client_secret": APP["client_secret"]}
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                f"{self._url}/organizations/oauth2/v2.0/token", {**app, **grant}, timeout=30
            )
        assert answer.ok, answer.text
        held: dict[str, Any] = answer.json()
        return held


class EmulatedSide:
    """A :class:`tests.contracts.remote_store.RemoteSide` of contacts on the Graph client."""

    kind = "contacts"
    note = "company"
    main = "Contacts"
    window: Window | None = None
    resource = "/contacts"

    def __init__(self, microsoft: Microsoft) -> None:
        self.microsoft = microsoft
        self.clock = Clock(microsoft)
        self.tokens = SignedIn(microsoft)
        hosts = redirected_hosts({"MS365_GRAPH_URL": ("graph.microsoft.com", microsoft.url)})
        self.session = build_session(redirects=hosts, timeout=(10.0, 30.0))
        self.client = GraphClient(self.session, self.tokens, self.clock, timeout=(10.0, 30.0))
        self.store = GraphMailbox(self.client, ZONE)

    def close(self) -> None:
        self.session.close()

    @property
    def round_trips(self) -> int:
        # Microsoft's count, not our own.
        return int(self.microsoft.look("stats")["requests"])

    def item(self, name: str, note: str | None = None, **atoms: Any) -> dict[str, Any]:
        said = {} if note is None else {"company": note}
        return {"name": {"given": name, "surname": "Doe"}, **said, **atoms}

    def items(self) -> dict[str, dict[str, Any]]:
        contacts = self.microsoft.look(f"mailbox/{JANE}")["contacts"]
        return {
            row["id"]: {
                "stamp": stamp_in(row["extended"]),
                "folder": row["folder"],
                "name": row["givenName"],
                "note": row["companyName"],
                "categories": row["categories"],
                "emails": [item["address"] for item in row["emailAddresses"]],
                "mobile_phone": row["mobilePhone"],
                "business_phones": row["businessPhones"],
            }
            for row in contacts
        }

    def add(self, name: str, emails: Sequence[str] = (), *, folder: str = "") -> str:
        person = {
            "givenName": name,
            "emailAddresses": [{"address": address} for address in emails],
        }
        return str(self.microsoft.person(add=person, folder=folder or "contacts")["id"])

    def change_note(self, remote_id: str, note: str) -> None:
        self.microsoft.person(edit=remote_id, values={"companyName": note})

    def remove(self, remote_id: str) -> None:
        self.microsoft.person(delete=remote_id)

    def keep_deleted(self, answers: bool) -> None:
        self.microsoft.control("switches", {"deleted_get": "200" if answers else "404"})

    def folders(self) -> dict[str, str]:
        rows = self.microsoft.look(f"mailbox/{JANE}")["folders"]
        living = [row for row in rows if not row["deleted"] and not row["well_known"]]
        return {row["id"]: row["name"] for row in living}

    def add_folder(self, name: str) -> str:
        return str(self.microsoft.person(add_folder=name)["id"])

    def rename_folder(self, id_: str, name: str) -> None:
        self.microsoft.person(rename_folder=id_, to=name)

    def remove_folder(self, id_: str) -> None:
        self.microsoft.person(delete_folder=id_)

    def move_away(self, remote_id: str) -> None:
        self.microsoft.person(add_folder="Private")
        self.microsoft.person(move=remote_id, folder="Private")

    def refuse(self, text: str) -> None:
        self.microsoft.fault(
            status=400,
            code="ErrorInvalidProperty",
            message="The property is refused.",
            path=self.resource,
            body_contains=text,
            method="POST",
        )

    def throttle(self, text: str, seconds: int) -> None:
        self.microsoft.fault(
            status=429,
            path=self.resource,
            body_contains=text,
            method="POST",
            times=1,
            headers={"Retry-After": str(seconds)},
        )

    def lose_next_answer(self, *, carried_out: bool) -> None:
        self.microsoft.fault(
            action="drop",
            path=r"\$batch",
            times=1,
            commit="after" if carried_out else "before",
        )

    def forget_cursors(self) -> None:
        self.microsoft.control("delta", {"upn": JANE, "kill": True})


def stamp_in(extended: Mapping[str, str]) -> str:
    """The stamp among the extended properties of an item."""
    found = (value for name, value in extended.items() if name.lower() == PROPERTY_ID.lower())
    return next(found, "")


def _callback() -> str:
    return str(APP["redirect_uris"][0])


@pytest.fixture(scope="session")
def emulator() -> Iterator[EmulatorServer]:
    with EmulatorServer() as server:
        yield server


@pytest.fixture
def microsoft(emulator: EmulatorServer) -> Microsoft:
    return Microsoft(emulator)


@pytest.fixture
def emulated(microsoft: Microsoft) -> Iterator[EmulatedSide]:
    side = EmulatedSide(microsoft)
    yield side
    side.close()
    # Whatever the test did: nobody came back before Retry-After was over.
    assert microsoft.look("stats")["retry_after_broken"] == 0
