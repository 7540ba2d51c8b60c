"""What the console does: every button and key ends in one act here, every act in one verb of the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from dashboard.components.console_parts import clock
from dashboard.components.console_voice import day_of
from dashboard.context import actor, county, lang, now, record, t
from data import casework
from data.casework.alarms import acknowledge_alarms, snooze_alarms
from data.casework.call_outs import call_out_all
from data.casework.eyes import ask_eyes, recall_eyes
from data.casework.services import hand_over, reply_of_service
from data.queries.eyes import eyes_of
from data.queries.leads import get_task
from policy.errors import Refusal

UNDO: Final = timedelta(seconds=10)
GRACE: Final = timedelta(seconds=3)  # for the way there and back
EYES: Final = "eyes:"  # what can be undone that is no task
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


def dispatch(act: Act) -> Done:
    """Send the named teams, the first one leading; a busy team or a second sending only when that was confirmed."""
    teams, confirmed = [str(code) for code in act.get("teams") or ()], bool(act.get("confirm"))
    facts = {"number": _number(act), "team_codes": teams, "kind": _text(act, "kind") or None}
    return _sent(_write(casework.dispatch, **facts, confirm_busy=confirmed, alone=not confirmed))


def look(act: Act) -> Done:
    """Ask the nearest grid workers for a photograph: eyes, not enforcement; nobody is sent."""
    row = _write(ask_eyes, number=_number(act))
    with record().read() as session:
        team = eyes_of(session, row.lead_id, lang())[-1].team
    return Done(t("console_calls.done_look", team=team), (f"{EYES}{row.id}",))


def undo(act: Act) -> Done:
    """Call back what was sent within the last ten seconds."""
    numbers = [str(number) for number in act.get("tasks") or ()]
    if numbers and numbers[0].startswith(EYES):
        _write(recall_eyes, key=numbers[0].removeprefix(EYES), reason=t("console.undo_reason"))
        return Done(t("console_calls.done_recall_eyes"))
    with record().read() as session:
        rows = [get_task(session, actor(), county(), number=number) for number in numbers]
    if any(now() - row["assigned_at"] > UNDO + GRACE for row in rows):
        raise Refusal("errors_console.undo_over", kind="conflict", seconds=int(UNDO.total_seconds()))
    for number in numbers:
        _write(casework.recall, number=number, reason=t("console.undo_reason"))
    return Done(t("console.done_undo"), choose=rows[0]["lead_number"] if rows else None)


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


def voice(act: Act) -> Done:
    """Enter a step that a team told by radio or telephone 代录, with whose words it was."""
    step, told = _text(act, "step"), {"number": _text(act, "key"), "told_by": _text(act, "told_by") or None}
    if step == "report":
        day = day_of(_text(act, "recheck_on"))
        facts = {"outcome": _text(act, "outcome"), "note": _text(act, "note") or None, "recheck_on": day}
        _write(casework.report, **told, **facts)
    else:
        steps = {"accept": casework.accept, "depart": casework.depart, "arrive": casework.arrive}
        _write(_one(steps, step), **told)
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


def hand_over_lead(act: Act) -> Done:
    """Note that the chosen lead was handed to 110, 119 or 120."""
    facts = {name: _text(act, name) for name in ("service", "taken_by", "words")}
    _write(hand_over, number=_number(act), reference=_text(act, "reference") or None, **facts)
    return Done(t("console_calls.done_hand_over", service=t(f"vocabulary.service.{facts['service']}")))


def note_reply(act: Act) -> Done:
    """Note what 110, 119 or 120 answered."""
    told = {"reply": _text(act, "reply"), "reference": _text(act, "reference") or None}
    _write(reply_of_service, key=_text(act, "key"), **told)
    return Done(t("console.done_step"))


def know_alarm(act: Act) -> Done:
    """Acknowledge an alarm, for oneself."""
    _write(acknowledge_alarms, alarms=[_text(act, "alarm")])
    return Done(t("console_calls.done_alarm"))


def later_alarm(act: Act) -> Done:
    """Put an alarm off, for oneself."""
    until = _write(snooze_alarms, alarms=[_text(act, "alarm")])
    return Done(t("console_calls.done_snooze", at=clock(until, now())))


ACTS: Final[Mapping[str, Callable[[Act], Done]]] = {
    "dispatch": dispatch,
    "look": look,
    "undo": undo,
    "place": place,
    "triage": triage,
    "duplicate": duplicate,
    "reasoned": reasoned,
    "voice": voice,
    "unit": set_unit,
    "call_out": call_out,
    "evaluate": evaluate,
    "archive": archive,
    "hand_over": hand_over_lead,
    "reply_of_service": note_reply,
    "alarm_known": know_alarm,
    "alarm_later": later_alarm,
}


def _one(choices: Mapping[str, Callable[..., T]], name: str) -> Callable[..., T]:
    if name not in choices:
        raise Refusal("errors_console.not_offered", verb=name)
    return choices[name]


def perform(act: Any) -> Done:
    """Do one act of the page; raises Refusal with the whole sentence when a rule stands against it."""
    told: Act = act if isinstance(act, Mapping) else {}
    return _one(ACTS, _text(told, "verb"))(told)
