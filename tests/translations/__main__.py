"""``python -m tests.translations``: bring every catalogue up to date and compile it.

What is new stands there without a translation, and the tests name it until it has one.
"""

from __future__ import annotations

import sys

from tests.translations.catalogues import HOMES, LANGUAGES, compiled, strings, text, up_to_date


def main() -> int:
    """Write the catalogues; 1 where something is left to translate."""
    left = 0
    for home in HOMES:
        for language in LANGUAGES:
            catalogue = up_to_date(home, language)
            home.path(language, "po").write_bytes(text(catalogue))
            home.path(language, "mo").write_bytes(compiled(catalogue))
            missing = [message for message in catalogue if message.id and not all(strings(message))]
            print(f"{home.locale} {language}: {len(catalogue)}, {len(missing)} to translate")
            left += len(missing)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
