"""The demonstration's items: every one rests on articles that say what it claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from data.simulate import build, imagine
from data.simulate.catalogue import curves, sorts
from data.simulate.ground import short_name
from policy.library import library
from policy.loader import load_profile
from policy.vocabulary import Outcome, PenaltyKind

ALL = {s.code: s for chain in (("national", "zhejiang"), ("national",)) for s in sorts(chain)}


@pytest.mark.parametrize("code", sorted(ALL))
def test_the_articles_of_an_item_say_what_it_quotes(code: str) -> None:
    sort = ALL[code]
    for article in (sort.forbids, sort.penalises):
        assert library().article(article.law, article.clause).text
        assert not library().misquoted(article.law, article.clause, article.quote), article


def test_items_are_named_once_and_speak_the_closed_vocabularies() -> None:
    for sort in ALL.values():
        assert all(PenaltyKind(kind) for kind in sort.kinds)
        assert sort.keywords
        assert len(sort.summaries) >= 2
    known = curves()
    assert {Outcome(o) for temper in known.tempers.values() for o in temper}
    assert all(len(hours) == 24 for hours in known.hours.values())
    assert all(len(months) == 12 for months in known.seasons.values())


def test_a_provinces_regulation_is_no_ground_elsewhere() -> None:
    elsewhere = sorts(("national",))
    assert not [s.code for s in elsewhere if s.penalises.law.startswith("浙江省")]
    assert 40 < len(elsewhere) < len(sorts(("national", "zhejiang")))


def test_sixty_to_eighty_items_are_known_in_zhejiang() -> None:
    assert 60 <= len(sorts(("national", "zhejiang", "jindong"))) <= 80


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
    assert len(world.tables["item"]) == len(sorts(known.chain))
    assert world.tables["lead"]
    assert sum(row["item_count"] for row in world.tables["item_field"]) == len(world.tables["item"])
