"""Effects as the database keeps them until Telegram has carried them out."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, TypeAdapter

from bot.chat.services import Withdraw
from bot.reply import Edit, EditInline, Say

Lasting = Say | Edit | EditInline | Withdraw  # the others answer a query, at once or never

_Tagged = (
    tuple[Literal["Say"], Say]
    | tuple[Literal["Edit"], Edit]
    | tuple[Literal["EditInline"], EditInline]
    | tuple[Literal["Withdraw"], Withdraw]
)
_JSON: TypeAdapter[_Tagged] = TypeAdapter(
    _Tagged, config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
)


def written(effect: Lasting) -> str:
    """The effect as JSON."""
    tagged: object = (type(effect).__name__, effect)
    return _JSON.dump_json(tagged, exclude_defaults=True).decode()  # type: ignore[arg-type]


def read(text: str) -> Lasting:
    """The effect that `written` made this of. Raises ValueError where another version wrote it otherwise."""
    return _JSON.validate_json(text)[1]
