"""Rules of the calendar, each of which a story of the calendar holds."""

from __future__ import annotations

from tests.sim.mutants.record import Mutant, Patch

FACTS = "agentbox_sync/core/facts.py"
KEYED = "agentbox_sync/core/keyed.py"
LATER = "agentbox_sync/core/later.py"
MERGE = "agentbox_sync/core/merge.py"
TIES = "agentbox_sync/core/ties.py"
WINDOWS = "agentbox_sync/core/windows.py"
TASK = "agentbox_sync/engine/task.py"
TWINS = "agentbox_sync/engine/twins.py"
VERIFY = "agentbox_sync/engine/verify.py"
MEMORY = "tests/sim/memory.py"

CALENDAR = (
    Mutant(
        "thawed",
        "what takes place outside the window on both sides is left alone",
        (
            Patch(
                FACTS, "    return local.is_outside and (is_away", "    return False and (is_away"
            ),
        ),
        "test_an_event_that_leaves_the_window_is_left_alone_on_both_sides",
    ),
    Mutant(
        "frozen_at_once",
        "what moved out of the window is brought up to date before it is frozen",
        (Patch(TASK, "outside=not was_inside and part", "outside=part"),),
        "test_what_an_unanswered_write_has_moved_out_of_the_window_comes_to_rest",
    ),
    Mutant(
        "no_roll",
        "a chain is begun anew when its window has rolled on",
        (
            Patch(
                WINDOWS,
                "    if wanted is None or now is None:\n        return wanted is not None\n",
                "    if wanted is None or now is not None:\n        return False\n",
            ),
        ),
        "test_the_window_rolls_on_and_what_comes_into_it_is_created",
    ),
    Mutant(
        "frozen_witness",
        "what takes place outside the window bears no witness",
        (
            Patch(
                VERIFY, " or part.is_outside(link.base_remote)\n            if", "\n            if"
            ),
        ),
        "test_frozen_events_bear_no_witness_and_cost_no_reading",
    ),
    Mutant(
        "uninvited",
        "of an event that has changed nobody knows that it concerns nobody",
        (Patch(TIES, " if is_as_before or is_tied(known or frozenset()) else None", ""),),
        "test_guests_of_whom_the_feed_does_not_tell_are_not_told_of_what_is_written",
    ),
    Mutant(
        "split",
        "what a listing does not show is read where its row takes place in the window",
        (Patch(VERIFY, " and not is_split", ""),),
        "test_a_meeting_that_was_removed_outside_the_window_is_missed_by_its_row_inside",
    ),
    Mutant(
        "telling",
        "what guests are told of is not written",
        (
            Patch(
                MERGE,
                "        if verbs[atom] is Verb.PUSH and atom in sides.closed:",
                "        if False:",
            ),
        ),
        "test_the_time_of_a_meeting_with_guests_is_not_written_and_what_is_personal_is",
    ),
    Mutant(
        "untied",
        "what concerns others is not created again",
        (Patch(TIES, "    return not ties.isdisjoint({GUESTS, FOREIGN})", "    return False"),),
        "test_a_meeting_with_others_that_was_removed_is_not_created_again",
    ),
    Mutant(
        "half_is_an_edit",
        "a write that died among the dates of a series is our own",
        (Patch(KEYED, "pending=pending if atom in sides.remote else ()", "pending=()"),),
        "test_what_was_taken_back_while_a_write_died_among_the_dates_stays_so",
    ),
    Mutant(
        "whole_list",
        "the dates of a series that differ are merged each by itself",
        (Patch(KEYED, "    if not keyed:", "    if True:"),),
        "test_a_date_cancelled_in_the_crm_and_another_moved_in_outlook_both_stand",
    ),
    Mutant(
        "dates_forgotten",
        "what stood in Exchange is written again where a changed rule dropped it",
        (Patch(KEYED, "{name: row for name, row in found.items() if name not in theirs}", "{}"),),
        "test_a_date_edited_in_outlook_outlives_a_changed_rule_that_died_on_its_way",
    ),
    Mutant(
        "overruled_drop",
        "dates that an overruled edit of the rule dropped are nobody's edit",
        (Patch(KEYED, "        return was\n", "        pass\n"),),
        "test_a_rule_changed_on_both_sides_loses_no_date_that_the_other_change_dropped",
    ),
    Mutant(
        "old_stamp",
        "a create that was given up goes out under another stamp where stamps are used up",
        (Patch("agentbox_sync/engine/push.py", "anew=part.kind.spends_stamps", "anew=False"),),
        "test_what_was_removed_before_it_was_found_is_created_under_another_stamp",
    ),
    Mutant(
        "sent_when_announced",
        "a create that was given up counts from then, not from when it was announced",
        (
            Patch(
                MEMORY,
                "sent_at=self._clock.now() if by_now else intent.sent_at",
                "sent_at=intent.sent_at",
            ),
        ),
        "test_what_has_landed_after_its_worker_slept_and_died_is_no_copy_of_a_person",
    ),
    Mutant(
        "dropped",
        "the dates that a changed rule drops are written along with it",
        (Patch(LATER, "    if kind.dropping.isdisjoint(merged.push):", "    if True:"),),
        "test_a_changed_rule_that_died_before_the_dates_were_written_again_loses_none",
    ),
    Mutant(
        "later_is_never",
        "what a create does not carry is no base of the pair",
        (Patch(LATER, "    if not kind.later:", "    if True:"),),
        "test_a_series_arrives_with_the_dates_that_differ_in_the_same_run",
    ),
    Mutant(
        "secret_twin",
        "nothing private is met",
        (Patch(TWINS, "if self._part.kind.is_private(seen.record):", "if False:"),),
        "test_a_private_event_is_not_met_although_it_is_like_an_appointment",
    ),
)
