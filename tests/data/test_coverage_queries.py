"""Coverage of the small county, worked out by hand: first estimated, then by a road that is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data import casework
from data.authority import SYSTEM
from data.importers.faults import ImportRefused
from data.importers.roads import load_roads
from data.models import Event, Shift
from data.queries.coverage import coverage_frame, coverage_layer, read_best_places, read_coverage
from data.queries.figures import figures_on
from data.queries.recommending import recommend_teams
from data.roads import network_of, road_file
from data.settings import settings
from policy.errors import Refusal
from policy.figures.frames import COVERAGE, require_columns
from policy.travel import TravelMethod
from policy.vocabulary import Role
from tests.data import small
from tests.geo.roads_by_hand import extract

LAT = small.middle(0)[1]
# one road through the middle of all four villages: 4.86 km from middle to middle, at 65 km/h 4.5 minutes
NODES = {1: (119.80, LAT), 2: (119.85, LAT), 3: (120.0, LAT)}
ROAD = [([1, 2, 3], {"highway": "primary", "name": "金东大道"})]


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ONEGRID_VAR", str(tmp_path / "var"))
    settings.cache_clear()
    yield tmp_path / "var"
    settings.cache_clear()


@pytest.fixture
def desk(town):
    return small.actor(town, Role.DISPATCHER)


def receive(town, actor, village):
    lon, lat = small.middle(village)
    facts = {"source": "public_report", "summary": "沿街占道经营", "lon": lon, "lat": lat, "domain": "city"}
    return town.write(actor, casework.receive_lead, urgency="urgent", **facts)


def coverage(town, actor, **more):
    with town.read() as session:
        return read_coverage(session, actor, town.county(), town.clock(), **more)


def shares(found):
    return {share.minutes: (share.cells, share.leads) for share in found.shares}


def load(town, tmp_path, nodes=NODES, name="jindong.osm.pbf"):
    return load_roads(town, SYSTEM, town.county(), extract(tmp_path / name, nodes, ROAD))


def test_without_a_network_coverage_is_estimated_and_says_so(town, desk):
    """From the middle of a village to the next: 4.86 km × 1.3 at 30 km/h in town is 12.6 minutes, too late for 5."""
    for village in (0, 1, 1):
        receive(town, desk, village)
    found = coverage(town, desk)
    assert found.method is TravelMethod.ESTIMATE
    assert shares(found) == {None: ((3, 4), (1, 3)), 5.0: ((3, 4), (1, 3)), 15.0: ((4, 4), (3, 3))}
    missed = [cell for cell in found.cells if not cell.reached]
    assert [(cell.code, cell.target, cell.leads) for cell in missed] == [(small.VILLAGES[1], 5.0, 2)]
    assert missed[0].minutes == pytest.approx(12.6, abs=0.1)
    assert found.clause == "JD 二(四)12"


def test_with_a_road_the_same_cells_are_reached_and_the_method_is_told(town, desk, tmp_path):
    load(town, tmp_path)
    found = coverage(town, desk)
    assert found.method is TravelMethod.ROAD
    assert shares(found)[None] == ((4, 4), (0, 0))
    by_code = {cell.code: cell for cell in found.cells}
    assert by_code[small.VILLAGES[1]].minutes == pytest.approx(4.86 / 65 * 60, abs=0.02)


def test_if_a_unit_leaves_what_only_it_reached_is_lost(town, desk):
    receive(town, desk, 0)
    lost = {unit.code: (unit.cells, unit.leads) for unit in coverage(town, desk).units}
    assert lost == {"W1": ((small.VILLAGES[0],), 1), "M1": ((), 0), "E1": ((), 0)}  # grid workers enforce nothing


def test_a_free_unit_helps_most_where_leads_are_not_reached(town, desk):
    receive(town, desk, 1)
    with town.read() as session:
        found = read_best_places(session, desk, town.county(), town.clock())
    assert [(place.code, place.cells, place.leads) for place in found.places] == [(small.VILLAGES[1], 1, 1)]
    assert (found.proven, found.method) == (True, TravelMethod.ESTIMATE)


def test_only_units_on_shift_count_and_one_without_a_place_is_named(town, desk, clock):
    with town.write_engine.begin() as connection:
        connection.exec_driver_sql("UPDATE unit SET lon = NULL WHERE lon < 119.85")
    assert coverage(town, desk).unplaced == ("W1",)
    clock.now += timedelta(hours=20)
    found = coverage(town, desk)
    assert (found.units, shares(found)[None]) == ((), ((0, 4), (0, 0)))
    assert all(cell.minutes is None for cell in found.cells)


def test_who_sees_one_township_sees_its_cells_and_units(town):
    east = small.actor(town, Role.DISPATCHER, townships=frozenset({small.EAST}))
    found = coverage(town, east)
    assert [cell.code for cell in found.cells] == [*small.VILLAGES[2:]]
    assert [unit.code for unit in found.units] == ["E1", "M1"]


def test_a_silent_plan_has_no_coverage(town, desk):
    county = town.county()
    silent = {key: values for key, values in county.profile.values.items() if not key.startswith("response.")}
    quiet = replace(county, profile=replace(county.profile, values=silent))
    with town.read() as session:
        assert read_coverage(session, desk, quiet, town.clock()).shares == ()
        assert coverage_layer(session, desk, quiet, town.clock())["features"] == []
        assert coverage_frame(session, desk, quiet, town.clock()).empty


def test_the_rows_of_f08_are_those_of_the_coverage(town, desk):
    receive(town, desk, 1)
    with town.read() as session:
        frame = require_columns(coverage_frame(session, desk, town.county(), town.clock()), "coverage")
    assert list(frame.columns) == [*COVERAGE]
    assert frame["leads"].tolist() == [0, 1, 0, 0]
    assert frame["minutes"].round(1).tolist() == [0.0, 12.6, 0.0, 0.0]


def figure(town, actor, **more):
    with town.read() as session:
        rows = figures_on(session, actor, town.county(), now=town.clock(), only="F08", on=None, **more)
    return {(r["measure"], r["group_kind"], r["group_code"]): (r["numerator"], r["denominator"]) for r in rows}


def test_f08_answers_for_units_on_duty_now_and_for_the_shifts_of_the_day(town, desk):
    """Now three of four villages; by shift from the middle of the two townships, where the villages of the east are near."""
    receive(town, desk, 1)
    found = figure(town, desk)
    assert found["cells", "county", ""] == (3, 4)
    assert found["leads", "county", ""] == (0, 1)
    by_shift = {code: value for (measure, kind, code), value in found.items() if (measure, kind) == ("cells", "shift")}
    assert by_shift == {"day": (2, 4)}


def test_a_past_day_has_f08_by_its_shifts_alone_since_positions_are_not_kept(town, desk, clock):
    before = clock.now.date()
    clock.now += timedelta(days=2)
    with town.read() as session:
        rows = figures_on(session, desk, town.county(), now=town.clock(), only="F08", on=before)
    assert {row["group_kind"] for row in rows} == {"shift"}
    assert {row["group_code"] for row in rows} == {"day"}


def test_the_layer_has_one_area_a_target_the_widest_first(town, desk, tmp_path):
    def layer():
        with town.read() as session:
            return coverage_layer(session, desk, town.county(), town.clock())

    estimated = layer()
    assert [f["properties"]["minutes"] for f in estimated["features"]] == [15.0, 5.0]
    assert "attribution" not in estimated
    load(town, tmp_path)
    by_road = layer()
    assert {f["properties"]["method"] for f in by_road["features"]} == {"road_network"}
    assert by_road["attribution"] == "roads.attribution"


# -- the network of a county ------------------------------------------------------------------------------------------


def test_minutes_of_a_recommendation_are_by_road_once_one_is_loaded_and_the_words_say_which(town, desk, tmp_path):
    lead = receive(town, desk, 1)

    def reasons():
        with town.read() as session:
            found = recommend_teams(session, town.county(), lead, town.clock())
        best = next(c for c in found.candidates if c.team.code == "W1")
        said = [reason.sentence("zh") for reason in (*best.pros, *best.cons)]
        return best.method, round(best.minutes, 1), [words for words in said if "分钟到达" in words]

    assert reasons() == (TravelMethod.ESTIMATE, 12.6, ["按直线距离估算13分钟到达，超出5分钟目标"])
    load(town, tmp_path)
    assert reasons() == (TravelMethod.ROAD, 4.5, ["按路网预计4分钟到达，在5分钟目标内"])


def test_loading_is_told_as_an_event_with_the_digest_of_the_file(town, tmp_path):
    network = load(town, tmp_path)
    with town.read() as session:
        event = session.query(Event).filter_by(matter="import").one()
    assert (event.verb, network.sha256 in event.facts, '"kind":"roads"' in event.facts) == ("run", True, True)
    assert network_of(town.county()).source == "jindong.osm.pbf"


def test_a_network_of_another_county_is_refused_and_the_former_one_stays(town, tmp_path):
    load(town, tmp_path)
    elsewhere = {key: (lon, lat + 0.07) for key, (lon, lat) in NODES.items()}
    with pytest.raises(ImportRefused) as refused:
        load(town, tmp_path, elsewhere, "other.osm.pbf")
    assert [fault.code for fault in refused.value.faults] == ["errors_roads.elsewhere"]
    assert "金东区" in refused.value.faults[0].sentence("zh")
    assert network_of(town.county()).source == "jindong.osm.pbf"


def test_a_damaged_file_lets_dispatch_go_on_by_estimate_and_is_told_when_asked(town, desk, tmp_path):
    load(town, tmp_path)
    path = road_file(town.county().code)
    path.write_bytes(path.read_bytes()[:500])
    assert coverage(town, desk).method is TravelMethod.ESTIMATE
    with pytest.raises(Refusal, match="damaged"):
        network_of(town.county())


def test_only_who_may_import_may_load_roads(town, desk, tmp_path):
    with pytest.raises(Refusal):
        load_roads(town, desk, town.county(), extract(tmp_path / "a.osm", NODES, ROAD))
    assert network_of(town.county()) is None
    assert Shift.__tablename__ == "shift"
