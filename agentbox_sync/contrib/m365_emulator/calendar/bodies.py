from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from html.parser import HTMLParser

HEAD = (
    '<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n'
    "</head>\r\n<body>\r\n"
)
TAIL = "\r\n</body>\r\n</html>\r\n"
PREVIEW = 255
LINES = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol"}
UNSAFE = re.compile(
    r"<(script|iframe|object|embed|form)\b.*?(?:</\1\s*>|$)|<(?:meta|link|base|input)\b[^>]*>"
    r"|\son\w+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+)|(?<=[\"'=])\s*javascript:[^\"'>\s]*",
    re.IGNORECASE | re.DOTALL,
)
INNER = re.compile(r"<body\b[^>]*>(.*?)(?:</body\s*>|$)", re.IGNORECASE | re.DOTALL)


def kept(content: str, kind: str) -> dict[str, str]:
    """A body as Exchange keeps it: always a whole page of HTML, without what is active in it."""
    if not content:
        return {"contentType": "html", "content": ""}
    if kind == "text":
        lines = escape(content, quote=False).replace("\r\n", "\n").replace("\n", "<br>\r\n")
        inner = f'<div class="PlainText">{lines}</div>'
    else:
        found = INNER.search(content)
        inner = UNSAFE.sub("", found[1] if found else content).strip("\r\n")
    return {"contentType": "html", "content": f"{HEAD}{inner}{TAIL}"}


@lru_cache(maxsize=4096)
def as_text(content: str) -> str:
    """The words of a page, as a reader without formatting would see them."""
    if not content:
        return ""
    found = INNER.search(content)
    reader = _Words()
    reader.feed(found[1] if found else content)
    reader.close()
    lines = "".join(reader.parts).split("\n")
    text = "\n".join(re.sub(r"[ \t\r\f]+", " ", line).strip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip().replace("\n", "\r\n")


def preview(content: str) -> str:
    return as_text(content)[:PREVIEW]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag in LINES:
            self._new_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in LINES:
            self._new_line()

    def handle_data(self, data: str) -> None:
        self.parts.append(data.replace("\r\n", " ").replace("\n", " "))

    def _new_line(self) -> None:
        if self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append("\n")
