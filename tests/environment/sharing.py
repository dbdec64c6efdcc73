"""How several processes share the tests: one file at a time, in the order of the collection."""

from __future__ import annotations

import os
from functools import cached_property
from itertools import groupby

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling, Scheduling

# One more than there are cores: tests wait for workers that are killed, for browsers and servers.
PROCESSES = (os.cpu_count() or 1) + 1
# The order is random but for what has to come last; pytest-xdist would put large files first.
OPTIONS = (f"--numprocesses={PROCESSES}", "--dist=loadfile", "--no-loadscope-reorder")

# Files that would keep one process busy for minutes, and whose tests share nothing.
TEST_BY_TEST = {
    "tests/integration/accessibility/test_pages.py",
    "tests/integration/host/test_host_projects.py",
    "tests/integration/reference_crm/test_runner.py",
    "tests/integration/test_migrations.py",
}


def file_of(nodeid: str) -> str:
    return nodeid.split("::", 1)[0]


def parts(collection: list[str]) -> dict[str, str]:
    """The part in which each test is handed out: all tests of a file that follow one another.

    Tests in the browser are collected last (pages.py says why), so a file that has such tests and
    others comes twice, and must not be handed out whole: its other tests would draw those in the
    browser forward, and what the same process got next would run beside Playwright's event loop.
    """
    part_of = {}
    for number, (file, nodeids) in enumerate(groupby(collection, key=file_of)):
        for nodeid in nodeids:
            part_of[nodeid] = nodeid if file in TEST_BY_TEST else f"{number} {file}"
    return part_of


class FileByFile(LoadFileScheduling):  # type: ignore[misc]
    """What a module sets up once is set up in one process; a few files are taken apart."""

    @cached_property
    def parts(self) -> dict[str, str]:
        return parts(self.collection)  # known, and the same for all, before the first is asked for

    def _split_scope(self, nodeid: str) -> str:
        return self.parts[nodeid]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    return FileByFile(config, log) if config.getoption("dist") == "loadfile" else None
