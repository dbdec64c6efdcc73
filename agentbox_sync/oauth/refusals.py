"""Turns what Microsoft answered into a leaf of the tree: one table, closed by default.

``error`` and ``suberror`` decide; the AADSTS numbers only tell apart what they leave open, as
Microsoft says that the numbers may change (reference-error-codes). Only what is known to be
passing becomes TryLater.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum

from agentbox_sync.core.errors import SignInAgain
from agentbox_sync.oauth import errors
from agentbox_sync.oauth.errors import OAuthError


class Stage(Enum):
    """Where in the sign-in the answer came."""

    AUTHORIZE = "authorize"
    REDEEM = "redeem"
    RENEW = "renew"
    ADMIN_CONSENT = "admin_consent"
    APPLICATION = "application"
    """The application on its own: there is no person who could do anything about it."""


PASSING = frozenset({"temporarily_unavailable", "server_error", "request_timeout"})

_BY_ERROR: dict[str, type[OAuthError]] = {
    "access_denied": errors.Declined,
    "permission_denied": errors.Declined,
    "consent_required": errors.ConsentRequired,
    "interaction_required": errors.InteractionRequired,
    "login_required": errors.InteractionRequired,
    "invalid_client": errors.SecretRefused,
    "unauthorized_client": errors.ApplicationUnknown,
    "invalid_tenant": errors.TenantUnknown,
    "invalid_request": errors.RequestRefused,
    "invalid_resource": errors.RequestRefused,
    "invalid_scope": errors.RequestRefused,
    "unsupported_grant_type": errors.RequestRefused,
    "unsupported_response_type": errors.RequestRefused,
}

_BY_SUBERROR: dict[str, type[OAuthError]] = {
    "consent_required": errors.ConsentRequired,
    "basic_action": errors.InteractionRequired,
    "additional_action": errors.InteractionRequired,
    "user_password_expired": errors.InteractionRequired,
    "message_only": errors.AccessBlocked,
}

# What an ``error`` may turn out to be. A number under another ``error`` says nothing.
_ASK_AN_ADMIN = dict.fromkeys((65001, 90094, 90095), errors.ConsentRequired)
_BLOCKED = dict.fromkeys(
    (50057, 50105, 53000, 53001, 53002, 53003, 53004, 530032, 530034), errors.AccessBlocked
)
_PROOF = dict.fromkeys(
    (50055, 50072, 50074, 50076, 50078, 50079, 50097, 50132, 50133), errors.InteractionRequired
)
_ELSEWHERE = dict.fromkeys((50020, 50034, 51004), errors.WrongTenant)
_NO_TENANT = dict.fromkeys((50194, 90002, 900023), errors.TenantUnknown)
_PERSON: dict[int, type[OAuthError]] = {
    **_ASK_AN_ADMIN,
    **_BLOCKED,
    **_PROOF,
    **_ELSEWHERE,
    65004: errors.Declined,
}
_OPERATOR: dict[int, type[OAuthError]] = {
    **_NO_TENANT,
    50011: errors.RedirectRefused,
    65005: errors.RequestRefused,
    650053: errors.RequestRefused,  # a permission that Graph does not have
    700016: errors.ApplicationUnknown,
    7000215: errors.SecretRefused,
    7000222: errors.SecretRefused,
}
_BY_NUMBER: dict[str, dict[int, type[OAuthError]]] = {
    "access_denied": _PERSON,
    "consent_required": _PERSON,
    "interaction_required": _PERSON,
    "login_required": _PERSON,
    # PKCE verifier or callback address do not fit the code.
    "invalid_grant": _PERSON | dict.fromkeys((50148, 500112, 501481), errors.AnswerTampered),
    "invalid_client": _OPERATOR | _ASK_AN_ADMIN,
    "invalid_request": _OPERATOR,
    "invalid_resource": _OPERATOR | _ASK_AN_ADMIN,
    "unauthorized_client": _OPERATOR | _ASK_AN_ADMIN,
}

_NUMBER = re.compile(r"AADSTS(\d{4,8})\b")
_WORD = re.compile(r"[a-z_]{1,48}")
_ID = re.compile(r"[0-9a-fA-F-]{8,64}")


def refusal(
    answer: Mapping[str, object], stage: Stage, *, admin_consent_url: str = ""
) -> OAuthError:
    """Return the error that an answer with an ``error`` stands for."""
    word = _word(answer.get("error"))
    suberror = _word(answer.get("suberror"))
    numbers = _numbers(answer)
    leaf = _leaf(word, suberror, numbers, stage)
    found = leaf(
        _sentence(word, suberror, numbers, stage),
        numbers=numbers,
        request_id=_request_id(answer),
    )
    if isinstance(found, errors.ConsentRequired):
        found.admin_consent_url = admin_consent_url
    return found


def _leaf(word: str, suberror: str, numbers: tuple[int, ...], stage: Stage) -> type[OAuthError]:
    if word in PASSING:
        return errors.MicrosoftUnavailable
    candidates = [_BY_NUMBER.get(word, {}).get(number) for number in numbers]
    if word in {"invalid_grant", "interaction_required", "consent_required"}:
        candidates.append(_BY_SUBERROR.get(suberror))
    candidates.append(_BY_ERROR.get(word))
    if word == "invalid_grant":
        candidates.append(errors.GrantEnded if stage is Stage.RENEW else errors.CodeExpired)
    leaf = next(filter(None, candidates), errors.RefusedWithoutKnownReason)
    if stage is Stage.ADMIN_CONSENT and leaf in {errors.Declined, errors.ConsentRequired}:
        return errors.AdminDeclined
    is_known = leaf is not errors.RefusedWithoutKnownReason
    if stage is Stage.APPLICATION and (
        leaf is errors.ApplicationUnknown or (is_known and issubclass(leaf, SignInAgain))
    ):
        return errors.OrganisationRefused  # known there once, and not any more
    return leaf


def _sentence(word: str, suberror: str, numbers: tuple[int, ...], stage: Stage) -> str:
    parts = [word, suberror, *(f"AADSTS{number}" for number in numbers)]
    return f"Microsoft refused at {stage.value}: {', '.join(filter(None, parts))}."


def _word(value: object) -> str:
    """The callback's query is written by whoever sends it: only a plain word reaches the log."""
    if not value:
        return ""
    text = str(value)
    return text if _WORD.fullmatch(text) else "unreadable"


def _numbers(answer: Mapping[str, object]) -> tuple[int, ...]:
    listed = answer.get("error_codes")
    if isinstance(listed, list):
        found = [number for number in listed if type(number) is int and number > 0]
    else:
        found = [int(n) for n in _NUMBER.findall(str(answer.get("error_description") or ""))]
    return tuple(dict.fromkeys(found))[:5]


def _request_id(answer: Mapping[str, object]) -> str:
    """Microsoft's support asks for the correlation id, or the trace id."""
    for name in ("correlation_id", "trace_id"):
        value = str(answer.get(name) or "")
        if _ID.fullmatch(value):
            return value
    return ""
