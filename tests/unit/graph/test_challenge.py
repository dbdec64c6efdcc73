"""Claims challenges, as Graph sends them."""

from __future__ import annotations

import base64
import json

import pytest

from agentbox_sync.graph.challenge import challenge_of, is_challenged, wants_another_token
from agentbox_sync.graph.exchange import Response

CLAIMS = json.dumps({"access_token": {"nbf": {"essential": True, "value": "1604106651"}}})
# Characters of which the two alphabets of base64 make different ones.
ODD = json.dumps({"access_token": {"acrs": {"value": "?>?>~~~"}}})


def asked(claims: str, status: int = 401) -> Response:
    header = f'Bearer realm="", error="insufficient_claims", claims="{claims}"'
    return Response(status, {"www-authenticate": header})


@pytest.mark.parametrize("claims", [CLAIMS, ODD])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_the_claims_are_read_in_both_alphabets_with_and_without_padding(
    claims: str, encode: type[bytes]
) -> None:
    encoded = encode(claims.encode()).decode()  # type: ignore[call-arg]

    assert challenge_of(asked(encoded)) == claims
    assert challenge_of(asked(encoded.rstrip("="))) == claims


@pytest.mark.parametrize("claims", ["%%%", "/w==", ""])
def test_claims_that_cannot_be_read_are_none_and_still_refuse_the_token(claims: str) -> None:
    assert challenge_of(asked(claims)) == ""
    assert is_challenged(asked(claims, 403))


def test_a_403_wants_another_token_only_with_a_challenge() -> None:
    assert wants_another_token(Response(401))
    assert not wants_another_token(Response(403))
    assert wants_another_token(asked("e30", 403))
    assert not wants_another_token(asked("e30", 200))
    assert not wants_another_token(asked("e30", 404))
