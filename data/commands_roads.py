"""The road network from the command line: take one in, show what is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from data.terminal import CountyOption, DatabaseOption, FormatOption, progress, record_of, reply, t

if TYPE_CHECKING:
    from data.county import County
    from geo.roads import RoadNetwork, RoadReport

FileArgument = Annotated[Path, typer.Argument(help="commands.argument.file")]
DatumOption = Annotated[Literal["wgs84", "gcj02", "bd09"], typer.Option("--datum", help="commands.option.datum")]


def roads_load(
    file: FileArgument,
    datum: DatumOption = "wgs84",
    county: CountyOption = None,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Take in a road network from OpenStreetMap or GraphML, in place of the county's former one."""
    from data.authority import SYSTEM
    from data.importers.roads import load_roads

    with record_of(database) as record, progress(t("commands.import.title", file=file.name)):
        place = record.county(county)
        network = load_roads(record, SYSTEM, place, file, datum)
    reply(_facts(network, place), form, *_lines(network, place))


def roads_show(county: CountyOption = None, database: DatabaseOption = None, form: FormatOption = "text") -> None:
    """Show the network that is loaded: source, size, kilometres by class, parts that do not connect."""
    from data.roads import network_of

    with record_of(database) as record:
        place = record.county(county)
    network = network_of(place)
    if network is None:
        reply({"county": place.code, "loaded": False}, form, t("roads.none", county=place.name))
        return
    reply(_facts(network, place), form, *_lines(network, place))


def _facts(network: RoadNetwork, place: County) -> dict[str, Any]:
    from data.roads import road_file, share_inside

    kept = {"county": place.code, "loaded": True, "file": str(road_file(place.code)), "source": network.source}
    return {**kept, "sha256": network.sha256, "inside": share_inside(network, place), **network.report.as_dict()}


def _lines(network: RoadNetwork, place: County) -> list[str]:
    from data.roads import share_inside

    report = network.report
    size = {"km": report.metres / 1000.0, "junctions": report.junctions, "pieces": report.pieces}
    return [
        t("roads.loaded", file=network.source, main=report.main, **size),
        t("roads.details", one_way=report.one_way, limited=report.limited, left=_left_out(report)),
        t("roads.kinds", kinds=_kinds(report)),
        t("roads.inside", share=share_inside(network, place), county=place.name),
        *_parts(report),
        t("roads.hash", sha256=network.sha256),
        t("roads.attribution"),
    ]


def _left_out(report: RoadReport) -> str:
    each = [t(f"roads.left.{why}", count=count) for why, count in report.left_out.items()]
    return t("roads.between").join(each) or t("roads.nothing_left")


def _kinds(report: RoadReport) -> str:
    each = (t("roads.kind", kind=t(f"codes.field.{kind}"), km=m / 1000.0) for kind, m in report.by_kind.items())
    return t("roads.between").join(each)


def _parts(report: RoadReport) -> list[str]:
    if not report.apart:
        return [t("roads.complete")]
    named = (
        {"name": p.name or t("roads.unnamed"), "metres": p.metres, "lon": p.lon, "lat": p.lat} for p in report.parts
    )
    return [t("roads.apart", count=report.apart), *(t("roads.part", **part) for part in named)]
