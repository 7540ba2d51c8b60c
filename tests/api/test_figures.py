"""Figures over the interface: by group, of a day, their definition, their rows, and what is refused in words."""

from __future__ import annotations

import pytest


def test_a_figure_by_the_names_people_use(call) -> None:
    answer = call("county_office", "GET", "/figures/F02", params={"by": "team"}).json()
    assert {row["group_kind"] for row in answer["figures"]} == {"organ"}
    assert {(row["group_code"], row["target"], row["target_clause"]) for row in answer["figures"]} == {
        ("MARKET", 0.5, "JD 二(一)2")
    }
    by_day = call("county_office", "GET", "/figures/F02", params={"by": "day"}).json()["figures"]
    assert [row["group_kind"] for row in by_day] == ["day"]


def test_the_definition_names_targets_grounds_and_silence(call) -> None:
    answer = call("township_head", "GET", "/figures/F01/definition", params={"date": "2026-11-19"}).json()
    assert (answer["figure"], answer["date"], answer["silent"]) == (
        "F01",
        "2026-11-19",
        ["target.F01", "sink_down.force_share"],
    )
    assert answer["measures"][0]["measure"] == "share"
    assert call("township_head", "GET", "/figures/F02/definition").json()["measures"][0]["target"]["value"] == 0.5


def test_rows_are_paged_and_masked(call) -> None:
    answer = call("county_office", "GET", "/figures/F02/rows", params={"limit": 1}).json()
    assert (answer["total"], len(answer["rows"]), answer["hidden"]) == (2, 1, 0)
    assert answer["rows"][0]["cells"]["person_id"].endswith("甲**")


def test_a_town_has_its_own_rows_and_the_number_of_the_others(call) -> None:
    answer = call("east", "GET", "/figures/F04/rows").json()
    assert (answer["total"], answer["hidden"]) == (4, 0)  # villages are nobody's secret
    people = call("east", "GET", "/figures/F01/rows").json()
    assert people["hidden"] > 0
    assert people["total"] + people["hidden"] == call("county_office", "GET", "/figures/F01/rows").json()["total"]


@pytest.mark.parametrize(
    ("path", "params", "status", "names"),
    [
        ("/figures/F99/definition", {}, 404, "F26"),
        ("/figures/F99/rows", {}, 404, "F26"),
        ("/figures/F01/rows", {"measure": "nothing"}, 422, "contribution"),
        ("/figures/F01", {"by": "galaxy"}, 422, "township"),
        ("/figures/F01/rows", {"date": "2030-01-01"}, 422, "2030-01-01"),
        ("/figures/F01/definition", {"date": "2030-01-01"}, 422, "2030-01-01"),
    ],
)
def test_what_is_not_there_is_refused_with_what_there_is(
    call, path: str, params: dict, status: int, names: str
) -> None:
    answer = call("county_office", "GET", path, params=params)
    assert answer.status_code == status, answer.text
    assert names in answer.text


def test_a_grid_worker_reads_no_figures(call) -> None:
    assert call("grid_worker", "GET", "/figures/F01/rows").status_code == 403
    assert call(None, "GET", "/figures/F01/rows").status_code == 401
