"""Codes in reasons become names, so that no page, answer or event shows a raw code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.county import County
from data.models import ItemField, Organ
from policy.competence import Competence
from policy.decision import Decision, Reason
from policy.recommendation import Candidate, Excluded, Recommendation

CODED = ("domain", "organ", "principal", "township")


def names_of(session: Session, county: County) -> Mapping[str, str]:
    """Names by code of the county's organs, domains and cells."""
    names: dict[str, str] = {cell.code: cell.name for cell in county.hierarchy}
    for model in (Organ, ItemField):
        query = select(model.code, model.name).where(model.jurisdiction_id == county.jurisdiction_id)
        names.update((code, name) for code, name in session.execute(query))
    return names


def say_names(reason: Reason, names: Mapping[str, str]) -> Reason:
    """The same reason with names for the codes among its facts."""
    told: dict[str, Any] = {
        key: names.get(value, value) if key in CODED and isinstance(value, str) else value
        for key, value in reason.params.items()
    }
    return replace(reason, params=told)


def _all(reasons: tuple[Reason, ...], names: Mapping[str, str]) -> tuple[Reason, ...]:
    return tuple(say_names(reason, names) for reason in reasons)


def decision_named(decision: Decision, names: Mapping[str, str]) -> Decision:
    """A decision whose reasons speak in names."""
    return Decision(_all(decision.reasons, names))


def competence_named(competence: Competence, names: Mapping[str, str]) -> Competence:
    """A competence whose reasons speak in names; codes of organs stay codes for the rules."""
    others = tuple(replace(other, reason=say_names(other.reason, names)) for other in competence.alternatives)
    notes = _all(competence.notes, names)
    return replace(competence, reasons=_all(competence.reasons, names), alternatives=others, notes=notes)


def _candidate(one: Candidate, names: Mapping[str, str]) -> Candidate:
    return replace(one, pros=_all(one.pros, names), cons=_all(one.cons, names))


def _excluded(one: Excluded, names: Mapping[str, str]) -> Excluded:
    return replace(one, decision=decision_named(one.decision, names))


def recommendation_named(found: Recommendation, names: Mapping[str, str]) -> Recommendation:
    """A recommendation whose reasons speak in names."""
    return replace(
        found,
        candidates=tuple(_candidate(one, names) for one in found.candidates),
        excluded=tuple(_excluded(one, names) for one in found.excluded),
        notes=_all(found.notes, names),
    )
