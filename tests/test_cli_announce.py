"""`klyngebot announce`: the same as /announce, for staff without Telegram."""

from __future__ import annotations

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.announce.audience import Subscription
from bot.cli import main
from bot.delivery.letter import Verdict
from bot.knowledge.load import load
from bot.store.announcements import Announcements
from bot.store.store import Store

DOOR = Path(__file__).parent / "bases" / "door"
EVERYBODY = Subscription(chat=1001, everything=True, quiet=None)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database that the command works on, and the door's knowledge base."""
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


def subscribed(url: str, *subscriptions: Subscription) -> None:
    async def keep() -> None:
        store = Store.open(url)
        for each in subscriptions:
            await Announcements(store, lambda: load(DOOR).zone).subscribe(each, datetime.now(UTC))
        await store.close()

    asyncio.run(keep())


def announce(*arguments: str) -> int:
    return main(["announce", "--knowledge", str(DOOR), *arguments])


def test_a_dry_run_shows_every_language_and_how_many_and_sends_nothing(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    subscribed(database, EVERYBODY, replace(EVERYBODY, chat=1002))

    assert announce("--event", "regatta", "--dry-run") == 0

    shown = capsys.readouterr().out
    assert "Harbour regatta" in shown and "Havneregatta" in shown and "Hamneregatta" in shown
    assert "Goes to: 2 chats." in shown
    announce("status")
    assert capsys.readouterr().out == "Nothing has been announced yet.\n"


def test_nothing_is_sent_unasked_where_there_is_no_standard_input(
    database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(database, EVERYBODY)
    monkeypatch.setattr("sys.stdin", None)

    assert announce("--event", "regatta") == 2

    assert capsys.readouterr().err.startswith("nothing was sent: add --yes")


def test_nothing_is_sent_unasked_where_nobody_can_be_asked(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    subscribed(database, EVERYBODY)

    assert announce("--event", "regatta") == 2

    assert "add --yes" in capsys.readouterr().err
    announce("status")
    assert "Nothing has been announced" in capsys.readouterr().out


def test_an_event_is_announced_once(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    subscribed(database, EVERYBODY)

    assert announce("--event", "regatta", "--yes") == 0
    assert "Announcement 1 is confirmed" in capsys.readouterr().out
    assert announce("--event", "regatta", "--yes") == 2

    assert "announced already" in capsys.readouterr().err


def sent_what_is_due(url: str) -> list[int]:
    """Let a bot send what is due now; to which chats."""

    async def send() -> list[int]:
        store, now = Store.open(url), datetime.now(UTC)
        announcements = Announcements(store, lambda: load(DOOR).zone)
        found = await announcements.claim(now, 10, 1)
        for each in found:
            await announcements.judge(each, Verdict("sent", message=each.id), now)
        await store.close()
        return [each.chat for each in found]

    return asyncio.run(send())


def test_what_was_changed_and_then_stopped_goes_to_the_others_as_it_is_now(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = (datetime.now(UTC) - timedelta(minutes=5)).astimezone(load(DOOR).zone).time()
    subscribed(
        database, EVERYBODY, replace(EVERYBODY, chat=1002, digest=later.replace(second=0, microsecond=0))
    )
    changed = tmp_path / "changed"
    shutil.copytree(DOOR, changed)
    events = (changed / "events.yaml").read_text("utf-8")
    (changed / "events.yaml").write_text(events.replace("place: The quay", "place: The pier", 1), "utf-8")
    assert announce("--event", "regatta", "--yes") == 0
    assert sent_what_is_due(database) == [1001]
    again = ["announce", "--knowledge", str(changed), "--event", "regatta", "--yes"]
    assert main(again) == 0
    assert sent_what_is_due(database) == [1001]
    assert announce("cancel", "1") == 0
    capsys.readouterr()

    assert main(again) == 0

    shown = capsys.readouterr().out
    assert "Goes to: 1 chat." in shown and "The pier" in shown and "Announcement 3 is confirmed" in shown


def test_what_staff_announced_while_the_prompt_waited_is_not_announced_again(
    database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(database, EVERYBODY)

    def agreed(_: int) -> bool:
        with ThreadPoolExecutor() as pool:
            pool.submit(announce, "--event", "regatta", "--yes").result()
        return True

    monkeypatch.setattr("bot.telling._agreed", agreed)

    assert announce("--event", "regatta") == 2

    shown = capsys.readouterr()
    assert "Announcement 1 is confirmed" in shown.out
    assert shown.err == "nothing was sent: it has been announced by others meanwhile\n"


def test_a_text_goes_to_who_chose_its_topic(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    visitor = Subscription(chat=1001, topics=frozenset({"visiting"}), quiet=None)
    north = Subscription(chat=1002, regions=frozenset({"north"}), quiet=None)
    subscribed(database, visitor, north, replace(visitor, chat=1003, paused="stopped"))

    assert announce("--text", "Open late\nUntil ten.", "--topic", "visiting", "--yes") == 0

    shown = capsys.readouterr().out
    assert "Concerns: Visiting." in shown and "Goes to: 2 chats." in shown


def test_a_telling_is_paused_resumed_and_cancelled(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    subscribed(database, EVERYBODY)
    announce("--event", "regatta", "--yes")
    capsys.readouterr()

    for action, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        assert announce(action) == 0
        assert f"Harbour regatta: {state}" in capsys.readouterr().out
    assert announce("resume") == 2

    assert capsys.readouterr().err == "no announcement is on its way\n"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((), "say what to announce: --event ID or --text TEXT"),
        (("--event", "regata"), "there is no event 'regata'; did you mean 'regatta'?"),
        (("--event", "ID"), "there is no event 'ID'; to come are regatta"),
        (("--text", "Hi", "--topic", "visitng"), "there is no topic 'visitng'; did you mean 'visiting'?"),
        (("--text", " "), "the text is empty"),
        (("--text", "Hei", "--language", "de"), "there is no language 'de'; there are en, nb, nn"),
        (("pause", "7"), "announcement 7 is not on its way; see klyngebot announce status"),
    ],
)
def test_what_cannot_be_is_one_plain_line(
    database: str, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], error: str
) -> None:
    subscribed(database)

    assert announce(*arguments) == 2

    assert capsys.readouterr().err == f"{error}\n"


def test_an_announcement_makes_no_database(
    database: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert announce("--text", "Hi", "--yes") == 2

    assert "there is no database at" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
