"""Rendering: whatever is said, Telegram can read it, and nothing of it is lost."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.render import MAX_TEXT, ROW_WIDTH, UNSENDABLE, escape, keyboard, parts, shorten, units
from bot.reply import Button, Reply, Text, paragraph

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


class Strict(HTMLParser):
    """Reads Telegram's HTML and nothing else; `text` is what a person sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"a", "b", "i", "tg-time"}, tag
        assert {name for name, _ in attrs} == {"a": {"href"}, "tg-time": {"unix", "format"}}.get(tag, set())
        assert not self.open, "no span holds another"
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        assert "<" not in data and ">" not in data
        self.text += data

    def handle_entityref(self, name: str) -> None:
        assert name in {"lt", "gt", "amp", "quot"}
        self.text += html.unescape(f"&{name};")

    def handle_comment(self, data: str) -> None:
        raise AssertionError("no comments")

    handle_decl = handle_pi = handle_comment
    unknown_decl = handle_comment


def seen(source: str) -> str:
    """What a person sees of Telegram's HTML; fails where it is not well-formed."""
    parser = Strict()
    parser.feed(source)
    parser.close()
    assert not parser.open
    return parser.text


def without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


nasty = st.sampled_from(
    ["</a><a href='x'>", "&lt;", "&", '"', "<b>", "</b", "🙂", "æøå ", "\n", ". ", "\ud800", "\x00"]
)
words = st.lists(st.one_of(nasty, st.text(max_size=30), st.just("ord " * 200)), max_size=12).map("".join)
spans = st.one_of(
    st.builds(Text, words),
    st.builds(Text, words, bold=st.just(True)),
    st.builds(Text, words, italic=st.just(True)),
    st.builds(
        Text, st.text(max_size=80), link=st.sampled_from(["https://a.no/?x=1&y='\"<>", "https://b.no"])
    ),
    st.builds(Text, st.just("1 December 2026, 13:00"), moment=st.just(NOON)),
)
replies = st.builds(Reply, st.lists(st.lists(spans, max_size=6).map(tuple), max_size=8).map(tuple))


@settings(max_examples=200, deadline=None)
@given(reply=replies)
def test_every_part_is_html_that_telegram_reads_and_fits_a_message(reply: Reply) -> None:
    for part in parts(reply):
        assert seen(part.html) == part.plain
        assert 0 < units(part.plain) <= MAX_TEXT
        assert part.plain == part.plain.strip()


@settings(max_examples=200, deadline=None)
@given(reply=replies)
def test_no_word_is_lost_between_the_parts(reply: Reply) -> None:
    said = "".join(part.plain for part in parts(reply))

    assert without_space(said) == without_space(UNSENDABLE.sub("", reply.plain()))


def test_a_long_text_is_cut_between_paragraphs() -> None:
    reply = Reply(tuple(paragraph("x" * 1500) for _ in range(4)))

    assert [part.plain for part in parts(reply)] == ["\n\n".join(["x" * 1500] * 2)] * 2


def test_a_long_paragraph_is_cut_after_a_sentence() -> None:
    first, second = parts(Reply((paragraph("A sentence of words. " * 250),)))

    assert first.plain.endswith("words.") and second.plain.startswith("A sentence")


def test_a_long_sentence_is_cut_after_a_word() -> None:
    first, second = parts(Reply((paragraph("word " * 1000),)))

    assert first.plain.endswith("word") and second.plain.startswith("word")


def test_a_long_word_is_cut_where_it_must_be_and_never_inside_a_character() -> None:
    found = parts(Reply((paragraph("🙂" * 3000),)))

    assert [len(part.plain) for part in found] == [2048, 952]


def test_a_link_is_never_cut_in_two() -> None:
    link = Text("a link of several words", link="https://example.org")
    found = parts(Reply((paragraph("x" * 4080 + " ", link),)))

    assert [part.plain for part in found] == ["x" * 4080, "a link of several words"]


@pytest.mark.parametrize(
    ("text", "shape"), [("1 December 2026, 13:00", "wDt"), ("13:00", "t"), ("13.00", "t")]
)
def test_a_time_is_shown_in_the_readers_zone_with_oslo_time_as_its_text(text: str, shape: str) -> None:
    (part,) = parts(Reply((paragraph(Text(text, moment=NOON)),)))

    assert part.html == f'<tg-time unix="1796126400" format="{shape}">{text}</tg-time>'


def test_names_cannot_break_out_of_their_place() -> None:
    assert escape('</a><a href="x">&') == "&lt;/a&gt;&lt;a href=&quot;x&quot;&gt;&amp;"


def test_an_empty_reply_is_no_message() -> None:
    assert parts(Reply(((), paragraph("", " \n")))) == ()


def test_labels_are_cut_after_a_word_and_narrower_in_pairs() -> None:
    long = "What is the difference between an Arena cluster and a Norwegian Centre of Expertise?"
    markup = keyboard(Reply((), ((Button(long, "a"),), (Button(long, "b"), Button("Short", "c")))))

    assert markup is not None
    alone, paired = (row[0]["text"] for row in markup["inline_keyboard"])
    assert alone == "What is the difference between an Arena cluster and a…"
    assert len(alone) <= ROW_WIDTH and len(paired) <= ROW_WIDTH // 2


def test_each_button_does_the_one_thing_it_is_for() -> None:
    buttons = (Button("tap", "entry_a"), Button("web", url="https://a.no"), Button("copy", copy="a@b.no"))
    markup = keyboard(Reply((), (buttons,)))

    assert markup is not None
    tap, web, copy = markup["inline_keyboard"][0]
    assert tap == {"text": "tap", "callback_data": "entry_a"}
    assert web == {"text": "web", "url": "https://a.no"}
    assert copy == {"text": "copy", "copy_text": {"text": "a@b.no"}}


@given(text=st.text(max_size=100), width=st.integers(2, 40))
def test_a_shortened_text_fits(text: str, width: int) -> None:
    assert len(shorten(text, width)) <= width
