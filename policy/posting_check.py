"""Whether postings chosen by hand meet what is asked: the same targets and needs as the solver's, said the same way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy.posting_plan import COUNTY, Demand, Member, Shortfall, needed_people


def unmet(then: Sequence[Member], demand: Demand) -> tuple[Shortfall, ...]:
    """Targets and needs that the force `then` does not meet, targets first; empty where every one holds."""
    found = (*_targets(then, demand), *_needs(then, demand))
    return tuple(one for one in found if one.reached < one.needed)


def _targets(then: Sequence[Member], demand: Demand) -> Iterator[Shortfall]:
    if demand.county is not None:
        yield Shortfall("county", COUNTY, None, needed_people(demand.county, len(then)), _sunk(then))
    for organ, share in sorted(demand.teams.items()):
        mine = [member for member in then if member.organ == organ]
        yield Shortfall("team", organ, None, needed_people(share, len(mine)), _sunk(mine))


def _needs(then: Sequence[Member], demand: Demand) -> Iterator[Shortfall]:
    for township in demand.townships:
        here = [member for member in then if member.township == township.code]
        yield Shortfall("people", township.code, None, township.people, len(here))
        for field, needed in township.fields.items():
            able = sum(member.fields is None or field in member.fields for member in here)
            yield Shortfall("field", township.code, field, needed, able)


def _sunk(people: Sequence[Member]) -> int:
    return sum(member.township is not None for member in people)
