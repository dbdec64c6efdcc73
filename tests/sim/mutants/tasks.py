"""Rules of tasks, each of which a directed test of :mod:`tests.sim.test_tasks` holds."""

from __future__ import annotations

from tests.sim.mutants.record import Mutant, Patch

DUE = "agentbox_sync/core/kinds/due.py"
FACTS = "agentbox_sync/core/facts.py"
LATE = "agentbox_sync/engine/late.py"
STRANGERS = "agentbox_sync/engine/strangers.py"
STRAYED = "agentbox_sync/engine/strayed.py"
SUCCESSORS = "agentbox_sync/engine/successors.py"
VERIFY = "agentbox_sync/engine/verify.py"
GATHER = "agentbox_sync/engine/gather.py"
MEMOS = "agentbox_sync/engine/memos.py"
PUSH = "agentbox_sync/engine/push.py"
PAIRS = "agentbox_sync/core/pairs.py"
PLAN = "agentbox_sync/core/plan.py"
SUCCESSION = "agentbox_sync/core/succession.py"
SUCCESSIONS = "agentbox_sync/engine/successions.py"
PLANNING = "agentbox_sync/engine/planning.py"
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
        "nothing_waits",
        "the next one of a series waits until the other side has made its own",
        (Patch(SUCCESSIONS, "        if not (self._new or self._done):\n", "        if True:\n"),),
        "test_the_next_one_waits_until_to_do_has_made_its_own",
    ),
    Mutant(
        "one_name",
        "a series that is renamed as it is done waits under both names",
        (
            Patch(
                SUCCESSION,
                "frozenset({series_of(kind, before), series_of(kind, {**after, **spent})} - ",
                "frozenset({series_of(kind, before)} - ",
            ),
        ),
        "test_a_series_that_is_renamed_and_done_at_once_goes_on_once",
    ),
    Mutant(
        "met_is_no_end",
        "the next one waits while two of its series meet, of which one may be done",
        (Patch(SUCCESSIONS, '{name} - {""} if row.action is Action.LINK else set()', "set()"),),
        "test_a_series_that_is_met_when_it_is_done_goes_on_once",
    ),
    Mutant(
        "put_off_is_no_end",
        "so it does while a meeting of its series is put off",
        (Patch(PLANNING, "self._successions.put_off(item)", "pass"),),
        "test_the_next_one_waits_for_a_meeting_that_is_put_off",
    ),
    Mutant(
        "unsure_is_no_end",
        "so it does while one of its series is about to be met, and nobody knows with what",
        (Patch(PLANNING, "self._successions.put_off(*(", "tuple(("),),
        "test_the_next_one_waits_for_one_whose_twin_a_deleted_row_has_yet",
    ),
    Mutant(
        "own_stamp_is_a_ghost",
        "a meeting that has written our stamp and was not answered goes on",
        (Patch(GATHER, "(has_ended or is_its_own)", "has_ended"),),
        "test_a_meeting_that_has_written_our_stamp_goes_on_when_it_was_not_answered",
    ),
    Mutant(
        "answered_or_nothing",
        "the next one waits where nobody knows whether the one before has arrived",
        (Patch(SUCCESSIONS, "return found | self._perhaps_there()", "return found"),),
        "test_a_series_that_is_done_before_its_create_has_arrived_goes_on_once",
    ),
    Mutant(
        "waits_for_the_dead",
        "nothing waits for a write to a pair that rests",
        (
            Patch(
                SUCCESSION, "link.pending if link.state is LinkState.ACTIVE", "link.pending if True"
            ),
        ),
        "test_the_next_one_does_not_wait_for_one_that_was_removed",
    ),
    Mutant(
        "spent_is_edited",
        "what To Do takes from a task that is done is nobody's edit",
        (Patch(SUCCESSION, "set(kind.aftermath(base, shown))", "set[str]()"),),
        "test_the_rule_that_to_do_takes_from_what_is_done_is_nobodys_edit",
    ),
    Mutant(
        "undone_is_edited",
        "what To Do has taken stays taken where a task is undone before anybody has looked",
        (Patch(SUCCESSION, "for was in (base, *", "for was in (*"),),
        "test_what_is_undone_in_to_do_and_put_back_does_not_go_on_a_second_time",
    ),
    Mutant(
        "unanswered_is_not_done",
        "so it does where nobody has answered that it was done",
        (Patch(SUCCESSION, " for sent in pending)):", " for sent in ())):"),),
        "test_what_is_undone_in_to_do_and_put_back_does_not_go_on_a_second_time",
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
        "looked_for_before",
        "what was still there when it would have been looked for elsewhere is not yet gone",
        (Patch(VERIFY, "if seen or n not in there", ""),),
        "test_a_task_that_is_put_elsewhere_between_two_looks_at_it_is_not_taken_for_removed",
    ),
    Mutant(
        "later_is_next",
        "a task of a series that is due later in another list was put off, and is no other one",
        (Patch(STRAYED, "if seen.container == home and kind.follows", "if kind.follows"),),
        "test_a_task_that_is_put_off_as_it_is_put_elsewhere_is_not_taken_for_the_next_one",
    ),
    Mutant(
        "next_is_moved",
        "the next one of a series carries the stamp of the one before, and is another",
        (
            Patch(
                STRAYED,
                "here = [seen for seen in found if seen.remote_id not in others]",
                "here = found",
            ),
        ),
        "test_the_next_one_is_not_taken_for_the_one_before_that_was_removed",
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
        "waits_for_the_undone",
        "nothing waits for a completion that the CRM has taken back",
        (Patch(SUCCESSIONS, "if link.id in self._taken_back else", "if False else"),),
        "test_the_next_one_does_not_wait_for_a_completion_that_was_taken_back",
    ),
    Mutant(
        "goes_on_again",
        "a series that was done while its pair rested does not go on a second time in To Do",
        (Patch(PUSH, "    spent = taken_along(box, part, tasks)", "    spent = {}"),),
        "test_a_series_that_is_done_out_of_the_filter_goes_on_once_when_it_is_back",
    ),
    Mutant(
        "to_be_removed_is_in_step",
        "a series goes on once though what was done is back before it was removed",
        (
            Patch(
                SUCCESSIONS,
                "return kind.follows(said, shown) and kind.comes_next(said, shown)",
                "return False",
            ),
        ),
        "test_a_series_that_is_back_before_what_was_done_is_removed_goes_on_once",
    ),
    Mutant(
        "unanswered_is_not_there",
        "the next one may be there though nobody has answered that it was created",
        (Patch(SUCCESSIONS, "[*_sent(box, part), *_met", "[*_met"),),
        "test_a_series_that_is_back_goes_on_once_though_its_next_one_was_not_answered",
    ),
    Mutant(
        "any_of_its_name",
        "one in step goes on by itself though another one is called the same",
        (Patch(SUCCESSIONS, " and kind.comes_next(said, shown)", ""),),
        "test_one_in_step_goes_on_by_itself_though_another_one_is_called_the_same",
    ),
    Mutant(
        "met_is_in_step",
        "so does not one that is done when it is met, and whose next one has long been there",
        (Patch(SUCCESSIONS, "or task.action is Action.CREATE", "or task.action is Action.LINK"),),
        "test_one_that_is_done_when_it_is_met_does_not_go_on_where_its_next_one_is_there",
    ),
    Mutant(
        "met_at_once_is_not_there",
        "nor one whose next one is about to be met",
        (Patch(SUCCESSIONS, ", *_met_now(part, tasks)]", "]"),),
        "test_one_does_not_go_on_where_its_next_one_is_about_to_be_met",
    ),
    Mutant(
        "given_is_not_taken",
        "nor one that gets its rule with the write that does it",
        (Patch(SUCCESSION, "aftermath(after, {**after, x", "aftermath(before, {**after, x"),),
        "test_one_that_is_done_when_it_is_met_does_not_go_on_where_its_next_one_is_there",
    ),
    Mutant(
        "done_as_it_was_agreed",
        "nor one that was undone and got its rule back, and is put back",
        (Patch(SUCCESSIONS, "seen.record if seen else", "seen.record if seen and not link else"),),
        "test_what_gets_its_rule_back_and_is_put_back_does_not_go_on_a_second_time",
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
        "done_does_not_wait",
        "one that is done before it was met waits until To Do has made its own",
        (Patch(SUCCESSIONS, "{key for key, name in self._done if name in names}", "set()"),),
        "test_one_that_is_done_waits_for_to_do_though_nothing_else_does",
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
        "done_before_we_met",
        "what was done before the two sides had met is another one than what is looked for",
        (Patch(STRAYED, "if seen.stamp or not is_next(", "if True or not is_next("),),
        "test_one_of_a_series_is_found_elsewhere_though_the_one_before_was_never_met",
    ),
    Mutant(
        "earlier_is_another",
        "one with our stamp may have been brought forward, and done where it lies now",
        (Patch(STRAYED, "if seen.stamp or not is_next(", "if not is_next("),),
        "test_one_that_was_brought_forward_and_done_elsewhere_is_not_the_next_one_done_as_well",
    ),
    Mutant(
        "stamped_or_gone",
        "what has lost our stamp is known by all that it says",
        (Patch(STRAYED, "if atom not in kind.stamped}", "}"),),
        "test_a_task_that_is_put_elsewhere_without_its_link_is_not_taken_for_removed",
    ),
    Mutant(
        "word_for_word",
        "what was put elsewhere without our stamp is followed though it has changed",
        (Patch(STRAYED, "for few in (same, alike)", "for few in (same,)"),),
        "test_what_is_put_elsewhere_before_it_has_our_stamp_is_followed_though_it_has_changed",
    ),
    Mutant(
        "meets_at_home",
        "a meeting with what a person keeps elsewhere goes on when it was cut off",
        (Patch(PLANNING, "return stays or not", "return not"),),
        "test_a_meeting_in_another_list_goes_on_when_it_was_cut_off",
    ),
    Mutant(
        "nothing_put_back",
        "the next one lies elsewhere though the one before has been put back",
        (Patch(SUCCESSORS, "link.rehomed or kind.is_over(link.base_local)", "link.rehomed"),),
        "test_a_series_that_is_done_elsewhere_and_put_back_goes_on_once",
    ),
    Mutant(
        "known_to_be_done",
        "what lies elsewhere may be done there before anybody knows",
        (Patch(SUCCESSORS, "link.rehomed or kind.is_over(", "kind.is_over("),),
        "test_a_series_elsewhere_that_is_done_on_both_sides_and_goes_with_that_goes_on_once",
    ),
    Mutant(
        "last_stamp",
        "the next one elsewhere may carry the stamp of any that came before",
        (Patch(SUCCESSORS, 'Lost("", said[key])', 'Lost("none", said[key])'),),
        "test_a_series_elsewhere_that_is_done_twice_before_we_look_goes_on_once",
    ),
    Mutant(
        "ended_and_forgotten",
        "nor does it matter that the pair of that one has ended",
        (Patch(SUCCESSORS, "(box.memory.walk, box.memory.walk_ended)", "(box.memory.walk,)"),),
        "test_a_series_elsewhere_goes_on_once_though_the_pair_before_has_ended",
    ),
    Mutant(
        "released_is_over",
        "what is gone may have been done elsewhere before, and the CRM has followed",
        (Patch(SUCCESSORS, "link.state is LinkState.DEAD or", ""),),
        "test_one_that_was_done_elsewhere_and_removed_goes_on_once_where_the_crm_follows",
    ),
    Mutant(
        "gone_is_over",
        "nor need the CRM have followed",
        (Patch(SUCCESSORS, "LinkState.DEAD or is_given_up(link)", "LinkState.DEAD"),),
        "test_one_that_was_done_elsewhere_and_removed_before_we_looked_goes_on_once",
    ),
    Mutant(
        "next_is_open",
        "the next one may be done as well, and is not what was put elsewhere",
        (Patch(STRAYED, "as_it_was_open(kind, link.base_local, one)", "one"),),
        "test_the_next_one_that_is_done_as_well_is_not_taken_for_what_was_put_elsewhere",
    ),
    Mutant(
        "as_it_was_agreed",
        "what has no stamp is known again by what was last read of it",
        (Patch(STRAYED, "{**link.base_remote, **read}", "link.base_remote"),),
        "test_what_was_edited_elsewhere_after_its_row_was_deleted_is_not_back_when_it_is_put_back",
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
        "likest_is_first",
        "of several of a series that are done the oldest one is the first",
        (Patch(STRAYED, "if spent and series_of(kind, link.base_local):", "if False:"),),
        "test_of_two_that_are_done_elsewhere_the_younger_one_is_not_removed_for_the_first",
    ),
    Mutant(
        "rule_stays",
        "what has the rule that another one with our stamp has lost is the next one",
        (
            Patch(
                SUCCESSION, "return having if len(having) < len(shown) else set()", "return set()"
            ),
        ),
        "test_the_next_one_is_not_taken_for_what_was_put_elsewhere_done_and_undone",
    ),
    Mutant(
        "meets_the_gone",
        "a meeting whose item has gone is left alone when its task is done",
        (Patch(PAIRS, "(is_met(link) or not is_gone)", "True"),),
        "test_a_meeting_whose_item_has_gone_is_left_alone_when_its_task_is_done",
    ),
)
