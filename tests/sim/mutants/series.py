"""Rules of tasks that come again, each of which a directed test of them holds."""

from __future__ import annotations

from tests.sim.mutants.record import Mutant, Patch

SUCCESSORS = "agentbox_sync/engine/successors.py"
PLAN = "agentbox_sync/core/plan.py"
SUCCESSION = "agentbox_sync/core/succession.py"
SUCCESSIONS = "agentbox_sync/engine/successions.py"
PLANNING = "agentbox_sync/engine/planning.py"

SERIES = (
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
        (Patch(SUCCESSIONS, "if meets else set()", "if False else set()"),),
        "test_a_series_that_is_met_when_it_is_done_goes_on_once",
    ),
    Mutant(
        "ordered_is_no_end",
        "so it does where a person has ordered that they meet",
        (
            Patch(
                SUCCESSIONS,
                "if row is None or kind.series is None:",
                "if row is None or row.order or kind.series is None:",
            ),
        ),
        "test_the_next_one_waits_for_a_meeting_that_a_person_has_ordered",
    ),
    Mutant(
        "met_under_one_name",
        "under the name as well that the item has by then",
        (Patch(SUCCESSIONS, "{name, series_of(kind, there)}", "{name}"),),
        "test_the_next_one_waits_for_a_meeting_under_the_name_that_the_item_has",
    ),
    Mutant(
        "found_and_not_read",
        "an item that was found by a search is read for the name that it has",
        (Patch(SUCCESSIONS, "self._unread += [row.remote_id] if is_unread else []", "pass"),),
        "test_the_next_one_waits_for_a_meeting_whose_item_was_found_by_a_search",
    ),
    Mutant(
        "unread_is_none",
        "what could not be read may be any of them",
        (Patch(SUCCESSIONS, "if name in names or not is_sure]", "if name in names]"),),
        "test_the_next_one_waits_where_the_name_of_what_is_met_could_not_be_read",
    ),
    Mutant(
        "given_again",
        "what To Do has taken from one that is done is not given to it again",
        (Patch(PLAN, "            | not_given(kind, seen, stands),", "            ,"),),
        "test_a_completion_that_was_not_answered_and_is_undone_there_goes_on_once",
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
        (Patch(SUCCESSION, "in last_said(base, pending):", "in last_said(base, pending)[1:]:"),),
        "test_what_is_undone_in_to_do_keeps_its_rule_in_the_crm",
    ),
    Mutant(
        "unanswered_is_not_done",
        "so it is where nobody has answered that it was done",
        (Patch(SUCCESSION, "in last_said(base, pending):", "in [base]:"),),
        "test_what_is_undone_on_both_sides_keeps_its_rule_though_nobody_had_answered",
    ),
    Mutant(
        "waits_for_the_undone",
        "nothing waits for a completion that the CRM has taken back",
        (Patch(SUCCESSIONS, "if link.id in self._taken_back else", "if False else"),),
        "test_the_next_one_does_not_wait_for_a_completion_that_was_taken_back",
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
        "planned_is_not_there",
        "nor one that was to go, and whose next one was planned because of that",
        (Patch(SUCCESSIONS, "found = _taken_suddenly(part, done)", "found = {}"),),
        "test_a_series_goes_on_once_though_what_was_done_is_back_as_its_next_one_is_created",
    ),
    Mutant(
        "done_as_it_was_agreed",
        "nor one that was undone and got its rule back, and is put back",
        (Patch(SUCCESSIONS, "seen.record if seen else", "seen.record if seen and not link else"),),
        "test_what_gets_its_rule_back_and_is_put_back_does_not_go_on_a_second_time",
    ),
    Mutant(
        "done_does_not_wait",
        "one that is done before it was met waits until To Do has made its own",
        (Patch(SUCCESSIONS, "return rows, {key for", "return rows, set() and {key for"),),
        "test_one_that_is_done_waits_for_to_do_though_nothing_else_does",
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
        "rule_stays",
        "what has the rule that another one with our stamp has lost is the next one",
        (
            Patch(
                SUCCESSION, "return having if len(having) < len(shown) else set()", "return set()"
            ),
        ),
        "test_the_next_one_is_not_taken_for_what_was_put_elsewhere_done_and_undone",
    ),
)
