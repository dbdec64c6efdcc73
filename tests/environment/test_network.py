from __future__ import annotations

import socket

import pytest

from tests.environment.network import NetworkReached, is_local

ABROAD = "192.0.2.1"  # TEST-NET-1 of RFC 5737: nobody's address


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "::", "0.0.0.0", "", None, b"localhost"]
)
def test_this_machine_is_local(host: object) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", [ABROAD, "graph.microsoft.com", "10.0.0.1", "2001:db8::1"])
def test_every_other_machine_is_abroad(host: str) -> None:
    assert not is_local(host)


def test_connecting_abroad_is_refused(network_guard: list[str]) -> None:
    with socket.socket() as client, pytest.raises(NetworkReached):
        client.connect((ABROAD, 9))
    assert network_guard == [ABROAD]
    network_guard.clear()  # planted, so no failure of this test


def test_a_datagram_abroad_is_refused(network_guard: list[str]) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(NetworkReached):
        client.sendto(b"", (ABROAD, 9))
    assert network_guard == [ABROAD]
    network_guard.clear()


def test_looking_up_a_name_abroad_is_refused(network_guard: list[str]) -> None:
    with pytest.raises(NetworkReached):
        socket.create_connection(("graph.microsoft.com", 443))
    assert network_guard == ["graph.microsoft.com"]
    network_guard.clear()


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_a_test_that_swallows_the_refusal_fails_all_the_same(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("from tests.environment.network import network_guard")
    pytester.makepyfile(
        f"""
        import contextlib, socket

        def test_swallows():
            with contextlib.suppress(Exception), socket.socket() as client:
                client.connect(("{ABROAD}", 9))

        def test_stays_at_home():
            socket.getaddrinfo("127.0.0.1", 80)
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:django", "-p", "no:randomly")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines([f"*reached beyond this machine: {ABROAD}.*"])
