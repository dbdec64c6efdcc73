from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.core.management import CommandError, call_command

from agentbox_sync.contrib.m365_emulator.belongings import Photo
from agentbox_sync.contrib.m365_emulator.records import Actor
from agentbox_sync.contrib.m365_emulator.server import CannotStart, EmulatorServer, run
from agentbox_sync.contrib.m365_emulator.snapshot import PAUSE, SnapshotError

from .clients import CLIENT_ID, JANE, STAMP, Client, Control, seed

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """The emulator as a newcomer starts it: its own process, one command."""

    def __init__(self, port: int, *options: str, manage: bool = False) -> None:
        self.url = f"http://127.0.0.1:{port}"
        start = ["-m", "agentbox_sync.contrib.m365_emulator"]
        if manage:
            start = ["-m", "django", "m365_emulator", "--settings", "config.settings.test"]
        self.child = subprocess.Popen(
            [
                sys.executable,
                *start,
                "--port",
                str(port),
                *options,
            ],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ready(self, http: requests.Session) -> Process:
        for _ in range(200):
            assert self.child.poll() is None, self.child.communicate()[1]
            try:
                http.get(f"{self.url}/_emulator/stats", timeout=10)
            except requests.ConnectionError:
                time.sleep(0.05)
            else:
                return self
        raise AssertionError("the emulator did not answer within 10 s")

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        os.kill(self.child.pid, number)
        words = self.child.communicate(timeout=60)[1]
        return self.child.returncode, words


def test_everything_outlives_a_restart(tmp_path: Path, http: requests.Session) -> None:
    file = tmp_path / "mailboxes.json"
    with EmulatorServer(snapshot=file, seed=seed()) as first:
        control = Control(first.url, http)
        tokens = control.tokens(JANE)
        with Client(first.url, tokens["access_token"]) as graph:
            made = graph.create(
                surname="Wong",
                emailAddresses=[{"address": "w@x.example"}],
                singleValueExtendedProperties=[{"id": STAMP, "value": "7"}],
            )
            gone = graph.create(surname="Gone")["id"]
            graph.create("/me/contactFolders", displayName="Vendors")
            link = graph.all_pages("/me/contactFolders/contacts/contacts/delta")[1]
            graph("DELETE", f"/me/contacts/{gone}")
        before = control.mailbox()
        control.switch(deleted_get="200")
    with EmulatorServer(snapshot=file) as second:
        control = Control(second.url, http)
        assert control.mailbox() == before
        assert control.get("switches")["deleted_get"] == "200"
        fresh = control.token_request(
            grant_type="refresh_token", refresh_token=tokens["refresh_token"]
        )
        assert fresh.status_code == 200
        with Client(second.url, tokens["access_token"]) as graph:
            assert graph.get(f"/me/contacts/{made['id']}")["changeKey"] == made["changeKey"]
            rows = graph.all_pages(link)[0]
            assert [(r["id"], "@removed" in r) for r in rows] == [(gone, True)]
            by_mail = "$filter=emailAddresses/any(a:a/address eq 'w@x.example')"
            assert len(graph.get(f"/me/contacts?{by_mail}")["value"]) == 1
            assert graph.create(surname="New")["id"] != made["id"]


def test_a_killed_process_has_saved_what_is_a_second_old(
    tmp_path: Path, http: requests.Session
) -> None:
    file, plan, port = tmp_path / "s.json", tmp_path / "seed.json", free_port()
    plan.write_text(json.dumps(seed()))
    process = Process(port, "--snapshot", str(file), "--seed", str(plan)).ready(http)
    control = Control(process.url, http)
    for number in range(50):
        control.person({"add": {"surname": f"N{number}"}})
    assert PAUSE < 0.5  # so a second is enough, where the machine has one to spare
    until = time.monotonic() + 30
    while not (file.exists() and "N49" in file.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    process.end(signal.SIGKILL)
    again = Process(port, "--snapshot", str(file), "--seed", str(plan)).ready(http)
    try:
        assert len(control.mailbox()["contacts"]) == 50
    finally:
        code, words = again.end()
    assert "Traceback" not in words
    assert list(tmp_path.glob("*.tmp")) == []
    assert code in (0, -signal.SIGTERM)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_cleanly_and_saves(
    tmp_path: Path, http: requests.Session, number: int
) -> None:
    file, plan = tmp_path / "s.json", tmp_path / "seed.json"
    plan.write_text(json.dumps(seed()))
    process = Process(free_port(), "--snapshot", str(file), "--seed", str(plan)).ready(http)
    Control(process.url, http).person({"add": {"surname": "Last"}})
    code, words = process.end(number)
    assert "Traceback" not in words
    assert "Last" in file.read_text()
    assert code in (0, -signal.SIGTERM)


def test_the_django_command_refuses_other_addresses() -> None:
    with pytest.raises(CommandError, match=r"127\.0\.0\.1 only"):
        call_command("m365_emulator", host="192.0.2.1", port=free_port())


def test_the_django_command_serves(tmp_path: Path, http: requests.Session) -> None:
    process = Process(free_port(), manage=True).ready(http)
    assert process.end()[0] in (0, -signal.SIGTERM)


def test_a_clean_end_saves_at_once(tmp_path: Path, http: requests.Session) -> None:
    file = tmp_path / "s.json"
    with EmulatorServer(snapshot=file, seed=seed()) as server:
        Control(server.url, http).person({"add": {"surname": "Last"}})
    assert "Last" in file.read_text()


def test_control_saves_on_demand(tmp_path: Path, http: requests.Session) -> None:
    file = tmp_path / "s.json"
    with EmulatorServer(snapshot=file, seed=seed()) as server:
        control = Control(server.url, http)
        control.person({"add": {"surname": "Now"}})
        control.post("snapshot", {})
        assert "Now" in file.read_text()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 99}', '"words"'])
def test_a_corrupt_file_is_refused_with_the_way_out_and_kept(tmp_path: Path, text: str) -> None:
    file = tmp_path / "s.json"
    file.write_text(text)
    with pytest.raises(SnapshotError, match=r"Move it away or delete it and start again"):
        EmulatorServer(snapshot=file)
    assert file.read_text() == text


def test_the_command_tells_a_corrupt_file_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    file.write_text("{")
    process = Process(free_port(), "--snapshot", str(file))
    words = process.child.communicate(timeout=60)[1]
    assert process.child.returncode == 2
    assert "Move it away or delete it" in words
    assert "Traceback" not in words


def test_only_loopback_addresses_are_served() -> None:
    with pytest.raises(CannotStart, match=r"127\.0\.0\.1 only"):
        run(port=free_port(), host="0.0.0.0")


def test_a_taken_port_is_named() -> None:
    with EmulatorServer() as server, pytest.raises(CannotStart, match=f"Port {server.port}"):
        run(port=server.port)


def test_a_seed_file_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    file = tmp_path / "seed.json"
    for text, words in (
        ("{", "cannot be read"),
        ("[]", "one JSON object"),
        ('{"planets": 1}', "planets"),
    ):
        file.write_text(text)
        with pytest.raises(CannotStart, match=words):
            run(port=free_port(), seed=file)


def test_roles_policies_and_challenges_outlive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    policy = {"client_id": CLIENT_ID, "members": [JANE]}
    with EmulatorServer(snapshot=file, seed=seed(access_policies=[policy])) as server:
        state = server.state
        (jane,) = (u for u in state.directory.users.values() if u.upn == JANE)
        state.grants.allow_app(jane.tenant, CLIENT_ID, ["Contacts.Read"])
        state.grants.challenge(jane.oid)
        before = (state.directory.tenants, state.grants.roles, state.grants.epochs)
    with EmulatorServer(snapshot=file) as server:
        again = server.state
        assert (again.directory.tenants, again.grants.roles, again.grants.epochs) == before


def test_a_snapshot_from_before_there_were_policies_is_read(tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    with EmulatorServer(snapshot=file, seed=seed()):
        pass
    data = json.loads(file.read_text())
    for name in ("consent_app", "epochs"):
        del data[name]
    for tenant in data["tenants"]:
        del tenant["consent_policy"], tenant["access_policies"]
        tenant["user_consent"] = tenant["domain"] != "harbour.example"
    file.write_text(json.dumps(data))
    with EmulatorServer(snapshot=file) as server:
        policies = {t.domain: t.consent_policy for t in server.state.directory.tenants.values()}
    assert policies == {"harbour.example": "block", "other.example": "allow"}


def test_photos_categories_settings_and_extensions_outlive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    with EmulatorServer(snapshot=file, seed=seed()) as server:
        state = server.state
        (jane,) = (u for u in state.directory.users.values() if u.upn == JANE)
        box = state.mailbox(jane)
        made = box.add(box.well_known("contacts").id, {}, {}, Actor("test"), {"One": {"x": 1}})
        box.belongings.photos[made.key] = Photo(b"\x00\xff", "image/png", 3, 2)
        box.belongings.settings["timeZone"] = "UTC"
        box.belongings.property_names.add("One")
        before = box.belongings
    with EmulatorServer(snapshot=file) as server:
        again = server.state.mailboxes[jane.oid]
        assert again.belongings == before
        assert again.contacts[made.key].open == {"One": {"x": 1}}


def test_what_was_there_before_a_restart_is_not_late(
    tmp_path: Path, http: requests.Session
) -> None:
    file = tmp_path / "kept.json"
    with EmulatorServer(snapshot=file, seed=seed()) as server:
        made = Control(server.url, http).person({"add": {"surname": "Wong"}})["id"]
    with EmulatorServer(snapshot=file) as server:
        control = Control(server.url, http)
        control.switch(delta_lag=3600)
        control.person({"add": {"surname": "Late"}})
        with Client(server.url, control.token(JANE)) as graph:
            rows, _ = graph.all_pages("/me/contacts/delta")
    assert [row["id"] for row in rows] == [made]
