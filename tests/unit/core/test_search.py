"""Finding people by any part of their name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentbox_sync.core import search


@pytest.mark.parametrize(
    "name, query",
    [
        ("Jane Ashcroft", "jane"),
        ("Jane Ashcroft", "ASH"),
        ("Jane Ashcroft", "croft jan"),
        ("Bob Jones", "ob jo"),
        ("José Núñez", "jose nunez"),
        ("Jose Nunez", "josé núñez"),
        ("Joanna O'Brien", "obrien"),
        ("Joanna O'Brien", "o’brien"),
        ("Oliver Hart-Davies", "hartdavies"),
        ("Oliver Hart-Davies", "hart davies"),
        ("Zoë Lindqvist", "zoe"),
        ("Łukasz Ødegaard", "lukasz odegaard"),
        ("Minh Nguyễn", "nguyen"),
        ("Günther Strauß", "strauss"),
        ("Jane Ashcroft", ""),
        ("李娜", "李"),
    ],
)
def test_any_part_of_a_name_finds_it(name, query):
    assert search.matches(name, search.tokens(query))


@pytest.mark.parametrize("query", ["janet", "jane smith", "xyz", "jjane"])
def test_what_the_name_does_not_hold_does_not_find_it(query):
    assert not search.matches("Jane Ashcroft", search.tokens(query))


@pytest.mark.parametrize(
    "name, query, marked",
    [
        ("José Núñez", "nune", ["Núñe"]),
        ("Joanna O'Brien", "obri", ["O'Bri"]),
        ("Günther Strauß", "strauss", ["Strauß"]),
        ("Jane Ashcroft", "ja ft", ["Ja", "ft"]),
        ("Jane Ashcroft", "", []),
    ],
)
def test_what_was_asked_for_is_marked(name, query, marked):
    pieces = search.highlight(name, search.tokens(query))
    assert [text for text, asked in pieces if asked] == marked


@given(name=st.text(max_size=30), query=st.text(max_size=10))
def test_marking_never_changes_a_name(name, query):
    pieces = search.highlight(name, search.tokens(query))
    assert "".join(text for text, _ in pieces) == name


@given(st.text(max_size=30))
def test_every_name_is_found_by_itself(name):
    assert search.matches(name, search.tokens(name))
