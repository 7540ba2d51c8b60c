"""What the batch of the console asks and does: the proposal, and the sending of what was confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import no_update
from dash.exceptions import PreventUpdate

from dashboard.components.console_acts import Done
from dashboard.components.console_batch import build_proposal, build_result, title_of
from dashboard.components.console_parts import build_refusal
from dashboard.components.console_reads import build_toast
from dashboard.context import actor, county, now, record, t
from data.casework.batch import MOST, Choice, send_slice, slices
from data.queries.batch import propose_batch
from policy.errors import Refusal


def proposal(asked: Any, view: Mapping[str, Any] | None) -> dict[str, Any]:
    """The proposal of the queue as it is filtered by township; a refusal stands in its place."""
    if not asked:
        raise PreventUpdate
    township = str((view or {}).get("township") or "")
    try:
        with record().read() as session:
            found = propose_batch(session, actor(), county(), now=now(), township=township or None)
    except Refusal as refusal:
        return {"body": build_refusal(refusal), "title": title_of(township), "opened": True}
    return {"body": build_proposal(found), "title": title_of(township), "opened": True}


def confirmed(wish: Any) -> dict[str, Any]:
    """Send what was confirmed; the overlay stays open only where something was not sent."""
    if not isinstance(wish, Mapping):
        raise PreventUpdate
    try:
        results = _send(wish)
    except Refusal as refusal:
        told = {"ok": False, "n": wish.get("n"), "choose": None}
        return {
            "refusal": build_refusal(refusal),
            "body": no_update,
            "opened": no_update,
            "toast": no_update,
            "done": told,
        }
    tasks = tuple(str(one["task"]) for one in results if one["task"])
    done = Done(t("batch.done", n=len(tasks)), tasks)
    whole = len(tasks) == len(results)
    return {
        "refusal": no_update,
        "body": [] if whole else build_result(results),
        "opened": not whole,
        "toast": build_toast(done.words, done.undo) if tasks else no_update,
        "done": {"ok": True, "n": wish.get("n"), "choose": None},
    }


def _send(wish: Mapping[str, Any]) -> list[dict[str, Any]]:
    choices = [_choice(one) for one in wish.get("choices") or () if isinstance(one, Mapping)]
    if not choices:
        raise Refusal("errors_batch.nothing_chosen")
    if len(choices) > MOST:
        raise Refusal("errors_batch.too_many", count=len(choices), limit=MOST)
    sequence, results = wish.get("sequence"), list[dict[str, Any]]()
    seen = int(str(sequence)) if str(sequence).isdigit() else None
    for part in slices(actor().account_id, choices, seen, str(wish.get("key") or "") or None):
        found, _ = record().write(actor(), send_slice, county=county(), part=part)
        results += found
    return results


def _choice(one: Mapping[str, Any]) -> Choice:
    number, team, proposed, reason = (str(one.get(name) or "") for name in ("number", "team", "proposed", "reason"))
    return Choice(number, team, proposed or None, reason or None)
