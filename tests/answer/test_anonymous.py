"""What is kept of a question says what was asked and nothing that leads to who asked."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipped import NOW, shipped

from bot.answer.anonymous import LONGEST, anonymous
from bot.answer.asked import asked
from bot.answer.dialogue import Asker, answer, understand
from bot.reply import Asked

WORDS = st.lists(st.sampled_from(["hva", "koster", "en", "båt", "clusters", "kven", "søkje"]), max_size=6)
GAPS = st.sampled_from(["", " ", "  ", ".", "-", "/", " - ", "\u00a0", "\u2009", "\u200b", "(", ") "])


@st.composite
def digits(draw: st.DrawFn, least: int, most: int) -> str:
    """Digits of any script, in groups as people write them."""
    count = draw(st.integers(least, most))
    script = draw(st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９"]))
    return "".join(draw(st.sampled_from(script)) + draw(GAPS) for _ in range(count)).strip()


def digits_close_together(text: str) -> list[str]:
    return re.findall(r"\d(?:[\W_]{0,3}\d){4,}", text)


@given(WORDS, digits(8, 12), WORDS)
def test_phone_and_identity_numbers_go_however_they_are_grouped(
    before: list[str], number: str, after: list[str]
) -> None:
    kept = anonymous(" ".join([*before, number, *after]))

    assert "[number]" in kept or "[link]" in kept
    assert not re.search(r"\d", kept)
    assert " ".join(before) in kept and " ".join(after) in kept


LOCAL = st.from_regex(r"[a-zæøå][a-z0-9._+-]{0,12}[a-z0-9]", fullmatch=True)
DOMAIN = st.from_regex(r"[a-zæøå][a-z0-9-]{0,12}\.(no|com|museum)", fullmatch=True)


@given(WORDS, LOCAL, DOMAIN, st.sampled_from(["@", " @ ", "(at)", " [at] ", "＠", " (alfa) "]), WORDS)
def test_email_addresses_go(before: list[str], local: str, domain: str, at: str, after: list[str]) -> None:
    kept = anonymous(" ".join([*before, local + at + domain, *after]))

    assert "@" not in kept and domain not in kept
    assert kept.split() == [*before, "[e-mail]", *after]


@given(
    WORDS,
    st.sampled_from(["http://", "https://", "HTTPS://", "www.", "t.me/", "tg://", "telegram.me/", ""]),
    DOMAIN.filter(lambda each: not each.endswith("museum")),
    st.sampled_from(["", "/", "/kari", "/a?b=c#d", ":8080/x"]),
    WORDS,
)
def test_links_go(before: list[str], scheme: str, domain: str, path: str, after: list[str]) -> None:
    kept = anonymous(" ".join([*before, scheme + domain + path, *after]))

    assert kept.split() == [*before, "[link]", *after]


@given(WORDS, st.from_regex(r"@[A-Za-z][A-Za-z0-9_]{4,31}", fullmatch=True), WORDS)
def test_names_on_telegram_go(before: list[str], name: str, after: list[str]) -> None:
    assert anonymous(" ".join([*before, name, *after])).split() == [*before, "[name]", *after]


@given(st.text() | st.text(alphabet="01 9.@-+/:a\u200b\ud83d\x00(at)www"))
def test_whatever_is_written_what_is_kept_holds_none_of_it(text: str) -> None:
    kept = anonymous(text)

    assert "@" not in kept and "://" not in kept
    assert digits_close_together(kept) == []
    assert len(kept) <= LONGEST
    assert kept.encode("utf-8").decode() == kept and "\x00" not in kept and "\n" not in kept


@given(st.text(alphabet="hvem kan søkje, ÆØÅ?! 123", max_size=LONGEST))
def test_an_ordinary_question_stays_as_it_is(text: str) -> None:
    if not digits_close_together(text):
        assert anonymous(text) == " ".join(text.split())


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ring meg på 22 00 25 00, takk", "Ring meg på [number], takk"),
        ("+47 912 34 567", "[number]"),
        ("fnr 010190 12345", "fnr [number]"),
        ("født 01.02.1990", "født [number]"),
        ("Klynger i 2026 eller 2027?", "Klynger i 2026 eller 2027?"),
        ("Hva er Arena Pro 1.0?", "Hva er Arena Pro 1.0?"),
        ("Når? f.eks. og/eller kl. 12:30", "Når? f.eks. og/eller kl. 12:30"),
        ("skriv til Kari.Nordmann@firma.no.", "skriv til [e-mail]"),
        ("spør @kari_n om det", "spør [name] om det"),
        ("se https://x.no/a?id=5 nå", "se [link] nå"),
        ("se firma.no nå", "se [link] nå"),
        ("møte @ Bergen", "[e-mail]"),
    ],
)
def test_examples(written: str, kept: str) -> None:
    assert anonymous(written) == kept


@pytest.mark.parametrize(
    "piece", ["1", "a", "@", "a.", "1 ", ".", "(at", "a@", "http:/", "-", "\u200b1", "(at)"]
)
def test_nothing_makes_it_slow(piece: str) -> None:
    start = time.process_time()
    anonymous(piece * (4096 // len(piece)))

    assert time.process_time() - start < 1.0


def kept_of(question: str) -> Asked | None:
    version = shipped()
    outcome = understand(version, question, Asker(), NOW)
    language = answer(version, question, outcome, Asker(), NOW).language
    return asked(version, question, outcome, language)


def test_what_is_kept_says_what_became_of_the_question() -> None:
    sure, unknown = kept_of("Who can apply?"), kept_of("does my walrus need a passport")

    assert sure == Asked("Who can apply?", "en", "sure", "apply-who")
    assert unknown is not None and (unknown.band, unknown.entry) == ("unknown", "")
    listed = kept_of("clusters in health")
    assert listed is not None and (listed.band, listed.entry) == ("sure", "list")


@pytest.mark.parametrize("question", ["hei", "takk", "12345678", "@kari_n 😀", "?", "kari@example.org"])
def test_small_talk_and_what_holds_no_word_are_not_kept(question: str) -> None:
    assert kept_of(question) is None


@pytest.mark.parametrize(
    "question", ["home address of Owe Hagesæther", "what is the home address of Kari Nordmann"]
)
def test_what_asks_for_private_matters_of_somebody_is_not_kept(question: str) -> None:
    assert kept_of(question) is None
