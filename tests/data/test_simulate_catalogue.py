"""The demonstration's leads: every one is about an item of the catalogue that holds in its county."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from data.demo import PLANS
from data.simulate import build, imagine
from data.simulate.catalogue import curves, everyday, sorts, statutory
from data.simulate.ground import short_name
from policy.items import item, items_for
from policy.library import library
from policy.loader import load_profile
from policy.vocabulary import Outcome

CHAINS = [load_profile(code).chain for code in PLANS]


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain[-1])
def test_what_comes_up_is_an_item_that_holds_in_the_county(chain: tuple[str, ...]) -> None:
    held = {item.code for item in items_for(chain)}
    assert everyday(chain) <= held


def test_no_kind_of_lead_is_missing_where_a_provincial_regulation_does_not_hold() -> None:
    assert {len(sorts(chain)) for chain in CHAINS} == {82}
    elsewhere = sorts(load_profile("yunyang").chain)
    assert not [s.code for s in elsewhere if s.item.province]


def test_sentences_and_curves_speak_the_closed_vocabularies() -> None:
    for sort in {s.code: s for chain in CHAINS for s in sorts(chain)}.values():
        assert sort.item.keywords
        assert len(sort.summaries) >= 2
    known = curves()
    assert {Outcome(o) for temper in known.tempers.values() for o in temper}
    assert all(len(hours) == 24 for hours in known.hours.values())
    assert all(len(months) == 12 for months in known.seasons.values())


def test_what_the_law_gives_to_town_governments_says_so_in_its_article() -> None:
    assert statutory()
    for code in statutory():
        clause = item(code).penalises
        assert "由乡、镇人民政府" in library().article(clause.document, clause.article).text


@pytest.mark.parametrize(
    ("printed", "spoken"),
    [("后溪村委会", "后溪村"), ("王坦社区居委会", "王坦社区"), ("施村村委会", "施村"), ("大庙村民委员会", "大庙村")],
)
def test_villages_are_called_as_people_call_them(printed: str, spoken: str) -> None:
    assert short_name(printed) == spoken


def test_a_plan_without_tables_of_teams_and_domains_still_makes_a_county(monkeypatch: pytest.MonkeyPatch) -> None:
    known = load_profile("jindong")
    silent = {key: held for key, held in known.values.items() if key not in ("item.domains", "teams.professional")}
    monkeypatch.setattr(build, "load_profile", lambda _code: replace(known, values=silent))
    world = imagine("jindong", 2, 1, datetime(2026, 5, 20, 6, 0, tzinfo=UTC))
    assert len(world.tables["item"]) == len(items_for(known.chain))
    assert world.tables["lead"]
    assert sum(row["item_count"] for row in world.tables["item_field"]) == len(world.tables["item"])
