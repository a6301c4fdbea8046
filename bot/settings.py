"""The settings: one frozen value, read once from the environment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

TELEGRAM = "https://api.telegram.org"
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # what setWebhook takes
# Telegram's own senders that stand for many people: linked posts, anonymous admins, channels.
NOBODY = frozenset({777000, 1087968824, 136817688})


def _token(value: SecretStr) -> SecretStr:
    if not TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("is not a bot token; @BotFather gives one such as 123456:ABC-DEF")
    return value


def _secret(value: SecretStr) -> SecretStr:
    if not SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("must be 1 to 256 letters, digits, _ or -")
    return value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is not a web address; write it with https:// in front")
    return value.rstrip("/")


def _ids(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    words = [word.strip() for word in value.split(",") if word.strip()]
    for word in words:
        if not word.isdecimal():
            raise ValueError(f"'{word}' is not the id of a person; write numbers with commas between")
        if int(word) in NOBODY:
            raise ValueError(f"{word} stands for many people and can be no admin")
    return frozenset(map(int, words))


def _address(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    host, colon, port = value.rpartition(":")
    if not (host and colon and port.isdecimal() and int(port) < 65536):
        raise ValueError("is not HOST:PORT; write it as 127.0.0.1:8080")
    return host.strip("[]"), int(port)


class Settings(BaseSettings):
    """Every setting by the name of its environment variable, in small letters; an empty one is not set.

    KNOWLEDGE_DIR is not among them: it is the default of the commands' --knowledge (bot/cli.py).
    """

    model_config = SettingsConfigDict(
        frozen=True, env_ignore_empty=True, extra="ignore", hide_input_in_errors=True, populate_by_name=True
    )

    telegram_bot_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    telegram_bot_token_file: Path | None = None
    telegram_api_url: Annotated[str, AfterValidator(_web_address)] = TELEGRAM
    database_url: str = Field(default="sqlite:///data/klyngebot.sqlite3", repr=False)  # may hold a password
    admin_ids: Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)] = frozenset()
    webhook_url: Annotated[str, AfterValidator(_web_address)] | None = None
    webhook_secret: Annotated[SecretStr, AfterValidator(_secret)] | None = None
    listen: Annotated[tuple[str, int], NoDecode, BeforeValidator(_address)] = ("127.0.0.1", 8080)
    # Until a letter whose answer was lost is sent again.
    settle_seconds: float = Field(default=60.0, ge=0, le=86400)
    # How long questions are kept, without who asked them; 0: not at all.
    retention_days: int = Field(default=90, ge=0, le=3650)
    privacy_contact: str = Field(default="", max_length=200)  # whom people write to about their data
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    def token(self) -> str:
        """The bot's token, from the setting or the file it names.

        Raises SettingsError when there is none.
        """
        if self.telegram_bot_token is not None:
            return self.telegram_bot_token.get_secret_value()
        if self.telegram_bot_token_file is None:
            raise SettingsError(
                "TELEGRAM_BOT_TOKEN", "is not set; @BotFather gives one, `klyngebot preview` needs none"
            )
        try:
            text = self.telegram_bot_token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                "TELEGRAM_BOT_TOKEN_FILE", f"cannot read {self.telegram_bot_token_file}: {_reason(error)}"
            ) from error
        if not TOKEN.fullmatch(text):
            raise SettingsError(
                "TELEGRAM_BOT_TOKEN_FILE", f"{self.telegram_bot_token_file} holds no bot token"
            )
        return text


def load_settings() -> Settings:
    """Read the environment.

    Raises SettingsError naming the first variable that means nothing, in plain words.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        raise _plain(error) from None  # pydantic's own text shows what was typed, secrets too
    if settings.webhook_url is None:
        return settings
    if settings.telegram_api_url == TELEGRAM and not settings.webhook_url.startswith("https://"):
        raise SettingsError("WEBHOOK_URL", "must begin with https://, Telegram calls no other address")
    if settings.webhook_secret is None:
        raise SettingsError("WEBHOOK_SECRET", "is not set; without it anybody could pose as Telegram")
    return settings


def _plain(error: ValidationError) -> SettingsError:
    first = error.errors(include_input=False, include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "literal_error":
        return SettingsError(name.upper(), f"must be {first['ctx']['expected']}")
    return SettingsError(name.upper(), first["msg"].removeprefix("Value error, "))


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else "it is not text"
