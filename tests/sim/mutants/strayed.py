"""Rules of how a task is known again that a person has put into another list."""

from __future__ import annotations

from tests.sim.mutants.record import Mutant, Patch

ENGINE = "agentbox_sync/engine/candidates.py"
LOOKING = "agentbox_sync/engine/strayed.py"
SUCCESSION = "agentbox_sync/core/succession.py"

STRAYED = (
    Mutant(
        "later_is_next",
        "a task of a series that is due later in another list was put off, and is no other one",
        (Patch(ENGINE, "if seen.container == home\n        and kind.follows", "if kind.follows"),),
        "test_a_task_that_is_put_off_as_it_is_put_elsewhere_is_not_taken_for_the_next_one",
    ),
    Mutant(
        "next_is_moved",
        "the next one of a series carries the stamp of the one before, and is another",
        (
            Patch(
                ENGINE,
                "here = [seen for seen in found if seen.remote_id not in others - known_again]",
                "here = found",
            ),
        ),
        "test_the_next_one_is_not_taken_for_the_one_before_that_was_removed",
    ),
    Mutant(
        "done_before_we_met",
        "what was done before the two sides had met is another one than what is looked for",
        (Patch(ENGINE, "if seen.remote_id in ours or not is_next(", "if True or not is_next("),),
        "test_one_of_a_series_is_found_elsewhere_though_the_one_before_was_never_met",
    ),
    Mutant(
        "earlier_is_another",
        "one with our stamp may have been brought forward, and done where it lies now",
        (Patch(ENGINE, "if seen.remote_id in ours or not is_next(", "if not is_next("),),
        "test_one_that_was_brought_forward_and_done_elsewhere_is_not_the_next_one_done_as_well",
    ),
    Mutant(
        "stamped_or_gone",
        "what has lost our stamp is known by all that it says",
        (Patch(ENGINE, "if a not in kind.stamped}", "}"),),
        "test_a_task_that_is_put_elsewhere_without_its_link_is_not_taken_for_removed",
    ),
    Mutant(
        "word_for_word",
        "what was put elsewhere without our stamp is followed though it has changed",
        (Patch(ENGINE, "for few in (same, alike)", "for few in (same,)"),),
        "test_what_is_put_elsewhere_before_it_has_our_stamp_is_followed_though_it_has_changed",
    ),
    Mutant(
        "next_is_open",
        "the next one may be done as well, and is not what was put elsewhere",
        (Patch(ENGINE, "as_it_was_open(kind, was, one)", "one"),),
        "test_the_next_one_that_is_done_as_well_is_not_taken_for_what_was_put_elsewhere",
    ),
    Mutant(
        "as_it_was_agreed",
        "what has no stamp is known again by what was last read of it",
        (Patch(LOOKING, "{**link.base_remote, **read}", "link.base_remote"),),
        "test_what_was_edited_elsewhere_after_its_row_was_deleted_is_not_back_when_it_is_put_back",
    ),
    Mutant(
        "likest_is_first",
        "of several of a series that are done the oldest one is the first",
        (Patch(ENGINE, "if spent and series_of(kind, link.base_local):", "if False:"),),
        "test_of_two_that_are_done_elsewhere_the_younger_one_is_not_removed_for_the_first",
    ),
    Mutant(
        "answered_only",
        "what was written and not answered may have landed, and is known again by that as well",
        (
            Patch(
                SUCCESSION,
                "return [base, *({**base, **sent.local} for sent in pending)]",
                "return [base]",
            ),
        ),
        "test_what_an_unanswered_write_has_put_off_is_known_again_without_its_stamp",
    ),
    Mutant(
        "next_by_its_rule",
        "what is done, and has the name and the day of the lost one, is no next one",
        (Patch(ENGINE, "return kind.is_over(shown) and", "return False and"),),
        "test_one_that_was_put_off_when_it_was_done_is_no_next_one",
    ),
    Mutant(
        "older_is_likelier",
        "nor is it less likely to be that than an older one that is done",
        (Patch(ENGINE, "in known_again & ours]", "in set[str]()]"),),
        "test_one_that_was_put_off_when_it_was_done_is_not_another_one_that_is_older_and_done",
    ),
    Mutant(
        "next_without_a_stamp",
        "nor where it has lost its stamp",
        (Patch(ENGINE, "not in others - known_again]", "not in others]"),),
        "test_one_that_was_put_off_when_it_was_done_is_known_again_without_its_stamp",
    ),
    Mutant(
        "later_where_it_lay",
        "what our last write has put off is no other one where that lay",
        (
            Patch(
                ENGINE,
                "\n        and not _has_name_and_day(kind, said, open_[seen.remote_id])",
                "",
            ),
        ),
        "test_one_that_was_put_off_by_an_unanswered_write_is_no_next_one_where_it_lay",
    ),
    Mutant(
        "one_name_is_sought",
        "what was renamed by a write that nobody answered is looked for by both names",
        (
            Patch(
                LOOKING,
                "in enumerate(said):\n        each = last_said(link.base_remote, link.pending)",
                "in enumerate(said):\n        each = [link.base_remote]",
            ),
        ),
        "test_what_an_unanswered_write_has_renamed_is_known_again_without_its_stamp",
    ),
    Mutant(
        "has_our_stamp",
        "the next one is looked for with another stamp until ours is known to be written",
        (Patch(LOOKING, '(link.stamp, "") if may_carry_another(kind, link) else (', "("),),
        "test_the_next_one_is_followed_though_it_was_put_elsewhere_before_it_had_our_stamp",
    ),
    Mutant(
        "stamped_is_another",
        "and is taken for what was put elsewhere though it carries that",
        (
            Patch(
                ENGINE,
                "if not x.stamp or (strangers and x.remote_id not in ours)",
                "if not x.stamp",
            ),
        ),
        "test_the_next_one_is_followed_though_it_was_put_elsewhere_before_it_had_our_stamp",
    ),
    Mutant(
        "undone_has_no_next",
        "what was done and undone has a next one, though both sides have lost its rule",
        (Patch(ENGINE, "was = ruled[0] if ruled else link.base_local", "was = link.base_local"),),
        "test_the_next_one_that_is_done_is_not_what_was_done_and_undone_and_is_gone",
    ),
)
