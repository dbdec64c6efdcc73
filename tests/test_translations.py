"""Every sentence has its translation: complete, with the same placeholders, and compiled."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from tests.architecture.source import ROOT
from tests.translations.catalogues import (
    HOMES,
    LANGUAGES,
    Home,
    compiled,
    extracted,
    key,
    stored,
    strings,
    text,
)

CATALOGUES = list(product(HOMES, LANGUAGES))
HINT = "python -m tests.translations brings the catalogues up to date"
# What is extracted goes by these names; under another one a sentence is never translated.
OTHER_NAME = re.compile(r"gettext(?:_lazy)? as (?!_$|_[,)\s])\w+", re.MULTILINE)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]")


def complaints(home: Home, language: str, root: Path = ROOT) -> list[str]:
    """What is wrong with a catalogue; nothing where every sentence can be read in the language."""
    kept = {key(message): message for message in stored(home, language, root) if message.id}
    said = {key(message): message for message in extracted(home, root) if message.id}
    found = [f"missing: {name[1]}" for name in said.keys() - kept.keys()]
    found += [f"not said any more: {name[1]}" for name in kept.keys() - said.keys()]
    for name, message in kept.items():
        if not all(strings(message)) or message.fuzzy:
            found.append(f"not translated: {name[1]}")
        elif odd := _odd_placeholders(message):
            found.append(f"{odd} in the translation of: {name[1]}")
    found += [f"another name for gettext: {name}" for name in _other_names(home, root)]
    if home.path(language, "mo", root).read_bytes() != compiled(stored(home, language, root)):
        found.append("not compiled")
    return found


def _other_names(home: Home, root: Path) -> list[str]:
    paths = (path for source in home.sources for path in sorted((root / source).rglob("*.py")))
    return [str(path) for path in paths if OTHER_NAME.search(path.read_text(encoding="utf-8"))]


def _odd_placeholders(message: Message) -> list[str]:
    """Placeholders that a translation lacks or makes up; a singular may do without the number."""
    originals = (message.id,) if isinstance(message.id, str) else message.id
    wanted = [set(PLACEHOLDER.findall(original)) for original in originals]
    odd: set[str] = set()
    for said in strings(message):
        has = set(PLACEHOLDER.findall(said))
        odd |= (has - set().union(*wanted)) | (set.intersection(*wanted) - has)
    return sorted(odd)


@pytest.mark.parametrize("home, language", CATALOGUES)
def test_every_sentence_can_be_read_in_the_language(home: Home, language: str) -> None:
    assert complaints(home, language) == [], HINT


@pytest.fixture
def planted(tmp_path: Path) -> tuple[Home, Path]:
    """A little project whose one sentence is translated."""
    home = Home("locale", ("app",))
    (tmp_path / "app").mkdir()
    (tmp_path / "app/words.py").write_text('_("%(n)d contacts of %(name)s")\n', encoding="utf-8")
    keep(home, tmp_path, "%(n)d Kontakte von %(name)s")
    return home, tmp_path


def keep(home: Home, root: Path, translation: str) -> None:
    catalogue = Catalog(locale="de", fuzzy=False)
    catalogue.add("%(n)d contacts of %(name)s", translation)
    home.path("de", "po", root).parent.mkdir(parents=True, exist_ok=True)
    home.path("de", "po", root).write_bytes(text(catalogue))
    home.path("de", "mo", root).write_bytes(compiled(stored(home, "de", root)))


def test_a_complete_catalogue_is_found_complete(planted: tuple[Home, Path]) -> None:
    home, root = planted
    assert complaints(home, "de", root) == []


@pytest.mark.parametrize(
    "file, source",
    [
        ("app/more.py", 'title = gettext_lazy("Sync Contact Now")'),
        ("app/more.py", 'ngettext("Sync Contact Now", "Sync %(n)d Contacts Now", 2)'),
        ("app/page.html", '{% load i18n %}<p>{% translate "Sync Contact Now" %}</p>'),
        (
            "app/page.html",
            "{% load i18n %}{% blocktranslate trimmed %}\n  Sync\n  Contact Now\n"
            "{% endblocktranslate %}",
        ),
    ],
)
def test_a_planted_sentence_without_a_translation_is_found(
    planted: tuple[Home, Path], file: str, source: str
) -> None:
    home, root = planted
    (root / file).write_text(source, encoding="utf-8")
    (complaint,) = complaints(home, "de", root)
    assert "missing: " in complaint
    assert "Sync Contact Now" in complaint


def test_a_sentence_under_another_name_of_gettext_is_found(planted: tuple[Home, Path]) -> None:
    home, root = planted
    plain = "from django.utils.translation import gettext as _\n"
    (root / "app/more.py").write_text(plain, encoding="utf-8")
    assert complaints(home, "de", root) == []
    (root / "app/more.py").write_text(plain.replace("as _", "as _now"), encoding="utf-8")
    (complaint,) = complaints(home, "de", root)
    assert "another name for gettext" in complaint


def test_a_planted_sentence_that_nobody_says_any_more_is_found(planted: tuple[Home, Path]) -> None:
    home, root = planted
    (root / "app/words.py").write_text("", encoding="utf-8")
    assert complaints(home, "de", root) == ["not said any more: %(n)d contacts of %(name)s"]


@pytest.mark.parametrize(
    "translation, complaint",
    [
        ("", "not translated"),
        ("%(n)d Kontakte von %(nam)s", "['%(nam)s', '%(name)s'] in the translation of"),
        ("Kontakte von %(name)s", "['%(n)d'] in the translation of"),
    ],
)
def test_a_planted_wrong_translation_is_found(
    planted: tuple[Home, Path], translation: str, complaint: str
) -> None:
    home, root = planted
    keep(home, root, translation)
    assert [found.split(":")[0] for found in complaints(home, "de", root)] == [complaint]


def test_a_planted_catalogue_that_was_not_compiled_is_found(planted: tuple[Home, Path]) -> None:
    home, root = planted
    home.path("de", "mo", root).write_bytes(compiled(Catalog(locale="de", fuzzy=False)))
    assert complaints(home, "de", root) == ["not compiled"]
