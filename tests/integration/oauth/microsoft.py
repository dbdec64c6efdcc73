"""Two organisations at the emulator, our application, and what can befall them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import requests

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer
from agentbox_sync.graph.transport import build_session
from agentbox_sync.oauth import flow
from agentbox_sync.oauth.client import AppRegistration
from agentbox_sync.oauth.clouds import CLOUDS, cloud_named
from agentbox_sync.oauth.flow import BegunFlow, SignedIn

from .front import Front
from .visitor import Visitor

TENANT = "99999999-8888-4777-8666-555555555555"
OTHER_TENANT = "77777777-6666-4555-8444-333333333333"
JANE = "jane.citizen@harbour.example"
STRANGER = "sam.stranger@elsewhere.example"

REGISTRATION = AppRegistration(
    client_id="11111111-2222-4333-8444-555555555555",
    client_secret="only~for/tests+=",
    tenant=TENANT,
    cloud=cloud_named("global"),
    redirect_uri="http://localhost:8000/connections/callback/",
)


def seed(*, user_consent: bool = True) -> dict[str, Any]:
    password = Microsoft.password
    return {
        "tenants": [
            {
                "id": TENANT,
                "name": "Harbour Realty",
                "domain": Microsoft.domain,
                "user_consent": user_consent,
                "users": [
                    {"upn": JANE, "display_name": "Jane Citizen", "password": password},
                    {"upn": Microsoft.administrator, "password": password, "admin": True},
                ],
            },
            {
                "id": OTHER_TENANT,
                "name": "Elsewhere",
                "domain": "elsewhere.example",
                "users": [{"upn": STRANGER, "password": password}],
            },
        ],
        "apps": [
            {
                "client_id": REGISTRATION.client_id,
                "client_secret": REGISTRATION.client_secret,
                "name": "Agentbox Sync",
                "redirect_uris": [REGISTRATION.redirect_uri],
            }
        ],
    }


@dataclass
class Microsoft:
    """The emulator as one test sees it, with the front before its sign-in service."""

    server: EmulatorServer
    front: Front
    registration: AppRegistration = REGISTRATION
    opened: list[requests.Session] = field(default_factory=list)

    domain = "harbour.example"
    administrator = "admin@harbour.example"
    password = "correct horse"

    def __post_init__(self) -> None:
        self.session = self.new_session()
        self.graph_session = self.session

    @property
    def emulator_url(self) -> str:
        return self.server.url

    def new_session(self) -> requests.Session:
        """A session as another worker would have it: it has not met discovery yet."""
        session = build_session(
            redirects={
                **{cloud.login: self.front.base_url for cloud in CLOUDS.values()},
                **{cloud.graph: self.server.url for cloud in CLOUDS.values()},
            }
        )
        self.opened.append(session)
        return session

    def visitor(self) -> Visitor:
        visitor = Visitor(self.registration.redirect_uri)
        self.opened.append(visitor.session)
        return visitor

    def sign_in(
        self, registration: AppRegistration, account: str = JANE
    ) -> tuple[BegunFlow, dict[str, str]]:
        """Begin, sign in, accept; the answer is not yet redeemed."""
        begun = flow.begin(registration, self.session)
        visitor = self.visitor()
        visitor.sign_in(begun.authorization_url, account, self.password)
        if visitor.answer is None:  # the first time
            visitor.submit("accept")
        return begun, visitor.came_back()

    def finish(
        self,
        registration: AppRegistration,
        begun: BegunFlow,
        answer: dict[str, str],
        **options: list[str],
    ) -> SignedIn:
        return flow.finish(registration, self.session, begun.flow, answer, **options)

    def close(self) -> None:
        for session in self.opened:
            session.close()

    # ---------------------------------------------------------------------- control

    def control(self, path: str, body: dict[str, Any]) -> Any:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(f"{self.server.url}/_emulator/{path}", json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def object_id(self, upn: str) -> str:
        return str(self.control("seed", seed())["ids"][upn])

    def forbid_user_consent(self) -> None:
        self.control("seed", seed(user_consent=False))

    def advance(self, seconds: float) -> None:
        self.control("clock", {"advance": seconds})

    def switch(self, **values: Any) -> None:
        self.control("switches", values)

    def revoke(self, upn: str) -> None:
        self.control("revoke", {"upn": upn})

    def withdraw_consent(self, upn: str) -> None:
        """The application is removed from the person's list; tokens are left as they are."""
        with self.server.state.lock:
            user = self.server.state.directory.user(upn)
            assert user is not None
            self.server.state.grants.forget(user)

    def change_claims(self, changes: dict[str, Any]) -> None:
        """From now on the identity token says something else on its way to us."""

        def change(body: dict[str, Any]) -> dict[str, Any]:
            head, claims, signature = body["id_token"].split(".")
            decoded = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
            changed = json.dumps({**decoded, **changes}).encode()
            middle = base64.urlsafe_b64encode(changed).decode().rstrip("=")
            return {**body, "id_token": f"{head}.{middle}.{signature}"}

        self.front.change_token = change
