"""A port that is taken is told before anything starts."""

from __future__ import annotations

import socket

import pytest

from agentbox_sync.contrib.reference_crm.demo.ports import Port, PortTaken, hosts, is_taken


@pytest.fixture(params=hosts())
def taken(request):
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with socket.socket(family) as server:
        server.bind((request.param, 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_the_line_to_type_instead(taken):
    with pytest.raises(PortTaken) as refusal:
        Port(taken, "WEB_PORT").choose()
    said = str(refusal.value)
    assert f"Port {taken} is taken by another program" in said
    other = int(said.rpartition("make demo WEB_PORT=")[2])
    assert other != taken
    assert not is_taken(other)


def test_a_port_that_is_bound_but_does_not_answer_is_taken_too():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        assert is_taken(server.getsockname()[1])


def test_zero_means_any_free_port():
    assert not is_taken(Port(0, "WEB_PORT").choose())


def test_a_port_is_free_again_as_soon_as_its_server_is_gone():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        server.accept()[0].close()
        client.close()
    assert Port(port, "WEB_PORT").choose() == port
