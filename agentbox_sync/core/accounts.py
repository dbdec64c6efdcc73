"""Whether the account that signed in is the one that a staff card expects; by addresses alone."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Fit(StrEnum):
    """What the comparison of a card with an account comes to."""

    FITS = "fits"
    DIFFERS = "differs"
    UNKNOWN = "unknown"  # one of the two has no address at all


def fit(expected: Iterable[str], found: Iterable[str]) -> Fit:
    """Compare the addresses of a card with those of an account; one in common is enough.

    Names are not compared: two people in one office may share one, and one person may have two.
    """
    card, account = addresses(expected), addresses(found)
    if not card or not account:
        return Fit.UNKNOWN
    return Fit.FITS if card & account else Fit.DIFFERS


def addresses(given: Iterable[str]) -> frozenset[str]:
    """Return what is an address among ``given``, in the form in which they are compared.

    Exchange marks the kind of an address ("SMTP:", "smtp:", "x500:"); what is no mail address is
    left out. Small and capital letters are the same; nothing else is taken for the same.
    """
    found = set()
    for text in given:
        kind, colon, rest = text.strip().partition(":")
        if colon and kind.lower() != "smtp":
            continue
        address = (rest if colon else text).strip().lower()
        name, at, domain = address.rpartition("@")
        if at and name and domain:
            found.add(address)
    return frozenset(found)
