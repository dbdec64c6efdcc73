"""Rules of the calendar, each of which a directed test of :mod:`tests.sim.test_calendar` holds."""

from __future__ import annotations

from tests.sim.mutants.record import Mutant, Patch

FACTS = "agentbox_sync/core/facts.py"
LATER = "agentbox_sync/core/later.py"
MERGE = "agentbox_sync/core/merge.py"
TIES = "agentbox_sync/core/ties.py"
WINDOWS = "agentbox_sync/core/windows.py"
TASK = "agentbox_sync/engine/task.py"
TWINS = "agentbox_sync/engine/twins.py"
VERIFY = "agentbox_sync/engine/verify.py"

CALENDAR = (
    Mutant(
        "thawed",
        "what takes place outside the window on both sides is left alone",
        (Patch(FACTS, "    return here and (not has_item", "    return False and (not has_item"),),
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
        (
            Patch(
                MERGE,
                "        elif _is_half_landed(sides, atom, there):",
                "        elif False:",
            ),
        ),
        "test_a_write_that_died_among_the_dates_of_a_series_is_brought_to_its_end",
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
