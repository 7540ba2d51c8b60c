"""A shift at the desk: fifty leads a minute, three dispatchers, forty units, all over HTTP as pages and phones do it.

python bench/shift.py [--minutes 10] [--rate 50] [--dispatchers 3] [--units 40] [--var FOLDER]

FOLDER is a demonstration that was built before (it is copied); without it one is built. The product is served as it is run, with
its jobs; leads come in through the API, dispatchers hold the push, pull, choose, place, send, close and take back by the callbacks
of the console, every unit answers its tasks through the API with its own account. At the end: nothing lost (each lead in one state,
its events a whole chain, every acknowledged act told, `audit verify`), nothing stale (no pull ever showed a lead as it was before a
step acknowledged earlier; what each desk has at the end is the record), and how long every act took.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import insert, select
from websockets.asyncio.client import connect

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from data.accounts import GrantDraft, create_account, create_token  # noqa: E402  # the script finds the house by its own place
from data.authority import SYSTEM  # noqa: E402
from data.casework import reject, set_status  # noqa: E402
from data.db import Record  # noqa: E402
from data.models import ChainHead, Event, Lead, Shift, Task, Team, Unit  # noqa: E402
from data.passwords import hash_password  # noqa: E402
from data.queries.force import team_facts  # noqa: E402
from data.simulate.newleads import LeadMaker  # noqa: E402
from policy.eligibility import TeamFacts  # noqa: E402
from policy.errors import Refusal  # noqa: E402
from policy.lifecycle import OPEN_TASKS  # noqa: E402
from policy.vocabulary import LeadStatus, PersonKind, Role, UnitStatus  # noqa: E402

PULL, CHOOSE = 0.5, 1.2  # seconds between two pulls of a page (dashboard/assets/keyboard.js)
WAITING = (LeadStatus.RECEIVED, LeadStatus.TRIAGED)
OVER = (LeadStatus.RESOLVED, LeadStatus.DUPLICATE, LeadStatus.REJECTED, LeadStatus.EVALUATED, LeadStatus.ARCHIVED)
ABREAST = 4  # people of a unit on shift together
SETTLE = 120.0  # seconds in which the desks and units finish after the last lead
LIMIT = httpx.Limits(max_connections=300, max_keepalive_connections=300, keepalive_expiry=2.0)  # below the server's own


@dataclass
class Plan:
    """What is played, and where."""

    minutes: float = 10.0
    rate: float = 50.0
    dispatchers: int = 3
    units: int = 40
    seed: int = 1
    jobs: bool = True


# -- before: accounts, a crew on duty ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Crew:
    """Keys to the house: dispatchers' passwords, the intake's and each unit's token, townships' cells."""

    desks: list[tuple[str, str]]
    intake: str
    tokens: dict[str, str]
    cells: list[str]


def crew_of(record: Record, plan: Plan) -> Crew:
    """Accounts and a roster for the shift; the desk begins with an empty queue."""
    county, rng = record.county(), random.Random(plan.seed)
    teams = record.submit_raw(lambda connection: _on_duty(connection, county, plan.units)).result()
    for code, status in teams.items():
        if status != UnitStatus.AVAILABLE:
            with suppress(Refusal):  # it has a task of the demonstration: its status follows that
                record.write(SYSTEM, set_status, team_code=code, status=UnitStatus.AVAILABLE.value, reason="到岗")
    with record.read() as session:
        left = list(session.scalars(select(Lead.number).where(Lead.status.in_(WAITING))))
    for number in left:
        record.write(SYSTEM, reject, number=number, reason="交班前已处理")
    desks = [(f"shift.desk{n}", f"Aa{rng.randrange(10**9):09d}x") for n in range(plan.dispatchers)]
    for name, word in desks:
        _account(record, name, hash_password(word, name), GrantDraft(Role.DISPATCHER))
    _account(record, "shift.intake", "", GrantDraft(Role.DISPATCHER))  # no password: it has a token
    tokens = {}
    for code in teams:
        _account(record, f"shift.{code}", "", GrantDraft(Role.OFFICER, team=code))
        tokens[code] = record.write(SYSTEM, create_token, username=f"shift.{code}", name="shift")
    intake = record.write(SYSTEM, create_token, username="shift.intake", name="shift")
    return Crew(desks, intake, tokens, [cell.code for cell in county.hierarchy.leaves()])


def _account(record: Record, name: str, hashed: str, grant: GrantDraft) -> None:
    told = {"username": name, "display_name": name, "password_hash": hashed, "grants": [grant]}
    record.write(SYSTEM, create_account, **told)


def _on_duty(connection: Any, county: Any, count: int) -> dict[str, str]:
    """`count` teams with a unit, those that may enforce first, all their people on shift for a day; their status."""
    from sqlalchemy.orm import Session

    with Session(connection, join_transaction_mode="create_savepoint") as session:
        now = datetime.now(UTC)
        facts = team_facts(session, county, now, everybody=True)
        rows = session.execute(select(Team, Unit).join(Unit, Unit.team_id == Team.id)).all()
        units = {team.code: (team, unit) for team, unit in rows}
        able = sorted((one for one in facts if one.code in units and one.members), key=lambda one: not _certified(one))
        chosen = able[:count]
        if len(chosen) < count:
            raise ValueError(f"the record has {len(chosen)} teams with people and a unit, {count} are asked for")
        begin, end = now - timedelta(hours=1), now + timedelta(days=1)
        for one in chosen:
            team, unit = units[one.code]
            here = sum(who.on_shift for who in one.members)
            off = sorted((who for who in one.members if not who.on_shift), key=lambda who: not who.certificate_no)
            told = {"team_id": team.id, "name": "day", "starts_at": begin, "ends_at": end}
            for who in off[: max(0, ABREAST - here)]:
                row = {"jurisdiction_id": county.jurisdiction_id, "person_id": UUID(who.person_id), **told}
                session.execute(insert(Shift).values(**row))
            unit.position_at = now
        session.commit()
        return {one.code: one.unit_status.value for one in chosen}


def _certified(team: TeamFacts) -> bool:
    """Whether two of its people are certified officers."""
    return sum(who.kind is PersonKind.OFFICER and bool(who.certificate_no) for who in team.members) >= 2


# -- the house, served -------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path, url: str, *, jobs: bool) -> Iterator[tuple[str, int]]:
    """The product as it is run, without live leads."""
    port = free_port()
    settings = {"DATABASE": url, "VAR": str(folder), "PORT": str(port), "DEMO": "1", "LIVE": "0"}
    settings |= {"JOBS": str(int(jobs)), "LOG_LEVEL": "error"}
    environment = os.environ | {f"ONEGRID_{name}": value for name, value in settings.items()}
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "app.py", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log)  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        try:
            _until_up(address, process, folder)
            yield address, process.pid
        finally:
            process.terminate()
            process.wait(timeout=60)


def _until_up(address: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx.HTTPError):
            if httpx.get(f"{address}/healthz", timeout=2).status_code == 200:
                return
        time.sleep(0.2)
    raise SystemExit((folder / "serve.log").read_text("utf-8")[-2000:] or "the server does not answer")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# -- what is known of the shift ----------------------------------------------------------------------------------------


@dataclass
class Log:
    """What was acknowledged and when, how long it took, what was refused, what was shown that should not have been."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    received: dict[str, float] = field(default_factory=dict)  # lead → acknowledged at
    left: dict[str, float] = field(default_factory=dict)  # lead → its sending or closing acknowledged at
    asked: dict[str, float] = field(
        default_factory=dict
    )  # lead → that was asked for at: a unit may decline before the desk hears
    back: dict[str, float] = field(default_factory=dict)  # lead → it may have come back into the queue since
    acts: Counter[tuple[str, str]] = field(default_factory=Counter)  # (lead or task, verb) acknowledged
    shown: list[float] = field(default_factory=list)  # seconds from received to first shown at a desk

    @asynccontextmanager
    async def timing(self, name: str) -> AsyncIterator[None]:
        """Take the time of one act."""
        begun = time.perf_counter()
        yield
        self.took[name].append((time.perf_counter() - begun) * 1e3)


# -- people ------------------------------------------------------------------------------------------------------------


async def intake(plan: Plan, client: httpx.AsyncClient, maker: LeadMaker, crew: Crew, log: Log) -> None:
    """Leads come in as they are told, at the pace asked for, whatever the desks do."""
    rng, begun, asked = random.Random(plan.seed), time.perf_counter(), []
    for n in range(int(plan.minutes * plan.rate)):
        await asyncio.sleep(max(0.0, begun + n * 60.0 / plan.rate - time.perf_counter()))
        told = {k: v for k, v in maker.next(rng, datetime.now(UTC)).items() if v is not None}
        told |= {"occurred_at": told["occurred_at"].isoformat()}
        told = {name: value for name, value in told.items() if name != "hotline_due_at"}
        asked.append(asyncio.create_task(_received(client, crew, log, told, f"shift-{plan.seed}-{n}-{begun}")))
    await asyncio.gather(*asked)


async def _received(client: httpx.AsyncClient, crew: Crew, log: Log, told: dict[str, Any], key: str) -> None:
    headers = {"Authorization": f"Bearer {crew.intake}", "Idempotency-Key": key}
    async with log.timing("api: lead in"):
        answer = await client.post("/api/v1/leads", json=told, headers=headers)
    if answer.status_code != 201:
        log.faults.append(f"lead in: {answer.status_code} {answer.text[:200]}")
        return
    log.received[answer.json()["number"]] = time.perf_counter()


class UnitCrew:
    """One unit with a phone: looks for its tasks, accepts, goes, arrives, reports; now and then declines."""

    def __init__(self, code: str, token: str, client: httpx.AsyncClient, log: Log, seed: int) -> None:
        self.code, self.client, self.log, self.rng = code, client, log, random.Random(f"{seed}{code}")
        self.headers = {"Authorization": f"Bearer {token}"}

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self.rng.uniform(4, 8))
            async with self.log.timing("phone: my tasks"):
                answer = await self.client.get(
                    "/api/v1/tasks", params={"team": self.code, "status": "assigned"}, headers=self.headers
                )
            if answer.status_code != 200:
                self.log.faults.append(f"my tasks: {answer.status_code} {answer.text[:200]}")
                continue
            for task in answer.json()["tasks"]:
                await self._do(task)

    async def _do(self, task: dict[str, Any]) -> None:
        if self.rng.random() < 0.03:
            await self._step(task, "decline", reason="车辆故障")
            return
        for verb in ("accept", "depart", "arrive"):
            if not await self._step(task, verb):
                return
            await asyncio.sleep(self.rng.uniform(0.5, 3))
        outcome = self.rng.choice(("nothing_found", "guidance", "guidance", "guidance"))
        await self._step(task, "report", outcome=outcome, note="已现场处理")

    async def _step(self, task: dict[str, Any], verb: str, **facts: Any) -> bool:
        if verb == "decline":
            self.log.back[task["lead_number"]] = time.perf_counter()
        async with self.log.timing(f"phone: {verb}"):
            answer = await self.client.post(f"/api/v1/tasks/{task['number']}/{verb}", json=facts, headers=self.headers)
        if answer.status_code in (200, 201):
            self.log.acts[task["number"], verb] += 1
            return True
        code = answer.json().get("code", "") if answer.status_code < 500 else ""
        self.log.refused[f"phone {verb}: {code}"] += 1
        if answer.status_code >= 500 or not code:
            self.log.faults.append(f"{verb} {task['number']}: {answer.status_code} {answer.text[:200]}")
        return False


class Desk:
    """One dispatcher before an open console: the push, the pulls, and what a person does with what is shown."""

    def __init__(self, name: str, address: str, crew: Crew, log: Log, client: httpx.AsyncClient, seed: int) -> None:
        self.name, self.address, self.crew, self.log, self.client = name, address, crew, log, client
        self.rng, self.props, self.seq, self.tick = random.Random(f"{seed}{name}"), {}, 0, asyncio.Event()
        self.rows: dict[str, dict[str, Any]] = {}
        self.marks: dict[str, Any] = {}
        self.parts: dict[str, Any] = {}
        self.known: set[str] = set()
        self.last = asyncio.Event()
        self.working = True

    # the page

    async def enter(self, password: str) -> None:
        """Log in and open the console; learn what callbacks it has."""
        headers = {"sec-fetch-site": "same-origin", "accept": "text/html"}
        await self.client.get("/login", headers=headers)
        told = {"csrf": self.client.cookies["onegrid_csrf"], "next": "/console"}
        answer = await self.client.post("/login", data=told | {"username": self.name, "password": password}, headers=headers)  # fmt: skip
        assert answer.status_code in (200, 302, 303), answer.text[:300]
        every = (await self.client.get("/_dash-dependencies")).json()
        find = {"pull": "console-queue.children", "lead": "console-lead-head.children", "act": "console-done.data..."}
        find |= {"find": "console-search.data", "company": "console-presence.children"}
        self.calls = {name: next(one for one in every if text in one["output"]) for name, text in find.items() if name != "act"}  # fmt: skip
        self.calls["act"] = next(one for one in every if [i["id"] for i in one["inputs"]] == ["console-act"] and one["output"].count("@") == 0)  # fmt: skip
        self.stream = next(one for one in every if one.get("persistent") or (one.get("websocket") and not one["inputs"]))  # fmt: skip

    async def call(self, name: str, label: str, **values: Any) -> dict[str, Any]:
        """One callback, as the renderer sends it; gives its answer by component."""
        what = self.calls[name]
        outputs = [
            dict(zip(("id", "property"), one.rsplit(".", 1), strict=True))
            for one in what["output"].strip(".").split("...")
        ]
        body = {
            "output": what["output"],
            "outputs": outputs if what["output"].startswith("..") else outputs[0],
            "inputs": [i | {"value": values.get(i["id"])} for i in what["inputs"]],
            "state": [i | {"value": values.get(i["id"])} for i in what["state"]],
            "changedPropIds": [f"{i['id']}.{i['property']}" for i in what["inputs"] if i["id"] in values][:1],
        }
        headers = {"X-CSRF": self.client.cookies["onegrid_csrf"], "sec-fetch-site": "same-origin"}
        async with self.log.timing(label):
            answer = await self.client.post("/_dash-update-component", json=body, headers=headers)
        if answer.status_code not in (200, 204):
            self.log.faults.append(f"{label}: {answer.status_code} {answer.text[:300]}")
            return {}
        return answer.json().get("response", {}) if answer.status_code == 200 else {}

    async def hear(self) -> None:
        """Hold the push."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.client.cookies.items())}
        where = self.address.replace("http", "ws") + "/_dash-ws-callback"
        async with connect(where, origin=self.address, additional_headers=headers, max_size=None) as there:
            body = {"output": self.stream["output"], "outputs": [], "inputs": [], "state": [], "changedPropIds": []}
            asked = {"type": "callback_request", "rendererId": self.name, "requestId": self.name, "payload": body}
            await there.send(json.dumps(asked))
            async for text in there:
                said = json.loads(text)
                for message in said if isinstance(said, list) else said.get("messages", [said]):
                    await self._heard(there, message)

    async def _heard(self, there: Any, message: dict[str, Any]) -> None:
        if message["type"] == "get_props_request":
            answer = {"type": "get_props_response", "requestId": message["requestId"]}
            value = {"data": {"seq": self.seq, "at": 0}}
            await there.send(json.dumps(answer | {"rendererId": message.get("rendererId", ""), "payload": value}))
        elif message["type"] == "set_props" and message["payload"]["componentId"] == "tick":
            self.seq = message["payload"]["props"]["data"]["seq"]
            self.tick.set()

    async def look(self) -> None:
        """Pull at every tick, as often as the page does."""
        while True:
            self.tick.clear()
            await self.pull()
            await asyncio.sleep(PULL)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.tick.wait(), 30)

    async def pull(self, label: str = "console: queue, board, map") -> None:
        """What changed; then what is shown is held against what was acknowledged before it was asked for."""
        begun = time.perf_counter()
        seen = {"console-pulse": 1, "console-view": {}, "console-seen": self.marks}
        told = await self.call("pull", label, **seen)
        if "console-seen" in told:
            self.marks = told["console-seen"]["data"]
        for name, props in told.items():
            self.parts[name] = next(iter(props.values()))
        self.rows = {row["number"]: row for row in _rows(self.parts.get("console-queue"))}
        self._check(begun)

    def _check(self, begun: float) -> None:
        now, log = time.perf_counter(), self.log
        for number in self.rows.keys() - self.known:
            if number in log.received:
                log.shown.append(now - log.received[number])
            self.known.add(number)
        for number, row in self.rows.items():
            left = log.left.get(number)
            if (
                left is not None
                and left < begun
                and log.back.get(number, 0.0) < log.asked[number]
                and not row["emergency"]
            ):
                log.stale.append(f"{self.name}: {number} shown as waiting {begun - left:.1f} s after it was sent")

    # the person

    async def work(self) -> None:
        """Take the most pressing lead nobody seems to be at, and do with it what it asks for."""
        mine: dict[str, float] = {}
        while True:
            await asyncio.sleep(self.rng.uniform(0.4, 1.4))
            now = time.perf_counter()
            waiting = [n for n in self.rows if now - mine.get(n, -99.0) > 15.0]
            if not waiting:
                self.working = False
                continue
            self.working = True
            number = waiting[min(int(self.rng.expovariate(0.5)), len(waiting) - 1)]
            mine[number] = now
            await self._take(number, self.rows[number])

    async def _take(self, number: str, row: dict[str, Any]) -> None:
        shown = await self._choose(number)
        if not row["located"]:
            await self._act("place", number, cell=self.rng.choice(self.crew.cells))
            shown = await self._choose(number)
        elif row["same"] and self.rng.random() < 0.5:
            await self._act("duplicate", number, original=self._original(shown))
            return
        elif self.rng.random() < 0.02:
            await self._act("reasoned", number, step="reject", key=number, reason="不属于综合执法事项")
            return
        if self.rng.random() < 0.05:
            await self.call("find", "console: search", **{"console-search": number[-4:]})
        await self._send(number, [code for code, _ in sorted(shown.items(), key=lambda one: one[1])])

    def _original(self, shown: dict[str, int]) -> str:
        text = json.dumps(self.parts.get("console-lead-body"), ensure_ascii=False)
        found = [one for one in self.log.received if one in text]
        return found[0] if found else ""

    async def _choose(self, number: str) -> dict[str, int]:
        chosen = {"lead": number, "kind": None}
        told, _ = await asyncio.gather(
            self.call("lead", "console: choose a lead", **{"console-chosen": chosen, "console-lead-seen": {}}),
            self.call("company", "console: who else is here", **{"console-chosen": chosen, "beat": "0"}),
        )
        self.parts["console-lead-body"] = told.get("console-lead-body")
        return dict(told.get("console-ranks", {}).get("data", {}).get("ranks", {}))

    async def _send(self, number: str, teams: list[str]) -> None:
        for code in teams[:3]:
            done = await self._act("dispatch", number, teams=[code])
            if done.get("ok"):
                if self.rng.random() < 0.04:
                    await self._undo(number, done)
                return
            if done.get("code") == "busy":
                if (await self._act("dispatch", number, teams=[code], confirm=True)).get("ok"):
                    return
            elif done.get("code") == "sent":
                return

    async def _undo(self, number: str, done: dict[str, Any]) -> None:
        self.log.back[number] = time.perf_counter()
        await self._act("undo", number, tasks=done["undo"])

    async def _act(self, verb: str, number: str, **facts: Any) -> dict[str, Any]:
        wish = {"verb": verb, "number": number, "n": time.time_ns(), **facts}
        asked = time.perf_counter()
        told = await self.call("act", f"console: {verb}", **{"console-act": wish})
        done = dict(told.get("console-done", {}).get("data") or {})
        words = json.dumps(told.get("console-refusal", {}), ensure_ascii=False)
        if done.get("ok"):
            if verb in ("dispatch", "duplicate") or facts.get("step") == "reject":
                self.log.left[number], self.log.asked[number] = time.perf_counter(), asked
            self.log.acts[number, facts.get("step", verb)] += 1
            return done | {"undo": _tasks(told.get("console-toast", {}))}
        busy = '"data-act": "confirm"' in words
        sent = busy and number in self.log.left
        self.log.refused[f"desk {verb}: {_sentence(words)}"] += 1
        return done | {"code": "sent" if sent else "busy" if busy else "refused"}


def _walk(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, list):
        for one in tree:
            yield from _walk(one)
    elif isinstance(tree, dict):
        if "props" in tree:
            yield tree["props"]
            yield from _walk(tree["props"].get("children"))
        elif "children" in tree:
            yield from _walk(tree["children"])


def _rows(tree: Any) -> Iterator[dict[str, Any]]:
    """The rows of the queue as they are shown."""
    for props in _walk(tree):
        if props.get("data-act") == "choose" and str(props.get("id", "")).startswith("q-"):
            text, look = json.dumps(props, ensure_ascii=False), props.get("className", "")
            marks = {"emergency": "q-emergency" in look, "same": "console" in text and "疑似" in text}
            yield {"number": props["data-number"], "located": "未定位" not in text, **marks}


def _tasks(toast: Any) -> list[str]:
    return next((p["data-tasks"].split(",") for p in _walk(toast) if p.get("data-act") == "undo"), [])


def _sentence(words: str) -> str:
    """A refusal without what differs from one to the next."""
    text = next((part for part in words.split('"') if len(part) > 8 and any(ord(c) > 0x4E00 for c in part)), words[:60])
    end = text.rfind("：")
    return "".join("…" if c.isdigit() else c for c in text[end + 1 :])[:40]


# -- after: is everything there ----------------------------------------------------------------------------------------


def lost(record: Record, log: Log) -> list[str]:
    """What was acknowledged and is not in the record as one whole course."""
    with record.read() as session:
        numbers = list(log.received)
        leads = {n: (i, s) for n, i, s in session.execute(select(Lead.number, Lead.id, Lead.status)) if n in log.received}  # fmt: skip
        events = defaultdict(list)
        tasks = set(session.scalars(select(Task.number)))
        query = select(Event.subject_number, Event.verb, Event.from_state, Event.to_state)
        for number, verb, before, after in session.execute(query.order_by(Event.sequence)):
            events[number].append((verb, before, after))
    found = [f"{number} was acknowledged and is not there" for number in numbers if number not in leads]
    for number in leads:
        found += _broken(number, leads[number][1], events[number])
    for (number, act), count in log.acts.items():
        verb = {"duplicate": "mark_duplicate", "place": "locate"}.get(act, act)
        have = sum(one[0] == verb for one in events[number])
        if verb != "undo" and have < count:
            found.append(f"{number}: {verb} acknowledged {count} times, told {have} times")
    return found + [f"{n} is not a task" for n, _ in log.acts if "-T-" in n and n not in tasks]


def _broken(number: str, status: str, told: list[tuple[str, str | None, str | None]]) -> list[str]:
    """Where the events of a lead do not lead from its first state to the one it has."""
    steps = [(before, after) for _, before, after in told if after is not None]
    state, found = None, []
    for before, after in steps:
        if before != state:
            found.append(f"{number}: a step from {before} where it was {state}")
        state = after
    return found + ([f"{number} is {status}, its events say {state}"] if state != status else [])


def unlike(record: Record, desks: list[Desk]) -> list[str]:
    """Desks whose push or queue is not the record's."""
    with record.read() as session:
        head = session.scalar(select(ChainHead.sequence))
        query = select(Lead.number).where(Lead.status.in_(WAITING))
        waiting = set(session.scalars(query))
    found = [f"{desk.name} was told of {desk.seq}, the record stands at {head}" for desk in desks if desk.seq != head]
    for desk in desks:
        shown = {n for n, row in desk.rows.items() if not row["emergency"]}
        if shown - waiting or (len(waiting) <= 50 and waiting - set(desk.rows)):
            found.append(
                f"{desk.name} shows {sorted(shown - waiting)} too many, lacks {sorted(waiting - set(desk.rows))}"
            )
    return found


# -- the shift ---------------------------------------------------------------------------------------------------------


async def play(plan: Plan, address: str, record: Record, crew: Crew, log: Log) -> list[Desk]:
    """Everybody at work for the time asked for, then until nothing is left to do."""
    maker = LeadMaker(record.county(), plan.seed, _items(record))
    async with httpx.AsyncClient(base_url=address, limits=LIMIT, timeout=60) as phones:
        desks = [
            Desk(name, address, crew, log, httpx.AsyncClient(base_url=address, limits=LIMIT, timeout=60), plan.seed)
            for name, _ in crew.desks
        ]
        for desk, (_, word) in zip(desks, crew.desks, strict=True):
            await desk.enter(word)
        units = [UnitCrew(code, token, phones, log, plan.seed) for code, token in crew.tokens.items()]
        hearing = [asyncio.create_task(desk.hear()) for desk in desks]
        people = [asyncio.create_task(unit.run()) for unit in units]
        people += [asyncio.create_task(run()) for desk in desks for run in (desk.look, desk.work)]
        await intake(plan, phones, maker, crew, log)
        await _settled(record, log, time.perf_counter() + SETTLE)
        await _stop(people, log)
        await asyncio.sleep(3)
        for desk in desks:
            await desk.pull("console: queue, board, map")
        await asyncio.sleep(1)
        await _stop(hearing, log)
        for desk in desks:
            await desk.client.aclose()
    return desks


def _items(record: Record) -> set[str]:
    from data.models import Item

    with record.read() as session:
        return set(session.scalars(select(Item.code)))


async def _settled(record: Record, log: Log, until: float) -> None:
    """Until every lead of the shift is over, or time is."""
    while time.perf_counter() < until:
        await asyncio.sleep(2)
        if not await asyncio.to_thread(_open, record, log):
            return


def _open(record: Record, log: Log) -> list[str]:
    with record.read() as session:
        rows = session.execute(select(Lead.number, Lead.status).where(Lead.status.not_in(OVER)))
        return [number for number, _ in rows if number in log.received]


async def _stop(tasks: list[asyncio.Task[None]], log: Log) -> None:
    for task in tasks:
        if task.done():
            log.faults.append(f"somebody left early: {task.exception()!r}")
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class Result:
    """What the shift came to."""

    log: Log
    lost: list[str]
    unlike: list[str]
    chain: str
    states: Counter[str]
    running: int
    load: float


def shift(plan: Plan, folder: Path, url: str) -> Result:
    """Play a shift on the record at `url` (its files in `folder`) and hold what came of it against the record."""
    record, log = Record(url), Log()
    crew = crew_of(record, plan)
    record.close()
    record = Record(url)
    with serving(folder, url, jobs=plan.jobs) as (address, pid):
        used, clock = cpu_seconds(pid), time.perf_counter()
        desks = asyncio.run(play(plan, address, record, crew, log))
        load = (cpu_seconds(pid) - used) / (time.perf_counter() - clock)
        apart = unlike(record, desks)
    with record.read() as session:
        rows = session.execute(select(Lead.number, Lead.status)).all()
        tasks = session.execute(select(Task.id).where(Task.status.in_(OPEN_TASKS))).all()
    states = Counter(status for number, status in rows if number in log.received)
    found = Result(log, lost(record, log), apart, verified(folder, url), states, len(tasks), load)
    record.close()
    return found


def verified(folder: Path, url: str) -> str:
    """What `audit verify` says; empty when it finds the chain whole."""
    environment = os.environ | {"ONEGRID_DATABASE": url, "ONEGRID_VAR": str(folder), "ONEGRID_DEMO": "1"}
    told = subprocess.run([sys.executable, "app.py", "audit", "verify"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # fmt: skip
    return "" if told.returncode == 0 else (told.stdout + told.stderr)[-2000:]


def told(plan: Plan, found: Result) -> None:
    """Print it."""
    log = found.log
    print(f"{len(log.received)} leads in {plan.minutes:g} minutes, {plan.dispatchers} desks, {plan.units} units")
    print("  states:", ", ".join(f"{state} {n}" for state, n in found.states.most_common()), f"; tasks open: {found.running}")  # fmt: skip
    print(f"  server: {found.load:.0%} of a core")
    for name in sorted(log.took):
        times = sorted(log.took[name])
        p95 = times[min(int(len(times) * 0.95), len(times) - 1)]
        print(f"  {name:32s} {len(times):6d}   p50 {statistics.median(times):6.0f} ms   p95 {p95:6.0f} ms   most {times[-1]:6.0f} ms")  # fmt: skip
    shown = sorted(log.shown)
    if shown:
        print(f"  lead in → shown at a desk: p50 {statistics.median(shown):.2f} s, p95 {shown[int(len(shown) * 0.95)]:.2f} s")  # fmt: skip
    print("  refused:", *(f"\n    {n:5d}  {what}" for what, n in log.refused.most_common(20)))
    for name, faults in (("faults", log.faults), ("lost", found.lost), ("stale", log.stale), ("unlike the record", found.unlike)):  # fmt: skip
        print(f"  {name}: {len(faults)}", *(f"\n    {one}" for one in faults[:10]))
    print(f"  audit verify: {found.chain or 'whole'}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=10.0)
    asked.add_argument("--rate", type=float, default=50.0)
    asked.add_argument("--dispatchers", type=int, default=3)
    asked.add_argument("--units", type=int, default=40)
    asked.add_argument("--var", type=Path, help="a demonstration built before")
    asked.add_argument("--days", type=int, default=30, help="history of the one that is built")
    given = asked.parse_args()
    plan = Plan(given.minutes, given.rate, given.dispatchers, given.units)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"ONEGRID_DEMO": "1", "ONEGRID_VAR": name}  # its own key, not one of the house
        found = shift(plan, folder, copied(given.var, folder) if given.var else built(folder, given.days))
    told(plan, found)
    if found.log.faults or found.lost or found.log.stale or found.unlike or found.chain:
        raise SystemExit(1)


def copied(before: Path, folder: Path) -> str:
    """The demonstration in `before`, copied; gives the database's address."""
    from data.migrate import migrate

    shutil.copytree(before, folder, dirs_exist_ok=True)
    url = f"sqlite:///{folder / 'onegrid.db'}"
    migrate(url)
    return url


def built(folder: Path, days: int) -> str:
    """A county with so many days of history, made as `demo` makes it; gives the database's address."""
    url = f"sqlite:///{folder / 'onegrid.db'}"
    environment = os.environ | {"ONEGRID_DATABASE": url, "ONEGRID_VAR": str(folder), "ONEGRID_DEMO": "1"}
    command = [sys.executable, "app.py", "demo", "--profile", "jindong", "--days", str(days)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return url


if __name__ == "__main__":
    main()
