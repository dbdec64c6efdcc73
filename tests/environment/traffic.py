"""Holds the Graph exchanges of a whole test run against what others wrote.

While the tests run, `M365_EMULATOR_LOG` names a folder, and every emulator of every process writes
a file of its own there. Afterwards each exchange is read by msgraph-sdk's models and, where it is
at hand, by the checker of Microsoft's metadata. What our own client sent, known by its User-Agent,
is held strictly; what tests, other clients and our probe sent (which asks on purpose for what may
be refused) only where it was answered as if it were right.

Nothing that our client sent may have made Exchange write to people, unless the test has said at
the emulator that mail is expected.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.environment import metadata
from tests.environment.requirement import Missing, is_ci

VARIABLE = "M365_EMULATOR_LOG"
ROUTES = Path(__file__).with_name("required_routes.txt")
SHOWN = 25
# Of what the checker says about a request that is not ours, this is about the answer. Whether its
# path exists is msgraph-sdk's to say: the metadata here is cut down to what our client may use.
ABOUT_THE_ANSWER = " → "
OPEN_TYPE = "unknown property of microsoft.graph.extension"  # what the checker knows as closed
# Reads that may be refused although they are well said: an id or a delta token that is no longer
# good, the undocumented folder name, a delta link inside a batch (a switch's or a test's deed).
MAY_BE_REFUSED = {
    "ErrorInvalidIdMalformed",
    "ErrorInvalidSyncStateData",
    "syncStateNotFound",
    "resyncRequired",
}
# Writes that are well said, and refused because of what lies in the mailbox.
MAY_BE_REFUSED_TO_WRITE = {"ErrorOccurrenceCrossingBoundary", "ErrorDuplicateTransactionId"}
MAILBOX_IS_FULL = "quotaLimitReached"  # says nothing against what was to be written
NO_DELTA_IN_BATCH = "Delta is not supported inside a batch."
# Whether a title can be filtered by is unconfirmed: a switch of the emulator's says no.
NO_TITLE_FILTER = "The query filter contains one or more invalid nodes (title)."


@dataclass
class Verdict:
    exchanges: int = 0
    ours: int = 0
    synthetic: int = 0
    mails: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    passed_over: str = ""  # what could not be looked at

    def __str__(self) -> str:
        total = sum(self.problems.values())
        told = (
            f"{self.exchanges} exchanges with Graph, {self.ours} of them our client's, "
            f"{self.synthetic} scripted faults, {self.mails} mails: {total} problems."
        )
        shown = [f"{times:6d} × {problem}" for problem, times in self.problems.most_common(SHOWN)]
        return "\n".join([*shown, *filter(None, [self.passed_over]), told])


@contextmanager
def recorded() -> Iterator[Path]:
    """A folder into which all emulators write that are started meanwhile, in any process."""
    before = os.environ.get(VARIABLE)
    with tempfile.TemporaryDirectory(prefix="agentbox-traffic-") as folder:
        os.environ[VARIABLE] = folder
        try:
            yield Path(folder)
        finally:
            os.environ.pop(VARIABLE)
            if before is not None:
                os.environ[VARIABLE] = before


def hold(folder: Path, *, whole: bool) -> bool:
    """Judge a run, print the verdict, and return whether nothing is wrong with it.

    `whole`: all tests ran, so whatever our client can send must have been seen.
    """
    if not whole and not any(folder.iterdir()):
        return True
    verdict = judge(folder, whole=whole)
    print(verdict, flush=True)
    return not verdict.problems


def judge(folder: Path, *, whole: bool) -> Verdict:
    # msgraph-sdk takes seconds to import, and the process that starts the tests needs it only here.
    from tests.environment import sdk_models

    verdict = Verdict()
    files = [list(exchanges(file)) for file in sorted(folder.glob("*.jsonl"))]
    for lines in files:
        verdict.problems.update(miscounted(lines))
    entries = [entry for lines in files for entry in lines]
    verdict.exchanges = len(entries)
    verdict.ours = sum(is_ours(entry) for entry in entries)
    verdict.synthetic = sum(map(synthetic, entries))
    verdict.mails = sum(len(entry.get("mail", ())) for entry in entries)
    verdict.problems.update(mailed(entries, whole=whole))
    for entry in entries:
        verdict.problems.update(sdk_models.problems(entry, is_ours=is_ours(entry)))
    try:
        verdict.problems.update(against_metadata(entries, whole=whole))
    except Missing as missing:
        verdict.passed_over = f"{missing} The metadata was not looked at."
        if is_ci():
            verdict.problems[str(missing)] += 1
    return verdict


def exchanges(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.endswith("\n"):  # an emulator that was killed may have left half a line
            yield json.loads(line)


def is_ours(entry: dict[str, Any]) -> bool:
    headers = {name.lower(): value for name, value in entry["request_headers"].items()}
    return str(headers.get("user-agent", "")).startswith("agentbox_sync/")


def synthetic(entry: dict[str, Any]) -> int:
    return 1 if entry.get("synthetic") else len(entry.get("synthetic_items", ()))


def miscounted(lines: list[dict[str, Any]]) -> Iterator[str]:
    """Whether one emulator marked as many answers as its scripts gave."""
    struck = lines[-1]["faults"] if lines else 0
    marked = sum(map(synthetic, lines))
    if struck != marked:
        yield f"{struck} faults struck, but {marked} answers are marked as scripted"


def mailed(entries: Iterable[dict[str, Any]], *, whole: bool) -> Iterator[str]:
    """The mails that our client caused and that nobody expected.

    A whole run has mails of other clients: none at all means that the record is broken.
    """
    seen = False
    for entry in entries:
        for mail in entry.get("mail", ()):
            seen = True
            if is_ours(entry) and not entry["mail_is_expected"]:
                address = ID.sub("/A", entry["url"])
                yield f"mail: {entry['method']} {address} sent an unexpected {mail['kind']}"
    if whole and not seen:
        yield "mail: none was recorded in the whole run, not even of those who may write"


def against_metadata(entries: Iterable[dict[str, Any]], *, whole: bool) -> Iterator[str]:
    """What the checker says; raises Missing where it is not at hand."""
    ours, others = metadata.load(), metadata.load()
    for entry in entries:
        if entry.get("synthetic"):
            continue
        found: list[str] = []
        habits: Counter[str] = Counter()
        if is_ours(entry) and not may_be_refused(
            entry["method"], entry["status"], entry["response_body"]
        ):
            ours.check_exchange(alike(without_refusals(entry)), found, habits)
            yield from (it for it in found if OPEN_TYPE not in it)
            yield from (f"strict: {habit}" for habit in habits.elements())
        else:
            others.check_exchange(alike(as_others_say_it(entry)), found, habits)
            yield from (it for it in found if ABOUT_THE_ANSWER in it and OPEN_TYPE not in it)
    if whole:
        wanted = set(ROUTES.read_text().splitlines())
        yield from (f"never sent: {route}" for route in sorted(wanted - set(ours.used)))


def may_be_refused(method: str, status: int, body: Any) -> bool:
    if status not in (400, 413) or not isinstance(body, dict):
        return False
    error = body["error"]
    if status == 413:
        return bool(error["code"] == MAILBOX_IS_FULL)
    if method != "GET":
        return error["code"] in MAY_BE_REFUSED_TO_WRITE
    unconfirmed = error["message"] in (NO_DELTA_IN_BATCH, NO_TITLE_FILTER)
    return unconfirmed or error["code"] in MAY_BE_REFUSED


def without_refusals(entry: dict[str, Any]) -> dict[str, Any]:
    """A batch of ours whose well-said, refused items the checker passes over."""
    if not entry["url"].endswith("$batch"):
        return entry
    methods = {item["id"]: item["method"] for item in entry["request_body"]["requests"]}
    refused = [
        answer["id"]
        for answer in (entry["response_body"] or {}).get("responses", ())
        if may_be_refused(methods[answer["id"]], answer["status"], answer.get("body"))
    ]
    return {**entry, "synthetic_items": [*entry.get("synthetic_items", ()), *refused]}


ID = re.compile(r"/A[\w=%-]{20,}")
VALUE = re.compile(r"=[^&]*")


def alike(entry: dict[str, Any]) -> dict[str, Any]:
    """The same with ids and query values that say nothing, so that its addresses repeat."""

    def short(url: str) -> str:
        path, mark, query = url.partition("?")
        return ID.sub("/A", path) + mark + VALUE.sub("=", query)

    body = entry["request_body"]
    if entry["url"].endswith("$batch") and body is not None:
        requests = [{**item, "url": short(item["url"])} for item in body["requests"]]
        body = {**body, "requests": requests}
    return {**entry, "url": short(entry["url"]), "request_body": body}


def as_others_say_it(entry: dict[str, Any]) -> dict[str, Any]:
    """What the checker can read of a request that tests made up."""
    sent = entry["request_body"] if entry["status"] < 400 else None
    url = re.sub(r"\('([^']*)'\)", r"/\1", entry["url"])  # contacts('id') is contacts/id
    return {**entry, "request_body": sent, "url": url}


if __name__ == "__main__":
    sys.exit(not hold(Path(sys.argv[1]), whole="--whole" in sys.argv))
