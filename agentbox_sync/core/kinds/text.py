"""Canonical text: what is left when every rewriting that servers and browsers do is undone."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers

_SPACES = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile(r"\r\n?")
_EXTENSION_SEPARATOR = ";ext="


def line(value: object) -> str | None:
    """Return single-line text with every run of white space folded; ``None`` when nothing is left.

    Exchange trims and turns some spaces into no-break spaces; browsers paste line ends.
    """
    folded = " ".join(unicodedata.normalize("NFC", str(value or "")).split())
    return folded or None


def word(value: object) -> str:
    """Return one of Graph's words without its case; empty when nothing is left.

    They are ASCII. Of other texts the case stays: folded, they may compose to another one.
    """
    text = line(value) or ""
    return text.lower() if text.isascii() else text


def paragraph(value: object) -> str | None:
    """Return multi-line text with LF line ends and no trailing blanks; ``None`` when empty.

    Browsers send CRLF, Exchange trims the ends of a body and keeps what stands between.
    """
    text = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", str(value or "")))
    lines = [_SPACES.sub(" ", row).rstrip() for row in text.split("\n")]
    return "\n".join(lines).strip() or None


def email(value: object) -> str | None:
    """Return an e-mail address in lower case; ``None`` for an empty or X.500 one.

    Outlook rewrites the case. ``/o=Exchange...`` is Exchange's own directory name of a colleague,
    not an address that a CRM could hold (platform notes, section 8).
    """
    text = line(value)
    if text is None or text.startswith(("/o=", "/O=")):
        return None
    return text.lower()


def phone(value: object, region: str) -> str | None:
    """Return a phone number as E.164 with its extension; the folded text where it is not one.

    ``is_possible`` and not ``is_valid``: numbers reserved for fiction and new ranges are possible
    but not valid, and must still compare equal to themselves in another notation.
    """
    text = line(value)
    if text is None:
        return None
    return _number(text, region)


# Parsing is the dearest step of comparing two contacts, and a run reads each number several times:
# as it plans, as it writes, and as it hears what the other side has made of it.
@lru_cache(maxsize=4096)
def _number(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number):
        return text
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain}{_EXTENSION_SEPARATOR}{number.extension}" if number.extension else plain
