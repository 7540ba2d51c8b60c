"""JSON Schema (2020-12) of a profile file, for editors; generated from the declared keys."""

from __future__ import annotations

from typing import Any, Final

from policy.profile_rules import BLOCK, CITE, DOCUMENT, META
from policy.schema import EXTENSION, KEYS, Key, Shape

_PLAIN: Final[dict[str, dict[str, Any]]] = {
    "text": {"type": "string", "minLength": 1},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "flag": {"type": "boolean"},
    "texts": {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
    "table": {"type": "object"},
    "date": {"type": "string", "format": "date"},
}


def json_schema() -> dict[str, Any]:
    """The schema of a whole profile file: meta, documents, and each key with its units and shape."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "OneGrid profile",
        "type": "object",
        "additionalProperties": False,
        "required": ["profile"],
        "properties": {
            "profile": _object(META),
            "documents": {"type": "object", "additionalProperties": _object(DOCUMENT)},
            "value": {"type": "array", "items": _block()},
        },
    }


def _block() -> dict[str, Any]:
    cite = _object(CITE)
    known = _object(BLOCK)
    known["properties"] |= {"value": {}, "cite": {"oneOf": [cite, {"type": "array", "items": cite, "minItems": 1}]}}
    known["properties"]["key"] = {"enum": sorted(KEYS)}
    known["required"] += ["value"]
    return known | {"allOf": [_rule(key) for key in KEYS.values()]}


def _rule(key: Key) -> dict[str, Any]:
    then: dict[str, Any] = {
        "value": _content(key) | {"description": key.meaning("en")},
        "unit": {"enum": list(key.units)},
    }
    rule: dict[str, Any] = {"properties": then}
    if key.units != ("none",):
        rule["required"] = ["unit"]
    return {"if": {"properties": {"key": {"const": key.name}}}, "then": rule}


def _content(key: Key) -> dict[str, Any]:
    if key.kind == "records":
        return {"type": "array", "items": _object(key.shape), "minItems": 1}
    if key.kind in ("record", "deadline"):
        return _object(key.shape)
    return _field(key.shape.get("*", key.kind))


def _object(shape: Shape) -> dict[str, Any]:
    fields = {name: _field(kind) for name, kind in shape.items()}
    if "extension" in fields:
        fields["extension"] = _object(EXTENSION)
    required = [name for name, kind in shape.items() if not kind.startswith("?")]
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": not shape}


def _field(kind: str) -> dict[str, Any]:
    kind = kind.removeprefix("?")
    if kind.startswith("[]"):
        return {"type": "array", "items": {"enum": kind[2:].split("|")}, "minItems": 1}
    return {"enum": kind.split("|")} if "|" in kind else dict(_PLAIN[kind])
