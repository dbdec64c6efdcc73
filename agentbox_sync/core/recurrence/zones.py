"""Names of time zones: Windows and IANA both ways, and what to do with names that nobody knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from agentbox_sync.core.recurrence.zone_table import TABLE

_ROWS = [line.split("|") for line in re.sub(r"\n +", " ", TABLE).strip().splitlines()]
_MEANT = {windows: names.split()[0] for windows, names in _ROWS}
_WINDOWS = {name: windows for windows, names in _ROWS for name in names.split()}

# Names that are met in calendars and that no table has: of Exchange itself, of Windows as it was
# (Microsoft's notes on daylight saving retired them), and labels of Graph's documentation.
_ALIASES = {
    "tzone://Microsoft/Utc": "UTC",
    "Z": "UTC",
    "Coordinated Universal Time": "UTC",
    "Mid-Atlantic Standard Time": "Etc/GMT+2",
    "Kamchatka Standard Time": "Asia/Kamchatka",
    "Armenian Standard Time": "Asia/Yerevan",
    "Mexico Standard Time": "America/Mexico_City",
    "Mexico Standard Time 2": "America/Mazatlan",
    "Prague Bratislava": "Europe/Prague",
    "Malay Peninsula Standard Time": "Asia/Singapore",
    "Sydney Standard Time": "Australia/Sydney",
    "Newfoundland and Labrador Standard Time": "America/St_Johns",
    "S.A. Eastern Standard Time": "America/Cayenne",
    "S.A. Pacific Standard Time": "America/Bogota",
    "S.A. Western Standard Time": "America/La_Paz",
    "Pacific S.A. Standard Time": "America/Santiago",
    "U.S. Eastern Standard Time": "America/Indiana/Indianapolis",
    "U.S. Mountain Standard Time": "America/Phoenix",
    "A.U.S. Central Standard Time": "Australia/Darwin",
    "A.U.S. Eastern Standard Time": "Australia/Sydney",
    "Asia/Toshkent": "Asia/Tashkent",
    "Asia/Toshkent (Tashkent)": "Asia/Tashkent",
    "Asia/Astana": "Asia/Almaty",
}
_NAMES = {
    **{name.casefold(): name for name in _WINDOWS},
    **{windows.casefold(): name for windows, name in _MEANT.items()},
    **{alias.casefold(): name for alias, name in _ALIASES.items()},
}
_IANA = re.compile(r"(?!posix/|right/)[A-Za-z_]+(/[A-Za-z0-9_+-]+){1,2}")


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone: ``raw`` as it was named, ``iana`` what that means; UTC if nobody knows it.

    Of a zone of one's own ("Customized Time Zone", ``tzone://Microsoft/Custom``) the rules are
    told nowhere: such times are read in UTC, which Graph gives them in, and ``raw`` is written
    back as it came.
    """

    raw: str
    iana: str
    known: bool = True

    @property
    def info(self) -> ZoneInfo:
        """The rules of its clocks."""
        return ZoneInfo(self.iana)

    def is_same(self, other: Zone) -> bool:
        """Tell whether both mean one zone, as far as a Windows name can tell zones apart."""
        return self.known is other.known and self.family == other.family

    @property
    def family(self) -> str:
        """One name for all names of a zone: the Windows name, where there is one."""
        return (windows_name(self.iana) or self.iana) if self.known else self.raw


@lru_cache(maxsize=1024)
def zone_of(name: str) -> Zone:
    """Return the zone of a Windows or IANA name; never an error, see :class:`Zone`."""
    clean = " ".join(name.split())
    found = _NAMES.get(clean.casefold()) or (clean if _is_iana(clean) else None)
    # A name of the zone database is kept as it is, in its right case: it says more than Windows.
    return Zone(name, "UTC", known=False) if found is None else Zone(name, found)


def windows_name(iana: str) -> str | None:
    """Return the Windows name of an IANA zone; ``None`` where Windows has none."""
    return _WINDOWS.get(iana)


def name_for_exchange(zone: Zone) -> str:
    """Return the name that a mailbox server takes: its own as it came, else the Windows name.

    A zone that Windows does not have goes out by its IANA name; a server that refuses it says so.
    """
    if not zone.known or zone.raw.casefold() in _WINDOWS_FOLDED:
        return zone.raw
    return windows_name(zone.iana) or zone.iana


def kept(ours: str, shown: str) -> str:
    """Return the IANA name to keep in the CRM: ours, unless Exchange shows another zone.

    Many to one: Amsterdam goes out as W. Europe and would come back as Berlin.
    """
    theirs = zone_of(shown)
    return ours if not theirs.known or zone_of(ours).is_same(theirs) else theirs.iana


_WINDOWS_FOLDED = frozenset(windows.casefold() for windows in _MEANT)


@lru_cache(maxsize=1024)
def _is_iana(name: str) -> bool:
    """Tell whether the zone database has a name that the table lacks (Antarctica/Troll)."""
    if not _IANA.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not there, no name, a folder
        return False
    return True
