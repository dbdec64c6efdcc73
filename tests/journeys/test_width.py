from __future__ import annotations

import pytest
from playwright.sync_api import Page

from .screenshots import PHONE
from .width import expect_to_fit

PAGE = '<meta name="viewport" content="width=device-width"><p style="width: {}px">Words</p>'


def test_what_fits_fits(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.set_content(PAGE.format(300))
    expect_to_fit(page.get_by_text("Words"))


def test_what_is_wider_than_the_window_is_noticed(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.set_content(PAGE.format(PHONE["width"] + 1))
    with pytest.raises(AssertionError, match="Actual value: 3"):
        expect_to_fit(page.get_by_text("Words"), patience=200)
