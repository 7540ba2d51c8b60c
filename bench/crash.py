"""Nothing acknowledged is lost: the server killed with -9 at random moments while three clients write over the interface.

python bench/crash.py [--kills 200] [--writes 40000] [--seed N] [--up 2.4] [--cold 20]

The product is served as it is run (`app.py serve` on SQLite), its whole process group killed, started again on the same port. Clients
take in single leads and batches under an Idempotency-Key and send teams through their course; what was under way when the connection was
cut is sent again as it was. After each start: every acknowledged lead and step is there exactly once, numbers have no gaps, SQLite's own
check finds nothing, the chain goes on from the head that was verified last; at the end the whole chain by `audit verify`.

Most starts are forks of a process that has imported the modules and nothing else (`--cold N`: each N-th is a new interpreter): a start is then a
second of work and not six. A killed process leaves the cache of the operating system whole: this shows nothing about a power cut.
"""

from __future__ import annotations

import argparse
import http.client
import importlib
import multiprocessing
import os
import random
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from data.accounts import GrantDraft, create_account, create_token  # noqa: E402  # the script finds the house by its own place
from data.authority import SYSTEM  # noqa: E402
from data.db import Record  # noqa: E402
from data.events import verify_subjects  # noqa: E402
from data.heads import GENESIS  # noqa: E402
from data.migrate import migrate  # noqa: E402
from data.models import Certificate, ChainHead, Event, Shift  # noqa: E402
from policy.vocabulary import Role  # noqa: E402
from tests.data import small  # noqa: E402

LOADED = ["__main__", "httpx", "tests.data.small", "app", "uvicorn", "api.server", "dashboard.server", "jobs.runner"]
COURSE = ("accept", "depart", "arrive", "report")
POSTS = (("W1", 0, None), ("E1", 3, None), ("G1", 1, "look"))  # team, village and kind of each client's courses
LONGEST_START = 120.0  # seconds
NUMBERS = """
SELECT substr(number, 1, 13) AS stem, count(*) AS rows, count(DISTINCT number) AS numbers,
  max(CAST(substr(number, 15) AS INTEGER)) AS last FROM {table} GROUP BY 1"""


@dataclass(frozen=True)
class Plan:
    """How long it is driven, and how."""

    kills: int = 200
    writes: int = 40_000
    seed: int = 1
    up: float = 2.4  # seconds between a start and the next kill, on average
    cold: int = 20  # each how many-th start is a new interpreter
    starting: float = 0.05  # part of the kills that hit a server before it answers


@dataclass
class Known:
    """What was acknowledged, by all clients together, and what became of it."""

    leads: dict[str, str] = field(default_factory=dict)  # tag in the summary → number
    steps: dict[tuple[str, str], str] = field(default_factory=dict)  # (number, verb) → how it was told
    told: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)
    restarts: dict[str, list[float]] = field(default_factory=lambda: {"fork": [], "new": []})
    checks: list[float] = field(default_factory=list)
    kills: int = 0
    before_answering: int = 0
    chain: str = ""
    took: float = 0.0

    @property
    def acknowledged(self) -> int:
        return len(self.leads) + len(self.steps)

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.faults)


# -- the house ---------------------------------------------------------------------------------------------------------


def built(folder: Path) -> tuple[str, list[str]]:
    """A record of the small county with people on duty for a day, and a token for each client."""
    url = f"sqlite:///{folder / 'crash.db'}"
    migrate(url)
    record = Record(url)
    small.build(record)
    record.submit_raw(_on_duty).result()
    tokens = []
    for n in range(len(POSTS)):
        grants = [GrantDraft(Role.DISPATCHER)]
        record.write(SYSTEM, create_account, username=f"c{n}", display_name=f"c{n}", password_hash="", grants=grants)
        tokens.append(record.write(SYSTEM, create_token, username=f"c{n}", name="crash"))
    record.close()
    return url, tokens


def _on_duty(connection: Any) -> None:
    now, day, year = datetime.now(UTC), timedelta(days=1), timedelta(days=365)
    connection.execute(update(Shift).values(starts_at=now - day / 24, ends_at=now + day))
    connection.execute(update(Certificate).values(valid_from=now - year, valid_to=now + year))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(environment: dict[str, str], log: str) -> None:
    """`app.py serve` in this process, at the head of a group of its own."""
    os.setsid()
    with Path(log).open("ab") as out:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    os.environ.update(environment)
    sys.exit(importlib.import_module("app").main(["serve"]))


class House:
    """The server on one port: started, waited for, killed."""

    def __init__(self, url: str, folder: Path, plan: Plan) -> None:
        self.port, self.plan, self.log, self.starts = free_port(), plan, str(folder / "serve.log"), 0
        told = {"DATABASE": url, "VAR": str(folder), "PORT": str(self.port), "DEMO": "1", "LIVE": "0", "JOBS": "0"}
        self.environment = {f"ONEGRID_{name}": value for name, value in (told | {"LOG_LEVEL": "error"}).items()}
        self.forks = multiprocessing.get_context("forkserver")
        self.forks.set_forkserver_preload(LOADED)
        first = self.forks.Process(target=os.getpid)  # the modules are imported now, not while a start is timed
        first.start()
        first.join()
        self.running: Any = None

    def start(self) -> str:
        """Start it; gives how."""
        self.starts += 1
        if self.starts % self.plan.cold:
            self.running = self.forks.Process(target=serve, args=(self.environment, self.log), daemon=True)
            self.running.start()
            return "fork"
        with Path(self.log).open("ab") as out:
            order, told = [sys.executable, "app.py", "serve"], os.environ | self.environment
            self.running = subprocess.Popen(order, cwd=ROOT, env=told, stdout=out, stderr=out, start_new_session=True)
        return "new"

    def await_answer(self) -> None:
        """Wait until it is ready; raises when it ends before, or not in time."""
        deadline = time.monotonic() + LONGEST_START
        while time.monotonic() < deadline and self.exit_code() is None:
            asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            with suppress(OSError, http.client.HTTPException):
                asked.request("GET", "/readyz")
                if asked.getresponse().status == http.HTTPStatus.OK:
                    return
            asked.close()
            time.sleep(0.01)
        raise RuntimeError(Path(self.log).read_text("utf-8")[-2000:] or "the server does not answer")

    def exit_code(self) -> int | None:
        return self.running.poll() if isinstance(self.running, subprocess.Popen) else self.running.exitcode

    def kill(self) -> None:
        """Kill -9 the server and whatever it started."""
        while self.exit_code() is None:
            with suppress(ProcessLookupError):  # a fork that has no group of its own yet
                os.killpg(self.running.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired, TypeError):
                self.running.wait(0.05) if isinstance(self.running, subprocess.Popen) else self.running.join(0.05)


# -- clients -----------------------------------------------------------------------------------------------------------


class Client(threading.Thread):
    """One who writes over the interface until told to stop, and sends again what was cut."""

    def __init__(self, n: int, address: str, token: str, known: Known, up: threading.Event, seed: int) -> None:
        super().__init__(name=f"client-{n}", daemon=True)
        self.n, self.known, self.up, self.rng, self.made = n, known, up, random.Random(f"{seed}-{n}"), 0
        self.http = httpx.Client(base_url=f"{address}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60)
        self.stopping = threading.Event()
        self.last: tuple[str, dict[str, Any], str, Any] | None = None

    def run(self) -> None:
        try:
            while not self.stopping.is_set():
                self.rng.choices((self.single, self.batch, self.course, self.repeat), (10, 3, 4, 1))[0]()
        except Exception as fault:  # noqa: BLE001  # told in the summary, which then fails
            self.known.faults.append(f"{self.name}: {fault!r}")

    def ask(self, method: str, path: str, **more: Any) -> tuple[httpx.Response, bool]:
        """An answer, and whether the connection was cut before it came."""
        cut = False
        while True:
            self.up.wait()
            try:
                return self.http.request(method, path, **more), cut
            except httpx.TransportError:
                cut = True
                self.known.told["cut"] += 1
                time.sleep(0.02)

    def keyed(self, path: str, body: dict[str, Any], key: str) -> Any:
        """The answer to a POST with a key; one that was written before the cut says so."""
        answer, _ = self.ask("POST", path, json=body, headers={"Idempotency-Key": key})
        if answer.status_code not in (200, 201):
            raise RuntimeError(f"{path} {key}: {answer.status_code} {answer.text[:300]}")
        self.known.told["answers"] += 1
        self.known.told["replayed"] += "idempotent-replay" in answer.headers
        self.last = (path, body, key, answer.json())
        return answer.json()

    def lead(self) -> tuple[str, dict[str, Any]]:
        self.made += 1
        tag = f"{self.n}-{self.made:06d}"
        lon, lat = small.middle(POSTS[self.n][1])
        told = {"source": "public_report", "summary": f"占道经营 {tag}", "lon": lon, "lat": lat, "item_code": "A1"}
        return tag, told

    def single(self) -> str:
        tag, told = self.lead()
        self.known.leads[tag] = number = self.keyed("/leads", told, f"one-{tag}")["number"]
        return str(number)

    def batch(self) -> None:
        made = [self.lead() for _ in range(self.rng.randint(20, 120))]
        found = self.keyed("/leads/batch", {"leads": [told for _, told in made]}, f"many-{made[0][0]}")["results"]
        for (tag, _), one in zip(made, found, strict=True):
            self.known.leads[tag] = one["lead"]["number"]

    def repeat(self) -> None:
        """Send what was acknowledged once more, as a client does that lost its notes: the same answer."""
        if self.last is not None:
            path, body, key, before = self.last
            if self.keyed(path, body, key) != before:
                self.known.faults.append(f"{key}: another answer to the same key")

    def course(self) -> None:
        """A lead that is sent to the client's team, which accepts, goes, arrives and reports."""
        lead, (team, _, kind) = self.single(), POSTS[self.n]
        body = {"team_codes": [team], "confirm_busy": True} | ({"kind": kind} if kind else {})
        task = self.step(f"/leads/{lead}/dispatch", body, lambda: self.sent(lead))["tasks"][0]["number"]
        self.known.steps[task, "dispatch"] = self.how
        for verb in COURSE:
            told = {"outcome": "nothing_found", "note": "已现场查看"} if verb == "report" else None
            self.step(f"/tasks/{task}/{verb}", told, lambda: self.at(task))
            self.known.steps[task, verb] = self.how

    def step(self, path: str, body: Any, look: Callable[[], Any]) -> Any:
        """A step without a key: once its connection was cut, a conflict says that it was taken, and the record shows it."""
        answer, cut = self.ask("POST", path, **({"json": body} if body else {}))
        self.how = "answered"
        if cut and answer.status_code == http.HTTPStatus.CONFLICT:
            self.how = "written before the cut"
            return look()
        if answer.status_code not in (200, 201):
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
        self.known.told["answers"] += 1
        return answer.json()

    def sent(self, lead: str) -> Any:
        return self.ask("GET", "/tasks", params={"lead": lead})[0].json()

    def at(self, task: str) -> Any:
        return self.ask("GET", f"/tasks/{task}")[0].json()


# -- what is there -----------------------------------------------------------------------------------------------------


class Auditor:
    """Holds the record against what was acknowledged, after each start."""

    def __init__(self, url: str, known: Known) -> None:
        self.record, self.known, self.head = Record(url), known, (0, GENESIS)
        self.place = self.record.county().jurisdiction_id

    def check(self) -> None:
        """Everything in one state of the record, while clients go on."""
        begun, leads, steps = time.perf_counter(), dict(self.known.leads), list(self.known.steps)
        with self.record.read() as session:
            self._leads(session, leads)
            self._steps(session, steps)
            self._numbers(session)
            self._chain(session)
            found = session.execute(text("PRAGMA integrity_check")).scalars().all()
        if found != ["ok"]:
            self.known.faults.append(f"integrity check: {found[:3]}")
        self.known.checks.append(time.perf_counter() - begun)

    def _leads(self, session: Session, acknowledged: dict[str, str]) -> None:
        there: dict[str, str] = {}
        for summary, number in session.execute(text("SELECT summary, number FROM lead")):
            tag = summary.rpartition(" ")[2]
            if tag in there:
                self.known.doubled.add(tag)
            there[tag] = number
        self.known.lost.update(tag for tag, number in acknowledged.items() if there.get(tag) != number)

    def _steps(self, session: Session, acknowledged: list[tuple[str, str]]) -> None:
        asked = text("SELECT subject_number, verb, count(*) FROM event WHERE matter = 'task' GROUP BY 1, 2")
        there = {(number, verb): times for number, verb, times in session.execute(asked)}
        self.known.lost.update(" ".join(step) for step in acknowledged if step not in there)
        self.known.doubled.update(" ".join(step) for step, times in there.items() if times > 1)

    def _numbers(self, session: Session) -> None:
        counters = text("SELECT kind, replace(day, '-', ''), last FROM counter WHERE kind IN ('lead', 'task')")
        last = {f"JD-{kind[0].upper()}-{day}": drawn for kind, day, drawn in session.execute(counters)}
        for table in ("lead", "task"):
            for stem, rows, numbers, highest in session.execute(text(NUMBERS.format(table=table))):
                drawn = last.pop(stem, 0)
                if not rows == numbers == highest == drawn:
                    self.known.faults.append(
                        f"{stem}: {rows} rows, {numbers} numbers, the last {highest}, drawn {drawn}"
                    )
        self.known.faults.extend(f"{stem}: drawn up to {drawn}, none is there" for stem, drawn in last.items())

    def _chain(self, session: Session) -> None:
        """The chain from the head that was verified last: still there, whole, and ending where its head is."""
        sequence, digest = self.head
        mine = Event.jurisdiction_id == self.place
        since = select(Event.subject_id).where(mine, Event.sequence > sequence).distinct()
        found = verify_subjects(session, self.place, list(session.scalars(since)))
        head = session.scalars(select(ChainHead).where(ChainHead.jurisdiction_id == self.place)).one()
        hashes = select(Event.sequence, Event.hash).where(mine, Event.sequence.in_([sequence, head.sequence]))
        ends = {0: GENESIS} | dict(session.execute(hashes).all())
        count = session.scalar(select(func.count()).where(mine, Event.sequence > sequence))
        joined = ends.get(sequence) == digest and ends.get(head.sequence) == head.hash
        if not (found.whole and joined and count == head.sequence - sequence):
            self.known.faults.append(
                f"chain after {sequence}: {found.sentence('en')}; {count} events, head {head.sequence}"
            )
        self.head = (head.sequence, head.hash)


# -- the run -----------------------------------------------------------------------------------------------------------


def crash(plan: Plan, folder: Path, said: Callable[[str], None] = lambda _line: None) -> Known:
    """Drive it: start, write, kill, until there were as many kills and acknowledged writes as planned."""
    os.environ.setdefault("ONEGRID_DATA_KEY", secrets.token_urlsafe(36))
    begun = time.monotonic()
    url, tokens = built(folder)
    house, known, up, rng = House(url, folder, plan), Known(), threading.Event(), random.Random(plan.seed)
    address = f"http://127.0.0.1:{house.port}"
    clients = [Client(n, address, token, known, up, plan.seed) for n, token in enumerate(tokens)]
    auditor = Auditor(url, known)
    for client in clients:
        client.start()
    try:
        while (known.kills < plan.kills or known.acknowledged < plan.writes) and known.good:
            _up(house, known, auditor, up)
            time.sleep(rng.uniform(0, 2 * plan.up))
            _down(house, known, up)
            if rng.random() < plan.starting:
                house.start()
                time.sleep(rng.uniform(0, 0.8))
                known.before_answering += 1
                _down(house, known, up)
            if known.kills % 10 == 0:
                said(f"{known.kills} kills, {known.acknowledged:,} acknowledged, {len(known.lost)} lost")
        _up(house, known, auditor, up)
        for client in clients:
            client.stopping.set()
        for client in clients:
            client.join(60)
    finally:
        house.kill()
    auditor.check()
    auditor.record.close()
    known.chain = _verified(house)
    known.took = time.monotonic() - begun
    return known


def _up(house: House, known: Known, auditor: Auditor, up: threading.Event) -> None:
    begun = time.perf_counter()
    how = house.start()
    house.await_answer()
    known.restarts[how].append(time.perf_counter() - begun)
    up.set()
    auditor.check()


def _down(house: House, known: Known, up: threading.Event) -> None:
    house.kill()
    up.clear()
    known.kills += 1


def _verified(house: House) -> str:
    """What `audit verify` says of the whole chain."""
    told = os.environ | house.environment
    done = subprocess.run(
        [sys.executable, "app.py", "audit", "verify", "--lang", "en"], cwd=ROOT, env=told, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout + done.stderr


def summary(known: Known) -> str:
    """The figures of a run."""
    told = Counter(known.steps.values())
    starts = "; ".join(
        f"{'forked' if how == 'fork' else 'new interpreter'} {statistics.median(took):.2f} s median of {len(took)}, longest {max(took):.2f}"
        for how, took in known.restarts.items()
        if took
    )
    return "\n".join([
        f"kills {known.kills}, {known.before_answering} of them before the server answered, in {known.took / 60:.1f} minutes",
        f"acknowledged {known.acknowledged:,} writes ({len(known.leads):,} leads, {len(known.steps):,} steps) in {known.told['answers']:,} answers",
        f"cut {known.told['cut']:,}; sent again and given the first answer {known.told['replayed']:,}; "
        f"steps found taken after a cut {told['written before the cut']}",
        f"lost {len(known.lost)} {sorted(known.lost)[:5] or ''}",
        f"doubled {len(known.doubled)} {sorted(known.doubled)[:5] or ''}",
        f"restart: {starts}",
        f"check after each start: {len(known.checks)}, {statistics.median(known.checks):.2f} s median, longest {max(known.checks):.2f}",
        f"audit verify: {known.chain or 'whole'}",
        *known.faults[:10],
    ])  # fmt: skip


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--writes", type=int, default=40_000)
    asked.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked.add_argument("--up", type=float, default=2.4)
    asked.add_argument("--cold", type=int, default=20)
    given = asked.parse_args()
    print(f"seed {given.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        known = crash(Plan(**vars(given)), Path(folder), lambda line: print(line, flush=True))
    print(summary(known))
    return int(not known.good or bool(known.chain))


if __name__ == "__main__":
    sys.exit(main())
