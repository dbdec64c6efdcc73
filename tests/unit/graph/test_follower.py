"""A round of a change feed, page after page."""

from __future__ import annotations

from agentbox_sync.core.changes import Observation
from agentbox_sync.core.errors import CursorExpired
from agentbox_sync.graph.delta import Feed
from agentbox_sync.graph.follower import MOST_BARREN, Follower
from agentbox_sync.ports import Cursor, Page

END = "delta"


def page(*items: Observation, to: str = END) -> Feed:
    link = {"delta_link": to} if to == END else {"next_link": to}
    return Feed(Page(items, **link))


def item(key: str, etag: str = "1", *, removed: bool = False) -> Observation:
    return Observation(key, etag="" if removed else etag, removed=removed)


def follow(follower: Follower, link: str, feed: Feed, folder: str = "F") -> Feed | CursorExpired:
    return follower.follow(Cursor("contacts", folder, link), feed)


def doubtful(answer: Feed | CursorExpired) -> tuple[str, ...]:
    assert isinstance(answer, Feed)
    return answer.doubtful


def test_an_item_that_a_later_page_shows_differently_has_to_be_read() -> None:
    follower = Follower()
    follow(follower, "", page(item("a", "2"), item("b"), to="n1"))

    answer = follow(follower, "n1", page(item("a", "1"), item("b"), to="n2"))

    assert doubtful(answer) == ("a",)


def test_a_repeated_row_needs_no_read() -> None:
    follower = Follower()
    follow(follower, "", page(item("a"), to="n1"))

    assert doubtful(follow(follower, "n1", page(item("a"), item("b")))) == ()


def test_what_is_said_to_be_removed_is_left_to_the_engine() -> None:
    follower = Follower()
    follow(follower, "", page(item("a"), to="n1"))

    assert doubtful(follow(follower, "n1", page(item("a", removed=True), to="n2"))) == ()


def test_what_an_earlier_page_called_removed_and_a_later_one_shows_is_read() -> None:
    follower = Follower()
    follow(follower, "", page(item("a", removed=True), to="n1"))

    assert doubtful(follow(follower, "n1", page(item("a", "2")))) == ("a",)


def test_a_new_round_knows_nothing_of_the_one_before() -> None:
    follower = Follower()
    follow(follower, "", page(item("a", "1")))

    assert doubtful(follow(follower, END, page(item("a", "2")))) == ()
    assert doubtful(follow(follower, "", page(item("a", "3")))) == ()


def test_each_collection_has_a_round_of_its_own() -> None:
    follower = Follower()
    follow(follower, "", page(item("a", "1"), to="n1"), "F")
    follow(follower, "", page(item("a", "2"), to="n2"), "G")

    assert doubtful(follow(follower, "n1", page(item("a", "1")), "F")) == ()


def test_a_page_that_leads_back_ends_the_round() -> None:
    follower = Follower()
    assert isinstance(follow(follower, "", page(item("a"), to="n1")), Feed)
    assert isinstance(follow(follower, "n1", page(item("b"), to="n2")), Feed)

    answer = follow(follower, "n2", page(item("c"), to="n1"))

    assert isinstance(answer, CursorExpired)
    assert answer.code == "EndlessRound"


def test_a_page_that_leads_to_itself_ends_the_round_though_another_run_began_it() -> None:
    assert isinstance(follow(Follower(), "n7", page(item("a"), to="n7")), CursorExpired)


def test_pages_that_show_nothing_new_for_ever_end_the_round() -> None:
    follower = Follower()
    follow(follower, "", page(item("a"), to="n0"))
    answers = [
        follow(follower, f"n{n}", page(*[item("a")] * (n % 2), to=f"n{n + 1}"))
        for n in range(MOST_BARREN)
    ]

    assert all(isinstance(answer, Feed) for answer in answers[:-1])
    assert isinstance(answers[-1], CursorExpired)


def test_news_now_and_then_keeps_a_round_alive() -> None:
    follower = Follower()
    answers = []
    for n in range(3 * MOST_BARREN):
        news = [item(f"item {n}")] if n % (MOST_BARREN - 1) == 0 else []
        answers.append(follow(follower, f"n{n}", page(*news, to=f"n{n + 1}")))

    assert all(isinstance(answer, Feed) for answer in answers)


def test_a_round_that_was_given_up_begins_anew() -> None:
    follower = Follower()
    follow(follower, "", page(item("a"), to="n1"))
    assert isinstance(follow(follower, "n1", page(to="n1")), CursorExpired)

    assert isinstance(follow(follower, "", page(item("a"), to="n1")), Feed)
    assert isinstance(follow(follower, "n1", page(item("b"))), Feed)
