"""The schemas that editors' programs complete from say what the loader accepts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from bases import SMALLEST

from bot.knowledge.model import Cluster, Contact, Entry, Event, Fact
from bot.knowledge.schema import DIALECT, rendered, schemas, write

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
UNDERSTOOD = {
    *("$schema", "$defs", "$ref", "title", "description", "default", "format", "type", "anyOf", "enum"),
    *("properties", "required", "additionalProperties", "items", "pattern", "minLength", "maxLength"),
    *("minItems", "minProperties"),
}


class EditorsYaml(yaml.CSafeLoader):
    """YAML 1.2 as editors' programs read it: `no` and dates are text, 2019 is a number."""


EditorsYaml.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", list("tf")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
):
    EditorsYaml.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)


def as_editors_see(text: str) -> Any:
    return yaml.load(text, EditorsYaml)


def faults(schema: dict[str, Any], value: Any, root: dict[str, Any], path: str = "") -> Iterator[str]:
    """What is wrong with `value`, for the part of JSON Schema that we use."""
    assert schema.keys() <= UNDERSTOOD, schema.keys() - UNDERSTOOD
    if "$ref" in schema:
        yield from faults(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, root, path)
    if "anyOf" in schema and all(any(faults(part, value, root, path)) for part in schema["anyOf"]):
        yield f"{path}: {value!r} fits no alternative"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is none of {schema['enum']}"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(
        isinstance(value, KINDS[kind]) and (kind == "boolean") == isinstance(value, bool) for kind in kinds
    ):
        yield f"{path}: {value!r} is no {' or '.join(kinds)}"
    if isinstance(value, str):
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            yield f"{path}: has {len(value)} characters"
        if not re.search(schema.get("pattern", ""), value):
            yield f"{path}: {value!r} does not match"
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{path}: has {len(value)} items"
        for index, item in enumerate(value):
            yield from faults(schema.get("items", {}), item, root, f"{path}/{index}")
    if isinstance(value, dict):
        if len(value) < schema.get("minProperties", 0):
            yield f"{path}: is empty"
        yield from (f"{path}: {name} is missing" for name in schema.get("required", ()) if name not in value)
        others = schema.get("additionalProperties", {})
        for name, item in value.items():
            known = schema.get("properties", {}).get(name, others)
            if known is False:
                yield f"{path}: {name} is unknown"
            else:
                yield from faults(known, item, root, f"{path}/{name}")


def wrong(name: str, text: str) -> list[str]:
    schema = schemas()[name]
    return list(faults(schema, as_editors_see(text), schema))


def test_the_committed_schemas_are_those_of_the_model() -> None:
    committed = {path.stem: path.read_text("utf-8") for path in (KNOWLEDGE / "schema").iterdir()}

    assert committed == {name: rendered(schema) for name, schema in schemas().items()}, (
        "run python -m bot.knowledge.schema"
    )


def test_schemas_are_written_to_any_folder(tmp_path: Path) -> None:
    write(tmp_path / "new" / "schema")

    assert sorted(path.name for path in (tmp_path / "new" / "schema").iterdir()) == [
        *("answers.json", "clusters.json", "contacts.json", "events.json", "facts.json"),
        *("programme.json", "questions.json", "words.json"),
    ]


@pytest.mark.parametrize("name", sorted(schemas()))
def test_a_schema_names_its_dialect_and_refuses_other_fields(name: str) -> None:
    schema = schemas()[name]

    assert schema["$schema"] == DIALECT
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("model", [Entry, Fact, Cluster, Contact, Event])
def test_a_schema_knows_every_field_of_a_row(model: type[Entry]) -> None:
    rows = [schema["$defs"].get(model.__name__) for schema in schemas().values() if "$defs" in schema]

    (row,) = filter(None, rows)
    assert set(row["properties"]) == set(model.model_fields)
    assert row["required"] == [name for name, field in model.model_fields.items() if field.is_required()]


@pytest.mark.parametrize(
    "path", sorted(KNOWLEDGE.rglob("*.yaml")), ids=lambda path: str(path.relative_to(KNOWLEDGE))
)
def test_the_shipped_files_fit_their_schema(path: Path) -> None:
    name = "answers" if path.parent.name == "answers" else path.stem

    assert wrong(name, path.read_text("utf-8")) == []


def test_the_smallest_base_fits() -> None:
    assert wrong("answers", SMALLEST) == []


def test_what_a_yaml_reader_takes_for_a_number_may_stand_where_a_text_is_wanted() -> None:
    assert wrong("answers", "answers: [{id: 10, questions: [2019, no], answer: 12:30}]") == []
    assert (
        wrong("events", "events: [{id: a, title: t, text: x, start: 2019, end: null, regions: null}]") == []
    )
    assert wrong("words", "synonyms: [[GCE, 2015]]") == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("answers", "answers: [{id: a, questions: [b]}]", "/answers/0: answer is missing"),
        ("answers", SMALLEST + "    contcat: b", "/answers/0: contcat is unknown"),
        ("answers", SMALLEST.replace("opening", "Opening Hours", 1), "'Opening Hours' does not match"),
        ("answers", SMALLEST + "    facts: one", "/answers/0/facts: 'one' is no array or null"),
        ("events", "events: [{id: a, title: t, text: x, start: June}]", "'June' does not match"),
        ("events", "events: [{id: a, title: t, text: x, start: 2024, kind: party}]", "'party' is none of"),
        ("facts", "facts: [{id: a, statement: s, sources: []}]", "/facts/0/sources: has 0 items"),
        ("words", "synonyms: [[alone]]", "/synonyms/0: has 1 items"),
        ("programme", "timezone: Europe/Oslo", ": timezone is unknown"),
    ],
)
def test_what_the_loader_refuses_is_underlined_while_one_writes(name: str, text: str, said: str) -> None:
    assert any(said in fault for fault in wrong(name, text)), wrong(name, text)
