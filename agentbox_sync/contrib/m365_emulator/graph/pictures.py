from __future__ import annotations

import struct


class NoPicture(ValueError):
    """The bytes are no picture of a kind that is known here."""


def measure(content: bytes) -> tuple[str, int, int]:
    """Kind, width and height of a JPEG, PNG or GIF; raises NoPicture."""
    try:
        if content[:8] == b"\x89PNG\r\n\x1a\n" and content[12:16] == b"IHDR":
            return ("image/png", *struct.unpack(">II", content[16:24]))
        if content[:6] in (b"GIF87a", b"GIF89a"):
            return ("image/gif", *struct.unpack("<HH", content[6:10]))
        if content[:2] == b"\xff\xd8":
            return ("image/jpeg", *_jpeg(content))
    except (struct.error, IndexError):
        raise NoPicture("the picture is cut off") from None
    raise NoPicture("neither JPEG nor PNG nor GIF")


def _jpeg(content: bytes) -> tuple[int, int]:
    """Walk from marker to marker up to the frame header, which holds the size."""
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        at += 2 + length
    raise NoPicture("no frame header")
