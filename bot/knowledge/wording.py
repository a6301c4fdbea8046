"""What the model has to say about a row, as sentences an editor understands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from bot.knowledge.model import Record
from bot.knowledge.references import did_you_mean
from bot.knowledge.source import shorten


def plainly(detail: Mapping[str, Any], model: type[Record]) -> str:
    """Say what one pydantic error of `model` means, without where it stands."""
    names = [str(part) for part in detail["loc"] if isinstance(part, str)]
    field = shorten(names[-1]) if names else "the row"
    match detail["type"]:
        case "missing":
            return f"'{field}' is missing"
        case "extra_forbidden":
            return f"'{field}' is not a field here{did_you_mean(field, _fields(model, names[:-1]))}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"'{field}': names and values are expected here (name: value)"
        case "tuple_type" | "list_type":
            return f"'{field}': a list is expected here, in [brackets] or as lines beginning with '- '"
        case "string_type":
            return f"'{field}': a text is expected here"
        case "string_too_short":
            return f"'{field}' is empty"
        case "string_too_long":
            return f"'{field}' is too long; at most {detail['ctx']['max_length']} characters"
        case "too_short":
            return f"'{field}' is empty; at least one is needed"
        case "string_pattern_mismatch":
            return (
                f"'{field}': '{shorten(detail['input'])}' is no id; "
                "use small letters a-z, digits and single hyphens"
            )
        case "bool_parsing" | "bool_type":
            return f"'{field}': write true or false"
        case "literal_error":
            return f"'{field}': write {detail['ctx']['expected']}"
        case "value_error":
            return f"'{field}': {detail['ctx']['error']}"
    return f"'{field}': {detail['msg'][:1].lower()}{detail['msg'][1:]}"


def _fields(model: type[Record], path: list[str]) -> list[str]:
    """The fields that may stand at `path` of a row, as editors write them."""
    for name in path:
        field = model.model_fields.get(name)
        model = (_record_in(field.annotation) if field else None) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _record_in(annotation: Any) -> type[Record] | None:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    return next((found for part in get_args(annotation) if (found := _record_in(part))), None)
