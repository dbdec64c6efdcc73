from __future__ import annotations

from agentbox_sync.contrib.m365_emulator.journal import KEPT, Journal, Times


def test_times_tell_what_had_been_given_out_by_a_moment() -> None:
    times = Times()
    for sequence, moment in ((1, 10.0), (2, 20.0), (3, 20.0)):
        times.note(moment, sequence)
    assert [times.until(at) for at in (9, 10, 19.9, 20)] == [0, 1, 1, 3]


def test_what_is_too_old_to_be_remembered_had_been_given_out() -> None:
    times = Times()
    for sequence in range(1, 2 * KEPT + 2):
        times.note(float(sequence), sequence)
    assert len(times.moments) == KEPT + 1
    assert times.until(1.0) == KEPT
    assert times.until(2.0 * KEPT) == 2 * KEPT


def test_a_clock_that_is_set_back_leaves_the_times_in_order() -> None:
    times = Times()
    times.note(100.0, 1)
    times.note(50.0, 2)
    assert times.until(60.0) == 2
    assert times.moments == sorted(times.moments)


def test_a_journal_knows_the_latest_change_of_each() -> None:
    journal = Journal()
    for sequence, key in enumerate("abcab", start=1):
        journal.note(sequence, key)
    assert list(journal.since(0, 9)) == [(3, "c"), (4, "a"), (5, "b")]
    assert list(journal.since(3, 4)) == [(4, "a")]
    assert journal.before(4, 1) == ["a"]
    assert journal.before(4, 9) == ["c", "a"]


def test_a_journal_forgets_what_was_overtaken() -> None:
    journal = Journal()
    for sequence in range(5000):
        journal.note(sequence, "ab"[sequence % 2])
    assert len(journal.entries) < 1100
    assert [key for _, key in journal.since(0, 9999)] == ["a", "b"]
