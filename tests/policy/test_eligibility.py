"""Who may do which task: readable cases of PL 42, PL 43 and of the profiles' own limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from policy.eligibility import (
    NATIONAL,
    EligibilityRules,
    OfficerFacts,
    TaskFacts,
    TeamFacts,
    may_enforce,
    may_take,
    rules_of,
)
from policy.text import LANGUAGES
from policy.vocabulary import OrganKind, PersonKind, TaskKind, UnitStatus

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
TOWN, OTHER_TOWN = "330703101", "330703102"


def officer(name: str, **facts: object) -> OfficerFacts:
    plain = OfficerFacts(
        person_id=name,
        name=name,
        kind=PersonKind.OFFICER,
        certificate_no=f"浙G{name}",
        certificate_valid_from=NOW - timedelta(days=900),
        certificate_valid_to=NOW + timedelta(days=90),
        home_organ_code="town",
    )
    return replace(plain, **facts)


WANG, LI = officer("王"), officer("李")
TEAM = TeamFacts("t1", "T01", "孝顺镇综合行政执法队", "town", OrganKind.TOWNSHIP, frozenset({TOWN}), members=(WANG, LI))
HANDLE = TaskFacts(TaskKind.HANDLE, domain="housing", township_code=TOWN)


def codes(team: TeamFacts, task: TaskFacts, rules: EligibilityRules = NATIONAL) -> list[str]:
    decision = may_take(team, task, NOW, rules)
    for lang in LANGUAGES:
        assert all(reason.sentence(lang) for reason in decision.reasons)
    assert decision.allowed is not bool(decision.obstacles)
    return [r.code.removeprefix("reasons.") for r in decision.obstacles]


def with_second(**facts: object) -> TeamFacts:
    return replace(TEAM, members=(WANG, officer("李", **facts)))


def test_two_certified_officers_may_handle() -> None:
    decision = may_take(TEAM, HANDLE, NOW)
    assert decision.allowed
    assert decision.clauses == ("PL 42",)
    assert decision.reasons[0].sentence("zh") == "“现场处置”须2名持证执法人员，在班2名"


@pytest.mark.parametrize("kind", [TaskKind.HANDLE, TaskKind.INSPECT, TaskKind.JOINT_INSPECT, TaskKind.SERVE_DOCUMENT])
def test_one_officer_may_check_but_not_enforce(kind: TaskKind) -> None:
    alone = replace(TEAM, members=(WANG,))
    assert codes(alone, replace(HANDLE, kind=kind)) == ["officers_short"]
    assert codes(alone, replace(HANDLE, kind=TaskKind.VERIFY)) == []


@pytest.mark.parametrize(
    ("facts", "why", "clause"),
    [
        ({"certificate_no": None}, "no_certificate", "PL 42"),
        ({"certificate_valid_to": None}, "no_certificate", "PL 42"),
        ({"certificate_valid_to": NOW - timedelta(seconds=1)}, "certificate_expired", "PL 42"),
        ({"certificate_valid_from": NOW + timedelta(seconds=1)}, "certificate_not_yet", "PL 42"),
        ({"suspended": True}, "suspended", "PL 42"),
        ({"recused": True}, "recused", "PL 43"),
        ({"kind": PersonKind.GRID_WORKER}, "grid_worker", "PL 42"),
        ({"kind": PersonKind.AUXILIARY}, "auxiliary", "PL 42"),
        ({"kind": PersonKind.FIRE}, "not_enforcer", "PL 42"),
        ({"township_codes": frozenset({OTHER_TOWN})}, "not_posted_here", "PL 22"),
    ],
)
def test_a_second_person_who_does_not_count(facts: dict[str, object], why: str, clause: str) -> None:
    team = with_second(**facts)
    assert codes(team, HANDLE) == ["officers_short", why]
    person = may_enforce(team.members[1], team, HANDLE, NOW)
    assert not person.allowed
    assert person.clauses == (clause,)


def test_the_certificate_counts_to_its_last_second() -> None:
    assert codes(with_second(certificate_valid_to=NOW), HANDLE) == []
    assert codes(with_second(certificate_valid_to=NOW - timedelta(microseconds=1)), HANDLE) != []


def test_an_expired_certificate_is_named_with_its_moment_in_local_time() -> None:
    team = with_second(certificate_valid_to=datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC))
    said = may_take(team, HANDLE, NOW).obstacles[1].sentence("zh")
    assert said == "李的执法证已于2026-03-01 23:59:59到期"


def test_off_shift_does_not_count() -> None:
    assert codes(with_second(on_shift=False), HANDLE) == ["officers_short"]
    assert codes(replace(TEAM, members=(officer("王", on_shift=False),)), HANDLE) == ["nobody_on_shift"]
    assert codes(replace(TEAM, unit_status=UnitStatus.OFF_DUTY), HANDLE) == ["nobody_on_shift"]


@pytest.mark.parametrize(
    ("kind", "who", "allowed"),
    [
        (TaskKind.LOOK, PersonKind.GRID_WORKER, True),
        (TaskKind.PATROL, PersonKind.GRID_WORKER, True),
        (TaskKind.SECURE, PersonKind.GRID_WORKER, False),
        (TaskKind.ASSIST, PersonKind.GRID_WORKER, False),
        (TaskKind.LOOK, PersonKind.AUXILIARY, True),
        (TaskKind.SECURE, PersonKind.FIRE, True),
        (TaskKind.SECURE, PersonKind.POLICE, True),
        (TaskKind.ASSIST, PersonKind.AUXILIARY, True),
    ],
)
def test_what_may_be_done_without_a_certificate(kind: TaskKind, who: PersonKind, allowed: bool) -> None:
    team = replace(TEAM, members=(officer("赵", kind=who, certificate_no=None),))
    assert codes(team, replace(HANDLE, kind=kind)) == ([] if allowed else ["grid_workers_only"])


def test_grid_workers_never_verify_or_inspect() -> None:
    grid = replace(TEAM, members=tuple(officer(n, kind=PersonKind.GRID_WORKER) for n in "赵钱孙"))
    assert codes(grid, replace(HANDLE, kind=TaskKind.VERIFY))[0] == "officers_short"
    assert codes(grid, replace(HANDLE, kind=TaskKind.INSPECT)) == ["officers_short", *["grid_worker"] * 3]


def test_outside_the_own_area_and_domain() -> None:
    elsewhere = replace(HANDLE, township_code=OTHER_TOWN)
    assert codes(TEAM, elsewhere) == ["outside_area"]
    assert codes(TEAM, replace(elsewhere, kind=TaskKind.VERIFY)) == []
    assert codes(TEAM, replace(HANDLE, township_code=None)) == ["outside_area"]
    assert codes(replace(TEAM, domains=frozenset({"traffic"})), HANDLE) == ["outside_domain"]


def test_a_sunk_down_person_handles_only_the_home_departments_items() -> None:
    rules = EligibilityRules(home_items_only=True, clauses={"home_items_only": "FL 二(六)"})
    team = with_second(home_organ_code="traffic", domains=frozenset({"traffic"}))
    assert codes(team, HANDLE) == []
    assert codes(team, HANDLE, rules) == ["officers_short", "home_items_only"]
    assert codes(team, replace(HANDLE, domain="traffic"), rules) == []
    assert codes(team, replace(HANDLE, domain=None), rules) == ["officers_short", "home_items_only"]
    assert may_take(team, HANDLE, NOW, rules).clauses == ("PL 42", "FL 二(六)")


def test_sunk_down_people_need_a_township_officer_beside_them() -> None:
    rules = EligibilityRules(with_township_officer=True)
    sunk = replace(TEAM, members=tuple(officer(n, home_organ_code="traffic") for n in "周吴"))
    assert codes(sunk, HANDLE) == []
    assert codes(sunk, HANDLE, rules) == ["no_township_officer"]
    assert codes(replace(sunk, members=(*sunk.members[:1], WANG)), HANDLE, rules) == []
    county = replace(sunk, organ_kind=OrganKind.PROFESSIONAL_TEAM)
    assert codes(county, HANDLE, rules) == []


def test_rules_are_read_from_the_profile() -> None:
    @dataclass
    class V:
        value: object
        clause: str | None

    class Profile:
        def get(self, key: str, on: date) -> V | None:
            known = {
                "officers.minimum": V(3, "甲 1"),
                "sink_down.home_items_only": V(True, "FL 二(六)"),
                "grid_worker.may": V(("巡查",), "CL 第十二条"),
            }
            return known.get(key)

    rules = rules_of(Profile(), date(2026, 3, 2))
    assert (rules.officers_minimum, rules.home_items_only, rules.with_township_officer) == (3, True, False)
    assert [rules.clause(c) for c in ("officers_short", "grid_worker", "recused", "home_items_only")] == [
        "甲 1",
        "CL 第十二条",
        "PL 43",
        "FL 二(六)",
    ]
    assert codes(TEAM, HANDLE, rules) == ["officers_short"]
