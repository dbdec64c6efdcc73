from __future__ import annotations

import base64
import os
import random
import re

IMMUTABLE_PREFIX = "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A"
REST_PREFIX = "AAMkA"
FOLDER_PREFIX = "AQMkA"
WELL_FORMED = re.compile(r"^(AAkA|AAMk|AQMk)[A-Za-z0-9_\-]{20,}={0,2}$")


class Identifiers:
    """Makes everything that must look random; one seed decides all of it."""

    def __init__(self, seed: int | None = None) -> None:
        self.random = random.Random(int.from_bytes(os.urandom(8), "big") if seed is None else seed)

    def token(self, size: int) -> str:
        return base64.urlsafe_b64encode(self.random.randbytes(size)).decode().rstrip("=")

    def immutable_id(self) -> str:
        return f"{IMMUTABLE_PREFIX}{self.token(21)}AAA="

    def rest_id(self) -> str:
        return f"{REST_PREFIX}{self.token(63)}AAA="

    def folder_id(self) -> str:
        return f"{FOLDER_PREFIX}{self.token(54)}AAA="

    def change_key(self) -> str:
        # not urlsafe: a real change key has + and /, and a client must not put it in a path
        return "EQAAABYAAAC" + base64.b64encode(self.random.randbytes(18)).decode()

    def guid(self) -> str:
        raw = bytearray(self.random.randbytes(16))
        raw[6], raw[8] = raw[6] & 0x0F | 0x40, raw[8] & 0x3F | 0x80
        text = raw.hex()
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def is_well_formed(identifier: str) -> bool:
    return WELL_FORMED.match(identifier) is not None
