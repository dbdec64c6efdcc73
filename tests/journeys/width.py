"""Nothing of a page is wider than the window it is shown in."""

from __future__ import annotations

from playwright.sync_api import Locator, expect


def expect_to_fit(shown: Locator, *, patience: float | None = None) -> None:
    """Wait for the page that shows this, and see that no one has to scroll sideways on it.

    What is shown must belong to the page that is meant: after a click the page before may still
    stand there, and it fits as well. ``patience`` is in milliseconds.
    """
    expect(shown).to_be_visible()
    page = shown.page
    page.wait_for_load_state()  # a style sheet may be on its way
    size = page.viewport_size
    assert size is not None
    # As wide as the window when everything fits, wider when something does not.
    window = page.locator(":root")
    expect(window).to_have_js_property("scrollWidth", size["width"], timeout=patience)
