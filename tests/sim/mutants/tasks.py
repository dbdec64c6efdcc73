"""Rules of tasks, each of which a directed test of :mod:`tests.sim.test_tasks` holds."""

from __future__ import annotations

from tests.sim.mutants.record import Mutant, Patch

DUE = "agentbox_sync/core/kinds/due.py"
FACTS = "agentbox_sync/core/facts.py"
LATE = "agentbox_sync/engine/late.py"
STRANGERS = "agentbox_sync/engine/strangers.py"
VERIFY = "agentbox_sync/engine/verify.py"
GATHER = "agentbox_sync/engine/gather.py"
MEMOS = "agentbox_sync/engine/memos.py"
PUSH = "agentbox_sync/engine/push.py"
PAIRS = "agentbox_sync/core/pairs.py"
PLAN = "agentbox_sync/core/plan.py"
STAGING = "tests/sim/staging.py"

TASKS = (
    Mutant(
        "to_the_day_before",
        "a due date is the day of the nearest midnight",
        (Patch(DUE, ").info) + _NOON).date()", ").info)).date()"),),
        "test_a_due_date_of_a_phone_that_travels_is_the_day_that_was_meant",
    ),
    Mutant(
        "every_midnight_is_local",
        "a midnight on the clocks that it is told in is that day",
        (Patch(DUE, "    if wall.time() == datetime.min.time():", "    if False:"),),
        "test_a_midnight_in_utc_is_its_own_day_far_ahead_of_it",
    ),
    Mutant(
        "wakes_the_dormant",
        "what was done before it was linked is never created",
        (
            Patch(PAIRS, " or (item.is_dormant and (has_found or not is_done))", ""),
            Patch(FACTS, "    if local.is_dormant and is_away", "    if False and is_away"),
        ),
        "test_what_was_done_before_it_was_linked_is_never_created",
    ),
    Mutant(
        "own_stamp_is_a_ghost",
        "a meeting that has written our stamp and was not answered goes on",
        (Patch(GATHER, "(has_ended or is_its_own)", "has_ended"),),
        "test_a_meeting_that_has_written_our_stamp_goes_on_when_it_was_not_answered",
    ),
    Mutant(
        "no_way_back",
        "a task that was taken in leads back to its record",
        (
            Patch(
                MEMOS, "for a in item.fixed & remote.keys() if is_empty", "for a in () if is_empty"
            ),
        ),
        "test_a_task_that_is_taken_in_leads_back_to_its_record",
    ),
    Mutant(
        "gone_is_gone",
        "a task is looked for in the other lists before it counts as removed",
        (Patch(VERIFY, "doubtful, there = trace(box, part, chain, doubtful)", "pass"),),
        "test_a_task_that_is_put_elsewhere_is_not_taken_for_removed",
    ),
    Mutant(
        "the_gone_witness",
        "what is proven to be gone bears no witness, whatever its pair waits for",
        (Patch(VERIFY, "if row.observation.removed}", "if not row.verified}"),),
        "test_a_create_is_given_up_though_what_could_bear_witness_is_gone_and_waits_for_it",
    ),
    Mutant(
        "looked_for_before",
        "what was still there when it would have been looked for elsewhere is not yet gone",
        (Patch(VERIFY, "if seen or n not in there", ""),),
        "test_a_task_that_is_put_elsewhere_between_two_looks_at_it_is_not_taken_for_removed",
    ),
    Mutant(
        "edited_is_late",
        "of a series only what still has the name and the day that were sent has landed late",
        (
            Patch(
                LATE,
                "return comes_again and not is_as_sent and not is_wanted(intent.link)",
                "return False",
            ),
        ),
        "test_the_next_one_that_is_renamed_before_we_look_is_no_late_arrival",
    ),
    Mutant(
        "as_sent_is_late",
        "where the pair's own item is done, what is due after it is the next one",
        (Patch(LATE, "known = [intent.link.base_remote, own]", "known = []"),),
        "test_the_next_one_of_the_day_that_was_sent_is_no_late_arrival",
    ),
    Mutant(
        "as_sent_stays",
        "what still has the name and the day that were sent has landed late, and goes",
        (Patch(LATE, "return comes_again and not is_as_sent and", "return comes_again and"),),
        "test_what_has_landed_late_as_it_was_sent_is_removed_though_its_pair_is_done",
    ),
    Mutant(
        "goes_on_again",
        "a series that was done while its pair rested does not go on a second time in To Do",
        (Patch(PUSH, "    spent = taken_along(box, part, tasks)", "    spent = {}"),),
        "test_a_series_that_is_done_out_of_the_filter_goes_on_once_when_it_is_back",
    ),
    Mutant(
        "next_is_late",
        "the next one of a series is no late arrival of the one before",
        (
            Patch(
                LATE,
                "    if _is_next(part, intent, payloads, shown, own):",
                "    if False:",
            ),
        ),
        "test_the_next_one_is_no_late_arrival_of_the_one_before",
    ),
    Mutant(
        "next_is_done_and_late",
        "the next one of the day that was sent may be done as well, and is no late arrival",
        (Patch(LATE, "    shown = as_it_was_open(kind, payloads[-1], shown)\n", ""),),
        "test_the_next_one_of_the_day_that_was_sent_is_none_though_it_is_done_as_well",
    ),
    Mutant(
        "done_and_never_met",
        "one that is done before it was met meets what is open in To Do, and is done there",
        (Patch(PAIRS, "(has_found or not is_done)", "True"),),
        "test_the_next_one_that_is_done_before_it_was_met_is_done_in_to_do_as_well",
    ),
    Mutant(
        "back_for_being_done",
        "what is like one that has left for being done is not taken in as another one",
        (Patch(STRANGERS, "if item.record is None:", "if isinstance(item, Absence):"),),
        "test_the_twin_of_one_that_has_left_for_being_done_is_not_taken_in",
    ),
    Mutant(
        "done_is_no_edit",
        "where two meet, a completion of the CRM is the newer one, whoever wins conflicts",
        (Patch(PLAN, "completed_here(kind, seen, shown) if meets else {}", "{}"),),
        "test_one_that_is_done_when_it_is_met_stays_done_where_exchange_wins",
    ),
    Mutant(
        "listing_tells_all",
        "what was read of another list outlives a new listing, which does not tell of it",
        (Patch(STAGING, "there = {link.remote_id for link in away}", "there = set[str]()"),),
        "test_what_was_read_of_another_list_outlives_a_new_listing",
    ),
    Mutant(
        "answer_tells_all",
        "an ETag under which a person has typed what nobody has read lets nothing be written",
        (Patch(MEMOS, '"" if answer.is_edited else answer.etag', "answer.etag"),),
        "test_what_is_typed_into_another_field_in_another_list_is_not_replaced_unread",
    ),
    Mutant(
        "meets_the_gone",
        "a meeting whose item has gone is left alone when its task is done",
        (Patch(PAIRS, "(is_met(link) or not is_gone)", "True"),),
        "test_a_meeting_whose_item_has_gone_is_left_alone_when_its_task_is_done",
    ),
)
