"""What the console does: every button and key ends in one act here, every act in one verb of the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from dashboard.context import actor, county, now, record, t
from data import casework
from data.casework.call_outs import call_out_all
from data.queries.console_lead import nearest_grid_workers
from data.queries.leads import get_task, list_tasks
from policy.errors import Refusal
from policy.lifecycle import OPEN_TASKS
from policy.vocabulary import TaskKind

UNDO: Final = timedelta(seconds=10)
GRACE: Final = timedelta(seconds=3)  # for the way there and back
Act = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: words for the notice, tasks that can still be undone, the lead to show next."""

    words: str
    undo: tuple[str, ...] = ()
    choose: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for the page's store."""
        return asdict(self)


def _text(act: Act, name: str) -> str:
    value = act.get(name)
    return value.strip() if isinstance(value, str) else ""


def _number(act: Act) -> str:
    number = _text(act, "number")
    if not number:
        raise Refusal("errors_console.no_lead")
    return number


def _write(verb: Callable[..., Any], **facts: Any) -> Any:
    return record().write(actor(), verb, county=county(), **facts)


def _names(tasks: list[Any]) -> str:
    with record().read() as session:
        rows = [get_task(session, actor(), county(), number=task.number) for task in tasks]
    return "、".join(row["team_name"] for row in rows)


def _sent(tasks: list[Any]) -> Done:
    return Done(t("console.done_dispatch", teams=_names(tasks)), tuple(task.number for task in tasks))


def _ask_again(number: str) -> None:
    """Somebody is on it already: another team goes only when the dispatcher says so."""
    with record().read() as session:
        tasks = list_tasks(session, actor(), county(), lead=number, statuses=[status.value for status in OPEN_TASKS])
    working = [row for row in tasks if row["kind"] != TaskKind.LOOK]
    if working:
        teams = tuple(row["team_name"] for row in working)
        raise Refusal("errors_console.already_sent", kind="conflict", number=number, teams=teams)


def dispatch(act: Act) -> Done:
    """Send the named teams, the first one leading; a busy team or a second sending only when that was confirmed."""
    teams = [str(code) for code in act.get("teams") or ()]
    if not act.get("confirm"):
        _ask_again(_number(act))
    facts = {"number": _number(act), "team_codes": teams, "kind": _text(act, "kind") or None}
    return _sent(_write(casework.dispatch, **facts, confirm_busy=bool(act.get("confirm"))))


def look(act: Act) -> Done:
    """Ask the nearest grid workers for a photograph: eyes, not enforcement."""
    number = _number(act)
    with record().read() as session:
        code, _ = nearest_grid_workers(session, actor(), county(), number, now())
    facts = {"number": number, "team_codes": [code], "kind": TaskKind.LOOK.value}
    return _sent(_write(casework.dispatch, **facts, confirm_busy=bool(act.get("confirm"))))


def undo(act: Act) -> Done:
    """Call back what was sent within the last ten seconds."""
    numbers = [str(number) for number in act.get("tasks") or ()]
    with record().read() as session:
        rows = [get_task(session, actor(), county(), number=number) for number in numbers]
    if any(now() - row["assigned_at"] > UNDO + GRACE for row in rows):
        raise Refusal("errors_console.undo_over", kind="conflict", seconds=int(UNDO.total_seconds()))
    for number in numbers:
        _write(casework.recall, number=number, reason=t("console.undo_reason"))
    return Done(t("console.done_undo"), choose=rows[0]["lead_number"] if rows else None)


def task_step(act: Act) -> Done:
    """Record a step of a task that was told by radio or telephone."""
    steps = {"accept": casework.accept, "depart": casework.depart, "arrive": casework.arrive}
    _write(_one(steps, _text(act, "step")), number=_text(act, "key"))
    return Done(t("console.done_step"))


def place(act: Act) -> Done:
    """Place the lead in a cell or at a point of the map."""
    lon, lat = act.get("lon"), act.get("lat")
    if isinstance(lon, int | float) and isinstance(lat, int | float):
        _write(casework.locate, number=_number(act), lon=float(lon), lat=float(lat))
    else:
        _write(casework.locate, number=_number(act), cell_code=_text(act, "cell") or None)
    return Done(t("console.done_place"))


def triage(act: Act) -> Done:
    """Set urgency, item and domain: what the dispatcher says."""
    given = {name: _text(act, key) or None for name, key in _TRIAGED.items()}
    _write(casework.triage, number=_number(act), **given)
    return Done(t("console.done_triage"))


CONFIRMABLE: Final = ("errors_casework.unit_busy", "errors_console.already_sent")
"""Refusals that the dispatcher may overrule by confirming."""

_TRIAGED: Final = {"urgency": "urgency", "item_code": "item", "domain": "domain"}


def duplicate(act: Act) -> Done:
    """Close the lead as a duplicate of another."""
    original = _text(act, "original").upper()
    _write(casework.mark_duplicate, number=_number(act), original=original)
    return Done(t("console.done_duplicate", number=original))


def reasoned(act: Act) -> Done:
    """Steps that ask for a reason: reject or resolve a lead, call back or decline a task."""
    key, reason, step = _text(act, "key"), _text(act, "reason"), _text(act, "step")
    if step == "resolve":
        _write(casework.resolve, number=key, note=reason or None, matter_ended=True)
    else:
        steps = {"reject": casework.reject, "recall": casework.recall, "decline": casework.decline}
        _write(_one(steps, step), number=key, reason=reason)
    return Done(t("console.done_step"))


def report(act: Act) -> Done:
    """Record the outcome a team told by radio or telephone."""
    recheck = _text(act, "recheck_on")
    facts = {"number": _text(act, "key"), "outcome": _text(act, "outcome"), "note": _text(act, "note") or None}
    _write(casework.report, **facts, recheck_on=date.fromisoformat(recheck) if recheck else None)
    return Done(t("console.done_step"))


def call_out(act: Act) -> Done:
    """Call the named departments out to the lead, all at once."""
    receivers = [str(code) for code in act.get("receivers") or ()]
    rows = _write(call_out_all, number=_number(act), receivers=receivers, subject=_text(act, "subject"))
    return Done(t("console.done_call_out", n=len(rows)))


def set_unit(act: Act) -> Done:
    """Set a unit's status by hand, with a reason; refused while its tasks say otherwise."""
    _write(casework.set_status, team_code=_text(act, "key"), status=_text(act, "status"), reason=_text(act, "reason"))
    return Done(t("console.done_unit"))


def evaluate(act: Act) -> Done:
    """Record how the matter was judged afterwards, 1–5."""
    score = _text(act, "score")
    _write(casework.evaluate, number=_number(act), score=int(score) if score.isdigit() else 0)
    return Done(t("console.done_step"))


def archive(act: Act) -> Done:
    """Put an evaluated lead away."""
    _write(casework.archive, number=_number(act))
    return Done(t("console.done_step"))


def receive(act: Act) -> Done:
    """Take a call: words, place by name, kind, caller; the new lead is chosen at once."""
    lead = _write(
        casework.receive_lead,
        source=_text(act, "source") or "public_report",
        summary=_text(act, "summary"),
        urgency=_text(act, "urgency") or "normal",
        cell_code=_text(act, "cell") or None,
        address=_text(act, "address") or None,
        item_code=_text(act, "item") or None,
        domain=_text(act, "domain") or None,
        reporter_name=_text(act, "name") or None,
        reporter_phone=_text(act, "phone") or None,
    )
    return Done(t("console.done_receive", number=lead.number), choose=lead.number)


ACTS: Final[Mapping[str, Callable[[Act], Done]]] = {
    "dispatch": dispatch,
    "look": look,
    "undo": undo,
    "task": task_step,
    "place": place,
    "triage": triage,
    "duplicate": duplicate,
    "reasoned": reasoned,
    "report": report,
    "unit": set_unit,
    "call_out": call_out,
    "evaluate": evaluate,
    "archive": archive,
    "receive": receive,
}


def _one(choices: Mapping[str, Callable[..., T]], name: str) -> Callable[..., T]:
    if name not in choices:
        raise Refusal("errors_console.not_offered", verb=name)
    return choices[name]


def perform(act: Any) -> Done:
    """Do one act of the page; raises Refusal with the whole sentence when a rule stands against it."""
    told: Act = act if isinstance(act, Mapping) else {}
    return _one(ACTS, _text(told, "verb"))(told)
