"""Knowledge folders that tests write, from the smallest one up."""

from __future__ import annotations

from pathlib import Path

from bot.errors import KnowledgeError
from bot.knowledge.load import load
from bot.knowledge.model import Knowledge

SMALLEST = """\
answers:
  - id: opening
    questions: [When are you open, opening hours]
    answer: Every day from nine to four.
"""


class Base:
    """A knowledge folder; what it has is what was written to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "answers").mkdir(parents=True)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write one file, `name` relative to the folder."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def load(self) -> Knowledge:
        """Load the folder as the bot does."""
        return load(self.folder)

    def problems(self) -> list[str]:
        """What loading says, one line for each problem; empty where the base loads."""
        try:
            self.load()
        except KnowledgeError as error:
            assert str(error) == "\n".join(map(str, error.problems))
            return [str(problem) for problem in error.problems]
        return []

    def problem(self) -> str:
        """The one thing that is wrong."""
        problems = self.problems()
        assert len(problems) == 1, problems
        return problems[0]
