"""Events that are not as they should be: mended where a person would agree, else refused."""

from __future__ import annotations

from typing import Any

import pytest

from agentbox_sync.core.errors import ItemRefused
from agentbox_sync.core.kinds.calendar import ATOMS
from agentbox_sync.core.recurrence.problems import EndsBeforeStart, RuleUnreadable, SeriesError
from agentbox_sync.graph.codecs.calendar import decode, encode
from tests.builders.events import a_master, an_event_row


@pytest.mark.parametrize(
    "record,error",
    [
        ({"when": {"start": "2026-12-05T10:00", "end": "2026-12-05T09:00"}}, EndsBeforeStart),
        ({"when": {"start": "next Tuesday", "end": "later"}}, ItemRefused),
        ({"when": None}, ItemRefused),
        (
            {
                "when": {"start": "2026-12-05T10:00", "end": "2026-12-05T11:00"},
                "recurrence": {"rule": "every other Saturday"},
            },
            RuleUnreadable,
        ),
        (
            {
                "when": {"start": "2026-12-05T10:00", "end": "2026-12-05T11:00"},
                "recurrence": {"rule": "FREQ=HOURLY"},
            },
            SeriesError,
        ),
    ],
)
def test_what_nobody_could_carry_out_is_refused_with_the_reason(
    record: Any, error: type[ItemRefused]
) -> None:
    with pytest.raises(error):
        encode(record, ATOMS)


def test_an_unknown_zone_is_written_as_utc() -> None:
    when = {"start": "2026-12-05T10:00", "end": "2026-12-05T11:00", "zone": "Middle Earth"}

    start = encode({"when": when}, ATOMS).payload["start"]

    assert start == {"dateTime": "2026-12-05T10:00:00", "timeZone": "UTC"}


def test_a_title_of_ten_thousand_characters_is_cut_and_named() -> None:
    encoded = encode({"subject": "x" * 10_000}, ATOMS)

    assert encoded.payload == {"subject": "x" * 255}
    assert encoded.left_out == ("subject",)


def test_a_pattern_that_nobody_reads_is_a_rule_that_nobody_reads() -> None:
    row = a_master()
    row["recurrence"]["pattern"] = {"type": "lunarMonthly", "interval": 1}

    recurrence: Any = decode(row)["recurrence"]

    assert "lunarMonthly" in recurrence["rule"]
    with pytest.raises(RuleUnreadable):
        encode({"recurrence": recurrence, "when": decode(row)["when"]}, ATOMS)


def test_a_word_that_is_none_of_microsofts_shows_as_little_as_can_be() -> None:
    encoded = encode({"sensitivity": "secret", "show_as": "dancing"}, ATOMS)

    assert encoded.payload == {"sensitivity": "private", "showAs": "busy"}
    assert encoded.left_out == ("sensitivity", "show_as")


@pytest.mark.parametrize(
    "html,words",
    [
        ("<p>Hello</p><p>World</p>", "Hello\nWorld"),
        ("<div>a<br>b</div>", "a\nb"),
        ("<b>one</b> &amp; <i>two</i>", "one & two"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("<script>alert(1)</script>ok", "ok"),
        ("<style>p{}</style><!-- secret -->ok<![CDATA[x]]>", "ok"),
        ("<img src=x onerror=alert(1)>ok", "ok"),
        ("<iframe src='javascript:alert(1)'>no</iframe>ok", "ok"),
        ("<scr<script>ipt>alert(1)</script>", ""),
        ("<svg><script>alert(1)</script></svg>ok", "ok"),
        ("<div>" * 3000 + "deep" + "</div>" * 3000, "deep"),
        ("", ""),
    ],
)
def test_html_becomes_its_words(html: str, words: str) -> None:
    row = an_event_row(body={"contentType": "html", "content": html})

    body = decode(row)["body"]

    assert body == words or (not words and "<" not in body)
