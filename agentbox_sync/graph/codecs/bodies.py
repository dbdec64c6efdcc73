"""Bodies of events: plain text to us, whatever Graph answers with (resources/itembody.md).

Text is asked for (``Prefer: outlook.body-content-type="text"``); where HTML comes all the same,
its words are taken and its markup is not, so that nothing active can get into a CRM.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup, Comment
from bs4.element import PreformattedString

# What holds no words of a person, or words that nobody would see.
UNSEEN = (
    *("script", "style", "head", "title", "template", "noscript"),
    *("iframe", "object", "embed", "svg", "math", "textarea", "select"),
)
# What begins on a line of its own.
BLOCKS = (
    *("address", "article", "blockquote", "div", "dl", "dt", "fieldset", "footer", "form"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section"),
    *("table", "tr", "ul"),
)
LONGEST = 1_000_000
"""Characters of HTML that are looked at; what an Outlook body can hold is far less."""
_BREAK = "\x00"  # stands for the end of a line while white space is folded


def read_body(body: Mapping[str, Any] | None) -> str:
    """Return the words of an ``itemBody``."""
    content = str((body or {}).get("content") or "")
    kind = str((body or {}).get("contentType") or "").lower()
    return content if kind == "text" else words_of(content)


def words_of(html: str) -> str:
    """Return the words of a page as a reader without formatting sees them."""
    if not html.strip():
        return ""
    page = BeautifulSoup(html[:LONGEST].replace(_BREAK, ""), "html.parser")
    for tag in page.find_all(UNSEEN):
        tag.decompose()
    for hidden in page.find_all(string=lambda text: isinstance(text, Comment | PreformattedString)):
        hidden.extract()
    for tag in page.find_all("br"):
        tag.replace_with(_BREAK)
    for tag in page.find_all(BLOCKS):
        tag.insert_before(_BREAK)
        tag.insert_after(_BREAK)
    for tag in page.find_all(("td", "th")):
        tag.insert_after(" ")
    lines = [" ".join(line.split()) for line in re.split(f"{_BREAK}+", _joined(page.get_text()))]
    return "\n".join(lines).strip()


def written_body(text: Any) -> dict[str, str]:
    """Return an ``itemBody`` with plain text."""
    return {"contentType": "text", "content": str(text or "")}


def _joined(text: str) -> str:
    """Return text in which white space between two ends of lines is gone."""
    return re.sub(rf"{_BREAK}\s+(?={_BREAK})", _BREAK, text)
