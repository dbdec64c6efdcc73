"""The control of every test that says “axe-core finds nothing”: what is planted is found."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.environment.accessibility import in_every_look, violations

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><head><title>A page</title><style>
  body {{ background: #fff; color: #222 }}
  @media (prefers-color-scheme: dark) {{ body {{ background: #111; color: #eee }} }}
  {style}
</style></head><body><main><h1>A page</h1>{body}</main></body></html>"""


def rules(lines: list[str]) -> list[str]:
    return [line.split()[0] for line in lines]


def test_a_sound_page_has_no_violation(page: Page) -> None:
    page.set_content(PAGE.format(style="", body='<label>Name <input name="name"></label>'))
    assert in_every_look(page) == {}


@pytest.mark.parametrize(
    "planted, rule",
    [
        ('<input name="name">', "label"),
        ('<p style="color: #999">pale</p>', "color-contrast"),
        ('<button type="button"></button>', "button-name"),
        ("<h4>Too deep</h4>", "heading-order"),
        (
            '<p>Words <a href="#" style="color: #333; text-decoration: none">a link</a>.</p>',
            "link-in-text-block",
        ),
    ],
)
def test_what_is_planted_is_found(planted: str, rule: str, page: Page) -> None:
    page.set_content(PAGE.format(style="", body=planted))
    assert rules(violations(page)) == [rule]


@pytest.mark.parametrize(
    "media, looks",
    [
        ("(prefers-color-scheme: dark)", {"dark, 360 px", "dark, 1100 px"}),
        ("(prefers-color-scheme: light)", {"light, 360 px", "light, 1100 px"}),
        ("(max-width: 400px)", {"light, 360 px", "dark, 360 px"}),
    ],
)
def test_what_is_wrong_in_one_look_alone_is_found_there(
    media: str, looks: set[str], page: Page
) -> None:
    pale = "{ p { color: #888; background: #777 } }"
    style = f"p {{ transition: color 2s }} @media {media} {pale}"
    page.set_content(PAGE.format(style=style, body="<p>pale</p>"))
    found = in_every_look(page)
    assert found.keys() == looks
    assert {rule for lines in found.values() for rule in rules(lines)} == {"color-contrast"}


def test_a_part_is_looked_at_by_itself(page: Page) -> None:
    body = '<div id="ours"><p>Words</p></div><input name="theirs">'
    page.set_content(PAGE.format(style="", body=body))
    assert violations(page, "#ours") == []
    assert rules(violations(page)) == ["label"]
