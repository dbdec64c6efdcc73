"""The page of faults: a form makes a rule, the list says how often it struck."""

from __future__ import annotations

import re

import pytest
import requests

from .clients import Client, Control, item


def press(control: Control, what: str, **form: str) -> requests.Response:
    return control.session.post(f"{control.url}/_emulator/page/{what}", data=form)


def figures(control: Control) -> list[tuple[str, str]]:
    """How often each rule struck, and of how many matches."""
    page = control.session.get(f"{control.url}/_emulator/faultboard").text
    found = re.findall(
        r'id="fired-\d+" data-live>(\d+)<.*?id="matched-\d+" data-live>(\d+)<', page, re.DOTALL
    )
    return [(str(fired), str(matched)) for fired, matched in found]


def test_a_status_strikes_where_when_and_how_often_the_form_says(
    graph: Client, control: Control
) -> None:
    page = press(
        control,
        "fault",
        kind="status",
        method="GET",
        path="/me/contacts$",
        status="429",
        retry_after="7",
        nth="2",
        name="Second look",
    )
    assert "The fault is set." in page.text
    assert "Second look" in page.text
    answers = [graph("GET", "/me/contacts") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 429, 200]
    assert answers[1].headers["Retry-After"] == "7"
    assert figures(control) == [("1", "3")]
    assert "spent" in press(control, "preset", name="503").text


def test_dice_with_a_seed_fall_the_same_way_again(graph: Client, control: Control) -> None:
    seen = []
    for _ in range(2):
        press(
            control,
            "fault",
            kind="status",
            method="*",
            path="/me$",
            status="503",
            probability="0.5",
            seed="4",
        )
        seen.append([graph("GET", "/me").status_code for _ in range(12)])
        press(control, "clear")
    assert seen[0] == seen[1]
    assert set(seen[0]) == {200, 503}


@pytest.mark.parametrize("kind,made", [("reset_before", 0), ("reset_after", 1), ("truncate", 1)])
def test_a_broken_answer_comes_before_or_after_the_write(
    graph: Client, control: Control, kind: str, made: int
) -> None:
    press(control, "fault", kind=kind, method="POST", path="/me/contacts$", times="1")
    with pytest.raises(requests.RequestException):
        graph("POST", "/me/contacts", {"surname": "Wong"}).json()
    assert len(control.mailbox()["contacts"]) == made


def test_part_of_a_batch_is_done(graph: Client, control: Control) -> None:
    press(control, "fault", kind="batch", path=r"^/\$batch", after_items="2", status="504")
    items = [item(n, "POST", "/me/contacts", {"surname": f"N{n}"}) for n in range(4)]
    assert sorted(a["status"] for a in graph.batch(*items).values()) == [201, 201, 504, 504]
    assert len(control.mailbox()["contacts"]) == 2


def test_delta_clock_and_consent_of_the_form_strike(graph: Client, control: Control) -> None:
    _, link = graph.all_pages("/me/contacts/delta")
    press(control, "fault", kind="gone", path="/delta", times="1")
    assert graph("GET", link).status_code == 410
    press(control, "fault", kind="clock", path="/me$", clock="-3600")
    graph("GET", "/me")
    assert control.get("clock")["offset"] < -3500
    press(control, "clear")
    press(control, "fault", kind="revoke_sessions", path="/me$")
    graph("GET", "/me")
    assert figures(control) == [("1", "1")]


def test_fields_of_another_misfortune_are_left_alone(control: Control) -> None:
    press(control, "fault", kind="reset_before", path="/me$", status="503", delay="9", clock="5")
    rule = control.get("faults")["rules"][0]
    assert (rule["status"], rule["delay"], rule["clock"]) == (0, 0.0, 0.0)


@pytest.mark.parametrize(
    "field,form,words",
    [
        ("status", {"kind": "status", "status": "many"}, "such as 503"),
        ("status", {"kind": "status", "status": "200"}, "400 to 599"),
        ("status", {"kind": "status", "status": ""}, "such as 503"),
        ("delay", {"kind": "slow"}, "a number of seconds"),
        ("after_items", {"kind": "batch"}, "How many operations"),
        ("probability", {"kind": "gone", "probability": "3"}, "from 0 to 1"),
        ("probability", {"kind": "gone", "probability": "nan"}, "from 0 to 1"),
    ],
)
def test_a_field_that_cannot_be_read_is_marked_and_the_rest_stays(
    control: Control, field: str, form: dict[str, str], words: str
) -> None:
    answer = press(control, "fault", path="/me/mine$", name="Mine", **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', answer.text)
    assert 'value="/me/mine$"' in answer.text
    assert 'value="Mine"' in answer.text
    assert control.get("faults")["rules"] == []


def test_a_pattern_that_is_none_is_told(control: Control) -> None:
    answer = press(control, "fault", kind="gone", path="(")
    assert answer.status_code == 422
    assert "cannot be read" in answer.text


def test_one_rule_is_removed_and_the_others_stay(graph: Client, control: Control) -> None:
    for status in ("503", "504"):
        press(control, "fault", kind="status", path="/me$", status=status)
    first = control.get("faults")["rules"][0]["id"]
    assert "The fault is removed." in press(control, "remove", id=str(first)).text
    assert [rule["status"] for rule in control.get("faults")["rules"]] == [504]
    assert graph("GET", "/me").status_code == 504
    assert press(control, "remove", id=str(first)).status_code == 422
    last = control.get("faults")["rules"][0]["id"]
    assert control.delete(f"faults?id={last}") == {"rules": []}
    assert "Nothing goes wrong." in press(control, "clear").text
