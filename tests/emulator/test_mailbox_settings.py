from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .clients import JANE, Client, Control

PATH = "/me/mailboxSettings"
ZONES = "/me/outlook/supportedTimeZones"
IANA = f"{ZONES}(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')"


@pytest.fixture
def outlook(control: Control) -> Iterator[Client]:
    scope = "User.Read MailboxSettings.ReadWrite offline_access openid profile"
    with Client(control.url, control.token(JANE, scope=scope)) as client:
        yield client


def test_settings_are_changed_and_the_answer_holds_what_was(
    outlook: Client, control: Control
) -> None:
    change = {"timeZone": "W. Europe Standard Time", "dateFormat": "dd.MM.yyyy"}
    answer = outlook("PATCH", PATH, change)
    assert answer.status_code == 200
    assert {k: v for k, v in answer.json().items() if "@" not in k} == change
    now = outlook.get(PATH)
    assert (now["timeZone"], now["dateFormat"]) == tuple(change.values())
    assert now["timeFormat"] == "h:mm tt", "the rest stays"
    assert outlook.get(f"{PATH}/timeZone")["value"] == change["timeZone"]
    assert control.mailbox()["owner"]["time_zone"] == change["timeZone"]


def test_a_complex_setting_is_laid_over_what_was_there(outlook: Client) -> None:
    body = {
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#Me/mailboxSettings",
        "automaticRepliesSetting": {
            "status": "Scheduled",
            "scheduledStartDateTime": {"dateTime": "2026-03-20T18:00:00.0", "timeZone": "UTC"},
        },
        "workingHours": {"endTime": "18:30:00.0000000", "daysOfWeek": ["Monday", "Saturday"]},
        "language": {"locale": "de-DE"},
    }
    assert outlook("PATCH", PATH, body).status_code == 200
    now = outlook.get(PATH)
    replies = now["automaticRepliesSetting"]
    assert replies["status"] == "scheduled", "in its own spelling"
    assert replies["externalAudience"] == "all"
    assert replies["scheduledStartDateTime"]["dateTime"] == "2026-03-20T18:00:00.0"
    assert now["workingHours"]["daysOfWeek"] == ["monday", "saturday"]
    assert now["workingHours"]["startTime"] == "08:00:00.0000000"
    assert now["language"] == {"locale": "de-DE", "displayName": "German (Germany)"}
    assert outlook.get(f"{PATH}/workingHours")["endTime"] == "18:30:00.0000000"
    assert outlook.get(f"{PATH}/automaticRepliesSetting")["status"] == "scheduled"


@pytest.mark.parametrize(
    "change",
    [
        {"timeZone": "Sydney"},
        {"timeZone": None},
        {"userPurpose": "room"},
        {"archiveFolder": "x"},
        {"moon": 1},
        {"language": {"locale": "xx"}},
        {"workingHours": {"startTime": "8"}},
        {"workingHours": {"daysOfWeek": ["someday"]}},
        {"workingHours": {"timeZone": {"name": "Sydney"}}},
        {"workingHours": []},
        {"automaticRepliesSetting": {"status": "perhaps"}},
        {"automaticRepliesSetting": {"moon": 1}},
        {"delegateMeetingMessageDeliveryOptions": "nobody"},
    ],
)
def test_what_a_setting_may_not_be(outlook: Client, change: dict[str, Any]) -> None:
    before = outlook.get(PATH)
    assert outlook("PATCH", PATH, change).status_code == 400
    assert outlook.get(PATH) == before


def test_a_custom_zone_is_not_covered_and_said_so(outlook: Client) -> None:
    zone = {"@odata.type": "#microsoft.graph.customTimeZone", "bias": -300, "name": "x"}
    answer = outlook("PATCH", PATH, {"workingHours": {"timeZone": zone}})
    assert answer.status_code == 501


def test_reading_is_not_writing(graph: Client) -> None:
    assert graph("PATCH", PATH, {"dateFormat": "d"}).status_code == 403
    assert graph("GET", f"{PATH}/moon").status_code == 400


def test_the_zones_that_a_mailbox_server_supports(graph: Client) -> None:
    windows = graph.get(ZONES)["value"]
    names = {z["alias"]: z["displayName"] for z in windows}
    assert names["AUS Eastern Standard Time"] == "(UTC+10:00) Canberra, Melbourne, Sydney"
    assert len(names) == len(windows) > 130
    iana = [z["alias"] for z in graph.get(IANA)["value"]]
    assert {"Europe/Berlin", "America/New_York", "Australia/Sydney"} <= set(iana)
    assert len(iana) == len(set(iana)) > 90


@pytest.mark.parametrize(
    "path,first",
    [
        (f"{ZONES}()", "Dateline Standard Time"),
        (f"{ZONES}(TimeZoneStandard=microsoft.graph.timeZoneStandard'Windows')", "Dateline"),
        (f"{ZONES}(TimeZoneStandard='Iana')", "Etc/GMT+12"),
        (IANA.replace("'", "%27"), "Etc/GMT+12"),
    ],
)
def test_the_spellings_of_the_function(graph: Client, path: str, first: str) -> None:
    assert graph.get(path)["value"][0]["alias"].startswith(first)


def test_an_unknown_standard_is_refused(graph: Client) -> None:
    assert graph("GET", f"{ZONES}(TimeZoneStandard='Moon')").status_code == 400
