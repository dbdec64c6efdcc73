"""Windows and IANA names of zones, both ways."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from tzlocal.windows_tz import win_tz

from agentbox_sync.contrib.m365_emulator.zones import WINDOWS, any_iana_of
from agentbox_sync.core.recurrence.zones import kept, name_for_exchange, windows_name, zone_of

NOT_OF_WINDOWS = {"Antarctica/Troll"}
# What a machine has beside the zone database: its own clock, and names for building it.
NO_ZONES = {"localtime", "Factory", "posixrules"}


def test_every_zone_that_a_crm_may_name_has_a_windows_name() -> None:
    names = available_timezones() - NO_ZONES
    assert len(names) > 500
    assert {name for name in names if windows_name(name) is None} <= NOT_OF_WINDOWS
    for name in names:
        assert zone_of(name).iana == name
        assert zone_of(name).known


def test_a_zone_of_the_machine_itself_is_none() -> None:
    for name in NO_ZONES | {"posix/Europe/Berlin", "right/UTC", "/etc/localtime", "../UTC", "Etc"}:
        assert not zone_of(name).known, name


@pytest.mark.parametrize("windows", [name for name, _ in WINDOWS])
def test_every_name_of_a_mailbox_server_comes_back_as_itself(windows: str) -> None:
    zone = zone_of(windows)
    assert zone.known
    assert windows_name(zone.iana) == windows
    assert name_for_exchange(zone) == windows


def test_the_table_means_the_same_clocks_as_those_of_others() -> None:
    """The emulator wrote down CLDR on its own, tzlocal generates it."""
    moments = [datetime(2026, month, 15, tzinfo=UTC) for month in (1, 4, 7, 10)]
    theirs = [(name, any_iana_of(name)) for name, _ in WINDOWS] + list(win_tz.items())
    assert len(theirs) > 270
    for windows, iana in theirs:
        ours, other = zone_of(windows).info, ZoneInfo(str(iana))
        for moment in moments:
            assert moment.astimezone(ours).utcoffset() == moment.astimezone(other).utcoffset(), (
                windows
            )


@pytest.mark.parametrize(
    "name, iana",
    [
        ("AUS Eastern Standard Time", "Australia/Sydney"),
        ("aus eastern standard time", "Australia/Sydney"),
        (" W.  Europe Standard Time ", "Europe/Berlin"),
        ("India Standard Time", "Asia/Kolkata"),
        ("Nepal Standard Time", "Asia/Kathmandu"),
        ("FLE Standard Time", "Europe/Kyiv"),
        ("UTC", "UTC"),
        ("Z", "UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("europe/berlin", "Europe/Berlin"),
        ("Asia/Toshkent (Tashkent)", "Asia/Tashkent"),
        ("Kamchatka Standard Time", "Asia/Kamchatka"),
        ("Antarctica/Troll", "Antarctica/Troll"),
    ],
)
def test_a_name_means_a_zone(name: str, iana: str) -> None:
    assert (zone_of(name).iana, zone_of(name).known) == (iana, True)


@pytest.mark.parametrize(
    "name",
    ["Customized Time Zone", "tzone://Microsoft/Custom", "Mars/Olympus Mons", "", "x" * 5000, "\0"],
)
def test_a_zone_that_nobody_knows_is_read_as_utc_and_written_back_as_it_came(name: str) -> None:
    zone = zone_of(name)
    assert (zone.known, zone.iana) == (False, "UTC")
    assert name_for_exchange(zone) == name


def test_old_and_new_names_of_one_place_are_one_zone() -> None:
    assert zone_of("Asia/Calcutta").is_same(zone_of("Asia/Kolkata"))
    assert zone_of("Asia/Katmandu").is_same(zone_of("Nepal Standard Time"))
    assert zone_of("Australia/Melbourne").is_same(zone_of("AUS Eastern Standard Time"))
    assert not zone_of("Australia/Brisbane").is_same(zone_of("Australia/Sydney"))
    assert not zone_of("Mars/Olympus Mons").is_same(zone_of("UTC"))
    assert zone_of("Mars/Olympus Mons").is_same(zone_of("Mars/Olympus Mons"))


def test_our_name_of_a_zone_is_kept_unless_exchange_shows_another_zone() -> None:
    assert kept("Europe/Amsterdam", "W. Europe Standard Time") == "Europe/Amsterdam"
    assert kept("Europe/Amsterdam", "GMT Standard Time") == "Europe/London"
    assert kept("Europe/Amsterdam", "tzone://Microsoft/Custom") == "Europe/Amsterdam"
