"""What axe-core finds wrong with a page as it is drawn: labels, roles, order, contrast.

The script is handed to the page by the browser's debugger, as Playwright does with everything that
a test evaluates: the page's Content-Security-Policy stands as it is, and is tested with it.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

from tests.journeys.screenshots import DESKTOP, PHONE

SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# What the colours decide; everything else reads the same in the dark.
OF_COLOURS = ("color-contrast", "link-in-text-block")
Look = tuple[str, Any, tuple[str, ...]]
LOOKS: tuple[Look, ...] = (
    ("light", DESKTOP, ()),
    ("light", PHONE, ()),
    ("dark", PHONE, OF_COLOURS),
    ("dark", DESKTOP, OF_COLOURS),
)
# For many of a kind, of which one has been looked at in every way.
QUICK_LOOKS = (LOOKS[0], LOOKS[3])
# Colours that are on their way from light to dark are those of neither.
_SETTLE = """() => {
  getComputedStyle(document.body).color;
  document.getAnimations().forEach((one) => one.cancel());
}"""
_RUN = """async ([within, rules]) => {
  const options = {resultTypes: ["violations"]};
  if (rules.length) options.runOnly = {type: "rule", values: rules};
  const found = await axe.run(within || document, options);
  return found.violations.flatMap(({id, help, nodes}) => nodes.map(
    ({target, failureSummary}) => [id, help, target.join(" "), failureSummary]));
}"""


def violations(page: Page, within: str = "", rules: tuple[str, ...] = ()) -> list[str]:
    """Return one line for each place where the page, or a part of it, breaks a rule.

    ``rules`` are those of axe-core; without any all of its defaults count.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(SCRIPT)
    page.evaluate(_SETTLE)
    found: list[list[str]] = page.evaluate(_RUN, [within, rules])
    return [
        f"{rule} at {place}: {name}. {' '.join(summary.split())}"
        for rule, name, place, summary in found
    ]


def in_every_look(
    page: Page, within: str = "", looks: tuple[Look, ...] = LOOKS
) -> dict[str, list[str]]:
    """Return the violations of a page by look, light and dark, wide and narrow; none is empty."""
    found: dict[str, list[str]] = {}
    for scheme, size, rules in looks:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # the name of one
        page.set_viewport_size(size)
        if lines := violations(page, within, rules):
            found[f"{scheme}, {size['width']} px"] = lines
    return found
