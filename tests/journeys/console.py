"""What a browser complains about: errors in its console, and what a page's policy refused."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Page

# The browser tells of a refusal in the console as well; the event says which directive it was.
_REPORT_REFUSALS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.effectiveDirective} refused ${event.blockedURI || "inline"}`);
});
"""


@dataclass
class Console:
    """The complaints of every page of a browser context, from now on."""

    complaints: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, context: BrowserContext) -> Console:
        console = cls()
        context.add_init_script(_REPORT_REFUSALS)
        context.on("console", console.hear)
        context.on("weberror", lambda error: console.complaints.append(str(error.error)))
        return console

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text} ({_address(message.page)})")


def _address(page: Page | None) -> str:
    return page.url.partition("?")[0] if page else "a worker"
