from __future__ import annotations

import pytest

from tests.architecture.source import ROOT
from tests.environment.__main__ import together
from tests.environment.sharing import OPTIONS, TEST_BY_TEST, parts

NONE = pytest.ExitCode.NO_TESTS_COLLECTED
CHOSEN = ["-k", "contacts"]


def test_files_that_are_taken_apart_exist_and_set_nothing_up_for_all_their_tests() -> None:
    for name in TEST_BY_TEST:
        assert 'scope="module"' not in (ROOT / name).read_text()


def test_a_file_stays_together_unless_it_is_taken_apart() -> None:
    (apart, *_) = sorted(TEST_BY_TEST)
    part_of = parts(["a.py::test_1", "a.py::test_2[b::c]", f"{apart}::test_1", f"{apart}::test_2"])
    assert part_of["a.py::test_1"] == part_of["a.py::test_2[b::c]"]
    assert len(set(part_of.values())) == 3


def test_a_file_that_is_collected_twice_is_handed_out_twice() -> None:
    part_of = parts(["a.py::test_1", "b.py::test_1", "a.py::test_in_browser"])
    assert len(set(part_of.values())) == 3


CONFTEST = """
    import pytest
    from tests.conftest import put_browser_last
    from tests.environment.sharing import pytest_xdist_make_scheduler

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(items):
        put_browser_last(items)
"""
MIXED = """
    import os
    from pathlib import Path

    import pytest

    def note(what):
        with Path("noted").open("a") as stream:
            print(os.environ["PYTEST_XDIST_WORKER"], __name__, what, file=stream)

    @pytest.fixture(scope="module")
    def set_up():
        note("set_up")

    @pytest.mark.browser
    def test_sees_a_page():
        note("browser")

    def test_thinks(set_up):
        note("other")

    @pytest.mark.browser
    @pytest.mark.parametrize("address", ["a::b"])
    def test_sees_another_page(address):
        note("browser")

    @pytest.mark.parametrize("address", ["a", "b::c"])
    def test_counts(set_up, address):
        note("other")
"""


def test_browser_tests_of_a_mixed_file_come_after_all_others_of_their_process(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeini("[pytest]\nmarkers =\n  browser: b\n")
    pytester.makeconftest(CONFTEST)
    # More than twice as many files as processes: each process goes on to a further file.
    names = [f"test_mixed_{number}" for number in range(5)]
    pytester.makepyfile(**dict.fromkeys(names, MIXED))
    arguments = ["-p", "no:django", *OPTIONS, "--numprocesses=2"]
    result = pytester.runpytest_subprocess(*arguments)
    result.assert_outcomes(passed=5 * len(names))
    noted = [line.split() for line in (pytester.path / "noted").read_text().splitlines()]
    in_browser: dict[str, list[bool]] = {}
    for process, _, what in noted:
        in_browser.setdefault(process, []).append(what == "browser")
    assert len(in_browser) == 2
    for process, kinds in in_browser.items():
        assert kinds == sorted(kinds), f"{process} went back to other tests"
    set_up = sorted(name for _, name, what in noted if what == "set_up")
    assert set_up == names, "a module was set up in two processes, or twice in one"


@pytest.mark.parametrize(
    "before, status, arguments, result",
    [
        (0, 0, [], 0),
        (0, 1, [], 1),
        (0, NONE, CHOSEN, 0),
        (NONE, 0, CHOSEN, 0),
        (NONE, NONE, CHOSEN, NONE),
        (NONE, 1, CHOSEN, 1),
        (0, NONE, [], NONE),
    ],
)
def test_a_run_without_chosen_tests_counts_only_where_no_other_has_them(
    before: int, status: int, arguments: list[str], result: int
) -> None:
    assert together(before, status, arguments) == result
