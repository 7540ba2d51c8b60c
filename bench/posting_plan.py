"""What-if on the force: 1,200 officers, 42 townships, twelve organs with targets of their own; proven, against taking one move after the other.

`python bench/posting_plan.py [--officers 1200] [--townships 42] [--rounds 5]`
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from policy.posting_plan import Demand, Member, Move, PostingPlan, Township, after, needed_people, plan_postings

FIELDS = "abcdefgh"
ORGANS = [f"O{n:02}" for n in range(12)]


def county(officers: int, townships: int, seed: int, reposting: bool) -> tuple[list[Member], Demand]:
    """Under half of the force is sunk down; a fifth is certified for every field, the others for one or two of eight."""
    chance = random.Random(seed)
    codes = [f"T{n:02}" for n in range(townships)]
    force = []
    for n in range(officers):
        fields = None if chance.random() < 0.2 else frozenset(chance.sample(FIELDS, chance.choice((1, 1, 1, 2))))
        here = chance.choice(codes) if chance.random() < 0.45 else None
        lent = chance.choice(codes) if here is None and chance.random() < 0.05 else None
        force.append(
            Member(f"p{n:04}", chance.choice(ORGANS), fields, here, lent, None if chance.random() < 0.9 else "leave")
        )
    needs = [
        Township(code, chance.randrange(50, 3000), 2 + chance.randrange(6), dict.fromkeys(chance.sample(FIELDS, 5), 1))
        for code in codes
    ]
    return force, Demand(0.6, dict.fromkeys(ORGANS, 0.5), dict.fromkeys(ORGANS, 0.2), needs, reposting)


def one_by_one(force: list[Member], demand: Demand) -> list[Move]:
    """Each time somebody of the organ that lacks most (then of the largest) goes where load a head is highest."""
    people, moves = list(force), []
    home, sunk = Counter(m.organ for m in force), Counter(m.organ for m in force if m.township)
    here = Counter(m.township for m in force if m.township)
    load = {t.code: t.load for t in demand.townships}
    while True:
        lacking = {o: needed_people(share, home[o]) - sunk[o] for o, share in demand.teams.items()}
        short = needed_people(demand.county or 0.0, len(force)) - sum(sunk.values())
        if short <= 0 and max(lacking.values()) <= 0:
            return moves
        able = [
            i for i, m in enumerate(people)
            if m.township is None and m.stays is None and home[m.organ] - sunk[m.organ] > needed_people(demand.left[m.organ], home[m.organ])
        ]  # fmt: skip
        if not able:
            return moves
        place = max(able, key=lambda i: (lacking[people[i].organ], home[people[i].organ] - sunk[people[i].organ], -i))
        member = people[place]
        to = member.seconded_from or max(load, key=lambda code: load[code] / max(here[code], 0.5))
        people[place] = replace(member, township=to, seconded_from=None)
        sunk[member.organ] += 1
        here[to] += 1
        moves.append(Move(member.person, member.organ, "post", None, to))


def missed(force: list[Member], moves: list[Move], demand: Demand) -> int:
    """Needs of townships that a plan leaves unmet, in people."""
    then = after(force, moves)
    lacking = 0
    for t in demand.townships:
        people = [m for m in then if m.township == t.code]
        lacking += max(0, t.people - len(people))
        lacking += sum(
            max(0, n - sum(m.fields is None or name in m.fields for m in people)) for name, n in t.fields.items()
        )
    return lacking


def spread(force: list[Member], moves: list[Move], demand: Demand) -> float:
    """Σ load² ÷ people."""
    here = Counter(m.township for m in after(force, moves))
    return sum(t.load**2 / max(here[t.code], 0.5) for t in demand.townships)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--officers", type=int, default=1200)
    asked.add_argument("--townships", type=int, default=42)
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    for reposting in (False, True):
        work, clock, rival, better = [], [], [], []
        for seed in range(given.rounds):
            force, demand = county(given.officers, given.townships, seed, reposting)
            begun, by_clock = time.process_time(), time.perf_counter()
            plan: PostingPlan = plan_postings(force, demand)
            work.append(time.process_time() - begun)
            clock.append(time.perf_counter() - by_clock)
            begun = time.process_time()
            greedy = one_by_one(force, demand)
            rival.append(time.process_time() - begun)
            better.append(spread(force, greedy, demand) / spread(force, list(plan.moves), demand))
            print(
                f"  county {seed}: {len(plan.moves)} moves, at least {plan.bound} (proven: {plan.proven}, spread too: {plan.spread_proven}), "
                f"needs unmet {missed(force, list(plan.moves), demand)}; one by one {len(greedy)} moves, needs unmet {missed(force, greedy, demand)}"
            )
        print(
            f"{given.officers} officers, {given.townships} townships, {'also those posted already' if reposting else 'only people at home'}: "
            f"median {median(work):.2f} s of work, {median(clock):.2f} s by the clock; one by one {median(rival):.2f} s, "
            f"Σ load² ÷ people {100 * (median(better) - 1):.1f} % worse"
        )


if __name__ == "__main__":
    main()
