"""Step 3: what the feed calls removed is read before it is believed."""

from __future__ import annotations

from agentbox_sync.core.changes import LinkState, Observation
from agentbox_sync.core.errors import ItemError, ItemMissing
from agentbox_sync.engine.context import CHUNK, Box, Part, chunks
from agentbox_sync.ports import Chain, Staged


def verify(box: Box, part: Part, chain: Chain) -> bool:
    """Read every linked item that is said to be gone; tell whether anything is staged at all.

    What is said to be gone and is not ours is forgotten.

    A "not found" counts only when a control item, which must be there, answered beside it
    (sync-engine, F3): a mailbox that looks empty for a minute would otherwise lose every link.
    """
    after, witness = 0, ""
    while rows := box.memory.staged(chain, after=after, limit=CHUNK):
        after = rows[-1].id
        doubtful = [row for row in rows if row.observation.removed and not row.verified]
        linked = box.memory.links_by_remote(
            part.kind.name, [row.observation.remote_id for row in doubtful]
        )
        box.memory.unstage([row.id for row in doubtful if row.observation.remote_id not in linked])
        ours = [row for row in doubtful if row.observation.remote_id in linked]
        for group in chunks(ours, max(1, box.remote.batch_size - 1)):
            witness = witness or control_item(box, part, chain)
            _verify_group(box, part, chain, group, witness)
    return after > 0


def _verify_group(box: Box, part: Part, chain: Chain, group: list[Staged], witness: str) -> None:
    box.check()
    ids = [row.observation.remote_id for row in group]
    answers = box.remote.fetch(part.kind.name, [*ids, *([witness] if witness else [])])
    if not (isinstance(answers[-1], Observation) if witness else _is_folder_there(box, chain)):
        return  # the witness is silent: nothing is known, the rows stay and are asked again
    found: dict[int, Observation | None] = {}
    for row, answer in zip(group, answers, strict=False):
        if isinstance(answer, Observation):
            found[row.id] = answer
        elif isinstance(answer, ItemMissing):
            found[row.id] = None
        elif not isinstance(answer, ItemError):
            raise answer
    box.memory.confirm(found)


def control_item(box: Box, part: Part, chain: Chain) -> str:
    """Return the remote id of an item that must be there; empty when there is no such item.

    What is itself said to be gone is no witness: a person who cleared out half of a folder would
    otherwise never be believed.
    """
    after = 0
    while links := box.memory.walk(part.kind.name, after=after, limit=CHUNK):
        after = links[-1].id
        ids = [link.remote_id for link in links if link.state is LinkState.ACTIVE]
        staged = box.memory.staged_for(chain, ids)
        for remote_id in ids:
            if remote_id not in staged or not staged[remote_id].observation.removed:
                return remote_id
    return ""


def is_mailbox_alive(box: Box, part: Part, chain: Chain) -> bool:
    """Tell whether an item that must be there is; without one the folder itself is asked for."""
    control = control_item(box, part, chain)
    if not control:
        return _is_folder_there(box, chain)
    (answer,) = box.remote.fetch(part.kind.name, [control])
    return isinstance(answer, Observation)


def _is_folder_there(box: Box, chain: Chain) -> bool:
    return box.remote.locate(chain.kind, chain.collection) == chain.collection
