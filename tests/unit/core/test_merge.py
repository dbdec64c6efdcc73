"""The merge of one pair, row by row of its table."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from agentbox_sync.core.merge import ATOM_TABLE, Merge, Verb, first_meeting, merge

WAS, CRM, OUTLOOK = "Was", "In the CRM", "In Outlook"


def merged(
    base: dict[str, Any], local: dict[str, Any], remote: dict[str, Any], **options: Any
) -> Merge:
    """Merge a pair whose sides agreed on ``base``."""
    return merge(base, base, local, remote, **options)


def verb_of(result: Merge, atom: str = "company") -> Verb:
    """Return what the table ordered for an atom that was in both bases as WAS."""
    if atom in result.push:
        return Verb.PUSH
    if atom in result.drift:
        return Verb.TRACK
    return Verb.KEEP if result.base_remote[atom] == WAS else Verb.ABSORB


# (the CRM says, Exchange says, strict) -> verb; the eight rows and those where both agree.
ROWS: list[tuple[str, str, bool, Verb]] = [
    (WAS, OUTLOOK, False, Verb.TRACK),
    (CRM, WAS, False, Verb.PUSH),
    (CRM, OUTLOOK, False, Verb.PUSH),
    (WAS, OUTLOOK, True, Verb.PUSH),
    (CRM, WAS, True, Verb.PUSH),
    (CRM, OUTLOOK, True, Verb.PUSH),
    (CRM, CRM, False, Verb.ABSORB),
    (CRM, CRM, True, Verb.ABSORB),
]


@pytest.mark.parametrize("local, remote, strict, verb", ROWS)
def test_row_of_the_table(local: str, remote: str, strict: bool, verb: Verb) -> None:
    result = merged({"company": WAS}, {"company": local}, {"company": remote}, strict=strict)

    assert verb_of(result) is verb


@pytest.mark.parametrize("strict", [False, True])
def test_row_where_nothing_moved_and_the_sides_differ(strict: bool) -> None:
    # Exchange keeps three of four addresses: the sides differ for good, and that is no change.
    bases = {"emails": ["a", "b", "c", "d"]}, {"emails": ["a", "b", "c"]}

    result = merge(*bases, *bases, strict=strict)

    assert (result.push, result.drift) == ((), ())
    assert (result.base_local, result.base_remote) == bases


def test_every_row_of_the_table_is_there() -> None:
    assert set(ATOM_TABLE) == set(itertools.product((False, True), repeat=3))


def test_an_atom_that_exchange_does_not_show_is_unchanged_not_empty() -> None:
    result = merged({"company": WAS, "notes": "n"}, {"company": WAS, "notes": "n"}, {})

    assert result.push == ()
    assert result.base_remote == {"company": WAS, "notes": "n"}


def test_an_atom_that_the_crm_does_not_offer_is_never_touched() -> None:
    result = merged({"company": WAS}, {"company": CRM}, {"company": WAS, "notes": "private"})

    assert result.push == ("company",)
    assert "notes" not in result.base_remote


def test_only_the_changed_atom_is_pushed() -> None:
    base = {"company": WAS, "job_title": WAS, "website": WAS}

    result = merged(base, {**base, "job_title": CRM}, {**base, "website": OUTLOOK})

    assert result.push == ("job_title",)
    assert result.drift == ("website",)


def test_bases_of_a_pushed_atom_stay_until_the_write_was_read_back() -> None:
    result = merged({"company": WAS}, {"company": CRM}, {"company": OUTLOOK})

    assert (result.base_local, result.base_remote) == ({"company": WAS}, {"company": WAS})


def test_drift_is_forgotten_when_the_person_changes_it_back() -> None:
    base_local, base_remote = {"company": WAS}, {"company": OUTLOOK}

    result = merge(base_local, base_remote, {"company": WAS}, {"company": WAS}, drift=("company",))

    assert result.drift == ()
    assert result.base_remote == {"company": WAS}


def test_drift_stands_while_nothing_else_happens() -> None:
    bases = {"company": WAS}, {"company": OUTLOOK}

    result = merge(*bases, {"company": WAS}, {}, drift=("company",))

    assert (result.push, result.drift) == ((), ("company",))


def test_drift_ends_when_the_crm_changes_the_atom() -> None:
    bases = {"company": WAS}, {"company": OUTLOOK}

    result = merge(*bases, {"company": CRM}, {}, drift=("company",))

    assert (result.push, result.drift) == (("company",), ())


def test_strict_puts_back_what_drifted_before_it_was_strict() -> None:
    bases = {"company": WAS}, {"company": OUTLOOK}

    result = merge(*bases, {"company": WAS}, {}, drift=("company",), strict=True)

    assert (result.push, result.drift) == (("company",), ())


def test_drift_of_an_atom_that_the_crm_no_longer_offers_is_dropped() -> None:
    result = merge({"company": WAS}, {"company": OUTLOOK}, {}, {}, drift=("company",))

    assert result.drift == ()


@pytest.mark.parametrize("now, blanks", [(None, True), (CRM, False)])
def test_emptying_what_is_filled_in_exchange_counts_as_a_removal(
    now: str | None, blanks: bool
) -> None:
    assert merged({"company": WAS}, {"company": now}, {}).blanks is blanks


def test_emptying_what_is_empty_in_exchange_counts_for_nothing() -> None:
    result = merge({"company": WAS}, {"company": None}, {"company": None}, {"company": None})

    assert (result.push, result.blanks) == ((), False)


# ------------------------------------------------------------------------------ the first meeting

MEETINGS: list[tuple[object, object, bool, bool, Verb]] = [
    # CRM, Exchange, shown, strict
    ("a", "a", True, False, Verb.ABSORB),
    (None, None, True, False, Verb.ABSORB),
    ("a", None, True, False, Verb.PUSH),
    (["a"], [], True, False, Verb.PUSH),
    ("a", "b", True, False, Verb.TRACK),
    (None, "b", True, False, Verb.TRACK),
    ("a", None, False, False, Verb.KEEP),
    ("a", "a", True, True, Verb.ABSORB),
    ("a", None, True, True, Verb.PUSH),
    ("a", "b", True, True, Verb.PUSH),
    (None, "b", True, True, Verb.TRACK),
    ("a", None, False, True, Verb.PUSH),
    (None, None, False, True, Verb.KEEP),
]


@pytest.mark.parametrize("local, remote, shown, strict, verb", MEETINGS)
def test_first_meeting(
    local: object, remote: object, shown: bool, strict: bool, verb: Verb
) -> None:
    assert first_meeting(local, remote, shown=shown, strict=strict) is verb


def test_a_first_meeting_fills_what_is_empty_and_overwrites_nothing() -> None:
    local = {"company": CRM, "job_title": CRM, "website": None, "notes": CRM}
    shown = {"company": OUTLOOK, "job_title": None, "website": OUTLOOK, "notes": CRM}

    result = merge({}, {}, local, shown)

    assert result.push == ("job_title",)
    assert result.drift == ("company", "website")
    assert not result.blanks


def test_after_a_first_meeting_only_the_atom_that_the_crm_changes_is_overwritten() -> None:
    shown = {"company": OUTLOOK, "website": OUTLOOK}
    met = merge({}, {}, {"company": CRM, "website": CRM}, shown)

    result = merge(
        met.base_local,
        met.base_remote,
        {"company": "Another", "website": CRM},
        {},
        drift=met.drift,
    )

    assert result.push == ("company",)
    assert result.drift == ("website",)


@pytest.mark.parametrize("strict", [False, True])
def test_merging_twice_is_merging_once(strict: bool) -> None:
    local = {"company": CRM, "website": WAS, "notes": None, "job_title": CRM}
    base = {"company": WAS, "website": WAS, "notes": WAS}
    shown = {"company": OUTLOOK, "website": OUTLOOK, "job_title": None}
    first = merge(base, base, local, shown, strict=strict)
    # What was pushed has arrived and was read back.
    bases = dict(first.base_local), dict(first.base_remote)
    for atom in first.push:
        bases[0][atom] = bases[1][atom] = local[atom]

    second = merge(*bases, local, {}, drift=first.drift, strict=strict)

    assert first.push
    assert second.push == ()
    assert (second.base_local, second.base_remote, second.drift) == (*bases, first.drift)
