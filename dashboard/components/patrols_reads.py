"""What the page of patrols reads and does: coverage, patrols, their forms; a step taken or refused in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dash.development.base_component import Component
from sqlalchemy import select

from dashboard.components import patrols_view as show
from dashboard.components.case_words import capital
from dashboard.components.desk import Taken, View, build_step
from dashboard.components.desk_form import Offer, Options, build_fields
from dashboard.components.patrols_map import build_states
from dashboard.context import actor, county, lang, now, place_options, record, t
from data.authority import Subject, authorise, townships_of
from data.casework.patrol_plans import end_plans, plan_cells
from data.casework.patrol_walkers import TEAM
from data.casework.patrols import patrol_step, start_patrol
from data.models import Team, TeamMember
from data.queries.patrols import PatrolCoverage, PatrolRow, one_patrol, patrol_coverage, patrols_of, walkers_in
from policy.errors import Refusal
from policy.patrol import PATROL_FORMS, rules_of, village_level
from policy.vocabulary import options
from policy.vocabulary_patrol import PatrolPer, PatrolStep

NAMES: Final = ("tabs", "figures", "list", "matter", "next", "states")
TABS: Final = ("coverage", "patrols")
_BEGIN: Final = {"coverage": (PatrolStep.PLAN, PatrolStep.END), "patrols": (PatrolStep.START,)}
_WALKING: Final = (PatrolStep.TICK, PatrolStep.FOUND, PatrolStep.LINK_LEAD, PatrolStep.FINISH, PatrolStep.BREAK_OFF)
_PLANS: Final = frozenset({PatrolStep.PLAN, PatrolStep.END})


def view_of(given: Mapping[str, Any]) -> dict[str, str]:
    """The view the address names; who holds one township alone looks at that."""
    held = {name: str(given.get(name) or "")[:100] for name in ("tab", "town", "no")}
    towns = towns_seen()
    town = held["town"] if held["town"] in towns else towns[0] if len(towns) == 1 else ""
    return held | {"tab": held["tab"] if held["tab"] in TABS else TABS[0], "town": town}


def towns_seen() -> list[str]:
    """Townships whose patrols who asks may see; where the jurisdiction is a town, itself."""
    place = county()
    seen = townships_of(actor(), "patrol.read", place.jurisdiction_id)
    return [cell.code for cell in place.townships if seen is None or cell.code in seen]


def _read(query: Callable[..., Any], **facts: Any) -> Any:
    with record().read() as session:
        return query(session, actor(), county(), now(), **facts)


def parts(view: View) -> dict[str, Any]:
    """Every part of the page that changes, by name."""
    found: PatrolCoverage = _read(patrol_coverage, township=view["town"] or None)
    one: PatrolRow | None = _read(one_patrol, number=view["no"]) if view["no"] and view["tab"] == "patrols" else None
    return {
        "tabs": show.build_tabs(TABS, dict(view), towns_seen()),
        "figures": show.build_figures(found),
        "list": _list(view, found),
        "matter": show.build_patrol(one) if one else [],
        "next": _next(view, one),
        "states": build_states(found),
    }


def _list(view: View, found: PatrolCoverage) -> list[Component]:
    if view["tab"] == "patrols":
        return show.build_patrols(_read(patrols_of, township=view["town"] or None, limit=60), dict(view))
    return show.build_cells(found) if view["town"] else show.build_county(found)


def _next(view: View, one: PatrolRow | None) -> list[Component]:
    """What may be begun here, and the steps of the patrol that is open; a plan is made in one township."""
    begun = _BEGIN[view["tab"]] if view["town"] else ()
    found = [_button(step, main=n == 0) for n, step in enumerate(begun) if _may(step, view["town"])]
    if one is not None and one.patrol.ended_at is None:
        found += [_button(step) for step in _WALKING if _may(step, one.patrol.township_code)]
    return found


def _button(step: PatrolStep, *, main: bool = False) -> Component:
    return build_step("patrols", step.value, step_name(step), main=main)


def step_name(step: PatrolStep) -> str:
    """What a step is called."""
    return capital(t(f"vocabulary.patrol_step.{step.value}"))


def _may(step: PatrolStep, town: str) -> bool:
    verb = f"patrol_plan.{step.value}" if step in _PLANS else f"patrol.{step.value}"
    return authorise(actor(), verb, Subject(county().jurisdiction_id, frozenset({town})), now()).allowed


# -- forms ---------------------------------------------------------------------------------------------------------------


def opened(view: View, verb: str) -> tuple[str, list[Component]]:
    """Title and content of a form; a plan begins with the cycle of the profile."""
    step = PatrolStep(verb)
    known: dict[str, Any] = {}
    if step is PatrolStep.PLAN:
        cycle = rules_of(county().profile, now().date()).cycle
        known = {"times": str(-(-7 // cycle)) if cycle else "1", "per": PatrolPer.WEEK.value}
    if step is PatrolStep.START:
        known = {"walker": _own_team()}
    return step_name(step), build_fields(PATROL_FORMS[step], Offer("patrols", "patrols", _offered(view), known))


def _offered(view: View) -> dict[str, Options]:
    town = view["town"]
    cells = _cell_options(town)
    return {
        "patrol_cells": cells,
        "patrol_cell": cells,
        "walker": _walker_options(town) if town else [],
        "per": [{"value": value, "label": label} for value, label in options(PatrolPer, lang())],
    }


def _cell_options(town: str) -> Options:
    place = county()
    level = village_level(place.profile, place.grid_on, place.hierarchy.depth)
    rows = [
        cell for cell in place.hierarchy.at_level(level) if town in ("", place.township_of(cell.code) or place.code)
    ]
    return place_options(rows)


def _walker_options(town: str) -> Options:
    with record().read() as session:
        found = walkers_in(session, county(), town)
    return [{"value": one.code, "label": one.say(lang())} for one in found]


def _own_team() -> str | None:
    """The team of who asks, where there is one."""
    if actor().person_id is None:
        return None
    query = select(Team.code).join(TeamMember, TeamMember.team_id == Team.id)
    with record().read() as session:
        code = session.scalars(query.where(TeamMember.person_id == actor().person_id)).first()
    return f"{TEAM}:{code}" if code else None


def taken(view: View, verb: str, given: Mapping[str, Any]) -> Taken:
    """Take a step; gives the words that say so. Raises Refusal, and nothing is lost."""
    step = PatrolStep(verb)
    if step in _PLANS:
        rows = record().write(
            actor(), plan_cells if step is PatrolStep.PLAN else end_plans, county=county(), given=given
        )
        return t(f"patrols.done.{step.value}", n=len(rows)), None
    if step is PatrolStep.START:
        row = record().write(actor(), start_patrol, county=county(), given=given)
        return t("patrols.done.start", number=row.number), show.to(tab="patrols", town=view["town"], no=row.number)
    if not view["no"]:
        raise Refusal("errors_between.nothing_here", kind="not_found")
    row = record().write(actor(), patrol_step, county=county(), number=view["no"], step_name=step.value, given=given)
    return t("patrols.done.step", step=step_name(step), number=row.number), None
