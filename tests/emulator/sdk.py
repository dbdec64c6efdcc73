"""msgraph-sdk and azure-identity on loopback: their transport is ours, nothing else is.

The SDK speaks httpx, azure-identity requests; both take a transport, so nothing is patched.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import AuthorizationCodeCredential, ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.headers_collection import HeadersCollection
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.contact import Contact
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.physical_address import PhysicalAddress
from msgraph.generated.models.single_value_legacy_extended_property import (
    SingleValueLegacyExtendedProperty,
)
from msgraph.graph_request_adapter import options
from msgraph_core import GraphClientFactory

from .clients import CALLBACK, CLIENT_ID, JANE, PASSWORDS, SECRET, STAMP, Browser, session_to

TENANT = "harbour.example"
IMMUTABLE = ("Prefer", 'IdType="ImmutableId"')
Answer = TypeVar("Answer")


class Loopback(httpx.AsyncBaseTransport):
    """Carries Microsoft's host names to the emulator and keeps the Host header."""

    def __init__(self, address: str) -> None:
        self.address = httpx.URL(address)
        self.inner = httpx.AsyncHTTPTransport(trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert request.url.host in {"graph.microsoft.com", "login.microsoftonline.com"}
        carried = httpx.Request(
            request.method,
            request.url.copy_with(
                scheme=self.address.scheme, host=self.address.host, port=self.address.port
            ),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return await self.inner.handle_async_request(carried)

    async def aclose(self) -> None:
        await self.inner.aclose()


class Sdk:
    """msgraph-sdk on an event loop of its own, since the tests are not asynchronous."""

    def __init__(self, address: str, credential: Any, runner: asyncio.Runner) -> None:
        self._transport = Loopback(address)
        http = GraphClientFactory.create_with_default_middleware(
            client=httpx.AsyncClient(transport=self._transport, trust_env=False, timeout=20),
            options=options,
        )
        provider = AzureIdentityAuthenticationProvider(credential)
        self.adapter = GraphRequestAdapter(provider, client=http)
        self.client = GraphServiceClient(request_adapter=self.adapter)
        self.me = self.client.me
        self._runner = runner

    def __call__(self, asked: Coroutine[Any, Any, Answer]) -> Answer:
        """Wait for what the SDK was asked."""
        return self._runner.run(asked)

    def close(self) -> None:
        """Close the connections; the SDK's own transport does not close the one within."""
        self._runner.run(self._transport.aclose())


def asking(builder: Any, *, headers: tuple[tuple[str, str], ...] = (), **options: Any) -> Any:
    """A request configuration: the query parameters of a builder, and headers."""
    parameters = next(
        kind for name, kind in vars(type(builder)).items() if name.endswith("GetQueryParameters")
    )
    wanted = HeadersCollection()
    for name, value in (IMMUTABLE, *headers):
        wanted.add(name, value)
    return RequestConfiguration(query_parameters=parameters(**options), headers=wanted)


def mia() -> Contact:
    """A person as the SDK describes one."""
    return Contact(
        given_name="Mia",
        surname="Wong",
        birthday=datetime(1980, 2, 29, tzinfo=UTC),
        email_addresses=[EmailAddress(address="mia@buyers.example", name="Mia Wong")],
        home_address=PhysicalAddress(street="1 Sea Rd", city="Manly"),
        business_phones=["02 5550 1234"],
        mobile_phone="0491 570 156",
        categories=["VIP"],
        single_value_extended_properties=[
            SingleValueLegacyExtendedProperty(id=STAMP, value="7"),
        ],
    )


@contextmanager
def sdk_for(address: str, credential: Any) -> Iterator[Sdk]:
    with asyncio.Runner() as runner:
        sdk = Sdk(address, credential, runner)
        try:
            yield sdk
        finally:
            sdk.close()


@contextmanager
def person(address: str, upn: str = JANE) -> Iterator[AuthorizationCodeCredential]:
    """azure-identity with a code that this person's browser brought back."""
    code = Browser(address).sign_in(upn, PASSWORDS[upn])["code"]
    with entra_transport(address) as transport:
        yield AuthorizationCodeCredential(
            TENANT, CLIENT_ID, code, CALLBACK, client_secret=SECRET, transport=transport
        )


@contextmanager
def app_itself(address: str) -> Iterator[ClientSecretCredential]:
    """azure-identity for the app on its own, which uses MSAL beneath."""
    with (
        entra_transport(address) as transport,
        ClientSecretCredential(
            TENANT, CLIENT_ID, SECRET, transport=transport, disable_instance_discovery=True
        ) as credential,
    ):
        yield credential


@contextmanager
def entra_transport(address: str) -> Iterator[RequestsTransport]:
    with session_to(address) as session:
        yield RequestsTransport(session=session, session_owner=False)
