"""What differs is marked, word by word, and no text gets lost on the way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agentbox_sync.core.difference import MOST_WORDS, Piece, differing

TEXTS = st.text(st.sampled_from("ab \n"), max_size=40)


def marked(pieces: tuple[Piece, ...]) -> list[str]:
    return [piece.text for piece in pieces if piece.differs]


def whole(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def test_the_one_word_that_differs_is_marked_on_both_sides() -> None:
    left, right = differing("Gate code 12, dog bites", "Gate code 14, dog bites")
    assert left == (Piece("Gate code "), Piece("12,", differs=True), Piece(" dog bites"))
    assert marked(right) == ["14,"]


def test_neighbouring_words_are_one_mark() -> None:
    left, right = differing("call after six pm", "call before noon")
    assert (marked(left), marked(right)) == (["after six pm"], ["before noon"])


def test_what_one_side_alone_says_is_marked_there() -> None:
    left, right = differing("a@x.example", "a@x.example\nb@x.example")
    assert marked(left) == []
    assert marked(right) == ["b@x.example"]


def test_an_empty_side_has_no_pieces() -> None:
    assert differing("", "new") == ((), (Piece("new", differs=True),))
    assert differing("", "") == ((), ())


def test_a_very_long_text_is_marked_between_what_both_share() -> None:
    words = [str(number) for number in range(MOST_WORDS)]
    other = [*words]
    other[10] = other[-10] = "changed"
    left, right = differing(" ".join(words), " ".join(other))
    assert [len(marked(side)) for side in (left, right)] == [1, 1]
    assert whole(right) == " ".join(other)
    assert marked(right)[0].startswith("changed ")


@given(TEXTS, TEXTS)
def test_pieces_joined_are_the_text_and_only_the_same_words_are_without_a_mark(
    one: str, other: str
) -> None:
    left, right = differing(one, other)
    assert (whole(left), whole(right)) == (one, other)
    assert (not marked(left) and not marked(right)) == (one.split() == other.split())
    # A blank between two marks is bridged on one side only, so blanks do not count here.
    shared = ["".join(p.text for p in side if not p.differs).split() for side in (left, right)]
    assert "".join(shared[0]) == "".join(shared[1])
