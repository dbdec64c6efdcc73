"""The demo's runner: what it starts it keeps running, and ends."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from tests.architecture.source import ROOT
from tests.builders.demo import (
    PATIENCE,
    end,
    environment,
    eventually,
    is_alive,
    launch,
    running_demo,
)

pytestmark = pytest.mark.slow

NAMES = ("emulator", "web", "worker")


def get(address):
    with urllib.request.urlopen(address, timeout=30) as reply:
        return reply.read().decode()


def test_the_demo_serves_survives_a_killed_worker_and_starts_again_without_harm(tmp_path):
    folder = tmp_path / "demo"
    with running_demo(folder) as demo:
        assert "Sign in" in get(f"{demo.facts['web']}/accounts/login/")
        style = get(f"{demo.facts['web']}/static/agentbox_crm/my_office.css")
        assert ".my-office-list" in style
        assert json.loads(get(f"{demo.facts['emulator']}/_emulator/stats"))
        assert len(demo.facts["mailboxes"]) == 12
        assert [login["username"] for login in demo.facts["logins"]] == ["jane", "margaret"]

        killed = demo.kill("worker")
        assert eventually(lambda: demo.group("worker") != killed)
        assert is_alive(demo.group("worker"))
        assert not is_alive(killed)

        groups = [demo.group(name) for name in NAMES]
        assert demo.stop() == 0
        assert not [group for group in groups if is_alive(group)]

    counted = "from agentbox_sync.contrib.reference_crm.models import Contact as C; "
    edit = demo.manage("shell", "-c", counted + "C.objects.filter(pk=1).update(mobile='edited')")
    assert edit.returncode == 0, edit.stderr

    with running_demo(folder) as demo:
        assert "Sign in" in get(f"{demo.facts['web']}/accounts/login/")
        kept = demo.manage(
            *("shell", "-v0", "-c"),
            counted + "print(C.objects.count(), C.objects.get(pk=1).mobile)",
        )
        assert kept.stdout.split() == ["250", "edited"]
        assert demo.stop(signal.SIGINT) == 0


def test_what_a_killed_runner_leaves_behind_is_ended_by_the_next_and_a_third_is_refused(tmp_path):
    with running_demo(tmp_path) as demo:
        left = [demo.group(name) for name in NAMES]
        demo.process.kill()
        demo.process.wait()
        assert all(is_alive(group) for group in left)
        with running_demo(tmp_path) as again:
            assert not [group for group in left if is_alive(group)]
            assert "Sign in" in get(f"{again.facts['web']}/accounts/login/")

            done = serve(tmp_path)
            assert done.returncode == 1
            assert f"The demo already runs at {again.facts['web']}" in done.stderr
            assert is_alive(again.group("web"))


@pytest.mark.parametrize("option, variable", [("web", "WEB_PORT"), ("emulator", "EMULATOR_PORT")])
def test_a_taken_port_is_told_before_anything_starts(tmp_path, option, variable):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        free = ["--port-web", "0", "--port-emulator", "0"]
        done = serve(tmp_path, *free, f"--port-{option}", str(port))
    assert done.returncode == 1
    assert f"Port {port} is taken by another program." in done.stderr
    assert f"make demo {variable}=" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*.log"))


def test_ctrl_c_while_it_starts_leaves_nothing_behind(tmp_path):
    process = launch(tmp_path)
    assert eventually((tmp_path / "emulator.log").exists)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    written = json.loads((tmp_path / "runner.json").read_text())["processes"]
    assert not [name for name, child in written.items() if is_alive(child["group"])]


def test_another_folder_has_secrets_of_its_own(tmp_path):
    """The folder may be named as an option too; the settings then belong to that folder."""
    one, two = tmp_path / "one", tmp_path / "two"
    process = subprocess.Popen(
        [*COMMAND, "--folder", str(two), "--port-web", "0", "--port-emulator", "0"],
        cwd=ROOT,
        env=environment(one),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        facts = json.loads(process.stdout.readline())
    finally:
        end(process)
    assert facts["folder"] == str(two)
    secrets = json.loads((two / "secrets.json").read_text())
    assert facts["password"] == secrets["AGENTBOX_DEMO_PASSWORD"]
    assert json.loads((one / "secrets.json").read_text()) != secrets
    assert not (one / "crm.sqlite3").exists()
    assert (two / "secrets.json").stat().st_mode & 0o077 == 0


COMMAND = [sys.executable, "manage.py", "agentbox_demo", "--serve", "--json"]


def serve(folder, *options):
    return subprocess.run(
        [*COMMAND, *options],
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
