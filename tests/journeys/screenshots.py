"""Pictures of the walk, for the documentation: each page in light, in dark and on a phone.

With SCREENSHOTS=docs/screenshots in the environment the walk writes one picture a page there, the
three side by side; without it nothing is done. The three by themselves go to SCREENSHOTS_APART.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

from playwright.sync_api import Locator, Page, ViewportSize

DESKTOP = ViewportSize(width=1100, height=760)
PHONE = ViewportSize(width=360, height=760)
_SHEET = """
<style>
  body {{ margin: 0 }}
  main {{ display: inline-flex; gap: 12px; padding: 12px; background: #8b949e }}
  img {{ display: block; height: 570px; border-radius: 6px }}
</style>
<main>{images}</main>
"""


def take(page: Page, name: str, *, at: Locator | None = None) -> None:
    """Write the picture of a page as it is now, or scrolled to ``at``; its size stays as it was."""
    folder, apart = os.environ.get("SCREENSHOTS"), os.environ.get("SCREENSHOTS_APART")
    if not (folder or apart):
        return
    page.wait_for_load_state()  # what is expected of a page may stand there before its style does
    looks = _looks(page, at)
    if apart:
        Path(apart).mkdir(parents=True, exist_ok=True)
        for look, picture in looks.items():
            (Path(apart) / f"{name}-{look}.png").write_bytes(picture)
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / f"{name}.png").write_bytes(_sheet(page, looks))


def _looks(page: Page, at: Locator | None) -> dict[str, bytes]:
    before = page.viewport_size
    taken = {}
    for look, scheme, size in (
        ("light", "light", DESKTOP),
        ("dark", "dark", DESKTOP),
        ("phone", "light", PHONE),
    ):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size(size)
        if at is not None and at.is_visible():
            at.evaluate("place => place.scrollIntoView()")
        taken[look] = page.screenshot(animations="disabled", caret="hide")
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    if before:
        page.set_viewport_size(before)
    return taken


def _sheet(page: Page, looks: dict[str, bytes]) -> bytes:
    encoded = (base64.b64encode(picture).decode() for picture in looks.values())
    images = "".join(f'<img src="data:image/png;base64,{data}">' for data in encoded)
    with page.context.browser.new_page() as sheet:  # type: ignore[union-attr]
        sheet.set_content(_SHEET.format(images=images))
        return sheet.locator("main").screenshot()
