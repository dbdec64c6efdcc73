"""The session: where it may go, whom it trusts, and what it never takes along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from agentbox_sync.core.errors import FixConfiguration, Unreachable
from agentbox_sync.graph.client import GraphClient
from agentbox_sync.graph.transport import build_session, is_loopback, redirected_hosts

GRAPH = "graph.microsoft.com"


class Tokens:
    def token(self, *, claims: str = "") -> str:
        return "made-up"


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Nothing here is worth waiting for."""


@contextmanager
def served(wrap: Callable[[ThreadingHTTPServer], None] | None = None) -> Iterator[tuple[int, list]]:
    """A server that notes what it is sent and sets a cookie; yields its port and the notes."""
    seen: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}})
            self.send_response(200)
            self.send_header("Set-Cookie", "tracker=1; Path=/")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *arguments: object) -> None:
            """Keep the test's output clean."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *arguments: object) -> None:
            """A client that hangs up during the handshake is what one test is about."""

    server = Server(("127.0.0.1", 0), Handler)
    if wrap:
        wrap(server)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port, seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9080",
        "http://127.8.8.8",
        "https://localhost:9080/",
        "http://[::1]:9080",
        "HTTP://LOCALHOST",
    ],
)
def test_loopback_addresses_are_known(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:9080",
        "ftp://127.0.0.1",
        "https://graph.microsoft.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1@evil.example",
        "http://evil.example\\@127.0.0.1",
        "http://127.0.0.1:port",
        "http://[::1",
        "http://127.0.0.1 .evil.example",
        "http://2130706433.evil.example",
    ],
)
def test_everything_else_is_not_this_machine(url: str) -> None:
    assert not is_loopback(url)


def test_a_redirection_away_from_this_machine_is_refused_by_the_name_of_its_setting() -> None:
    with pytest.raises(FixConfiguration) as caught:
        redirected_hosts({"MS365_GRAPH_URL": (GRAPH, "https://proxy.example")})

    assert str(caught.value).startswith("MS365_GRAPH_URL may only name a loopback address")


def test_no_setting_means_microsoft_itself() -> None:
    targets = {
        "MS365_LOGIN_URL": ("login.microsoftonline.com", ""),
        "MS365_GRAPH_URL": (GRAPH, "http://127.0.0.1:9080"),
    }

    assert redirected_hosts(targets) == {GRAPH: "http://127.0.0.1:9080"}


def test_the_emulator_is_asked_under_microsofts_name_and_the_answer_comes_from_it() -> None:
    with (
        served() as (port, seen),
        build_session(redirects={GRAPH: f"http://127.0.0.1:{port}/"}) as session,
    ):
        answer = session.get(f"https://{GRAPH}/v1.0/me?$select=id%20x")

    assert seen[0]["host"] == GRAPH
    assert seen[0]["path"] == "/v1.0/me?$select=id%20x"
    assert answer.url == f"https://{GRAPH}/v1.0/me?$select=id%20x"


def test_a_company_proxy_is_not_asked_for_this_machine() -> None:
    with (
        served() as (port, seen),
        build_session(
            redirects={GRAPH: f"http://127.0.0.1:{port}"}, proxy="http://127.0.0.1:9"
        ) as session,
    ):
        assert session.get(f"https://{GRAPH}/v1.0/me").ok

    assert len(seen) == 1


def test_a_proxy_that_does_not_answer_means_that_nothing_was_sent() -> None:
    with build_session(proxy="http://127.0.0.1:9") as session:
        client = GraphClient(session, Tokens(), Clock())
        with pytest.raises(Unreachable) as caught:
            client.get("/me")

    assert caught.value.code == "ProxyError"


def test_the_machines_own_settings_do_not_reach_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    with build_session(ca_bundle="/ours.pem") as session:
        settings = session.merge_environment_settings(f"https://{GRAPH}", {}, None, None, None)

    assert settings["verify"] == "/ours.pem"
    assert not settings["proxies"]


def test_cookies_of_one_mailbox_do_not_travel_with_another() -> None:
    with (
        served() as (port, seen),
        build_session(redirects={GRAPH: f"http://127.0.0.1:{port}"}) as session,
    ):
        session.get(f"https://{GRAPH}/one")
        session.get(f"https://{GRAPH}/two")

    assert ["cookie" in request for request in seen] == [False, False]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of our own for 127.0.0.1, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "ca.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_counts_when_the_bundle_holds_it(certificate: Path, trusted: bool) -> None:
    def with_tls(server: ThreadingHTTPServer) -> None:
        context = SSLContext(PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )

    bundle = str(certificate) if trusted else ""
    with served(with_tls) as (port, _), build_session(ca_bundle=bundle) as session:
        base_url = f"https://127.0.0.1:{port}/v1.0"
        client = GraphClient(session, Tokens(), Clock(), base_url=base_url)
        if trusted:
            assert client.get("/me").ok
            return
        with pytest.raises(FixConfiguration) as caught:
            client.get("/me")

    assert caught.value.code == "CertificateRefused"
    assert "MS365_CA_BUNDLE" in str(caught.value)
