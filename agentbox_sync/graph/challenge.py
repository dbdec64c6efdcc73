"""Claims challenges: Graph refuses a token and says what the next one has to prove.

By 401 where an event has ended the token's life early (continuous access evaluation), by 403 where
Conditional Access wants a step more. Both are answered once, with a new token; whoever is refused
again has to sign in (app-resilience-continuous-access-evaluation.md).
"""

from __future__ import annotations

import base64
import binascii
import re

from agentbox_sync.graph.exchange import Response

# What TokenSource is asked with when a token was refused without a claims challenge: an empty
# challenge asks for nothing but a new token.
ANEW = "{}"
INSUFFICIENT = "insufficient_claims"

_CLAIMS = re.compile(r'claims="([^"]*)"', re.IGNORECASE)
_ERROR = re.compile(rf'error="?{INSUFFICIENT}\b', re.IGNORECASE)


def challenge_of(response: Response) -> str:
    """Return the decoded claims challenge of a refusal, empty when it has none."""
    found = _CLAIMS.search(_asked(response))
    if not found:
        return ""
    text = found[1] + "=" * (-len(found[1]) % 4)
    try:
        return base64.b64decode(text, altchars=b"-_").decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def is_challenged(response: Response) -> bool:
    """Tell whether an answer refuses the token for what it does not prove."""
    asked = _asked(response)
    return bool(_ERROR.search(asked) or _CLAIMS.search(asked))


def wants_another_token(response: Response) -> bool:
    """Tell whether the same request may go through with a new token; it was not carried out."""
    return response.status == 401 or is_challenged(response)


def _asked(response: Response) -> str:
    return response.headers.get("www-authenticate", "") if response.status in (401, 403) else ""
