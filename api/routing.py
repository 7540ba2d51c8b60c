"""Where the interface lies: its routes are made under their whole path, so that an application takes them as they are."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter

PREFIX: Final = "/api/v1"


def router_at(path: str = "", **more: Any) -> APIRouter:
    """A router of the interface below `path`; `more` as APIRouter takes it."""
    return APIRouter(prefix=PREFIX + path, **more)
