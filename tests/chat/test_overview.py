"""/status in Telegram and `klyngebot status`: whether the bot runs, and how it stands."""

from __future__ import annotations

import signal
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from processes import Start
from running import RunningBot

from bot.chat.overview import warnings
from bot.preview import PreviewServer
from bot.store.store import Store
from bot.store.vitality import Vitality, count_asked, note, standing
from bot.watch.health import STALE_SECONDS, Backlog, Health, KnowledgeHealth, StorageHealth, TelegramHealth
from bot.watch.standing import OLD_BACKUP, Asked, Standing

QUESTION = "When is the harbour open?"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
NOTHING = Backlog(0, None, 0, 0, 0)


async def test_staff_read_how_the_bot_stands(server: PreviewServer, staffed: RunningBot) -> None:
    status = await server.ask(server.world.kari, "/status")

    lines = status.text.splitlines()
    assert lines[0].startswith("Running since ")
    assert "Waiting: 0 updates, 0 answers, 0 announcement messages." in lines
    assert "Announcements: 0 being sent, 0 paused, 0 not confirmed. Subscribers: 0." in lines
    assert any(line.startswith("Storage: ") and line.endswith("Last backup: never.") for line in lines)
    assert lines[-1].startswith("⚠️ There is no recent backup")


@pytest.mark.parametrize(("language", "words"), [("nb", "Kjører siden"), ("nn", "Køyrer sidan")])
async def test_staff_read_it_in_their_language(
    server: PreviewServer, staffed: RunningBot, language: str, words: str
) -> None:
    await server.ask(server.world.kari, f"/language {language}")

    assert (await server.ask(server.world.kari, "/status")).text.startswith(words)


async def test_to_everybody_else_and_in_groups_it_is_no_command(
    server: PreviewServer, staffed: RunningBot
) -> None:
    answer = await server.ask(server.world.ola, "/status")
    in_group = await server.ask(server.world.kari, "/status@klyngebot", server.world.group)

    for each in (answer, in_group):
        assert "Waiting" not in each.text and "Venter" not in each.text


async def test_the_command_line_tells_whether_the_bot_runs(
    server: PreviewServer, start: Start, tmp_path: Path
) -> None:
    before = await start("status")
    assert await before.ends() == 1
    assert before.lines[0].startswith("not running: there is no database at ")

    bot = await start("run", TELEGRAM_BOT_TOKEN=server.token, TELEGRAM_API_URL=server.base_url)
    await bot.says("is ready")
    await server.ask(server.world.kari, QUESTION)
    meanwhile = await start("status")
    assert await meanwhile.ends() == 0
    assert meanwhile.lines[0].startswith(f"running     process {bot.pid}, since ")

    assert await bot.ends(signal.SIGTERM) == 0
    after = await start("status")
    assert await after.ends() == 1
    assert after.lines[0] == "not running (it was stopped)\n"
    assert "questions   today 1 sure, 0 unsure, 0 unknown\n" in after.lines


async def stood(tmp_path: Path, facts: dict[str, str], now: datetime = NOON) -> Standing:
    store = Store.open(f"sqlite:///{tmp_path}/bot.sqlite3")
    await store.run(lambda connection: note(facts, connection))
    found = await store.run(lambda connection: standing(now, connection))
    await store.close()
    return found


@pytest.mark.parametrize(
    ("age", "runs"), [(0, True), (STALE_SECONDS, True), (STALE_SECONDS + 1, False), (-86400, True)]
)
async def test_a_heartbeat_of_lately_means_that_it_runs(tmp_path: Path, age: float, runs: bool) -> None:
    beat = (NOON - timedelta(seconds=age)).isoformat()

    assert (await stood(tmp_path, {"heartbeat": beat})).runs is runs


async def test_a_bot_that_was_killed_is_told_by_its_old_heartbeat(tmp_path: Path) -> None:
    assert not (await stood(tmp_path, {"heartbeat": "2026-12-01T11:00:00+00:00"})).runs
    assert not (await stood(tmp_path, {"heartbeat": ""})).runs


async def test_questions_are_counted_by_day_and_over_a_restart(database: str) -> None:
    store = Store.open(database)
    so_far = (5, 5, 5)
    vitality = Vitality(store, lambda: NOON, lambda: so_far)
    so_far = (7, 5, 6)
    await vitality.beat()
    await vitality.beat()
    await store.run(lambda connection: count_asked(NOON.date(), (1, 1, 1), connection))
    found = await vitality.standing()
    assert found.runs and found.bytes > 0 and found.schema.startswith("r")
    assert found.backlog == await vitality.backlog() == NOTHING
    assert found.asked_on(NOON.date()) == (3, 1, 2)
    assert found.asked_on(date(2026, 12, 2)) == (0, 0, 0)

    await store.run(lambda connection: count_asked(date(2026, 12, 2), (0, 1, 0), connection))

    assert (await vitality.standing()).asked == Asked(date(2026, 12, 2), (0, 1, 0))
    await store.close()


def health(storage: str | None = None, telegram: str | None = None, clock: str | None = None) -> Health:
    return Health(
        storage is telegram is None,
        StorageHealth(storage is None, 0.0, storage),
        TelegramHealth(telegram is None, "polling", 0.0, telegram),
        KnowledgeHealth("abc", clock is not None),
        NOTHING,
        clock,
    )


@pytest.mark.parametrize("language", ["en", "nb", "nn"])
def test_everything_that_is_wrong_is_a_warning(language: str) -> None:
    kept = Standing(NOON, NOTHING, "1", NOON, NOON, None, backup=NOON - OLD_BACKUP)
    old = Standing(NOON, NOTHING, "1", NOON, NOON, None, backup=NOON - OLD_BACKUP - timedelta(days=1))

    assert len(warnings(kept, health(), language)) == 1
    assert "⚠" not in warnings(kept, health(), language)[0]
    found = warnings(old, health("full", "gone", "ahead"), language)
    assert len(found) == 5 and all("⚠" in line for line in found)
