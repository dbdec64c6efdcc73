"""Rules about what is sent to Exchange, one removed at a time."""

from __future__ import annotations

from tests.sim.mutants.record import Mutant, Patch

PUSH = "agentbox_sync/engine/push.py"
SETTLE = "agentbox_sync/engine/settle.py"
LATE = "agentbox_sync/engine/late.py"
STRANGERS = "agentbox_sync/engine/strangers.py"
MEMOS = "agentbox_sync/engine/memos.py"
CONTEXT = "agentbox_sync/engine/context.py"

WRITING = (
    Mutant(
        "no_intent",
        "a create carries a stamp that was committed before it is sent",
        (
            Patch(
                PUSH,
                "        return Create(announced[task.row.key].stamp, at_once(part.kind, record))\n",
                '        return Create("", record)\n',
            ),
        ),
    ),
    Mutant(
        "drop_on_412",
        "a write that met a change is merged again",
        (
            Patch(
                PUSH,
                "        again, ended = _read_again(box, part, chain, changed)\n"
                "        complete &= ended\n",
                "        remember(box, part, changed, [Written(t.row.remote_id) for t in changed])\n",
            ),
        ),
    ),
    Mutant(
        "no_ifmatch",
        "every update and delete names the ETag that was read",
        (
            Patch(
                PUSH,
                "def _etag(task: Task) -> str:\n",
                'def _etag(task: Task) -> str:\n    return "*"\n\n\n'
                "def _etag_that_was_read(task: Task) -> str:\n",
            ),
        ),
    ),
    Mutant(
        "no_suspect",
        "every new item is looked at for our stamp once a create was unanswered",
        (
            Patch(
                STRANGERS,
                "        self._suspicious: bool | None = None\n",
                "        self._suspicious: bool | None = False\n",
            ),
            Patch(
                LATE,
                "    ghosts = box.memory.ghosts(part.kind.name, stamps) if stamps else {}\n",
                "    ghosts: dict[str, Intent] = {}\n",
            ),
        ),
    ),
    Mutant(
        "poison_blocks",
        "an item that is refused stops nobody else",
        (
            Patch(
                PUSH,
                "            set_aside(box, part, task, error, announced.get(task.row.key))\n",
                "            raise error\n",
            ),
        ),
    ),
    Mutant(
        "blind_repair",
        "the repair of a double loses nobody's edit",
        (
            Patch(
                MEMOS,
                "    line = line_of(task, Side.REMOTE, before=shown_by(part, task))\n"
                "    return Memo(link_of(task), line, log_only=True)\n",
                "    line = line_of(task, Side.REMOTE, before={})\n"
                "    return Memo(link_of(task), line, log_only=True)\n",
            ),
        ),
        directed="test_the_repair_of_a_double_keeps_what_a_person_typed_into_it",
    ),
    Mutant(
        "no_settle",
        "nothing found is believed only after the settle delay",
        (
            Patch(
                SETTLE,
                "    if age < box.settle_delay or not is_mailbox_alive(box, part, chain):\n",
                "    if not is_mailbox_alive(box, part, chain):\n",
            ),
        ),
        directed="test_a_create_on_its_way_is_not_given_up_before_the_settle_delay",
    ),
)
