"""Every reply the bot can give, walked button by button from the commands."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from shipped import LANGUAGES, NOW, shipped

from bot.answer.compose import row_data
from bot.answer.dialogue import Asker, commands, respond, show
from bot.reply import Button, Reply

MOST_UNITS = 4096  # UTF-16 units in a Telegram message
MOST_DATA = 64  # bytes of a button's data
MOST_LABEL = 60  # characters that a phone shows
MOST_COPIED = 256  # characters that a copy button may hold


@dataclass(frozen=True)
class Step:
    reply: Reply
    taps: int  # since the command


def of_the_door(data: str) -> bool:
    """What the door answers itself, since it needs the store or the policy."""
    own = {"subscribe", "stop", "privacy", "mydata", "forget"}
    return data in own or data.startswith(("sub_", "remind_", "calendar_"))


@cache
def walked(language: str) -> dict[str, Step]:
    """Everything a person of `language` can reach, by the data that leads there, nearest first."""
    asker = Asker(chosen=language)
    steps: dict[str, Step] = {}
    waiting = deque((name, 0) for name, _ in commands(shipped())[language])
    while waiting:
        data, taps = waiting.popleft()
        if data in steps or of_the_door(data):
            continue
        reply = show(shipped(), data, asker, NOW)
        assert reply is not None, f"{data} leads nowhere"
        steps[data] = Step(reply, taps)
        waiting.extend((button.data, taps + 1) for button in taps_of(reply))
    return steps


def buttons_of(reply: Reply) -> Iterator[Button]:
    for row in reply.buttons:
        yield from row


def taps_of(reply: Reply) -> Iterator[Button]:
    """The taps that lead to another reply of this room."""
    return (button for button in buttons_of(reply) if button.data and not of_the_door(button.data))


def rows() -> list[str]:
    knowledge = shipped().knowledge
    return [
        *knowledge.entries,
        *(f"cluster:{each}" for each in knowledge.clusters),
        *(f"contact:{each}" for each in knowledge.contacts),
        *(f"event:{each}" for each in knowledge.events),
    ]


def every_reply(language: str) -> Iterator[Reply]:
    """What the menus lead to, every row, and one of each thing said to a question."""
    yield from (step.reply for step in walked(language).values())
    for row in rows():
        if reply := show(shipped(), row_data(row), Asker(chosen=language), NOW):
            yield reply
    asked = ("", "?!", "word " * 400, "xyzzy plugh", "salary of Owe Hagesæther", "clusters in health", "NCE")
    for text in asked:
        yield respond(shipped(), text, Asker(chosen=language), NOW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_leads_to_a_reply_in_the_language_it_stands_in(language: str) -> None:
    for reply in every_reply(language):
        for button in taps_of(reply):
            assert button.data is not None
            foreign = Asker(chosen="en" if language != "en" else "nn")
            shown = show(shipped(), button.data, foreign, NOW)
            assert shown is not None, f"{button} leads nowhere"
            if not button.data.startswith("language_"):
                assert shown.language == reply.language, button


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_fits_telegram_and_says_something(language: str) -> None:
    for reply in every_reply(language):
        for button in buttons_of(reply):
            assert button.label.strip() == button.label != ""
            assert len(button.label) <= MOST_LABEL, button
            assert sum(value is not None for value in (button.data, button.url, button.copy)) == 1, button
            assert len((button.data or "").encode()) <= MOST_DATA, button
            assert len(button.copy or "") <= MOST_COPIED, button
            assert (button.url or "https://").startswith(("https://", "http://")), button


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_buttons_of_a_message_say_the_same(language: str) -> None:
    for reply in every_reply(language):
        labels = [button.label for button in buttons_of(reply)]
        assert len(labels) == len(set(labels)), labels


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_reached_within_three_taps_of_a_command(language: str) -> None:
    near = {step.reply.entry for step in walked(language).values() if step.taps <= 3}
    knowledge = shipped().knowledge
    hidden = {entry.id for entry in knowledge.entries.values() if entry.topic == "smalltalk"}
    gone = {f"contact:{row.id}" for row in knowledge.contacts.values() if row.former}

    assert set(rows()) - hidden - gone <= near


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_fits_telegram_and_has_no_holes(language: str) -> None:
    for reply in every_reply(language):
        text = reply.plain()
        assert text.strip() == text != "" or reply.attachment or reply.card
        assert len(text.encode("utf-16-le")) // 2 <= MOST_UNITS
        assert all(reply.paragraphs), text
        for hole in ("None", "{", "}", "()", " ,", "..", ": .", "  ", "\n\n\n", "[]"):
            assert hole not in text, (hole, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_opened_from_a_list_leads_back_to_the_list(language: str) -> None:
    lists = {data for data in walked(language) if data.startswith(("find_", "topic_", "people_"))}
    assert lists
    for data in lists:
        for button in taps_of(walked(language)[data].reply):
            if button.data and "^" in button.data:
                card = walked(language)[button.data].reply
                back, _, mark = data.partition("^")
                assert f"{back}{mark[mark.find('~') :]}" in {back.data for back in taps_of(card)}, button


@pytest.mark.parametrize(
    "data",
    [
        "",
        "_",
        "~",
        "^",
        "~nb",
        "^^",
        "entry_",
        "entry_gone",
        "cluster_gone~nn",
        "contact_gone",
        "event_gone",
        "save_gone",
        "sources_gone",
        "ask_gone",
        "reach_gone",
        "topic_gone_0",
        "topic_levels_99",
        "topic_levels_-1",
        "topic_levels_²",
        "by_colour_0",
        "by_theme_99",
        "people_ghosts_0",
        "people_people_99",
        "find_",
        "find_..._1000",
        "find_...._0",
        "find_health_0",
        "entry_apply-how_",
        "\x00",
        "🙂" * 16,
    ],
)
def test_a_button_of_something_that_is_gone_leads_nowhere(data: str) -> None:
    assert show(shipped(), data, Asker(), NOW) is None


def test_a_list_that_has_become_shorter_shows_its_last_page() -> None:
    first = show(shipped(), "find_health..._0", Asker(), NOW)
    beyond = show(shipped(), "find_health..._9", Asker(), NOW)

    assert beyond == first


def test_a_command_is_described_in_each_language() -> None:
    described = commands(shipped())

    assert {language: [name for name, _ in rows] for language, rows in described.items()} == {
        language: [name for name, _ in described["en"]] for language in LANGUAGES
    }
    assert all(0 < len(text) <= 256 for rows in described.values() for _, text in rows)


def test_the_chosen_language_is_marked_and_else_the_one_of_telegram() -> None:
    def marked(asker: Asker) -> list[str]:
        reply = show(shipped(), "language", asker, NOW)
        assert reply is not None
        return [button.data or "" for button in buttons_of(reply) if button.label.startswith("✓")]

    assert marked(Asker(chosen="nn")) == ["language_nn"]
    assert marked(Asker(client="nb")) == ["language_auto"]


@pytest.mark.parametrize(
    ("chosen", "client", "language"),
    [
        (None, None, "en"),
        (None, "nb", "nb"),
        (None, "no", "nb"),
        (None, "nn-NO", "nn"),
        (None, "NB", "nb"),
        (None, "de", "en"),
        ("nn", "en", "nn"),
        ("xx", "nb", "en"),
    ],
)
def test_menus_speak_the_chosen_language_then_telegrams_then_english(
    chosen: str | None, client: str | None, language: str
) -> None:
    reply = show(shipped(), "start", Asker(chosen=chosen, client=client), NOW)

    assert reply is not None
    assert reply.language == language
