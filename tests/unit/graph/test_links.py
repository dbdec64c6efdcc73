"""Links out of Graph's mouth: trusted as to their token, not as to their host."""

from __future__ import annotations

import pytest

from agentbox_sync.core.errors import FixConfiguration
from agentbox_sync.graph.links import literal, query, relative, segment

ROOT = "https://graph.microsoft.com/v1.0"


def test_the_rest_of_a_link_is_kept_byte_for_byte() -> None:
    token = "/me/contactfolders('AAMk=')/contacts/delta?$skiptoken=a%2Fb+c%2fD~_-=&x=%20"

    assert relative(ROOT + token, ROOT) == token


def test_the_host_is_compared_without_case() -> None:
    assert relative("https://Graph.Microsoft.com/v1.0/me", ROOT) == "/me"


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1.0/me",
        "http://graph.microsoft.com/v1.0/me",
        "https://graph.microsoft.com:8443/v1.0/me",
        "https://graph.microsoft.com/beta/me",
        "https://graph.microsoft.com/v1.0@evil.example/me",
        "https://graph.microsoft.com/v1.0.evil.example/me",
        "https://graph.microsoft.com@evil.example/v1.0/me",
        "https://graph.microsoft.com/v1.0/../beta/me",
        "https://graph.microsoft.com/v1.0/%2e%2E/beta/me",
        "https://graph.microsoft.com/v1.0/..",
        "https://graph.microsoft.com/v1.0\\evil/me",
        "https://graph.microsoft.com/v1.0",
        "https://[::1/v1.0/me",
        "//graph.microsoft.com/v1.0/me",
        "/me",
        "",
    ],
)
def test_a_link_to_anywhere_else_is_refused(link: str) -> None:
    with pytest.raises(FixConfiguration) as caught:
        relative(link, ROOT)

    assert caught.value.code == "ForeignLink"


def test_the_refusal_names_the_host_and_not_the_token() -> None:
    with pytest.raises(FixConfiguration) as caught:
        relative("https://evil.example/v1.0/me?$deltatoken=secret", ROOT)

    assert "evil.example" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_ids_are_one_path_segment() -> None:
    assert segment("AAMk/+AGI2=") == "AAMk%2F%2BAGI2%3D"


def test_literals_and_options_survive_quotes_and_reserved_characters() -> None:
    assert literal("O'Brien") == "'O''Brien'"
    assert query(filter="a eq 'b&c+d#e'") == "$filter=a%20eq%20%27b%26c%2Bd%23e%27"
    assert query(top="1", select="id") == "$top=1&$select=id"
