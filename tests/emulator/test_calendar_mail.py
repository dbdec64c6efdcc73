"""Every mail that Exchange would have sent is on record, and nothing that it would not have sent.

The first test is the positive control of all tests elsewhere that find the record empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .calendar_builders import at, event, invited, saturdays, view
from .clients import CLIENT_ID, JANE, STAMP, Client, Control
from .test_calendar_events import FULL, code, path

ADA = "admin@harbour.example"
MIA = "mia@buyers.example"


@pytest.fixture
def ada(control: Control) -> Iterator[Client]:
    """The mailbox of somebody in the same organization."""
    control.post("seed", {"consent": [{"upn": ADA, "client_id": CLIENT_ID}]})
    with Client(control.url, control.token(ADA)) as client:
        yield client


def mails(control: Control) -> list[tuple[str, tuple[str, ...]]]:
    return [(mail["kind"], tuple(mail["to"])) for mail in control.get("mail")["mail"]]


def only(rows: list[dict[str, Any]]) -> dict[str, Any]:
    (row,) = rows
    return row


def test_the_record_names_who_was_written_to_and_what_for(graph: Client, control: Control) -> None:
    made = graph.create("/me/events", **event(attendees=invited(MIA, ADA)))
    graph("PATCH", path(made), {"subject": "Auction"})
    graph("DELETE", path(made))
    found = control.get("mail")
    both = (MIA, ADA)
    assert mails(control) == [("invitation", both), ("update", both), ("cancellation", both)]
    assert found["total"] == 3
    first, second, _ = found["mail"]
    assert (first["sender"], first["subject"]) == (JANE, "Open home")
    assert (second["subject"], second["app"]) == ("Auction", "Agentbox CRM")
    assert first["uid"] == made["iCalUId"]
    assert control.get("mail?after=2")["mail"] == found["mail"][2:]
    control.delete("mail")
    assert control.get("mail") == {"total": 0, "mail": []}


def test_the_log_says_what_an_exchange_sent(graph: Client, control: Control) -> None:
    graph.create("/me/events", **event())
    graph.create("/me/events", **event(attendees=invited(MIA)))
    quiet, loud = control.get("log?limit=2")["exchanges"]
    assert "mail" not in quiet
    assert [(m["kind"], m["to"]) for m in loud["mail"]] == [("invitation", [MIA])]


def test_the_log_tells_mail_that_was_meant_from_mail_that_was_not(
    graph: Client, control: Control
) -> None:
    graph.create("/me/events", **event(attendees=invited(MIA)))
    control.post("mail", {"expected": True})
    graph.create("/me/events", **event(attendees=invited(MIA)))
    before, after = control.get("log?limit=2")["exchanges"]
    assert (before["mail_is_expected"], after["mail_is_expected"]) == (False, True)
    control.post("reset", {})
    assert control.get("mail")["total"] == 0


def test_appointments_without_guests_write_to_nobody(graph: Client, control: Control) -> None:
    made = graph.create("/me/events", **event(**FULL))
    graph("PATCH", path(made), {"subject": "Auction"})
    graph("POST", f"{path(made)}/cancel", {"Comment": "no"})
    master = graph.create("/me/events", **saturdays())
    second = graph.get(view())["value"][1]
    graph("PATCH", path(second), {"subject": "x"})
    graph("DELETE", path(second))
    graph("DELETE", path(master))
    assert mails(control) == []


@pytest.mark.parametrize("mailed", [False, True])
def test_what_is_personal_writes_to_nobody_unless_a_switch_says_so(
    graph: Client, control: Control, mailed: bool
) -> None:
    control.switch(personal_mails=mailed)
    made = graph.create("/me/events", **event(attendees=invited(MIA)))
    control.delete("mail")
    graph("PATCH", path(made), {"categories": ["VIP"], "isReminderOn": False, "showAs": "free"})
    assert mails(control) == ([("update", (MIA,))] if mailed else [])
    control.delete("mail")
    stamp = [{"id": STAMP, "value": "7"}]
    graph("PATCH", path(made), {"singleValueExtendedProperties": stamp})
    assert mails(control) == []
    graph("PATCH", path(made), {"subject": "Open home"})
    assert mails(control) == [("update", (MIA,))], "the same value is mailed as well"


def test_a_change_of_guests_alone_writes_to_those_concerned(
    graph: Client, control: Control
) -> None:
    made = graph.create("/me/events", **event(attendees=invited(MIA, "tom@x.example")))
    control.delete("mail")
    graph("PATCH", path(made), {"attendees": invited(MIA, "zoe@x.example")})
    assert mails(control) == [
        ("cancellation", ("tom@x.example",)),
        ("invitation", ("zoe@x.example",)),
    ]
    control.delete("mail")
    graph("PATCH", path(made), {"attendees": invited(MIA), "subject": "x"})
    assert mails(control) == [("cancellation", ("zoe@x.example",)), ("update", (MIA,))]


def test_dates_that_differ_are_mailed_one_by_one(graph: Client, control: Control) -> None:
    master = graph.create("/me/events", **saturdays(attendees=invited(MIA)))
    rows = graph.get(view())["value"]
    graph("PATCH", path(rows[1]), {"subject": "Auction"})
    control.delete("mail")
    graph("PATCH", path(master), {"location": {"displayName": "Garden"}})
    found = control.get("mail")["mail"]
    assert [(m["kind"], m["day"]) for m in found] == [("update", ""), ("update", "2026-12-12")]
    control.delete("mail")
    graph("DELETE", path(rows[2]))
    (mail,) = control.get("mail")["mail"]
    assert (mail["kind"], mail["day"]) == ("cancellation", "2026-12-19")


def test_a_cancellation_carries_the_comment_and_is_the_organizer_s(
    graph: Client, control: Control
) -> None:
    made = graph.create("/me/events", **event(attendees=invited(MIA)))
    answer = graph("POST", f"{path(made)}/cancel", {"Comment": "All hands"})
    assert answer.status_code == 202
    assert control.get("mail")["mail"][-1]["comment"] == "All hands"
    assert graph("GET", path(made)).status_code == 404
    assert len(control.mailbox()["deleted_events"]) == 1


@pytest.mark.parametrize("policy,status", [("refuse", 403), ("purge", 204)])
def test_what_lies_in_deleted_items_is_told_of_once(
    graph: Client, control: Control, policy: str, status: int
) -> None:
    control.switch(deleted_get="200", delete_in_bin=policy)
    made = graph.create("/me/events", **event(attendees=invited(MIA)))
    graph("DELETE", path(made))
    assert graph("DELETE", path(made)).status_code == status
    assert mails(control) == [("invitation", (MIA,)), ("cancellation", (MIA,))]


def test_a_purged_meeting_is_told_of_once(graph: Client, control: Control) -> None:
    made = graph.create("/me/events", **event(attendees=invited(MIA)))
    assert graph("POST", f"{path(made)}/permanentDelete").status_code == 204
    assert mails(control) == [("invitation", (MIA,)), ("cancellation", (MIA,))]
    assert control.mailbox()["deleted_events"] == []


@pytest.mark.parametrize("policy,sent", [("refuse", None), ("ignore", 1), ("honour", 0)])
def test_whether_a_draft_keeps_invitations_back(
    graph: Client, control: Control, policy: str, sent: int | None
) -> None:
    control.switch(draft_on_create=policy)
    answer = graph("POST", "/me/events", event(attendees=invited(MIA), isDraft=True))
    assert answer.status_code == (400 if sent is None else 201)
    assert len(mails(control)) == (sent or 0)
    if sent is not None:
        assert answer.json()["isDraft"] is (policy == "honour")


# ------------------------------------------------------------------ the calendars of the others


def test_somebody_invited_finds_the_meeting_in_the_calendar(graph: Client, ada: Client) -> None:
    made = graph.create("/me/events", **event(attendees=invited(ADA)))
    theirs = only(ada.get("/me/events")["value"])
    assert theirs["iCalUId"] == made["iCalUId"]
    assert theirs["id"] != made["id"]
    assert (theirs["isOrganizer"], theirs["showAs"]) == (False, "tentative")
    assert theirs["responseStatus"]["response"] == "notResponded"
    assert theirs["organizer"]["emailAddress"]["address"] == JANE
    ada("PATCH", path(theirs), {"categories": ["Mine"]})
    graph("PATCH", path(made), {"subject": "Auction"})
    theirs = only(ada.get("/me/events")["value"])
    assert (theirs["subject"], theirs["categories"]) == ("Auction", ["Mine"])


def test_a_cancelled_meeting_stays_until_it_is_removed(graph: Client, ada: Client) -> None:
    made = graph.create("/me/events", **event(attendees=invited(ADA)))
    graph("DELETE", path(made))
    theirs = only(ada.get("/me/events")["value"])
    assert (theirs["isCancelled"], theirs["subject"]) == (True, "Canceled: Open home")
    assert ada("DELETE", path(theirs)).status_code == 204
    assert ada.get("/me/events")["value"] == []


def test_one_cancelled_date_of_a_meeting_is_marked_in_their_calendar(
    graph: Client, ada: Client
) -> None:
    graph.create("/me/events", **saturdays(attendees=invited(ADA)))
    graph("DELETE", path(graph.get(view())["value"][1]))
    theirs = ada.get(view())["value"]
    assert [row["isCancelled"] for row in theirs] == [False, True, False, False]


@pytest.mark.parametrize(
    "verb,response,shown",
    [("accept", "accepted", "busy"), ("tentativelyAccept", "tentativelyAccepted", "tentative")],
)
def test_an_answer_reaches_the_organizer(
    graph: Client, ada: Client, control: Control, verb: str, response: str, shown: str
) -> None:
    made = graph.create("/me/events", **event(attendees=invited(ADA, MIA)))
    theirs = only(ada.get("/me/events")["value"])
    control.delete("mail")
    answer = ada("POST", f"{path(theirs)}/{verb}", {"comment": "Yes", "sendResponse": True})
    assert answer.status_code == 202
    assert mails(control) == [(response, (JANE,))]
    assert ada.get(path(theirs))["showAs"] == shown
    statuses = [a["status"]["response"] for a in graph.get(path(made))["attendees"]]
    assert statuses == [response, "none"]
    graph("PATCH", path(made), {"attendees": invited(ADA)})
    kept = only(graph.get(path(made))["attendees"])
    assert kept["status"]["response"] == response, "an answer outlives a change"


def test_a_silent_answer_is_told_to_nobody(graph: Client, ada: Client, control: Control) -> None:
    made = graph.create("/me/events", **event(attendees=invited(ADA)))
    theirs = only(ada.get("/me/events")["value"])
    control.delete("mail")
    ada("POST", f"{path(theirs)}/decline", {"sendResponse": False})
    assert mails(control) == []
    assert only(graph.get(path(made))["attendees"])["status"]["response"] == "none"
    assert ada.get("/me/events")["value"] == [], "what was declined leaves the calendar"


def test_who_organizes_cannot_answer_and_who_is_invited_cannot_cancel(
    graph: Client, ada: Client
) -> None:
    made = graph.create("/me/events", **event(attendees=invited(ADA)))
    theirs = only(ada.get("/me/events")["value"])
    assert graph("POST", f"{path(made)}/accept", {}).status_code == 400
    assert ada("POST", f"{path(theirs)}/cancel", {}).status_code == 400


@pytest.mark.parametrize("policy,status", [("accept", 200), ("ignore", 200), ("refuse", 403)])
def test_what_somebody_invited_may_change(
    graph: Client, ada: Client, control: Control, policy: str, status: int
) -> None:
    control.switch(attendee_writes=policy)
    graph.create("/me/events", **event(attendees=invited(ADA)))
    theirs = only(ada.get("/me/events")["value"])
    control.delete("mail")
    assert ada("PATCH", path(theirs), {"subject": "Mine", "showAs": "oof"}).status_code == status
    now = ada.get(path(theirs))
    assert now["subject"] == ("Mine" if policy == "accept" else "Open home")
    assert now["showAs"] == ("tentative" if policy == "refuse" else "oof")
    assert ada("PATCH", path(theirs), {"showAs": "free"}).status_code == 200
    assert mails(control) == [], "a change of a copy is told to nobody"


def test_a_meeting_that_is_forwarded_invites(graph: Client, ada: Client, control: Control) -> None:
    made = graph.create("/me/events", **event())
    body = {"ToRecipients": [{"emailAddress": {"address": ADA, "name": "Ada"}}], "Comment": "See"}
    assert graph("POST", f"{path(made)}/forward", body).status_code == 202
    assert mails(control) == [("forward", (ADA,))]
    assert only(ada.get("/me/events")["value"])["isOrganizer"] is False
    assert code(graph("POST", f"{path(made)}/forward", {})) == "400 BadRequest"


def test_an_invitation_from_outside_lies_in_the_calendar(graph: Client, control: Control) -> None:
    meeting = event(attendees=invited(JANE))
    control.person({"meeting": meeting, "organizer": {"address": MIA, "name": "Mia"}})
    theirs = only(graph.get("/me/events")["value"])
    assert (theirs["isOrganizer"], theirs["organizer"]["emailAddress"]["address"]) == (False, MIA)
    graph("POST", f"{path(theirs)}/accept", {"sendResponse": True})
    assert mails(control) == [("accepted", (MIA,))]
    graph("DELETE", path(theirs))
    assert len(mails(control)) == 1, "removing somebody else's meeting is told to nobody"


def test_what_a_person_does_in_outlook_is_recorded_as_theirs(control: Control) -> None:
    made = control.person({"add_event": event(attendees=invited(MIA))})
    control.person({"edit_event": made["id"], "values": {"start": at("2026-12-05 10:10")}})
    control.person({"delete_event": made["id"]})
    found = control.get("mail")["mail"]
    assert [(m["kind"], m["app"]) for m in found] == [
        ("invitation", ""),
        ("update", ""),
        ("cancellation", ""),
    ]
