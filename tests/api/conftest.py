"""The interface on the small county, behind the real gate, with one bearer token a role."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api import server as interface
from dashboard.server import build_server
from dashboard.web import actor_of
from data.accounts import GrantDraft, create_account, create_token
from data.authority import SYSTEM
from data.db import Record
from data.models import Base
from data.settings import Settings, settings
from policy.vocabulary import Role
from tests.data import small
from tests.data.conftest import Clock
from tests.support.pages import pages_left_alone

ROLES = [role for role in Role if role is not Role.SYSTEM]


def _account(record: Record, name: str, role: Role, townships: list[str] | None) -> str:
    draft = GrantDraft(role, "BUREAU", tuple(townships) if townships else None)
    record.write(SYSTEM, create_account, username=name, display_name=name, password_hash="-", grants=[draft])
    return record.write(SYSTEM, create_token, username=name, name="test")


@contextmanager
def behind_the_gate(record: Record, folder: Path) -> Iterator[TestClient]:
    """The interface over a record, with small limits."""
    settings = Settings(var=folder, max_body=256 * 1024, evidence_file_mb=1, evidence_film_mb=2)
    with pages_left_alone():
        made = build_server(record, settings, pages=[])
        interface.install(made.fastapi, record, actor_of, made.facts.build, settings)
        with TestClient(made.fastapi, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
            yield client


def _files_in(folder: str | None) -> None:
    """Documents lie where evidence does: in the folder of the installation."""
    os.environ.pop("ONEGRID_VAR", None)
    if folder is not None:
        os.environ["ONEGRID_VAR"] = folder
    settings.cache_clear()


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, clock: Clock
) -> Iterator[tuple[TestClient, dict[str, str], Record]]:
    folder: Path = tmp_path_factory.mktemp("api")
    record = Record(f"sqlite:///{folder / 'api.db'}", clock=clock)
    before = os.environ.get("ONEGRID_VAR")
    _files_in(str(folder))
    Base.metadata.create_all(record.write_engine)
    small.build(record)
    tokens = {role.value: _account(record, f"t-{role.value}", role, None) for role in ROLES}
    tokens["east"] = _account(record, "t-east", Role.TOWNSHIP_HEAD, [small.EAST])
    with behind_the_gate(record, folder) as client:
        yield client, tokens, record
    record.close()
    _files_in(before)


@pytest.fixture
def call(served) -> Callable[..., object]:
    """`call("dispatcher", "POST", "/leads", json=…)`: a request to /api/v1 as a role; None for nobody."""
    client, tokens, _ = served

    def ask(who: str | None, method: str, path: str, **more):
        headers = dict(more.pop("headers", {}))
        if who:
            headers["authorization"] = f"Bearer {tokens[who]}"
        return client.request(method, f"/api/v1{path}", headers=headers, **more)

    return ask


@pytest.fixture(scope="module")
def secret() -> Iterator[None]:
    """The secret a served product has: what leaves the house is signed with it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONEGRID_SECRET", "kT9-vXq2_mRz7+Lb4=Wd8.Hn3~Yc6!Pf")
        settings.cache_clear()
        yield
    settings.cache_clear()
