"""HTML becomes text and entities as Telegram makes them."""

from __future__ import annotations

import pytest

from bot.preview.markup import parse_html
from bot.preview.refusals import Refusal
from bot.preview.texts import cut, utf16, with_found


def pieces(source: str) -> list[tuple[str, str]]:
    text, entities = parse_html(source)
    return [(entity["type"], cut(text, entity["offset"], entity["length"])) for entity in entities]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<b>a</b><strong>b</strong>", [("bold", "a"), ("bold", "b")]),
        ("<i>a</i> <em>b</em>", [("italic", "a"), ("italic", "b")]),
        ("<u>a</u><ins>b</ins>", [("underline", "a"), ("underline", "b")]),
        ("<s>a</s><strike>b</strike><del>c</del>", [("strikethrough", x) for x in "abc"]),
        ("<tg-spoiler>a</tg-spoiler>", [("spoiler", "a")]),
        ('<span class="tg-spoiler">a</span>', [("spoiler", "a")]),
        ("<code>a &lt;b&gt;</code>", [("code", "a <b>")]),
        ("<blockquote>a</blockquote>", [("blockquote", "a")]),
        ("<blockquote expandable>a</blockquote>", [("expandable_blockquote", "a")]),
        ("<b>a <i>b</i></b>", [("bold", "a b"), ("italic", "b")]),
        ('<tg-emoji emoji-id="123">👍</tg-emoji>', [("custom_emoji", "👍")]),
        ("😀😀 <b>after emoji</b>", [("bold", "after emoji")]),
        ("<pre>a <b>b</b></pre>", [("pre", "a b")]),
        ("<b> a </b>", [("bold", "a")]),
        ("<b></b>a", []),
        ('<a href="https://x.no"><a href="https://y.no">a</a></a>', [("text_link", "a")]),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", [("blockquote", "ab")]),
        ('<a href="not a link">a</a>', []),
        ("<B>a</B>", [("bold", "a")]),
    ],
)
def test_a_tag_becomes_the_entity_it_stands_for(source: str, expected: list[tuple[str, str]]) -> None:
    assert pieces(source) == expected


def test_attributes_are_kept_with_their_entity() -> None:
    _, entities = parse_html(
        '<a href="https://x.no/?a=1&amp;b=2">a</a><a href="x.no/">a</a>'
        '<tg-time unix="1647531900" format="wDT">b</tg-time>'
        '<tg-time unix="0">c</tg-time>'
        '<pre><code class="language-python">d</code></pre>'
        '<a href="tg://user?id=1001">e</a>'
    )

    assert [{k: v for k, v in e.items() if k not in ("type", "offset", "length")} for e in entities] == [
        {"url": "https://x.no/?a=1&b=2"},
        {"url": "http://x.no/"},
        {"unix_time": 1647531900, "date_time_format": "wDT"},
        {"unix_time": 0},
        {"language": "python"},
        {"user": {"id": 1001, "is_bot": False, "first_name": "User"}},
    ]


def test_character_references_are_read_and_unknown_ones_left_alone() -> None:
    assert (
        parse_html("&lt;&amp;&quot;&#229;&#x1F600; &nbsp; &unknown; R&D")[0] == '<&"å😀 &nbsp; &unknown; R&D'
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("å</b>", "Unexpected end tag at byte offset 2"),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<h1>a</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ('<span class="x">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-time unix="soon">a</tg-time>', 'Invalid Unix time specified in the tag "tg-time"'),
        (
            '<tg-time unix="1" format="Dd">a</tg-time>',
            'Invalid date-time format specified in the tag "tg-time"',
        ),
        ('<tg-emoji emoji-id="x">a</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_what_telegram_cannot_parse_is_refused_with_its_reason(source: str, reason: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_html(source)

    assert caught.value.description == f"Bad Request: can't parse entities: {reason}"


def test_commands_mentions_and_addresses_are_found_in_plain_text() -> None:
    text = "😀 /start@klyngebot, @kari see https://x.no/a?b=1. or mail post@x.no #arena"

    found = [
        (entity["type"], cut(text, entity["offset"], entity["length"])) for entity in with_found(text, [])
    ]

    assert found == [
        ("bot_command", "/start@klyngebot"),
        ("mention", "@kari"),
        ("url", "https://x.no/a?b=1"),
        ("email", "post@x.no"),
        ("hashtag", "#arena"),
    ]


def test_nothing_is_found_inside_code_and_links() -> None:
    text, entities = parse_html('<code>/start</code> <a href="https://x.no">@kari</a>')

    assert [entity["type"] for entity in with_found(text, entities)] == ["code", "text_link"]


def test_lengths_are_counted_in_utf_16_units() -> None:
    assert (utf16("å"), utf16("😀"), utf16("👨‍👩‍👧")) == (1, 2, 8)
