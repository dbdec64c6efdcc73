"""The people of a world: what they type, delete, move and take away, on both sides."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from agentbox_sync.core.changes import RESUMABLE, LinkState
from tests.sim.crm import FULL, GROUPS, PRIMARY, VIEW_ONLY
from tests.sim.deciders import Deciders
from tests.sim.labels import labelling
from tests.sim.mailbox import DELETED, MAIN, OTHER, Item, Mailbox
from tests.sim.values import ATOMS, canonical, emptied, host_form, tokens, tokens_of, typed

if TYPE_CHECKING:
    from tests.sim.world import World


class People:
    """Draws what people do; everything they do is noted in the ghost."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self._world = world
        self._rng = rng
        self._ghost = world.ghost
        self._persons = 0
        self._tokens = 0
        self.deeds: list[tuple[float, Callable[[], bool]]] = [
            (14, self._edit_row),
            (16, self._edit_item),
            (5, self._create_row),
            (6, self._create_item),
            (4, self._delete_row),
            (6, self._delete_item),
            (4, self._regroup),
            (4, self._change_access),
            (2, self._move_away),
            (2, self._move_back),
            (1.5, self._copy_item),
            (2, self._touch_item),
            (9, self._revert_row),
            (1.2, self._clear_out),
            (1.5, self._revert_item),
            (1, self._evict_tokens),
            (1, self._poison),
            (0.5, self._protect),
            *Deciders(world, rng, self).deeds,
            *labelling(world, rng, self._item),
        ]
        self._chances = list(accumulate(weight for weight, _ in self.deeds))

    def act(self) -> None:
        """Do one thing, whatever is possible."""
        for _ in range(4):
            ((_, deed),) = self._rng.choices(self.deeds, cum_weights=self._chances)
            if deed():
                self._ghost.edits[deed.__name__.strip("_")] += 1
                return

    def populate(self) -> None:
        """Fill the CRM and the mailboxes before the first run."""
        for _ in range(self._rng.randint(1, self._world.shape.crowd)):
            person = self.new_person()
            where = self._rng.random()
            if where < 0.75:
                pk = self.insert(person)
                if where < 0.25:
                    self._ghost.twins.add(person)
                    for name in sorted(self._world.mailboxes):
                        if (pk, name) in self._world.crm.access:
                            self.born(name, person)
            else:
                self.born(self._mailbox().name, person)

    # ------------------------------------------------------------------------------- what they type

    def new_person(self) -> int:
        """Return the number of somebody whom nobody has typed yet."""
        self._persons += 1
        return self._persons

    def _typed(self, person: int, atom: str, odd: bool = False) -> Any:
        self._tokens += 1
        self._ghost.person_of[self._tokens] = person
        value = typed(atom, self._tokens, self._address(person), self._rng.randint(0, 7))
        if odd and atom == "company" and self._rng.random() < 0.12:
            return f"{value} !!"  # the CRM will not have it
        return value

    def _cleared(self, person: int, atom: str) -> Any:
        # The address by which two who never met can be known stays.
        return [self._address(person)] if atom == "emails" else emptied(atom)

    @staticmethod
    def _address(person: int) -> str:
        return f"p{person}@example.com"

    def record(self, person: int) -> dict[str, Any]:
        """Return what somebody types about a person."""
        record = {atom: self._typed(person, atom) for atom in ATOMS}
        for atom in ("company", "mobile_phone", "notes"):
            if self._rng.random() < 0.3:
                self._ghost.superseded |= tokens(atom, record[atom])
                record[atom] = emptied(atom)
        return record

    def person_in(self, record: Mapping[str, Any]) -> int:
        """Return whose contact a record is, by the token in the name; 0 for nobody's."""
        for token in tokens("name", record.get("name")):
            return self._ghost.person_of.get(token, 0)
        return 0

    # -------------------------------------------------------------------------------------- the CRM

    def insert(self, person: int, staff: str = "") -> str:
        """Type a contact into the CRM; it is the staff member's own, and perhaps others see it."""
        world = self._world
        staff = staff or self._rng.choice(sorted(world.mailboxes))
        record = {a: host_form(a, v) for a, v in self.record(person).items()}
        pk = world.crm.insert(record, self._rng.choice(GROUPS), staff)
        self._ghost.rows_born[person] += 1
        for other in sorted(world.mailboxes):
            if other != staff and self._rng.random() < 0.6:
                world.crm.grant(pk, other, self._rng.choice((FULL, FULL, VIEW_ONLY)))
        world.note("CRM: new row", pk, record)
        return pk

    def _row(self) -> str:
        rows = list(self._world.crm.rows)
        return self._rng.choice(rows) if rows else ""

    def _create_row(self) -> bool:
        self.insert(self.new_person())
        return True

    def _edit_row(self) -> bool:
        pk = self._row()
        if pk:
            self.edit_row(pk)
        return bool(pk)

    def edit_row(self, pk: str) -> None:
        """Type something new into one field of a row."""
        person = self.person_in(self._world.crm.rows[pk].record)
        atom = self._rng.choice(ATOMS)
        clears = atom != "name" and self._rng.random() < 0.12
        self._save(pk, atom, self._cleared(person, atom) if clears else self._typed(person, atom))

    def _save(self, pk: str, atom: str, value: Any) -> None:
        was = self._world.crm.rows[pk].record.get(atom)
        self._ghost.superseded |= tokens(atom, was)
        self._ghost.superseded -= tokens(atom, value)
        self._ghost.replaced |= {(pk, token) for token in tokens(atom, was)}
        self._ghost.replaced -= {(pk, token) for token in tokens(atom, value)}
        # update(), bulk operations and raw SQL pass the signals by.
        self._world.crm.save(pk, {atom: value}, raw=self._rng.random() < 0.25)
        self._world.note("CRM: edit", pk, atom, value)

    def _revert_row(self) -> bool:
        """Type the old value again while a write of ours is on its way."""
        for memory in self._world.stores.values():
            for link in list(memory.links.values()):
                row = self._world.crm.rows.get(link.key.pk)
                if not link.pending or row is None or link.state is LinkState.DEAD:
                    continue
                for atom in link.pending[-1].local:
                    old = self._world.crm.past.get((link.key.pk, atom))
                    if old is not None:
                        self._save(link.key.pk, atom, old)
                        return True
        return False

    def _delete_row(self) -> bool:
        pk = self._row()
        if pk:
            self._delete(pk)
        return bool(pk)

    def _delete(self, pk: str) -> None:
        record = self._world.crm.rows[pk].record
        self._ghost.deleted |= tokens_of(record)
        self._ghost.unmade.add(self.person_in(record))
        self._world.crm.delete(pk)
        self._world.note("CRM: delete", pk)

    def _regroup(self) -> bool:
        pk = self._row()
        if not pk:
            return False
        group = self._rng.choice(GROUPS)
        self._leaves(pk)
        self._world.crm.regroup(pk, group)
        self._world.note("CRM: class", pk, group)
        return True

    def _clear_out(self) -> bool:
        """Everybody is put into one class, or deleted: what the guard is for."""
        rows = list(self._world.crm.rows)
        if len(rows) < 3:
            return False
        group = self._rng.choice(GROUPS)
        deletes = self._rng.random() < 0.3
        for pk in rows:
            if deletes:
                self._delete(pk)
            else:
                self._leaves(pk)
                self._world.crm.regroup(pk, group)
        self._world.note("CRM: cleared out", group, deletes)
        return True

    def _change_access(self) -> bool:
        pk = self._row()
        if not pk:
            return False
        staff = self._rng.choice(sorted(self._world.mailboxes))
        self._leaves(pk)
        level = self._world.crm.access.get((pk, staff))
        person = self.person_in(self._world.crm.rows[pk].record)
        self._ghost.changed_level.add((staff, person))
        if level is None or self._rng.random() < 0.4:
            self._world.crm.grant(pk, staff, self._rng.choice((PRIMARY, FULL, VIEW_ONLY)))
        else:
            self._world.crm.revoke(pk, staff)
        self._world.note("CRM: access", pk, staff, self._world.crm.access.get((pk, staff)))
        return True

    def _leaves(self, pk: str) -> None:
        """A row may leave the scope before a removal was worked: its return creates it again."""
        person = self.person_in(self._world.crm.rows[pk].record)
        for name, store in self._world.stores.items():
            if (name, person) not in self._ghost.gone:
                continue
            if not any(
                link.key.pk == pk
                and link.state is LinkState.RETAINED
                and link.reason not in RESUMABLE
                for link in store.links.values()
            ):
                self._ghost.may_return.add((name, person))

    def _poison(self) -> bool:
        self._world.poison.add(self._rng.randint(1, self._persons + 1))
        self._world.note("poison", sorted(self._world.poison))
        return True

    # -------------------------------------------------------------------------------- the mailboxes

    def _mailbox(self) -> Mailbox:
        return self._world.mailboxes[self._rng.choice(sorted(self._world.mailboxes))]

    def _item(self, *containers: str) -> tuple[Mailbox, Item] | None:
        mailbox = self._mailbox()
        if mailbox.seems_empty:
            return None  # what does not show cannot be clicked
        items = mailbox.lying_in(containers or (MAIN, *mailbox.owns()))
        return (mailbox, self._rng.choice(items)) if items else None

    def born(self, name: str, person: int) -> None:
        """Type a contact into Outlook."""
        record = self.record(person)
        item = self._world.mailboxes[name].create(record, container=self._world.home(name) or MAIN)
        self._ghost.gone.pop((name, person), None)
        self._world.note("Outlook: new item", item.remote_id, record)

    def _create_item(self) -> bool:
        self.born(self._mailbox().name, self.new_person())
        return True

    def _edit_item(self) -> bool:
        found = self._item()
        if found is None:
            return False
        mailbox, item = found
        atom = self._rng.choice(ATOMS)
        clears = atom != "name" and self._rng.random() < 0.12
        person = self.person_in(item.record)
        value = self._cleared(person, atom) if clears else self._typed(person, atom, odd=True)
        self._type(mailbox, item, atom, value)
        return True

    def _type(self, mailbox: Mailbox, item: Item, atom: str, value: Any) -> None:
        self._ghost.superseded |= tokens(atom, item.record.get(atom))
        self._ghost.superseded -= tokens(atom, value)
        again = tokens(atom, value)
        self._ghost.replaced = {pair for pair in self._ghost.replaced if pair[1] not in again}
        mailbox.edit(item.remote_id, {atom: value})
        self._world.note("Outlook: edit", item.remote_id, atom, value)

    def _revert_item(self) -> bool:
        found = self._item()
        if found is None:
            return False
        mailbox, item = found
        for atom in ATOMS:
            old = item.past.get(atom)
            if old is not None:
                self._type(mailbox, item, atom, old)
                return True
        return False

    def _delete_item(self) -> bool:
        found = self._item()
        if found is None:
            return False
        self.remove(found[0].name, found[1].remote_id)
        return True

    def remove(self, name: str, remote_id: str) -> None:
        """Delete an item in Outlook."""
        mailbox = self._world.mailboxes[name]
        item = mailbox.items[remote_id]
        self._part(mailbox, item, "deleted")
        self._ghost.deleted |= tokens_of(item.record)
        mailbox.remove(remote_id)
        self._world.note("Outlook: delete", remote_id)

    def _move_away(self) -> bool:
        found = self._item()
        if found is None:
            return False
        mailbox, item = found
        self._part(mailbox, item, "moved")
        mailbox.move(item.remote_id, OTHER)
        self._world.note("Outlook: move away", item.remote_id)
        return True

    def _move_back(self) -> bool:
        found = self._item(OTHER, DELETED)
        if found is None:
            return False
        mailbox, item = found
        self._ghost.gone.pop((mailbox.name, self.person_in(item.record)), None)
        # Whoever takes an item out of the bin wants what is in it.
        self._ghost.unmade.discard(self.person_in(item.record))
        self._ghost.deleted -= tokens_of(item.record)
        links = self._world.stores[mailbox.name].links.values()
        if not any(x.remote_id == item.remote_id and x.state is not LinkState.DEAD for x in links):
            self._ghost.anew.add(self.person_in(item.record))
        mailbox.put_back(item, self._world.home(mailbox.name) or MAIN)
        self._world.note("Outlook: move back", item.remote_id)
        return True

    def _part(self, mailbox: Mailbox, item: Item, how: str) -> None:
        """Note that a person takes an item out of the folder, and what is legal therefore."""
        place = (mailbox.name, self.person_in(item.record))
        self._ghost.removed_ids.add(item.remote_id)
        self._world.excuse_when_left(mailbox, item, place)
        links = self._world.stores[mailbox.name].links.values()
        link = next(
            (x for x in links if x.remote_id == item.remote_id and x.state is not LinkState.DEAD),
            None,
        )
        if link is None:
            if item.ours:
                self._ghost.gone[place] = how
                self._ghost.excused[place] = "removed before we found what we had created"
            return  # nobody of ours knew it
        self._ghost.gone[place] = how
        row = self._world.crm.rows.get(link.key.pk)
        if link.state is not LinkState.ACTIVE:
            self._ghost.may_return.add(place)
        edited = row is not None and canonical(row.record) != link.base_local
        if edited or link.pending:
            self._ghost.excused[place] = "removed while an edit in the CRM was on its way"

    def _copy_item(self) -> bool:
        found = self._item()
        if found is None:
            return False
        mailbox, item = found
        copy = mailbox.copy(item.remote_id)
        self._ghost.copied.add(self.person_in(item.record))
        self._world.note("Outlook: copy", item.remote_id, copy.remote_id)
        return True

    def _touch_item(self) -> bool:
        found = self._item()
        if found is None:
            return False
        mailbox, item = found
        mailbox.touch(item.remote_id)
        self._world.note("etag bump", item.remote_id)
        return True

    def _protect(self) -> bool:
        found = self._item()
        if found is None:
            return False
        found[1].protected = True
        self._world.note("protected", found[1].remote_id)
        return True

    def _evict_tokens(self) -> bool:
        mailbox = self._mailbox()
        mailbox.floor = mailbox.seq
        self._world.note("delta tokens evicted", mailbox.name)
        return True
