"""What-if on F01 and F02: the fewest postings after which every target holds, and where they help the townships most.

Solved by mixed-integer programming (HiGHS, through `scipy.optimize.milp`) in steps, each proven before the next begins:
what cannot be met at all is missed by as few people as possible, targets before needs; then the fewest moves; then, among
all plans of so few moves, the one that spreads load best: least Σ load² ÷ people over the townships, the apportionment by
equal proportions (Huntington, Transactions of the American Mathematical Society 30, 1928).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil
from typing import Final, Literal

from policy.posting_model import Model, Solved, Var

Kind = Literal["post", "repost", "return"]
"""A new posting out of the home organ, a posting to another township, the end of a secondment."""

Step = Literal["missed", "fewest", "spread"]
"""What cannot be met is missed by least; the fewest moves; of those the best spread of load."""

COUNTY: Final = "county"
CLOSE: Final = 1e-9  # of the value: nearer than that the bound proves it
NEW: Final[Sequence[Kind]] = ("post", "return")  # moves that raise the shares
LEAST_LOAD: Final = 1e-3  # of a township where nothing happened: still better served by more than by fewer


@dataclass(frozen=True, slots=True)
class Member:
    """One of the county's force as F01 counts it. `township`: where they count now, None: in none; `seconded_from`: the
    township that has lent them away; `fields`: professional fields of the certificate, None: all; `stays`: why nobody may
    move them (a code of the catalogue), None: they may be moved."""

    person: str
    organ: str
    fields: frozenset[str] | None
    township: str | None
    seconded_from: str | None = None
    stays: str | None = None


@dataclass(frozen=True, slots=True)
class Township:
    """What a township needs: its load (tasks of a period, any unit), people at least, people at least by field."""

    code: str
    load: float = 0.0
    people: int = 0
    fields: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Demand:
    """What must hold: share of the whole force in townships (None: no target), share of each team's members, the share
    that stays in every other home organ, whether people already posted may be sent elsewhere."""

    county: float | None
    teams: Mapping[str, float]
    left: Mapping[str, float]
    townships: Sequence[Township]
    reposting: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One person's change: out of `origin` (a township, None: the home organ) to the township `to`."""

    person: str
    organ: str
    kind: Kind
    origin: str | None
    to: str


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What no plan can meet: `county` and `team` are targets, `people` and `field` needs of a township."""

    kind: Literal["county", "team", "people", "field"]
    code: str
    field: str | None
    needed: int
    reached: int


@dataclass(frozen=True, slots=True)
class Share:
    """People in townships of all people, now and after the plan, and how many the target asks for (None: no target)."""

    code: str
    whole: int
    now: int
    planned: int
    needed: int | None


@dataclass(frozen=True, slots=True)
class PostingPlan:
    """The moves in order of organ and township; `bound`: no plan has fewer moves (proven when `proven`); `spread_proven`: no
    plan of so few moves spreads load better."""

    moves: tuple[Move, ...]
    bound: int
    proven: bool
    spread_proven: bool
    shortfalls: tuple[Shortfall, ...]
    county: Share
    teams: tuple[Share, ...]
    people: Mapping[str, tuple[int, int]]  # township → people now and then


def needed_people(share: float, whole: int) -> int:
    """The least number of people that is at least `share` of `whole`: 60 % of 41 are 25."""
    return ceil(Fraction(str(share)) * whole)


def plan_postings(
    force: Sequence[Member],
    demand: Demand,
    *,
    seconds: float | None = None,
    begins: Callable[[Step], None] = lambda _step: None,
) -> PostingPlan:
    """The fewest moves that meet `demand`, proven; with `seconds`, each step ends by then and may go unproven. `begins` is
    told of each step before it, and may raise to end the search.

    Raises ValueError where a person is listed twice, or counts in a township that `demand` does not list.
    """
    _check(force, demand)
    board = _Board(force, demand, seconds)
    begins("missed")
    board.miss_least()
    begins("fewest")
    fewest = board.fewest()
    begins("spread")
    best = board.best_spread(force, demand, round(fewest.value))
    moves = tuple(sorted(board.named(best), key=lambda m: (m.organ, m.to, m.person)))
    return _told(force, demand, moves, board.missed(best), (fewest, best))


def after(force: Sequence[Member], moves: Iterable[Move]) -> list[Member]:
    """The force once `moves` are made: for a plan changed by hand, measured by the same shares."""
    to = {move.person: move.to for move in moves}
    return [_moved(member, to[member.person]) if member.person in to else member for member in force]


def shares(
    force: Sequence[Member], then: Sequence[Member], demand: Demand
) -> tuple[Share, tuple[Share, ...], Mapping[str, tuple[int, int]]]:
    """County, teams and people by township, now and then."""
    whole, wanted = len(force), demand.county
    county = Share(COUNTY, whole, _sunk(force), _sunk(then), None if wanted is None else needed_people(wanted, whole))
    teams = []
    for organ, share in sorted(demand.teams.items()):
        mine, later = ([m for m in people if m.organ == organ] for people in (force, then))
        teams.append(Share(organ, len(mine), _sunk(mine), _sunk(later), needed_people(share, len(mine))))
    before, behind = (Counter(m.township for m in people) for people in (force, then))
    return county, tuple(teams), {t.code: (before[t.code], behind[t.code]) for t in demand.townships}


def _moved(member: Member, to: str) -> Member:
    return replace(member, township=to, seconded_from=None)


def _sunk(people: Iterable[Member]) -> int:
    return sum(m.township is not None for m in people)


def _check(force: Sequence[Member], demand: Demand) -> None:
    twice = [person for person, n in Counter(m.person for m in force).items() if n > 1]
    if twice:
        raise ValueError(f"listed twice: {', '.join(twice[:3])}")
    known = {t.code for t in demand.townships}
    strange = {c for m in force for c in (m.township, m.seconded_from) if c is not None and c not in known}
    if strange:
        raise ValueError(f"townships not in the demand: {', '.join(sorted(strange)[:3])}")


@dataclass(frozen=True, slots=True)
class _Class:
    """People who are alike for the solver, in the order in which they are taken."""

    organ: str
    fields: frozenset[str]
    origin: str | None
    back_to: str | None
    people: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        return "return" if self.back_to else "repost" if self.origin else "post"


def _classes(force: Sequence[Member], demand: Demand) -> list[_Class]:
    """People who are alike: of one organ and place, and with the same ones of those fields that somebody has to bring."""
    scarce = _scarce(force, demand)
    alike: dict[tuple[str, frozenset[str], str | None, str | None], list[str]] = defaultdict(list)
    for m in force:
        if m.stays is None and (m.township is None or demand.reposting):
            brings = scarce if m.fields is None else m.fields & scarce
            alike[(m.organ, brings, m.township, m.seconded_from if m.township is None else None)].append(m.person)
    return [_Class(*key, tuple(people)) for key, people in alike.items()]


def _scarce(force: Sequence[Member], demand: Demand) -> frozenset[str]:
    """Fields that are short in some township; with reposting, every field that is needed: who leaves may be missed."""
    here = _by(force, lambda m: m.township)
    return frozenset(
        name
        for t in demand.townships
        for name, needed in t.fields.items()
        if demand.reposting or sum(_has(m, name) for m in here[t.code]) < needed
    )


def _has(member: Member, name: str) -> bool:
    return member.fields is None or name in member.fields


def _by(force: Sequence[Member], key: Callable[[Member], str | None]) -> dict[str | None, list[Member]]:
    found: dict[str | None, list[Member]] = defaultdict(list)
    for m in force:
        found[key(m)].append(m)
    return found


class _Board:
    """The model of one question. People who are alike leave together (a variable a class) into a pool of those who bring the
    same fields, and go from there to the townships: with a variable for each class and township it would take minutes."""

    def __init__(self, force: Sequence[Member], demand: Demand, seconds: float | None) -> None:
        self.model, self.seconds = Model(), seconds
        self.classes = _classes(force, demand)
        self.leaves = [self.model.whole(len(group.people)) for group in self.classes]
        self.enters: dict[tuple[frozenset[str], str], Var] = {}
        self.changes: dict[str, list[tuple[frozenset[str], Var, float]]] = defaultdict(list)  # township → in and out
        self._pooled(demand.townships)
        self.moves = dict.fromkeys(self.leaves, 1.0)
        self.wanted: dict[Var, Shortfall] = {}
        self._kept(force, demand)
        self._targets(force, demand)
        self._needs(force, demand)

    def miss_least(self) -> None:
        """Fix how many people all targets and all needs miss at least, targets first. Which of them misses some is left to what
        comes after: one choice may cost more moves than another."""
        for kinds in (("county", "team"), ("people", "field")):
            gaps = [gap for gap, what in self.wanted.items() if what.kind in kinds]
            if gaps:
                least = round(self.model.minimise(dict.fromkeys(gaps, 1.0), seconds=self.seconds).value)
                self.model.at_most(dict.fromkeys(gaps, 1.0), least)

    def missed(self, solved: Solved) -> list[Shortfall]:
        """What the plan misses; nothing where all is met."""
        short = {gap: round(solved.of(gap)) for gap in self.wanted}
        return [replace(what, reached=what.needed - short[gap]) for gap, what in self.wanted.items() if short[gap]]

    def fewest(self) -> Solved:
        """The fewest moves; from now on there are no more than that."""
        found = self.model.minimise(self.moves, seconds=self.seconds)
        self.model.at_most(self.moves, round(found.value))
        return found

    def best_spread(self, force: Sequence[Member], demand: Demand, moves: int) -> Solved:
        """Least Σ load² ÷ people: the sum of what each further person saves, the first one most of all."""
        present = Counter(m.township for m in force)
        cost: dict[Var, float] = {}
        for t in demand.townships:
            change, load = self._change(t.code), max(t.load, LEAST_LOAD)
            fixed = max(0, present[t.code] - moves) if demand.reposting else present[t.code]
            steps = [self.model.part() for _ in range(present[t.code] + moves - fixed)]
            cost |= {var: -load * load * _saved(k) for k, var in enumerate(steps, start=fixed + 1)}
            self.model.equal(dict.fromkeys(steps, 1.0) | {v: -a for v, a in change.items()}, present[t.code] - fixed)
        return self.model.minimise(cost, seconds=self.seconds)

    def named(self, solved: Solved) -> Iterator[Move]:
        """Who goes where: of people who are alike, the first listed go first; nobody goes to where they are."""
        places = {key: round(solved.of(var)) for key, var in self.enters.items()}
        for group, var in zip(self.classes, self.leaves, strict=True):
            for person in group.people[: round(solved.of(var))]:
                to = group.back_to or _taken(places, group)
                if to:
                    yield Move(person, group.organ, group.kind, group.origin, to)

    def _pooled(self, townships: Sequence[Township]) -> None:
        pools: dict[frozenset[str], list[Var]] = defaultdict(list)
        for group, var in zip(self.classes, self.leaves, strict=True):
            if group.origin:
                self.changes[group.origin].append((group.fields, var, -1.0))
            if group.back_to:
                self.changes[group.back_to].append((group.fields, var, 1.0))
            else:
                pools[group.fields].append(var)
        for fields, leaving in pools.items():
            most = sum(self.model.limit_of(var) for var in leaving)
            entering = {t.code: self.model.whole(most) for t in townships}
            for code, var in entering.items():
                self.enters[(fields, code)] = var
                self.changes[code].append((fields, var, 1.0))
            self.model.equal(dict.fromkeys(leaving, 1.0) | dict.fromkeys(entering.values(), -1.0), 0)

    def _kept(self, force: Sequence[Member], demand: Demand) -> None:
        """Every home organ keeps its share."""
        mine = _by(force, lambda m: m.organ)
        for organ, share in demand.left.items():
            whole = mine[organ]
            free = len(whole) - _sunk(whole) - needed_people(share, len(whole))
            self.model.at_most(self._of(organ, ("post",)), max(0, free))

    def _targets(self, force: Sequence[Member], demand: Demand) -> None:
        mine = _by(force, lambda m: m.organ)
        if demand.county is not None:
            needed = needed_people(demand.county, len(force))
            self._want(Shortfall("county", COUNTY, None, needed, 0), self._of(None, NEW), needed - _sunk(force))
        for organ, share in demand.teams.items():
            needed = needed_people(share, len(mine[organ]))
            what = Shortfall("team", organ, None, needed, 0)
            self._want(what, self._of(organ, NEW), needed - _sunk(mine[organ]))

    def _needs(self, force: Sequence[Member], demand: Demand) -> None:
        here = _by(force, lambda m: m.township)
        for t in demand.townships:
            present = here[t.code]
            self._want(Shortfall("people", t.code, None, t.people, 0), self._change(t.code), t.people - len(present))
            for name, needed in t.fields.items():
                able = sum(_has(m, name) for m in present)
                self._want(Shortfall("field", t.code, name, needed, 0), self._change(t.code, name), needed - able)

    def _want(self, what: Shortfall, terms: Mapping[Var, float], missing: int) -> None:
        if missing > 0:
            gap = self.model.part(missing)
            self.wanted[gap] = what
            self.model.at_least({**terms, gap: 1.0}, missing)
        elif any(amount < 0 for amount in terms.values()):
            self.model.at_least(terms, missing)

    def _change(self, township: str, name: str | None = None) -> dict[Var, float]:
        """People who come to a township less those who leave it, of those who have the field `name` (None: all)."""
        return {var: amount for fields, var, amount in self.changes[township] if name is None or name in fields}

    def _of(self, organ: str | None, kinds: Sequence[Kind]) -> dict[Var, float]:
        """Moves of these kinds out of an organ (None: of any)."""
        pairs = zip(self.classes, self.leaves, strict=True)
        return {var: 1.0 for group, var in pairs if organ in (None, group.organ) and group.kind in kinds}


def _saved(count: int) -> float:
    """What the `count`-th person takes off 1 ÷ people; the first one takes off more than all others."""
    return 2.0 if count == 1 else 1 / (count * (count - 1))


def _taken(places: dict[tuple[frozenset[str], str], int], group: _Class) -> str | None:
    """A place for one of the group: in the first township that has one left, not the one they come from."""
    for (fields, code), left in places.items():
        if left and fields == group.fields and code != group.origin:
            places[(fields, code)] -= 1
            return code
    return None


def _told(
    force: Sequence[Member],
    demand: Demand,
    moves: tuple[Move, ...],
    missed: list[Shortfall],
    solved: tuple[Solved, Solved],
) -> PostingPlan:
    county, teams, people = shares(force, after(force, moves), demand)
    fewest, best = solved
    bound = ceil(fewest.bound - 1e-6)
    spread = best.value - best.bound <= CLOSE * max(1.0, abs(best.value))
    return PostingPlan(moves, bound, bound == len(moves), spread, tuple(missed), county, teams, people)
