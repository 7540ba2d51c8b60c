"""Codes in reasons become names, so that no page, answer or event shows a raw code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.models import ItemField, Organ, Team
from policy.competence import Competence
from policy.decision import Decision, Reason
from policy.items.fields import field_words
from policy.recommendation import Candidate, Excluded, Recommendation
from policy.text import Name, named

CODED = ("domain", "organ", "principal", "team", "township")


def names_of(session: Session, county: County, lang: str = "zh") -> Mapping[str, str]:
    """Names by code of the county's organs, domains and cells, in a language."""
    cells = {cell.code: county.name_of(cell.code, lang) for cell in county.hierarchy}
    organs, fields = _organs(session, county), _fields(session, county)
    return cells | {code: named(name, lang) for code, name in {**organs, **fields}.items()}


def names_in_both(session: Session, county: County) -> Mapping[str, Name | str]:
    """The same for reasons, which are read in either language; domains, teams and townships also by the name the rules know them by."""
    fields, teams = _fields(session, county), _named_in_both(session, county, Team)
    cells = {cell.code: county.words_of(cell.code) for cell in county.hierarchy}
    towns = (cells[cell.code] for cell in county.townships)
    known = {one.zh: one for one in (*fields.values(), *teams.values(), *towns)}
    return cells | known | _organs(session, county) | fields


def _organs(session: Session, county: County) -> dict[str, Name]:
    return _named_in_both(session, county, Organ)


def _named_in_both(session: Session, county: County, model: type[Organ] | type[Team]) -> dict[str, Name]:
    query = select(model.code, model.name, model.name_en).where(model.jurisdiction_id == county.jurisdiction_id)
    return {code: Name(name, name_en or name) for code, name, name_en in session.execute(query)}


def _fields(session: Session, county: County) -> dict[str, Name]:
    query = select(ItemField.code, ItemField.name).where(ItemField.jurisdiction_id == county.jurisdiction_id)
    return {code: field_words(name) for code, name in session.execute(query)}


def say_names(reason: Reason, names: Mapping[str, Name | str]) -> Reason:
    """The same reason with names for the codes among its facts."""
    told: dict[str, Any] = {
        key: names.get(value, value) if key in CODED and isinstance(value, str) else value
        for key, value in reason.params.items()
    }
    return replace(reason, params=told)


def _all(reasons: tuple[Reason, ...], names: Mapping[str, Name | str]) -> tuple[Reason, ...]:
    return tuple(say_names(reason, names) for reason in reasons)


def decision_named(decision: Decision, names: Mapping[str, Name | str]) -> Decision:
    """A decision whose reasons speak in names."""
    return Decision(_all(decision.reasons, names))


def competence_named(competence: Competence, names: Mapping[str, Name | str]) -> Competence:
    """A competence whose reasons speak in names; codes of organs stay codes for the rules."""
    others = tuple(replace(other, reason=say_names(other.reason, names)) for other in competence.alternatives)
    notes = _all(competence.notes, names)
    return replace(competence, reasons=_all(competence.reasons, names), alternatives=others, notes=notes)


def _candidate(one: Candidate, names: Mapping[str, Name | str]) -> Candidate:
    return replace(one, pros=_all(one.pros, names), cons=_all(one.cons, names))


def _excluded(one: Excluded, names: Mapping[str, Name | str]) -> Excluded:
    return replace(one, decision=decision_named(one.decision, names))


def recommendation_named(found: Recommendation, names: Mapping[str, Name | str]) -> Recommendation:
    """A recommendation whose reasons speak in names."""
    return replace(
        found,
        candidates=tuple(_candidate(one, names) for one in found.candidates),
        excluded=tuple(_excluded(one, names) for one in found.excluded),
        notes=_all(found.notes, names),
    )
