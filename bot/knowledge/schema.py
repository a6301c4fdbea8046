"""JSON Schemas of the knowledge files, for editors that complete and check while one writes.

`python -m bot.knowledge.schema` writes them to knowledge/schema/. A file names its own in its first line,
such as `# yaml-language-server: $schema=../schema/answers.json` (VS Code with Red Hat's YAML extension).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from bot.knowledge.model import Cluster, Contact, Entry, Event, Fact, Programme, Question, Record

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILES: dict[str, tuple[str, type[Record]]] = {  # schema -> (what the file is, the model of its rows)
    "answers": ("Answers of Klyngebot", Entry),
    "facts": ("Facts of Klyngebot", Fact),
    "clusters": ("Clusters of Klyngebot", Cluster),
    "contacts": ("Contacts of Klyngebot", Contact),
    "events": ("Events of Klyngebot", Event),
    "questions": ("Regression questions of Klyngebot", Question),
}
WORD = {"type": ["string", "number"], "minLength": 1}


def schemas() -> dict[str, dict[str, Any]]:
    """All schemas by name of the file (without .yaml), in draft 2020-12."""
    found = {name: _list_file(name, title, model) for name, (title, model) in FILES.items()}
    found["programme"] = _programme()
    found["words"] = _file(
        "synonyms",
        "Words of Klyngebot",
        {"type": ["array", "null"], "items": {"type": "array", "minItems": 2, "items": WORD}},
    )
    return found


def write(folder: Path) -> None:
    """Write each schema to `folder` as NAME.json."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / f"{name}.json").write_text(rendered(schema), "utf-8")


def rendered(schema: dict[str, Any]) -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _list_file(name: str, title: str, model: type[Record]) -> dict[str, Any]:
    rows = {"type": ["array", "null"], "items": {"$ref": f"#/$defs/{model.__name__}"}}
    return _file(name, title, rows) | {"$defs": _definitions(model)}


def _file(key: str, title: str, rows: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": DIALECT,
        "title": title,
        "type": "object",
        "properties": {key: rows},
        "required": [key],
        "additionalProperties": False,
    }


def _programme() -> dict[str, Any]:
    definitions = _definitions(Programme)
    return {
        "$schema": DIALECT,
        **definitions.pop("Programme"),
        "title": "Programme of Klyngebot",
        "$defs": definitions,
    }


def _definitions(model: type[Record]) -> dict[str, Any]:
    _, generated = models_json_schema([(model, "validation")])
    definitions: dict[str, Any] = {name: _as_written(part) for name, part in generated["$defs"].items()}
    row = definitions[model.__name__]
    for name, field in row["properties"].items():
        if name not in row.get("required", ()):
            row["properties"][name] = _or_nothing(field)
    return definitions


def _as_written(schema: Any) -> Any:
    """Texts may be numbers: the loader takes 2019 as it stands, an editor's YAML reader sees a number."""
    if isinstance(schema, list):
        return [_as_written(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {
        name: {key: _as_written(part) for key, part in value.items()}
        if name == "properties"
        else _as_written(value)
        for name, value in schema.items()
        if not (name == "title" and isinstance(value, str)) and not (name == "default" and not value)
    }
    if plain.get("type") == "string" and "enum" not in plain:
        plain["type"] = ["string", "number"]
    return plain


def _or_nothing(field: dict[str, Any]) -> dict[str, Any]:
    """Nothing known may be written as null in any field that is not required."""
    if {"type": "null"} in field.get("anyOf", ()):
        return field
    if "anyOf" in field:
        return {**field, "anyOf": [*field["anyOf"], {"type": "null"}]}
    if field.get("type") == "boolean" or "enum" in field:
        return field
    kind = field.get("type")
    return {**field, "type": [*(kind if isinstance(kind, list) else [kind]), "null"]}


if __name__ == "__main__":
    write(Path("knowledge/schema"))
