"""A person who has no mouse: the Tab key until something is reached, Enter to use it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

# More presses than this to reach something is not usable by keyboard either.
MOST_PRESSES = 40
_IS_FOCUSED = "element => element === document.activeElement"
_HAS_A_RING = """element => {
  const style = getComputedStyle(element);
  return style.outlineStyle !== "none" || style.boxShadow !== "none";
}"""


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, and shows that it has."""
    expect(target).to_be_visible()
    for _ in range(MOST_PRESSES):
        if target.evaluate(_IS_FOCUSED):
            assert target.evaluate(_HAS_A_RING), "Nothing shows where the keyboard is."
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{MOST_PRESSES} times Tab did not lead to {target}.")


def press(page: Page, target: Locator) -> None:
    """Reach a button or link by Tab and press it."""
    tab_to(page, target)
    page.keyboard.press("Enter")
