"""Requests drawn from the interface's own description: never a fault of the server, every refusal a problem in words."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.problems import MEDIA_TYPE
from tests.api.test_authority import description, operations, west  # noqa: F401  # a fixture

FEW = 2
MANY = int(os.environ.get("ONEGRID_FUZZ", "40"))
"""Requests of each kind to each operation in the long run: some thirty thousand in all."""
_OURS = ("user-agent", "authorization", "cookie", "x-county")


@pytest.fixture(scope="module")
def drawn() -> dict[str, Any]:
    """The strategies of all operations, by method and address."""
    found = schemathesis.openapi.from_dict(description()).get_all_operations()
    every = [result.ok() for result in found]
    return {f"{one.method.upper()} {one.path.removeprefix('/api/v1')}": one for one in every}


def send(call: Any, who: str, case: Any, real: dict[str, str], known: bool) -> Any:
    """The case as a request; with `known` of a matter that is there, so that more than the address is tried."""
    if known and case.path_parameters:
        kind = case.path.split("/")[3].removesuffix("s")
        there = {"number": real.get(kind), "key": real["key"], "code": "W1", "figure": "F01"}
        case.path_parameters = {name: there.get(name) or value for name, value in case.path_parameters.items()}
    asked = case.as_transport_kwargs(base_url="http://127.0.0.1")
    headers = {name: str(value) for name, value in (asked.get("headers") or {}).items()}
    headers = {name: value for name, value in headers.items() if value.isascii() and name.lower() not in _OURS}
    url = asked["url"].removeprefix("http://127.0.0.1").removeprefix("/api/v1")
    body = {"content": asked["data"]} if isinstance(asked.get("data"), bytes) else {}
    body |= {"json": asked["json"]} if "json" in asked else {}
    return call(who, asked["method"], url, params=asked.get("params"), headers=headers, **body)


def judge(reply: Any) -> None:
    assert reply.status_code < 500, reply.text
    assert "Traceback" not in reply.text
    if reply.status_code >= 400:
        assert reply.headers["content-type"] == MEDIA_TYPE, reply.text
        found = reply.json()
        assert found["detail"].strip()
        assert found["status"] == reply.status_code


def fuzz(call: Any, real: dict[str, str], strategy: Any, times: int) -> None:
    @settings(
        max_examples=times, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(
        case=strategy, who=st.sampled_from(("dispatcher", "officer", "township_head", "finance")), known=st.booleans()
    )
    def run(case: Any, who: str, known: bool) -> None:
        judge(send(call, who, case, real, known))

    run()


@pytest.mark.parametrize("operation", operations())
def test_no_request_that_fits_the_description_is_a_fault(call, west, drawn, secret, operation):  # noqa: F811
    fuzz(call, west, drawn[operation].as_strategy(), FEW)


@pytest.mark.parametrize("operation", operations())
def test_no_request_that_breaks_the_description_is_a_fault(call, west, drawn, secret, operation):  # noqa: F811
    broken = drawn[operation].as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
    fuzz(call, west, broken, FEW)


@pytest.mark.long
@pytest.mark.parametrize("operation", operations())
def test_many_requests_are_no_fault(call, west, drawn, secret, operation):  # noqa: F811
    for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
        fuzz(call, west, drawn[operation].as_strategy(generation_mode=mode), MANY)
