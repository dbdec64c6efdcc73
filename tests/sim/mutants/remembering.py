"""Rules that the memory keeps, one removed at a time from the simulated one."""

from __future__ import annotations

from tests.sim.mutants.record import Mutant, Patch

STAGING = "tests/sim/staging.py"
MEMORY = "tests/sim/memory.py"

REMEMBERING = (
    Mutant(
        "cursor_first",
        "a page and its cursor are stored together",
        (
            Patch(
                STAGING,
                '        with self._transaction("stage"):\n'
                "            now = self._store.chains[chain.id]\n"
                "            self._merge(now, page.observations)\n",
                '        with self._transaction("stage, cursor"):\n'
                "            now = self._store.chains[chain.id]\n"
                "            self._store.chains[chain.id] = replace(\n"
                "                now, link=page.next_link or page.delta_link\n"
                "            )\n"
                '        with self._transaction("stage"):\n'
                "            now = self._store.chains[chain.id]\n"
                "            self._merge(now, page.observations)\n",
            ),
        ),
    ),
    Mutant(
        "wipe_on_410",
        "links and bases outlive a dead cursor",
        (
            Patch(
                STAGING,
                "            self._store.chains[chain.id] = again\n",
                "            self._store.chains[chain.id] = again\n"
                "            self._store.links = {}\n"
                "            self._store.intents = {}\n",
            ),
        ),
    ),
    Mutant(
        "gen_reuse",
        "a listing that is begun again is a new generation",
        (
            Patch(
                STAGING,
                "generation=now.generation + 1,\n",
                "generation=max(1, now.generation),\n",
            ),
        ),
        directed="test_a_restarted_listing_does_not_go_by_the_marks_of_the_abandoned_one",
    ),
    Mutant(
        "stale_inbox",
        "what an abandoned listing staged is not trusted",
        (
            Patch(
                STAGING,
                "            self._drop(lambda r: r.chain == chain.id and "
                "r.row.observation.remote_id not in there)\n",
                "",
            ),
        ),
        directed="test_what_an_abandoned_listing_staged_is_forgotten",
    ),
    Mutant(
        "undated",
        "evidence is dated by when it was observed",
        (
            Patch(
                STAGING,
                "        if chain is not None:\n            self._lay_over(chain, news)\n",
                "        if chain is not None:\n            self._merge(chain, [news])\n",
            ),
        ),
        directed="test_news_of_another_day_do_not_mark_an_item_as_listed",
    ),
)
