"""`klyngebot questions`: what people asked, for those who edit the base."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.cli import main
from bot.reply import Asked
from bot.store.questions import keep_questions
from bot.store.store import Store

WALRUS = Asked("may my walrus swim", "en", "unknown", "")
APPLY = Asked("Who can apply?", "en", "sure", "apply-who")


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
    monkeypatch.setenv("DATABASE_URL", url)
    today = datetime.now(UTC).date()

    async def keep() -> None:
        store = Store.open(url)
        old = (today - timedelta(days=40), WALRUS)
        await store.run(partial(keep_questions, [(today, WALRUS), (today, APPLY), (today, APPLY), old]))
        await store.close()

    asyncio.run(keep())


def test_the_most_frequent_stands_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["questions"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "    2  sure     en  Who can apply?  -> apply-who",
        "    1  unknown  en  may my walrus swim",
    ]


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (["--band", "unknown"], "    1  unknown  en  may my walrus swim\n"),
        (["--band", "unknown", "--days", "60"], "    2  unknown  en  may my walrus swim\n"),
        (["--at-least", "2"], "    2  sure     en  Who can apply?  -> apply-who\n"),
        (["--band", "unsure", "--days", "7"], "No question of the last 7 days is kept.\n"),
    ],
)
def test_what_is_printed_can_be_narrowed(
    capsys: pytest.CaptureFixture[str], options: list[str], shown: str
) -> None:
    assert main(["questions", *options]) == 0

    assert capsys.readouterr().out == shown


@pytest.mark.parametrize("days", ["0", "-1", "many", "100000000000"])
def test_a_number_of_days_that_is_none_is_refused(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["questions", f"--days={days}"])

    assert ended.value.code == 2 and "Traceback" not in capsys.readouterr().err
