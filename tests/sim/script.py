"""What people do, written down before anything happens: the same in two worlds that differ."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.sim.crm import GROUPS
from tests.sim.values import ATOMS, canonical, host_form, typed
from tests.sim.world import World

DEEDS = ("edit row", "edit row", "edit item", "edit item", "delete row", "delete item", "regroup")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody does to one person's contact."""

    what: str
    person: int
    atom: str
    token: int
    style: int


class Script:
    """The story of one mailbox; the people in it are nobody else's.

    Persons are numbered from ``base`` + 1 on, and so are tokens, so that two scripts of one
    world have nothing in common.
    """

    def __init__(
        self, world: World, name: str, seed: object, *, base: int, people: int = 4
    ) -> None:
        self._world = world
        self._name = name
        self._base = base
        self._tokens = base * 1000
        rng = random.Random(f"{seed} script {name}")
        self._people = people
        self.rounds = [
            [self._draw(rng) for _ in range(rng.randint(1, 3))] for _ in range(rng.randint(3, 5))
        ]
        for number in range(1, people + 1):
            self._begin(base + number, rng)

    def _draw(self, rng: random.Random) -> Deed:
        self._tokens += 1
        return Deed(
            rng.choice(DEEDS),
            self._base + rng.randint(1, self._people),
            rng.choice(ATOMS),
            self._tokens,
            rng.randint(0, 7),
        )

    def _begin(self, person: int, rng: random.Random) -> None:
        record = {}
        for atom in ATOMS:
            self._tokens += 1
            self._world.ghost.person_of[self._tokens] = person
            key = f"p{person}@example.com"
            record[atom] = typed(atom, self._tokens, key, rng.randint(0, 7))
        if rng.random() < 0.7:
            row = {atom: host_form(atom, value) for atom, value in record.items()}
            self._world.crm.insert(row, rng.choice(GROUPS), self._name)
        else:
            self._world.mailboxes[self._name].create(record)

    def perform(self, number: int) -> None:
        """Do what stands in one round, as far as it can be done."""
        for deed in self.rounds[number] if number < len(self.rounds) else ():
            self._world.note(self._name, "deed", deed)
            self._do(deed)

    def _do(self, deed: Deed) -> None:
        world, ghost = self._world, self._world.ghost
        mailbox = world.mailboxes[self._name]
        key = f"p{deed.person}@example.com"
        value = typed(deed.atom, deed.token, key, deed.style)
        who = world.people.person_in
        pk = next((p for p, r in world.crm.rows.items() if who(r.record) == deed.person), "")
        item = next((i for i in mailbox.listed() if who(i.record) == deed.person), None)
        ghost.person_of[deed.token] = deed.person
        if deed.what == "edit row" and pk:
            world.crm.save(pk, {deed.atom: value})
        elif deed.what == "regroup" and pk:
            world.crm.regroup(pk, GROUPS[deed.style % 2])
        elif deed.what == "delete row" and pk:
            world.crm.delete(pk)
        elif deed.what == "edit item" and item:
            mailbox.edit(item.remote_id, {deed.atom: value})
        elif deed.what == "delete item" and item:
            mailbox.remove(item.remote_id)


def state_of(world: World, spared: frozenset[int] = frozenset()) -> list[str]:
    """Return what both sides say in the end, without ids and without the people in ``spared``."""
    who = world.people.person_in
    found = []
    for row in world.crm.rows.values():
        if who(row.record) not in spared:
            found.append(f"CRM {who(row.record)} {_told(row.record)}")
    for name, mailbox in world.mailboxes.items():
        for item in mailbox.alive():
            if who(item.record) not in spared:
                place = item.container
                found.append(f"{name} {place} {who(item.record)} {_told(item.record)}")
    return sorted(found)


def _told(record: dict[str, object]) -> str:
    return repr(sorted(canonical(record).items()))
