"""Loading all profiles that ship, strictly, against a plain loop of tomllib.load over the same files, in one run.

python bench/profiles.py

Each load is a fresh process: the imports are done, nothing is cached, then the clock runs. What is timed on our side: parsing, every rule of
every value, layers, digests. The rival parses and checks nothing.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from policy.loader import check, codes, load_profile, profiles_dir

LOADS, LIMIT = 9, 0.3


def seconds(call: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor time of one call."""
    begun, worked = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - begun, time.process_time() - worked


def ours() -> None:
    """Every profile, as the product loads it."""
    for code in codes():
        load_profile(code)


def rival() -> None:
    """The same files, parsed and nothing else."""
    for code in codes():
        with (profiles_dir() / f"{code}.toml").open("rb") as file:
            tomllib.load(file)


def cold(what: str) -> tuple[float, float]:
    """Timings of `what` in a process of its own."""
    done = subprocess.run([sys.executable, __file__, what], capture_output=True, check=True, text=True)
    wall, work = json.loads(done.stdout)
    return wall, work


def main() -> None:
    """Print medians of ours, of the rival and of the check with all quotations, taken in turns, and the ratio."""
    values = sum(len(held) for code in codes() for held in load_profile(code).values.values())
    rounds = [{what: cold(what) for what in CALLS} for _ in range(LOADS)]
    print(f"{len(codes())} profiles, {values} values as their counties see them, {LOADS} cold loads each, in turns")
    wall = {what: statistics.median(each[what][0] for each in rounds) for what in CALLS}
    for what in CALLS:
        work = statistics.median(each[what][1] for each in rounds)
        print(f"{what:<8} median {wall[what] * 1000:7.1f} ms   of it at work {work * 1000:7.1f} ms")
    kept = "kept" if wall["ours"] <= LIMIT else "MISSED"
    print(f"ours / tomllib.load: {wall['ours'] / wall['tomllib']:.2f}; limit {LIMIT * 1000:.0f} ms: {kept}")


CALLS: dict[str, Callable[[], object]] = {"ours": ours, "tomllib": rival, "check": check}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(seconds(CALLS[sys.argv[1]])))
    else:
        main()
