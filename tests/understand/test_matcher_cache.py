from pathlib import Path

import pytest
from small_base import DOCUMENTS, SYNONYMS, document

from bot.understand import cache
from bot.understand.match import Matcher

KEY = cache.content_key(DOCUMENTS, SYNONYMS)
QUESTIONS = ["what does membership cost", "korleis søkjer vi", "frist", "membershp fee", "🎉", "arena gce"]


def test_a_cached_matcher_ranks_as_the_built_one(tmp_path: Path) -> None:
    built = cache.load_or_build(DOCUMENTS, SYNONYMS, tmp_path)
    kept = cache.read(cache.path_of(tmp_path, KEY), KEY)

    assert kept is not None
    for question in QUESTIONS:
        assert Matcher(kept).rank(question) == built.rank(question)


def test_a_kept_matcher_is_not_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.load_or_build(DOCUMENTS, SYNONYMS, tmp_path)
    monkeypatch.setattr(cache, "build", None)

    assert cache.load_or_build(DOCUMENTS, SYNONYMS, tmp_path).rank("GCE?").hits


def test_other_content_is_built_anew(tmp_path: Path) -> None:
    cache.load_or_build(DOCUMENTS, SYNONYMS, tmp_path)
    more = [*DOCUMENTS, document("whales", en=["how do whales sleep"])]

    assert cache.load_or_build(more, SYNONYMS, tmp_path).rank("whales sleep").hits[0].entry == "whales"


@pytest.mark.parametrize("broken", [b"", b"not a zip", b"PK\x03\x04" + bytes(200)])
def test_a_broken_file_is_ignored_and_written_anew(tmp_path: Path, broken: bytes) -> None:
    cache.path_of(tmp_path, KEY).write_bytes(broken)

    assert cache.load_or_build(DOCUMENTS, SYNONYMS, tmp_path).rank("GCE?").hits
    assert cache.read(cache.path_of(tmp_path, KEY), KEY) is not None
    assert [path.name for path in tmp_path.iterdir()] == [cache.path_of(tmp_path, KEY).name]


def test_the_bases_used_last_are_kept(tmp_path: Path) -> None:
    for number in range(cache.KEPT + 2):
        cache.load_or_build(
            [*DOCUMENTS, document(f"more-{number}", en=[f"what is thing {number}"])], [], tmp_path
        )

    assert len(list(tmp_path.iterdir())) == cache.KEPT


def test_half_a_file_is_ignored(tmp_path: Path) -> None:
    cache.load_or_build(DOCUMENTS, SYNONYMS, tmp_path)
    path = cache.path_of(tmp_path, KEY)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    assert cache.load_or_build(DOCUMENTS, SYNONYMS, tmp_path).rank("GCE?").hits


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    assert cache.load_or_build(DOCUMENTS, SYNONYMS, tmp_path / "file").rank("GCE?").hits
