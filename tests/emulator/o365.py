"""python-o365 on loopback: its sessions carry our adapter, nothing else differs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msal
import requests
from O365 import Account
from O365.connection import Connection
from O365.utils.token import MemoryTokenBackend

from .clients import (
    CALLBACK,
    CLIENT_ID,
    GRAPH,
    JANE,
    LOGIN,
    PASSWORDS,
    SECRET,
    Browser,
    Loopback,
    session_to,
)

TENANT = "harbour.example"
SCOPES = ("basic", "address_book_all")


class LoopbackConnection(Connection):
    """python-o365's connection, its sessions mounted on loopback."""

    address = ""

    @property
    def msal_client(self) -> msal.ConfidentialClientApplication:
        if self._msal_client is None:
            self._msal_client = msal.ConfidentialClientApplication(
                CLIENT_ID,
                client_credential=SECRET,
                authority=self._msal_authority,
                token_cache=self.token_backend,
                instance_discovery=False,
                http_client=session_to(self.address),
            )
        return self._msal_client

    def get_session(self, load_token: bool = False) -> requests.Session:
        session: requests.Session = super().get_session(load_token)
        session.trust_env = False
        for host in (LOGIN, GRAPH):
            session.mount(host, Loopback(self.address))
        return session


class LoopbackAccount(Account):
    connection_constructor = LoopbackConnection


@contextmanager
def o365_account(
    address: str, upn: str = JANE, scopes: tuple[str, ...] = SCOPES, **options: Any
) -> Iterator[Account]:
    """python-o365 for a person, signed in by the walk that its documentation shows."""
    account = LoopbackAccount(
        (CLIENT_ID, SECRET),
        tenant_id=TENANT,
        token_backend=MemoryTokenBackend(),
        requests_delay=0,  # it waits 200 ms between any two requests otherwise
        timezone="Australia/Sydney",
        **options,
    )
    account.con.address = address
    link, flow = account.get_authorization_url(requested_scopes=list(scopes), redirect_uri=CALLBACK)
    browser = Browser(address)
    page = browser._follow(browser.session.get(link, allow_redirects=False))
    page = browser.step(page, "email", email=upn)
    page = browser.step(page, "password", password=PASSWORDS[upn])
    if "Permissions requested" in page.text:
        page = browser.step(page, "accept")
    assert account.request_token(page.headers["location"], flow=flow)
    try:
        yield account
    finally:
        if account.con.session is not None:
            account.con.session.close()
        account.con.msal_client.http_client.close()
