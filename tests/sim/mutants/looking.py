"""Rules about what is believed of a mailbox, one removed at a time."""

from __future__ import annotations

from tests.sim.mutants.record import Mutant, Patch

RUN = "agentbox_sync/engine/run.py"
VERIFY = "agentbox_sync/engine/verify.py"
PLANNING = "agentbox_sync/engine/planning.py"

LOOKING = (
    Mutant(
        "trust_removed",
        "what a feed calls removed is read before it is believed",
        (
            Patch(
                VERIFY,
                "    if not doubtful:\n        return Verified(",
                "    box.memory.confirm({row.id: None for row, _ in doubtful})\n"
                "    doubtful = []\n"
                "    if not doubtful:\n        return Verified(",
            ),
        ),
    ),
    Mutant(
        "no_witness",
        "a 404 counts only when a control item answered beside it",
        (
            Patch(
                VERIFY,
                "    if control and not isinstance(answers[-1], Observation):\n",
                "    if False:\n",
            ),
            Patch(
                VERIFY,
                "        if not control and not may_believe:\n",
                "        if False:\n",
            ),
        ),
    ),
    Mutant(
        "no_relist",
        "an item that a whole listing did not show, and that is there, proves the listing wrong",
        (
            Patch(
                RUN,
                "    if found.listing_was_right:\n",
                "    if found.listing_was_right or found:\n",
            ),
        ),
        directed="test_an_item_that_a_listing_left_out_makes_it_be_read_again",
    ),
    Mutant(
        "forget_key",
        "the keys of a staged item outlive a rumour that it is gone",
        (
            Patch(
                PLANNING,
                "                if not row.missing and not is_elsewhere(seen, self._chain):\n",
                "                if not seen.removed and not is_elsewhere(seen, self._chain):\n",
            ),
            Patch(
                VERIFY,
                "    may_meet = chain.census or part.policy.adopts or ",
                "    may_meet = part.policy.adopts or ",
            ),
        ),
        directed="test_a_rumour_does_not_hide_an_item_from_a_first_meeting",
    ),
    Mutant(
        "push_first",
        "the feed is read before anything is written",
        (
            Patch(
                RUN,
                "    chains = pull(box, chains)\n",
                "    for part, chain, keys in zip(parts, chains, waiting, strict=True):\n"
                "        if chain.complete:\n"
                "            asked = Orders(box, part)\n"
                "            early = Planner(box, part, chain, keys, asked, news=True)\n"
                "            early.build()\n"
                "            _carry_out(box, part, chain, early)\n"
                "    chains = pull(box, chains)\n",
            ),
        ),
        directed="test_what_changed_in_exchange_is_known_before_anything_is_written",
    ),
)
