from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, load_settings

TOKEN = "123456:ABC-DEF_ghi"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings()

    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.listen == ("127.0.0.1", 8080)
    assert settings.database_url == "sqlite:///data/klyngebot.sqlite3"
    assert settings.admin_ids == frozenset()
    assert (settings.retention_days, settings.privacy_contact) == (90, "")


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), "")

    assert load_settings() == Settings()


def test_the_token_comes_from_its_variable_or_from_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(tmp_path / "token"))
    assert load_settings().token() == TOKEN

    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "9:other")
    assert load_settings().token() == "9:other"


@pytest.mark.parametrize("content", [None, b"", b"hello", b"\xff\xfe"])
def test_a_token_file_that_holds_none_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(path))

    with pytest.raises(SettingsError, match=r"^TELEGRAM_BOT_TOKEN_FILE: ") as caught:
        load_settings().token()

    assert "hello" not in str(caught.value)


def test_without_a_token_the_error_says_where_one_comes_from() -> None:
    with pytest.raises(SettingsError, match=r"^TELEGRAM_BOT_TOKEN: is not set; @BotFather") as caught:
        load_settings().token()

    assert caught.value.setting == "TELEGRAM_BOT_TOKEN"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("TELEGRAM_BOT_TOKEN", "hello", "is not a bot token"),
        ("TELEGRAM_API_URL", "api.telegram.org", "is not a web address"),
        ("ADMIN_IDS", "12, kari", "'kari' is not the id of a person"),
        ("ADMIN_IDS", "1087968824", "stands for many people"),
        ("WEBHOOK_URL", "http://example.org/hook", "must begin with https://"),
        ("WEBHOOK_SECRET", "a secret!", "letters, digits"),
        ("LISTEN", "8080", "is not HOST:PORT"),
        ("LISTEN", "127.0.0.1:99999", "is not HOST:PORT"),
        ("RETENTION_DAYS", "-1", "greater than or equal to 0"),
        ("RETENTION_DAYS", "a year", "valid integer"),
        ("LOG_LEVEL", "LOUD", "must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("LOG_FORMAT", "xml", "must be 'text' or 'json'"),
    ],
)
def test_what_means_nothing_is_told_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as caught:
        load_settings()

    assert str(caught.value).startswith(f"{name}: ") and problem in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["TELEGRAM_BOT_TOKEN", "WEBHOOK_SECRET"])
def test_an_error_does_not_show_a_secret(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "nearly a secret!")

    with pytest.raises(SettingsError) as caught:
        load_settings()

    assert "nearly" not in str(caught.value) + repr(caught.value)


def test_a_webhook_without_a_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "https://example.org/hook")

    with pytest.raises(SettingsError, match="WEBHOOK_SECRET: is not set"):
        load_settings()


def test_a_bot_api_server_of_ones_own_may_call_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:8081")
    monkeypatch.setenv("WEBHOOK_URL", "http://127.0.0.1:8080/hook")
    monkeypatch.setenv("WEBHOOK_SECRET", "s3cret")

    assert load_settings().webhook_url == "http://127.0.0.1:8080/hook"


def test_admins_and_addresses_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_IDS", " 12,34 ,")
    monkeypatch.setenv("LISTEN", "[::1]:80")
    monkeypatch.setenv("TELEGRAM_API_URL", "http://localhost:8081/")

    settings = load_settings()

    assert settings.admin_ids == {12, 34}
    assert settings.listen == ("::1", 80)
    assert settings.telegram_api_url == "http://localhost:8081"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().log_level = "DEBUG"
