"""An edit of the knowledge folder while the bot runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from running import RunningBot, VirtualTime

from bot.chat.editors import Editors
from bot.errors import LearningError
from bot.knowledge.shelf import Shelf
from bot.preview import PreviewServer
from bot.reply import Say
from bot.store.memory import Known
from bot.understand.match import Document, Matcher
from bot.understand.version import Version, prepare


class FakeTransport:
    def __init__(self) -> None:
        self.said: list[str] = []

    async def perform(self, effect: object) -> tuple[int, ...]:
        assert isinstance(effect, Say)
        self.said.append(effect.reply.plain())
        return ()


class FakeMemory:
    async def known(self, chat: int, person: int) -> Known:
        return Known(language="nb")


@pytest.fixture
def transport() -> FakeTransport:
    return FakeTransport()


@pytest.fixture
def shelf(door_copy: Path) -> Shelf[Version]:
    return Shelf(door_copy, prepare)


@pytest.fixture
def editors(shelf: Shelf[Version], transport: FakeTransport) -> Editors:
    return Editors(shelf, transport, FakeMemory(), [7], lambda: True)  # type: ignore[arg-type]


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "answers" / "visiting.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


async def test_a_good_edit_is_in_use_without_a_word(
    editors: Editors, shelf: Shelf[Version], transport: FakeTransport, door_copy: Path
) -> None:
    change(door_copy, "from nine to four", "from seven to ten")

    await editors.look()

    assert "seven" in shelf.current.knowledge.entries["opening"].answer["en"]
    assert transport.said == []


async def test_a_broken_edit_keeps_the_last_good_version_and_tells_admins_where(
    editors: Editors, shelf: Shelf[Version], transport: FakeTransport, door_copy: Path
) -> None:
    before = shelf.current
    change(door_copy, "contact: harbour-office", "contact: habour-office")

    await editors.look()
    await editors.look()
    await editors.look()

    assert shelf.current is before
    assert len(transport.said) == 1
    assert "Kunnskapsbasen er endret" in transport.said[0]
    assert "visiting.yaml:" in transport.said[0] and "habour-office" in transport.said[0]


async def test_an_edit_that_cannot_be_learnt_is_told_and_so_is_that_a_later_one_could(
    transport: FakeTransport, door_copy: Path
) -> None:
    killed = False

    def learn(documents: Sequence[Document], synonyms: Sequence[Sequence[str]]) -> Matcher:
        if killed:
            raise LearningError("its process was killed")
        return Matcher.build(documents, synonyms)

    shelf = Shelf(door_copy, partial(prepare, learn=learn))
    editors = Editors(shelf, transport, FakeMemory(), [7], lambda: True)  # type: ignore[arg-type]
    before, killed = shelf.current, True
    change(door_copy, "from nine to four", "from seven to ten")
    await editors.look()
    await editors.look()
    await editors.look()

    assert shelf.current is before
    assert len(transport.said) == 1 and "its process was killed" in transport.said[0]

    killed = False
    change(door_copy, "from seven to ten", "from seven to nine")
    await editors.look()

    assert "seven to nine" in shelf.current.knowledge.entries["opening"].answer["en"]
    assert len(transport.said) == 2 and "i orden igjen" in transport.said[1]


async def test_of_several_processes_only_the_one_that_leads_tells_admins(
    shelf: Shelf[Version], transport: FakeTransport, door_copy: Path
) -> None:
    processes = [
        Editors(Shelf(door_copy, prepare), transport, FakeMemory(), [7], lambda leads=leads: leads)  # type: ignore[arg-type,misc]
        for leads in (True, False)
    ]
    for wrong, right in (("habour-office", "harbour-office"), ("harbour-office", "habour-office")):
        change(door_copy, f"contact: {right}", f"contact: {wrong}")
        for each in processes * 2:
            await each.look()

    assert ["endret" in said for said in transport.said] == [True, False]


async def test_an_edit_half_saved_bothers_nobody(
    editors: Editors, transport: FakeTransport, door_copy: Path
) -> None:
    change(door_copy, "contact: harbour-office", "contact: habour-office")
    await editors.look()
    change(door_copy, "contact: habour-office", "contact: master")
    await editors.look()
    await editors.look()

    assert transport.said == []


async def test_who_heard_of_the_damage_hears_that_it_is_mended(
    editors: Editors, transport: FakeTransport, door_copy: Path
) -> None:
    change(door_copy, "contact: harbour-office", "contact: habour-office")
    await editors.look()
    await editors.look()
    change(door_copy, "contact: habour-office", "contact: harbour-office")
    await editors.look()

    assert len(transport.said) == 2
    assert "i orden igjen" in transport.said[1]


async def test_many_problems_are_counted(editors: Editors, transport: FakeTransport, door_copy: Path) -> None:
    rows = "".join(f"  - {{id: row-{n}, questions: [q{n}], answer: a, contact: nobody}}\n" for n in range(30))
    (door_copy / "answers" / "more.yaml").write_text("answers:\n" + rows, "utf-8")

    await editors.look()
    await editors.look()

    assert "… og 20 til" in transport.said[0]


@pytest.fixture
async def editing_bot(
    server: PreviewServer, shelf: Shelf[Version], virtual_time: VirtualTime, tmp_path: Path
) -> AsyncIterator[RunningBot]:
    running = RunningBot(server, shelf, tmp_path / "bot.sqlite3", virtual_time)
    running.admins = frozenset({server.world.kari.id})
    await running.start()
    yield running
    await running.stop()


async def test_a_running_bot_tells_its_admin(
    server: PreviewServer, editing_bot: RunningBot, door_copy: Path
) -> None:
    await server.ask(server.world.kari, "When is the harbour open?")
    change(door_copy, "contact: harbour-office", "contact: habour-office")

    told = (await server.next_event("sent", server.world.kari)).data

    assert "visiting.yaml" in told.text
