"""Rules of the pure core, one removed at a time."""

from __future__ import annotations

from tests.sim.mutants.record import Mutant, Patch

MERGE = "agentbox_sync/core/merge.py"
WRITTEN = "agentbox_sync/core/written.py"
PLAN = "agentbox_sync/core/plan.py"
DECISIONS = "agentbox_sync/core/decisions.py"
MATCHING = "agentbox_sync/core/matching.py"
SAFETY = "agentbox_sync/core/safety.py"
TASK = "agentbox_sync/engine/task.py"
MEMOS = "agentbox_sync/engine/memos.py"
LINES = "agentbox_sync/engine/lines.py"

DECIDING = (
    Mutant(
        "lww",
        "last writer wins by timestamps of two clocks that disagree",
        (
            Patch(
                PLAN,
                "        policy.mode(read_only=is_read_only(pair)),\n",
                "        _mode_of_the_later(pair, local, policy),\n",
            ),
            Patch(
                PLAN,
                "def _plain_row(",
                "def _mode_of_the_later(pair: Pair, local: LocalItem, policy: Policy) -> Mode:\n"
                "    mode = policy.mode(read_only=is_read_only(pair))\n"
                "    if mode not in (Mode.CRM_WINS, Mode.EXCHANGE_WINS) or not pair.remote:\n"
                "        return mode\n"
                "    theirs, ours = pair.remote.record, local.record\n"
                "    later = theirs.get('modified', 0) >= ours.get('modified', 0)\n"
                "    return Mode.EXCHANGE_WINS if later else Mode.CRM_WINS\n\n\n"
                "def _plain_row(",
            ),
            Patch(PLAN, "import Policy\n", "import Mode, Policy\n"),
            Patch(
                LINES,
                "        before=lost if before is None else before,\n",
                "        before={} if merged and merged.conflicts else before or lost,\n",
            ),
        ),
    ),
    Mutant(
        "silent_conflict",
        "the loser of a conflict is kept in the log",
        (
            Patch(
                LINES,
                "        before=lost if before is None else before,\n",
                "        before=before or {},\n",
            ),
        ),
    ),
    Mutant(
        "delete_wins",
        "a removal in Exchange meets an edit of the CRM: a person is asked (policy apply)",
        (
            Patch(
                DECISIONS,
                'Rule("removed in Exchange, but edited", Action.REVIEW,',
                'Rule("removed in Exchange, but edited", Action.RELEASE,',
            ),
        ),
        directed="test_an_edit_and_a_removal_at_once_are_asked_about",
    ),
    Mutant(
        "absent_is_null",
        "a property that a feed does not show is unchanged",
        (
            Patch(
                TASK,
                "    seen: Observation | None = row.observation if row and not row.missing else None\n",
                "    seen: Observation | None = row.observation if row and not row.missing else None\n"
                "    if seen and link:\n"
                "        nothing = dict.fromkeys(link.base_remote)\n"
                "        seen = replace(seen, record={**nothing, **seen.record})\n",
            ),
        ),
    ),
    Mutant(
        "single_base",
        "one base for each side",
        (
            Patch(
                MEMOS,
                "        base_remote={**merged.base_remote, **remote},\n",
                "        base_remote={**merged.base_remote, **{a: local[a] for a in merged.push}},\n",
            ),
            Patch(
                MEMOS,
                "base_remote=unwritten(part.kind, remote, local, part.locality),\n",
                "base_remote=unwritten(part.kind, local, local, part.locality),\n",
            ),
        ),
    ),
    Mutant(
        "last_payload",
        "all payloads of one stamp are kept",
        (
            Patch(
                MATCHING,
                "    return max(\n        reversed(payloads),\n",
                "    return max(\n        payloads[-1:],\n",
            ),
            Patch(
                MEMOS,
                "    base, later = known_of(payloads, shown), ",
                "    base, later = known_of(payloads[-1:], shown), ",
            ),
        ),
        directed="test_the_payload_that_landed_is_the_base_and_not_the_last_one",
    ),
    Mutant(
        "no_guard",
        "a run that would remove too much removes nothing",
        (
            Patch(
                SAFETY,
                "    allowed = not removals or name in approved or "
                "len(removals) + removed_before <= most\n",
                "    allowed = True\n",
            ),
        ),
        directed="test_a_run_that_would_remove_too_much_removes_nothing",
    ),
    Mutant(
        "echo_as_edit",
        "our own late echo is no edit",
        (
            Patch(
                WRITTEN,
                "    here, there = dict(base_local), dict(base_remote)\n",
                "    here, there = dict(base_local), dict(base_remote)\n    return here, there\n",
            ),
        ),
    ),
    Mutant(
        "no_false_conflict",
        "the same edit on both sides is absorbed",
        (
            Patch(
                MERGE,
                "        elif value == there:\n            verbs[atom] = Verb.ABSORB\n",
                "        elif value == there and base_local[atom] == value:\n"
                "            verbs[atom] = Verb.ABSORB\n",
            ),
        ),
        directed="test_the_same_edit_on_both_sides_is_no_conflict",
    ),
)
