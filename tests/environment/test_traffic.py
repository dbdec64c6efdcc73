"""The last step of a run finds what is planted in its traffic, and nothing where all is well."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from agentbox_sync.contrib.m365_emulator.server import EmulatorServer
from agentbox_sync.core.errors import SuspendConnection
from agentbox_sync.graph.transport import USER_AGENT
from agentbox_sync.ports import Create, Cursor, Delete, Page, Update, Written
from tests.contracts.emulated import EmulatedSide, Microsoft, SignedIn
from tests.environment import metadata, sdk_models, traffic

KIND = "contacts"
MIA = {"name": {"given": "Mia", "surname": "Wong"}, "birthday": "1980-02-29"}
MEETING = {
    "subject": "Open home",
    "start": {"dateTime": "2026-12-05T10:00:00", "timeZone": "AUS Eastern Standard Time"},
    "end": {"dateTime": "2026-12-05T10:30:00", "timeZone": "AUS Eastern Standard Time"},
    "attendees": [{"emailAddress": {"address": "mia@buyers.example"}, "type": "required"}],
}
needs_checker = pytest.mark.skipif(not metadata.CHECKER.exists(), reason=metadata.HINT)
Lines = list[dict[str, Any]]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What an emulator wrote of our client's walk, one scripted fault, a stranger's nonsense."""
    folder = tmp_path_factory.mktemp("traffic")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(traffic.VARIABLE, str(folder))
        with EmulatorServer() as server:
            side = EmulatedSide(Microsoft(server))
            home = side.store.locate(KIND, "")
            side.microsoft.fault(status=429, path="/contacts$", method="POST", nth=3)
            answers = side.store.write(KIND, home, [Create(f"s-{n}", MIA) for n in range(3)])
            first, second = [answer for answer in answers if isinstance(answer, Written)]
            changed = {**MIA, "company": "Acme"}
            (page,) = side.store.pull([Cursor(KIND, home)])
            assert isinstance(page, Page)
            side.store.write(
                KIND,
                home,
                [
                    Update(first.remote_id, first.etag, changed, ("company",)),
                    Delete(second.remote_id, second.etag),
                ],
            )
            side.microsoft.control("switches", {"full_code": "quotaLimitReached"})
            side.microsoft.person(full=True)
            with pytest.raises(SuspendConnection):
                side.store.write(KIND, home, [Create("s-full", MIA)])
            side.close()
            with requests.Session() as stranger:
                stranger.trust_env = False
                stranger.headers["Authorization"] = f"Bearer {side.tokens.token()}"
                stranger.post(f"{server.url}/v1.0/me/contacts", json={"favouriteColour": "red"})
                stranger.get(f"{server.url}/v1.0/me/contaxts")
                stranger.get(f"{server.url}/v1.0/me/contacts")
    (file,) = folder.iterdir()
    return file.read_text()


@pytest.fixture
def judged(walked: str, tmp_path: Path) -> Callable[..., traffic.Verdict]:
    """Judge the walk after a hand was laid on its lines."""

    def judge(
        plant: Callable[[Lines], object] = lambda lines: None, *, whole: bool = False
    ) -> traffic.Verdict:
        lines = [json.loads(line) for line in walked.splitlines()]
        plant(lines)
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (tmp_path / "planted.jsonl").write_text(text)
        return traffic.judge(tmp_path, whole=whole)

    return judge


def items(lines: Lines, method: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each of our client's operations of this method inside a batch, with its answer."""
    for line in lines:
        if traffic.is_ours(line) and line["url"].endswith("$batch"):
            answers = {answer["id"]: answer for answer in line["response_body"]["responses"]}
            scripted = line.get("synthetic_items", ())
            for item in line["request_body"]["requests"]:
                if item["method"] == method and item["id"] not in scripted:
                    yield item, answers[item["id"]]


def a_stranger_s_list(lines: Lines) -> dict[str, Any]:
    return next(
        line
        for line in lines
        if not traffic.is_ours(line)
        and line["url"].endswith("/me/contacts")
        and line["method"] == "GET"
    )


def in_our_request(lines: Lines) -> None:
    item, _ = next(items(lines, "PATCH"))
    item["body"]["favouriteColour"] = "red"


def in_an_answer_to_us(lines: Lines) -> None:
    _, answer = next(items(lines, "POST"))
    answer["body"]["favouriteColour"] = "red"


def in_an_answer_to_a_stranger(lines: Lines) -> None:
    a_stranger_s_list(lines)["response_body"]["value"][0]["favouriteColour"] = "red"


def a_path_of_ours(lines: Lines) -> None:
    item, _ = next(items(lines, "PATCH"))
    item["url"] = item["url"].replace("contacts", "contaxts")


def a_path_that_is_answered(lines: Lines) -> None:
    a_stranger_s_list(lines)["url"] = "/v1.0/me/contaxts"


def a_value_of_another_type(lines: Lines) -> None:
    _, answer = next(items(lines, "POST"))
    answer["body"]["birthday"] = "yesterday"


PLANTED = [
    (in_our_request, "favouriteColour"),
    (in_an_answer_to_us, "favouriteColour"),
    (in_an_answer_to_a_stranger, "favouriteColour"),
    (a_path_of_ours, "contaxts"),
    (a_path_that_is_answered, "contaxts"),
    (a_value_of_another_type, "birthday"),
]


def test_a_walk_without_fault_has_no_problems(judged: Callable[..., traffic.Verdict]) -> None:
    verdict = judged()
    assert not verdict.problems
    assert verdict.ours == verdict.exchanges - 3
    assert verdict.synthetic == 1
    assert verdict.ours >= 4


@pytest.mark.parametrize("plant,word", PLANTED)
def test_msgraph_sdk_alone_finds_what_is_planted(
    judged: Callable[..., traffic.Verdict],
    monkeypatch: pytest.MonkeyPatch,
    plant: Callable[[Lines], object],
    word: str,
) -> None:
    monkeypatch.setattr(metadata, "CHECKER", Path("nowhere"))
    monkeypatch.delenv("CI", raising=False)
    verdict = judged(plant)
    assert any(word in problem for problem in verdict.problems)
    assert "The metadata was not looked at" in str(verdict)


@needs_checker
@pytest.mark.parametrize("plant,word", [it for it in PLANTED if it[0] != a_path_that_is_answered])
def test_the_metadata_alone_finds_what_is_planted(
    walked: str, plant: Callable[[Lines], object], word: str
) -> None:
    lines = [json.loads(line) for line in walked.splitlines()]
    plant(lines)
    found = list(traffic.against_metadata(lines, whole=False))
    assert any(word in problem or "unknown path" in problem for problem in found)


@needs_checker
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_write_of_ours_without_if_match_is_found(
    judged: Callable[..., traffic.Verdict], method: str
) -> None:
    def plant(lines: Lines) -> None:
        item, _ = next(items(lines, method))
        del item["headers"]["If-Match"]

    assert "strict: write without If-Match" in judged(plant).problems


@needs_checker
def test_a_request_of_ours_that_was_refused_as_wrong_is_found(
    judged: Callable[..., traffic.Verdict],
) -> None:
    def plant(lines: Lines) -> None:
        _, answer = next(items(lines, "PATCH"))
        error = {"code": "RequestBodyRead", "message": "No.", "innerError": {}}
        answer |= {"status": 400, "body": {"error": error}}

    assert "strict: PATCH /me/contacts/{contact-id} answered 400" in judged(plant).problems


def test_a_scripted_answer_without_its_mark_is_found(
    judged: Callable[..., traffic.Verdict],
) -> None:
    def plant(lines: Lines) -> None:
        (marked,) = [line for line in lines if line.get("synthetic_items")]
        del marked["synthetic_items"]

    assert any("1 faults struck, but 0" in problem for problem in judged(plant).problems)


def test_a_true_answer_marked_as_scripted_is_found(
    judged: Callable[..., traffic.Verdict],
) -> None:
    verdict = judged(lambda lines: lines[-1].update(synthetic=True))
    assert any("1 faults struck, but 2" in problem for problem in verdict.problems)


@needs_checker
def test_a_whole_run_must_have_sent_all_that_our_client_can_send(
    judged: Callable[..., traffic.Verdict],
) -> None:
    missing = [it for it in judged(whole=True).problems if it.startswith("never sent: ")]
    assert "never sent: POST /me/contactFolders" in missing
    assert "never sent: POST /$batch" not in missing


def test_missing_metadata_is_a_problem_in_ci_alone(
    judged: Callable[..., traffic.Verdict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "CHECKER", Path("nowhere"))
    monkeypatch.setenv("CI", "true")
    assert judged().problems
    monkeypatch.delenv("CI")
    assert not judged().problems


def test_what_is_recorded_lies_in_a_folder_and_the_variable_is_put_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(traffic.VARIABLE, "before")
    with traffic.recorded() as folder, EmulatorServer() as server:
        requests.get(f"{server.url}/v1.0/me", timeout=30)
        (file,) = folder.iterdir()
        assert [line["status"] for line in traffic.exchanges(file)] == [401]
    assert not folder.exists()
    assert os.environ[traffic.VARIABLE] == "before"


@pytest.mark.parametrize("is_ours", [True, False])
def test_what_graph_reads_loosely_is_a_problem_of_ours_alone(is_ours: bool) -> None:
    body = {"body": {"contentType": "HTML", "content": "x"}, "isAllDay": "false"}
    entry = {"method": "POST", "url": "/v1.0/me/events", "request_body": body, "status": 201}
    found = list(sdk_models.problems({**entry, "response_body": None}, is_ours=is_ours))
    assert len(found) == (2 if is_ours else 0), found


def test_a_mail_of_ours_that_nobody_expected_is_found(tmp_path: Path) -> None:
    told, silent = _touch_meetings(tmp_path, expected=False)
    assert told.problems == {"mail: PATCH /v1.0/me/events/A sent an unexpected update": 1}
    assert (told.mails, silent.mails) == (1, 0)
    assert not silent.problems


def test_a_mail_of_ours_that_a_test_expects_is_none(tmp_path: Path) -> None:
    told, _ = _touch_meetings(tmp_path, expected=True)
    assert not told.problems
    assert told.mails == 1


def test_a_mail_that_another_application_causes_is_none_of_ours(tmp_path: Path) -> None:
    told, _ = _touch_meetings(tmp_path, expected=False, agent="python-o365/2.1")
    assert not [problem for problem in told.problems if problem.startswith("mail")]
    assert told.mails == 1


def test_a_whole_run_without_any_mail_is_suspicious(
    judged: Callable[..., traffic.Verdict],
) -> None:
    assert any("none was recorded" in problem for problem in judged(whole=True).problems)


def _touch_meetings(
    folder: Path, *, expected: bool, agent: str = USER_AGENT
) -> tuple[traffic.Verdict, traffic.Verdict]:
    """Touch a meeting with a guest so that they are told, and another so that they are not."""
    verdicts = []
    for name, change in (("told", {"subject": "Auction"}), ("silent", {"showAs": "free"})):
        own = folder / name
        own.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(traffic.VARIABLE, str(own))
            with EmulatorServer() as server:
                _touch_one(server, change, expected=expected, agent=agent)
        verdicts.append(traffic.judge(own, whole=False))
    return verdicts[0], verdicts[1]


def _touch_one(
    server: EmulatorServer, change: dict[str, Any], *, expected: bool, agent: str
) -> None:
    microsoft = Microsoft(server)
    made = microsoft.person(add_event=MEETING)
    microsoft.control("mail", method="DELETE")
    microsoft.control("mail", {"expected": expected})
    with requests.Session() as session:
        session.trust_env = False
        token = SignedIn(microsoft).token()
        session.headers.update(
            {
                "Authorization": f"Bearer {token}",
                "User-Agent": agent,
                "If-Match": "*",
                "Prefer": 'IdType="ImmutableId"',
            }
        )
        where = f"{server.url}/v1.0/me/events/{made['id']}"
        assert session.patch(where, json=change, timeout=30).ok
