"""What contacts leave open about their fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agentbox_sync.core.kinds.contacts import ATOMS
from agentbox_sync.graph.codecs import contacts as codec
from agentbox_sync.graph.probes.answers import Fit, Probe, Unanswered, compared, status_of
from agentbox_sync.graph.probes.bench import Bench

_CODEC = "agentbox_sync.graph.codecs.contacts"

_FULL: dict[str, Any] = {
    "name": {"given": "Agentbox", "surname": "Probe", "middle": "M", "title": "Dr"},
    "emails": ["probe@example.com"],
    "birthday": "1980-02-29",
    "categories": ["Agentbox probe"],
    "home_phones": ["+1 202 555 0142"],
    "business_phones": ["+1 202 555 0143"],
    **dict.fromkeys(("company", "job_title", "website", "notes"), "Agentbox probe"),
    "mobile_phone": "+1 202 555 0144",
    **{
        f"{place}_address": {"street": "1 High St", "city": "Bondi", "postcode": "2026"}
        for place in ("home", "business", "other")
    },
}
_COLLECTIONS = {
    "home_phones": ("homePhones", "+1 202 555 014{}"),
    "business_phones": ("businessPhones", "+1 202 555 015{}"),
    "emails": ("emailAddresses", "probe{}@example.com"),
}
_MOST_TRIED = 5


class FieldProbes:
    """Clearing, limits, names, dates."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def probes(self) -> Sequence[Probe]:
        """Return the questions."""
        return (
            Probe(
                "Is every field cleared by what we send?",
                f"{_CODEC}:encode",
                self._cleared,
                "Find out how Graph clears these, and send that.",
            ),
            Probe(
                "Is an address cleared by null?",
                f"{_CODEC}:NO_ADDRESS",
                self._null_address,
            ),
            Probe(
                "Which time of day does a birthday come back with?",
                f"{_CODEC}:BIRTHDAY_TIME",
                self._birthday,
                "The date moves: choose a time of day that no zone moves.",
            ),
            Probe(
                "How many phones and addresses fit?",
                f"{_CODEC}:LIMITS",
                self._limits,
                "Set the limits to what was found.",
            ),
            Probe(
                "Is the display name made anew when a part of the name changes?",
                f"{_CODEC}:display_name",
                self._display_name,
            ),
            Probe(
                "Does an e-mail address without a name get one?",
                f"{_CODEC}:encode",
                self._email_name,
            ),
            Probe(
                "Do the three single e-mail addresses follow the list?",
                f"{_CODEC}:encode",
                self._single_emails,
            ),
            Probe(
                "Which of both forms counts when a contact comes with both?",
                f"{_CODEC}:encode",
                self._both_emails,
            ),
        )

    def _cleared(self) -> tuple[str, Fit]:
        item = self.bench.person(**codec.encode(_FULL, ATOMS, creating=True).payload)
        full = codec.decode(self.bench.read(item))
        kept: list[str] = []
        for atom in sorted(_FULL.keys() - {"name"}):
            if not full.get(atom):
                kept.append(f"{atom} (never kept)")
                continue
            now = self.bench.read(item)
            answer = self.bench.change(now, **codec.encode({atom: None}, [atom]).payload)
            if not answer.ok:
                kept.append(f"{atom} ({status_of(answer)})")
            elif codec.decode(self.bench.read(item)).get(atom):
                kept.append(atom)
        told = f"not: {', '.join(kept)}" if kept else "all of them"
        return compared(told, supposed=True, found=not kept)

    def _null_address(self) -> tuple[str, Fit]:
        item = self.bench.person(homeAddress={"city": "Bondi"})
        answer = self.bench.change(item, homeAddress=None)
        if not answer.ok:
            return f"refused: {status_of(answer)}", Fit.NOTED
        left = codec.decode(self.bench.read(item)).get("home_address")
        return ("it stays" if left else "it is cleared"), Fit.NOTED

    def _birthday(self) -> tuple[str, Fit]:
        found = []
        for time in (codec.BIRTHDAY_TIME, "T00:00:00Z", "T23:59:59Z"):
            row = self.bench.read(self.bench.person(birthday=f"1980-02-29{time}"))
            found.append(str(row.get("birthday")))
        told = ", ".join(found)
        return compared(told, supposed=True, found=found[0].startswith("1980-02-29"))

    def _limits(self) -> tuple[str, Fit]:
        found = {atom: self._most(atom) for atom in _COLLECTIONS}
        told = ", ".join(f"{atom}: {most}" for atom, most in found.items())
        supposed = {atom: str(limit) for atom, limit in codec.LIMITS.items()}
        return compared(told, supposed=True, found=found == supposed)

    def _most(self, atom: str) -> str:
        name, pattern = _COLLECTIONS[atom]
        for count in range(codec.LIMITS[atom], _MOST_TRIED + 1):
            texts = [pattern.format(number) for number in range(count)]
            values: Any = [{"address": one} for one in texts] if atom == "emails" else texts
            answer = self.bench.try_person(**{name: values})
            if not answer.ok:
                return str(count - 1) if count > codec.LIMITS[atom] else f"fewer than {count}"
            if len(self.bench.read(answer.body).get(name) or ()) < count:
                return f"{count - 1} (the rest is dropped)"
        return f"{_MOST_TRIED} or more"

    def _display_name(self) -> tuple[str, Fit]:
        item = self.bench.person(displayName="Chosen by us")
        if not self.bench.change(item, givenName="Otherwise").ok:
            raise Unanswered("the name could not be changed")
        now = self.bench.read(item).get("displayName")
        return ("it stays" if now == "Chosen by us" else "it is made anew"), Fit.NOTED

    def _email_name(self) -> tuple[str, Fit]:
        item = self.bench.read(self.bench.person(emailAddresses=[{"address": "probe@example.com"}]))
        (address,) = item.get("emailAddresses") or [{}]
        return ("it gets one" if address.get("name") else "it stays without"), Fit.NOTED

    def _single_emails(self) -> tuple[str, Fit]:
        addresses = [{"address": f"probe{number}@example.com"} for number in range(2)]
        item = self.bench.read(self.bench.person(emailAddresses=addresses))
        if "primaryEmailAddress" not in item:
            return "they are not shown", Fit.NOTED
        names = ("primaryEmailAddress", "secondaryEmailAddress", "tertiaryEmailAddress")
        shown = [(item.get(name) or {}).get("address") for name in names]
        follow = shown == ["probe0@example.com", "probe1@example.com", None]
        answer = self.bench.change(item, primaryEmailAddress={"address": "other@example.com"})
        now = [one.get("address") for one in self.bench.read(item).get("emailAddresses") or ()]
        leads = "other@example.com" in now if answer.ok else status_of(answer)
        return f"they follow: {follow}; the list follows them: {leads} ({len(now)})", Fit.NOTED

    def _both_emails(self) -> tuple[str, Fit]:
        answer = self.bench.try_person(
            emailAddresses=[{"address": "list@example.com"}],
            primaryEmailAddress={"address": "single@example.com"},
        )
        if not answer.ok:
            return f"refused: {status_of(answer)}", Fit.NOTED
        kept = self.bench.read(answer.body).get("emailAddresses") or ()
        return ", ".join(str(one.get("address")).partition("@")[0] for one in kept), Fit.NOTED
