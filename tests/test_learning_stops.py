"""The process that learns and the bot it learns for: each started, stopped and killed for real.

The base is the shipped one, which takes seconds to learn; what learns is stopped in its tracks where a test
needs it not to come to its end.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from shutil import copytree

import pytest
from processes import Process, Start
from shipped import KNOWLEDGE, cache_home, shipped

from bot.preview import PreviewServer

LEARNS = "the knowledge base is being learnt, by process "


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(copytree(KNOWLEDGE, tmp_path / "knowledge"))


def edit(folder: Path) -> None:
    """A phrasing more."""
    path = folder / "answers" / "smalltalk.yaml"
    path.write_text(
        path.read_text("utf-8").replace("- hei\n", "- hei\n        - heisann sveisann\n", 1), "utf-8"
    )


async def learning(process: Process) -> int:
    """The number of the process that learns for this one."""
    return int((await process.says(LEARNS)).rpartition(" ")[2])


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
async def test_a_bot_that_learns_at_its_start_ends_when_asked(
    start: Start, folder: Path, tmp_path: Path, by: signal.Signals
) -> None:
    process = await start("preview", KNOWLEDGE_DIR=str(folder), XDG_CACHE_HOME=str(tmp_path / "empty"))
    learns = await learning(process)
    os.kill(learns, signal.SIGSTOP)

    status = await process.ends(by)

    assert status == (0 if by is signal.SIGTERM else 2)
    assert "Traceback" not in "".join(process.lines)
    with pytest.raises(ProcessLookupError):
        os.kill(learns, 0)


async def test_a_bot_whose_learning_is_killed_at_its_start_says_so_in_one_line(
    start: Start, folder: Path, tmp_path: Path
) -> None:
    process = await start("preview", KNOWLEDGE_DIR=str(folder), XDG_CACHE_HOME=str(tmp_path / "empty"))
    os.kill(await learning(process), signal.SIGKILL)

    assert await process.ends() == 2
    assert "could not be learnt: its process ended (Killed)" in process.lines[-1]
    assert len(process.lines) == 2


async def running(start: Start, server: PreviewServer, folder: Path) -> Process:
    """The bot with the shipped base, from the cache."""
    shipped()  # so that it is there
    process = await start(
        "run",
        TELEGRAM_BOT_TOKEN=server.token,
        TELEGRAM_API_URL=server.base_url,
        KNOWLEDGE_DIR=str(folder),
        XDG_CACHE_HOME=str(cache_home()),
        ADMIN_IDS=str(server.world.kari.id),
    )
    await process.says("is ready")
    return process


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
async def test_a_bot_that_learns_an_edit_answers_meanwhile_and_ends_when_asked(
    server: PreviewServer, start: Start, folder: Path, by: signal.Signals
) -> None:
    process = await running(start, server, folder)
    edit(folder)
    learns = await learning(process)
    os.kill(learns, signal.SIGSTOP)

    answer = await server.ask(server.world.ola, "hva er et arena-prosjekt?")
    status = await process.ends(by)

    assert "Arena" in answer.text
    assert status == 0
    assert "Traceback" not in "".join(process.lines)
    with pytest.raises(ProcessLookupError):
        os.kill(learns, 0)


async def test_when_learning_an_edit_is_killed_staff_are_told_and_the_next_edit_is_learnt(
    server: PreviewServer, start: Start, folder: Path
) -> None:
    process = await running(start, server, folder)
    await server.ask(server.world.kari, "What is Arena?")
    edit(folder)
    os.kill(await learning(process), signal.SIGKILL)

    told = (await server.next_event("sent", server.world.kari)).data

    assert "its process ended (Killed)" in told.text and "MB are free" in told.text
    assert (await server.ask(server.world.ola, "hva er et arena-prosjekt?")).text

    (folder / "answers" / "smalltalk.yaml").touch()
    os.kill(await learning(process), 0)
    assert await process.ends(signal.SIGTERM) == 0
