"""What people do with the categories of an item in Outlook: theirs, and ours."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tests.sim.mailbox import Item, Mailbox
from tests.sim.values import CATEGORIES, LABELS, own_names

if TYPE_CHECKING:
    from tests.sim.world import World

OWN = ("Golf", "Family")


def labelling(
    world: World, rng: random.Random, pick: Callable[[], tuple[Mailbox, Item] | None]
) -> list[tuple[float, Callable[[], bool]]]:
    """Return the deed of giving an item a category, or of taking one off, where there are any."""

    def label_item() -> bool:
        found = pick()
        if found is None:
            return False
        mailbox, item = found
        names = list(item.record[CATEGORIES])
        name = rng.choice((*OWN, *LABELS.values()))
        names = [one for one in names if one != name] if name in names else [*names, name]
        mailbox.edit(item.remote_id, {CATEGORIES: names})
        world.note("Outlook: categories", item.remote_id, names)
        return True

    return [(8, label_item)] if world.shape.labels else []


def own_categories(world: World) -> Iterator[str]:
    """I3: the categories that people gave an item are the ones that it has beside ours."""
    for name, mailbox in world.mailboxes.items():
        for item in mailbox.items.values():
            if own_names(item.record) != item.own:
                yield (
                    f"I3: {item.remote_id} of {name} has {sorted(own_names(item.record))} of a "
                    f"person's own, and people gave it {sorted(item.own)}"
                )
