"""Shape of what browsers send to callbacks: on stock Dash a malformed body is a server error, here it is a 400."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from policy.errors import Refusal

KINDS_OF_FRAME: Final = frozenset({"callback_request", "get_props_response", "heartbeat"})
DEEPEST: Final = 60


def _malformed(part: str) -> Refusal:
    return Refusal("errors_access.malformed_body", pointer=f"/{part}", part=part)


def _no_constant(name: str) -> float:
    raise ValueError(name)


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object of a body; raises Refusal for anything else, also for NaN and for nesting without end."""
    try:
        data = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _malformed("body") from None
    if not isinstance(data, dict) or _too_deep(data):
        raise _malformed("body")
    return data


def _too_deep(value: Any, depth: int = 0) -> bool:
    if depth > DEEPEST:
        return True
    if isinstance(value, dict):
        return any(_too_deep(inner, depth + 1) for inner in value.values())
    return isinstance(value, list) and any(_too_deep(inner, depth + 1) for inner in value)


def _entry_fits(entry: Any, declared: Mapping[str, Any]) -> bool:
    if isinstance(entry, list):  # a pattern: one entry for every component it meets
        return str(declared["id"]).startswith("{") and all(_entry_fits(inner, declared) for inner in entry)
    if not isinstance(entry, dict) or entry.get("property") != declared["property"]:
        return False
    expected = str(declared["id"])
    if expected.startswith("{"):
        return isinstance(entry.get("id"), dict) and set(entry["id"]) == set(json.loads(expected))
    return bool(entry.get("id") == expected)


def _check_list(data: Mapping[str, Any], name: str, declared: list[Mapping[str, Any]]) -> None:
    given = data.get(name, [])
    if not isinstance(given, list) or len(given) != len(declared):
        raise _malformed(name)
    if not all(_entry_fits(entry, wanted) for entry, wanted in zip(given, declared, strict=True)):
        raise _malformed(name)


def _check_outputs(outputs: Any) -> None:
    entries = outputs if isinstance(outputs, list) else [outputs]
    flat = [inner for entry in entries for inner in (entry if isinstance(entry, list) else [entry])]
    if not all(isinstance(e, dict) and isinstance(e.get("id"), str | dict) and "property" in e for e in flat):
        raise _malformed("outputs")


def check_callback(data: Mapping[str, Any], callbacks: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise Refusal unless a body names a known callback with exactly the inputs and states it declares."""
    output = data.get("output")
    if not isinstance(output, str) or output not in callbacks or "callback" not in callbacks[output]:
        raise _malformed("output")
    known = callbacks[output]
    _check_list(data, "inputs", known.get("inputs", []))
    _check_list(data, "state", known.get("state", []))
    changed = data.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(c, str) and "." in c for c in changed):
        raise _malformed("changedPropIds")
    if not known.get("no_output"):
        _check_outputs(data.get("outputs", []))


def check_frame(text: str | None, callbacks: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a WebSocket frame may go on: a known kind, and for a callback a body that fits."""
    try:
        frame = parse((text or "").encode())
        if frame.get("type") not in KINDS_OF_FRAME:
            return False
        if frame["type"] == "callback_request":
            if not isinstance(frame.get("payload"), dict) or not isinstance(frame.get("requestId"), str):
                return False
            if not isinstance(frame.get("rendererId", ""), str):
                return False
            check_callback(frame["payload"], callbacks)
    except Refusal:
        return False
    return True
