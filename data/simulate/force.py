"""The force of a demonstration county: squadrons, sunk-down groups, mobile teams, fire stations, grid workers and heads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from data.models import DISPATCH_ROOM
from data.simulate.bodies import sizes_of
from data.simulate.catalogue import pools
from data.simulate.chance import among, chance, key_at
from data.simulate.establishment import Establishment, english, said
from data.simulate.ground import Ground
from data.simulate.people import OPEN, Person, Registry, begin_of
from data.simulate.squads import Force, Membership, Row, Squad
from policy.vocabulary import PersonKind, PostingMode


class _Recruiter:
    """Builds the force of one county."""

    def __init__(self, ground: Ground, made: Establishment, begun: date, on: date) -> None:
        self.ground, self.county, self.made = ground, ground.county, made
        self.begun, self.on = begun, on
        self.rng = chance(ground.seed, self.county.code, "force")
        hiring = chance(ground.seed, self.county.code, "people")
        self.force = Force(Registry(hiring, self.county.short_code, self.county.code[:6], begun, on))
        self.sizes, self.shares = sizes_of(ground.county.profile, on), pools()["shares"]
        self.certified: float = self.shares["certified"]
        self.joint: dict[str, Squad] = {}
        self.group: dict[tuple[str, str], Squad] = {}

    def hire(self, organ: str, title: str, count: int = 1, kind: PersonKind = PersonKind.OFFICER) -> list[Person]:
        certified = self.certified if kind is PersonKind.OFFICER else 0.0
        return [self.force.registry.hire(organ, kind, title, certified=certified) for _ in range(count)]

    def squad(self, code: str, kind: str, organ: str, township: str | None, key: str, **more: Any) -> Squad:
        names, seat = self._named(key, township, more.pop("label", None)), self._seat(township)
        made = Squad(key_at(self.rng, begin_of(self.begun)), code, names, kind, organ, township, seat, **more)
        self.force.squads.append(made)
        return made

    def _named(self, key: str, township: str | None, label: tuple[str, str] | None) -> dict[str, str]:
        town = self.county.name_of(township)
        zh, en = label or ("", "")
        return said(key, {"town": town, "field": zh}, {"town": english(town), "field": en})

    def _seat(self, township: str | None) -> int:
        busiest = max(self.ground.townships, key=self.ground.share_of)
        return self.ground.seats[township or busiest]

    def join(self, squad: Squad, people: Sequence[Person], posts: Sequence[str] = ()) -> None:
        for index, person in enumerate(people):
            post = posts[index] if index < len(posts) else "member"
            squad.members.append(Membership(person, self.begun - timedelta(days=30), OPEN, post))

    def post(self, person: Person, township: str, mode: PostingMode, since: date, until: date = OPEN) -> Row:
        row = {
            "id": key_at(self.rng, begin_of(since)), "jurisdiction_id": self.county.jurisdiction_id,
            "person_id": person.id, "township_code": township, "mode": mode.value, "seconded": False, "reason": None,
            "valid_from": since, "valid_to": None if until == OPEN else until, "version": 1,
        }  # fmt: skip
        self.force.postings.append(row)
        return row

    # the parts

    def offices(self) -> None:
        self.leaders = self.hire("bureau", "leader", self.sizes["leaders"])
        self.hire("bureau", "office", self.sizes["office"])
        room = self.squad("DR-1", DISPATCH_ROOM, "command", None, "team_room", vehicle=False)
        self.join(room, self.hire("command", "dispatcher", self.sizes["dispatchers"]))

    def squadrons(self) -> None:
        for squad, code in self._squadrons():
            heads = [self.hire("bureau", title)[0] for title in ("captain", "executive_deputy", "deputy")]
            officers = heads + self.hire("bureau", "member", self.rng.randint(*self.sizes["squadron"]) - 3)
            helpers = self.hire("bureau", "auxiliary", self.rng.randint(*self.sizes["auxiliary"]), PersonKind.AUXILIARY)
            self.join(squad, officers + helpers, ("captain", "executive_deputy", "deputy"))
            for person in officers:
                since = self.begun - timedelta(days=self.rng.randrange(90, 900))
                self.post(person, code, PostingMode.STATIONED, since)

    def _squadrons(self) -> Iterator[tuple[Squad, str]]:
        """One a township; where the plan gives squadrons fields (CL 第五条), each of those in every township."""
        value = self.county.profile.get("squadron.domains", self.on)
        for code in self.ground.townships:
            if value is None:
                yield self.squad(f"SQ-{code[6:9]}", "squadron", "bureau", code, "team_squadron"), code
            for number, row in enumerate(value.value if value else (), 1):
                domains = frozenset(one.code for one in self.made.fields if one.name in row["fields_zh"])
                label, name = (row["name_zh"], row["name_en"]), f"SQ-{code[6:9]}-{number}"
                yield self.squad(name, "squadron", "bureau", code, "team_field", domains=domains, label=label), code

    def groups(self) -> None:
        """Per township a joint group of sunk-down staff; the largest professional team has groups of its own in towns."""
        largest = max(self.made.professional, key=self._size, default="")
        ranked = sorted(self.ground.townships, key=lambda code: -self.ground.share_of(code))
        own = set(ranked[: round(self.sizes["market_groups"] * len(ranked))] if largest else ())
        for code in self.ground.townships:
            joint = self.squad(f"SD-{code[6:9]}", "sunk_down", f"town-{code}", code, "team_joint", capacity=4)
            leader = self.hire(f"town-{code}", "town_leader")[0]
            staff = self.hire(f"town-{code}", "town_officer", self.rng.randint(*self.sizes["township"]))
            self.join(joint, staff, ("captain", "deputy"))
            self.joint[code], self.force.heads[code] = joint, leader
            if code in own:
                self.group[largest, code] = self._professional_group(largest, code)

    def _professional_group(self, code: str, township: str) -> Squad:
        organ = self.made.professional[code]
        return self.squad(
            f"{code[:2].upper()}-{township[6:9]}", "sunk_down", organ["code"], township, "team_group",
            field=code, domains=frozenset(self.made.field_codes(organ["code"])), label=(organ["zh"], organ["en"]),
        )  # fmt: skip

    def _size(self, code: str) -> int:
        found: int = self.sizes["professional"].get(code, self.sizes["professional_default"])
        return found

    def professional(self) -> None:
        codes = list(self.made.professional)
        below = set(self.rng.sample(codes, max(0, min(self.shares["below_teams"], len(codes) - 1))))
        for code in codes:
            organ = self.made.professional[code]
            domains = frozenset(self.made.field_codes(organ["code"]))
            squad = self.squad(
                f"PT-{code}", "professional", organ["code"], None, "team_professional",
                field=code, domains=domains, label=(organ["zh"], organ["en"]),
            )  # fmt: skip
            people = self.hire(organ["code"], "team_captain") + self.hire(organ["code"], "member", self._size(code) - 1)
            for person in people:
                person.fields = sorted(domains) if person.certificate else []
            self.force.professional[code] = people
            self._sink(code, squad, people, *self.shares["below" if code in below else "above"])

    def _sink(self, code: str, home: Squad, people: list[Person], low: float, high: float) -> None:
        """Send part of a team down: some were there before, more follow in the year, a few come back and are replaced."""
        share = self.rng.uniform(low, high)
        grown = self.rng.uniform(*self.shares["growth"])
        # shares are of certified people, as the figure counts them
        staff = people[1:]
        self.rng.shuffle(staff)
        certified = [p for p in staff if p.certificate and p.certified_to > self.on]
        whole = sum(1 for p in people if p.certificate and p.certified_to > self.on)
        last, first = round(share * whole), round((share - grown) * whole)
        sunk, rest = certified[:last], [p for p in staff if p not in set(certified[:last])]
        home.members.append(Membership(people[0], self.begun - timedelta(days=30), OPEN, "captain"))
        townships = self._spread(len(sunk))
        for index, person in enumerate(sunk):
            self._send(code, home, person, townships[index], None if index < first else self._later())
        self._rotate(code, home, rest, sunk[: max(1, first // 8)])

    def _later(self) -> date:
        """A first of a month or a chance day within the year."""
        day = self.begun + timedelta(days=self.rng.randrange(15, max(16, (self.on - self.begun).days - 10)))
        return day.replace(day=1) if self.rng.random() < 0.5 and day.replace(day=1) > self.begun else day

    def _spread(self, count: int) -> list[str]:
        """`count` townships in proportion to what they have to do, every one served before any is served twice over."""
        codes = list(self.ground.townships)
        weights = [0.5 / len(codes) + 0.5 * self.ground.share_of(code) for code in codes]
        drawn = codes[:] if count >= len(codes) else self.rng.sample(codes, count)
        drawn += self.rng.choices(codes, weights, k=count - len(drawn))
        self.rng.shuffle(drawn)
        return drawn

    def _target(self, code: str, township: str) -> Squad:
        return self.group.get((code, township), self.joint[township])

    def _send(self, code: str, home: Squad, person: Person, township: str, on: date | None) -> None:
        covering = self.rng.random() < self.shares["covering"]
        mode = PostingMode.COVERING if covering else PostingMode.STATIONED
        since = on or self.begun - timedelta(days=self.rng.randrange(60, 800))
        self.post(person, township, mode, since)
        if covering and self.rng.random() < 0.5:
            other = among(self.rng, self.ground.townships)
            if other != township:
                self.post(person, other, mode, since + timedelta(days=1))
        if on is not None:
            home.members.append(Membership(person, self.begun - timedelta(days=30), on - timedelta(days=1)))
        self._target(code, township).members.append(Membership(person, since))

    def _rotate(self, code: str, home: Squad, rest: list[Person], candidates: list[Person]) -> None:
        """Some of those who stay have been in a township for the first months of the year, and came back."""
        for person in rest:
            if person.certificate and self.rng.random() < 0.05 and candidates:
                township = among(self.rng, self.ground.townships)
                back = self._later()
                self.post(person, township, PostingMode.STATIONED, self.begun - timedelta(days=200), back)
                squad = self._target(code, township)
                squad.members.append(Membership(person, self.begun - timedelta(days=200), back))
                home.members.append(Membership(person, back + timedelta(days=1)))
            else:
                home.members.append(Membership(person, self.begun - timedelta(days=30)))

    def seconded(self) -> None:
        """A few are taken away again for other work: the posting ends, a secondment with its reason begins."""
        words = pools()["reasons"]["seconded"]
        stationed = [p for p in self.force.postings if p["valid_to"] is None and p["valid_from"] < self.begun]
        chosen = self.rng.sample(stationed, min(self.shares["seconded"], len(stationed)))
        for row in chosen:
            since = self.on - timedelta(days=self.rng.randrange(10, max(11, (self.on - self.begun).days)))
            row["valid_to"] = since - timedelta(days=1)
            person = next(p for p in self.force.registry.people if p.id == row["person_id"])
            taken = self.post(person, row["township_code"], PostingMode(row["mode"]), since)
            taken["seconded"], taken["reason"] = True, among(self.rng, words)
            for squad in self.force.squads:
                squad.members = [self._left(m, person, since) for m in squad.members]

    @staticmethod
    def _left(member: Membership, person: Person, since: date) -> Membership:
        if member.person is not person or member.until != OPEN:
            return member
        return Membership(person, member.since, since - timedelta(days=1), member.post)

    def fire(self) -> None:
        for number, organ in enumerate(self._stations(), 1):
            squad = self.squad(f"FS-{number}", "fire", organ["code"], organ["township_code"], "team_fire", capacity=2)
            people = self.hire(organ["code"], "fire_captain", 1, PersonKind.FIRE)
            people += self.hire(organ["code"], "fire", self.sizes["fire"] - 1, PersonKind.FIRE)
            self.join(squad, people, ("captain",))

    def _stations(self) -> list[Row]:
        return [o for o in self.made.organs if o["kind"] == "fire" and o["township_code"]]

    def grid_workers(self) -> None:
        for code in self.ground.townships:
            squad = self.squad(
                f"GW-{code[6:9]}", "grid_workers", f"town-{code}", code, "team_grid", capacity=6, vehicle=False
            )
            leaves = [
                leaf for leaf, home in zip(self.ground.leaves, self.ground.township_of, strict=True) if home == code
            ]
            every: int = self.sizes["villages_per_worker"]
            for start in range(0, len(leaves), every):
                worker = self.hire(f"town-{code}", "grid_worker", 1, PersonKind.GRID_WORKER)[0]
                self.join(squad, [worker], ("captain",) if start == 0 else ())
                for leaf in leaves[start : start + every]:
                    self.force.deputies[leaf.code] = [worker]

    # heads of cells

    def heads(self) -> None:
        """Heads as the plan names them: leaders of the bureau above, township leaders, squadron heads, village officers."""
        level = self.county.township_level
        by_township = {squad.township: squad for squad in self.force.squads if squad.kind == "squadron"}
        brigades = [self.force.professional[o.removeprefix("team-")][0] for o in self.made.brigades]
        leaf_level = self.county.hierarchy.depth
        counted: dict[str, int] = {}
        for cell in self.county.hierarchy:
            if cell.level < level:
                self.force.heads[cell.code] = self.leaders[len(counted) % len(self.leaders)]
                self.force.deputies[cell.code] = brigades if cell.level else []
                counted[cell.code] = 1
            elif cell.level > level:
                township = self.county.township_of(cell.code) or self.ground.townships[0]
                self._head_below(cell.code, by_township[township], counted, township, cell.level == leaf_level)

    def _head_below(self, cell: str, squad: Squad, counted: dict[str, int], township: str, leaf: bool) -> None:
        officers = [m.person for m in squad.members if m.person.kind is PersonKind.OFFICER]
        key = f"{township}:{leaf}"
        number = counted.get(key, 0)
        counted[key] = number + 1
        if not leaf:
            self.force.heads[cell] = officers[number % 3]
        elif self.rng.random() < self.shares["village_officer"]:
            self.force.heads[cell] = officers[number % len(officers)]


def raise_force(ground: Ground, made: Establishment, begun: date, on: date) -> Force:
    """Everybody who works in the county between `begun` and `on`, in teams, with postings and as heads of cells."""
    recruiter = _Recruiter(ground, made, begun, on)
    recruiter.offices()
    recruiter.squadrons()
    recruiter.groups()
    recruiter.professional()
    recruiter.seconded()
    recruiter.fire()
    recruiter.grid_workers()
    recruiter.heads()
    recruiter.force.registry.suspend(p for s in recruiter.force.squads for p in (m.person for m in s.members))
    return recruiter.force
