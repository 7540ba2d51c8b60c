"""When is it due? A deadline counted from a moment, with the reason for every day that was left out."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from dashboard.components.clause import clause, to_value
from dashboard.components.policy_value import deadline_in_words
from dashboard.components.policy_view import today
from dashboard.context import county, lang, now, run, t
from policy.deadlines import Deadline, due
from policy.errors import Refusal
from policy.loader import load_profile
from policy.zone import CHINA

SHOWN: Final = 12  # days left out that are listed one by one


def build_calculator(key: str, profile: str) -> Component:
    """The form under a deadline, with the answer for now."""
    begin = now().astimezone(CHINA).strftime("%Y-%m-%d %H:%M:00")
    return html.Section(
        [
            html.H3(t("policy_page.calculator")),
            dmc.DateTimePicker(
                id={"type": "policy-from", "key": key, "profile": profile}, value=begin, valueFormat="YYYY-MM-DD HH:mm",
                label=t("policy_page.calculate_from"), w=240,
            ),
            html.Div(
                build_answer(key, profile, begin), id={"type": "policy-due", "key": key, "profile": profile},
                **{"aria-live": "polite"},
            ),
        ],
        className="policy-calculator",
    )  # fmt: skip


def build_tool(profile: str) -> list[Component]:
    """The same for any deadline of a profile: choose it and a moment."""
    held = [key for key in sorted(load_profile(profile).values) if key.startswith("deadline.")]
    choice = sorted(({"value": key, "label": t(f"policy.key.{key}")} for key in held), key=lambda one: one["label"])
    begin = now().astimezone(CHINA).strftime("%Y-%m-%d %H:%M:00")
    fields = [
        dmc.Select(id="due-kind", data=choice, label=t("policy_page.deadline_kind"), searchable=True, nothingFoundMessage=t("policy_page.nothing"), w="100%"),
        dmc.DateTimePicker(id="due-from", value=begin, valueFormat="YYYY-MM-DD HH:mm", label=t("policy_page.calculate_from"), w=240),
    ]  # fmt: skip
    return [html.Div(fields, className="policy-form"), html.Div(id="due-answer", **{"aria-live": "polite"})]


def build_told(key: str, profile: str, begin: str) -> list[Component]:
    """The answer with the clause and the terms of the deadline; nothing before one is chosen."""
    value = load_profile(profile).get(key, today())
    if value is None:
        return []
    terms = html.P(
        [
            deadline_in_words(value.value, lang()),
            " ",
            *(clause(value.clause, key=key) or [to_value(t("policy.basis.ours"), key)]),
        ],
        className="muted",
    )
    return [*build_answer(key, profile, begin), terms]


def build_answer(key: str, profile: str, begin: str) -> list[Component]:
    """Due time, whether it is final, and how it was counted; a refusal is said in its own words."""
    try:
        start = datetime.fromisoformat(begin).replace(tzinfo=CHINA)
        found = due(key.removeprefix("deadline."), start, load_profile(profile), county().calendar)
    except Refusal as refusal:
        return [html.P(refusal.sentence(lang()), className="alarm")]
    except ValueError:
        return [html.P(t("policy_page.no_moment"), className="alarm")]
    return _told(found)


def _told(found: Deadline) -> list[Component]:
    local = found.due_at.astimezone(CHINA)
    past = found.provisional and found.calendar is not None and found.calendar.unrecorded(local.year)
    state = t(f"policy_page.{'unrecorded' if past else 'provisional' if found.provisional else 'final'}")
    skipped = found.counted().as_dict(lang())["skipped"]
    lines = [html.Li(note["sentence"]) for note in skipped[:SHOWN]]
    more = len(skipped) - SHOWN
    if more > 0:
        lines.append(html.Li(t("policy_page.more_days", count=more), className="muted"))
    return [
        html.P([html.Strong(f"{local:%Y-%m-%d %H:%M:%S}", className="num"), " ", html.Span(state, className="muted")]),
        *(html.P(line, className="muted num") for line in found.told(lang())),
        html.Ul(lines),
    ]


async def _tell(key: str | None, begin: str | None, profile: str) -> list[Component]:
    return await run(build_told, key or "", profile, begin or "")


async def _answer(begin: str | None, ids: dict[str, str]) -> list[Component]:
    return await run(build_answer, ids["key"], ids["profile"], begin or "")


def register(app: Dash) -> None:
    """The answer follows the moment that is typed."""
    from dash import MATCH, State

    here = {"key": MATCH, "profile": MATCH}
    app.callback(
        Output({"type": "policy-due", **here}, "children"),
        Input({"type": "policy-from", **here}, "value"),
        State({"type": "policy-from", **here}, "id"),
        prevent_initial_call=True,
    )(_answer)
    app.callback(
        Output("due-answer", "children"),
        Input("due-kind", "value"),
        Input("due-from", "value"),
        Input("policy-profile", "value"),
        prevent_initial_call=True,
    )(_tell)
