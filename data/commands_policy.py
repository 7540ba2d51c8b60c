"""Questions of law from the command line, as a lawyer would ask them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from data.terminal import CHINA, LANG, FormatOption, reply, t
from policy.errors import Refusal

ProfileOption = Annotated[str, typer.Option("--profile", help="commands.option.profile")]
FromOption = Annotated[str, typer.Option("--from", help="commands.option.from")]


def _moment(text: str) -> datetime:
    """A moment as typed; without a zone it is meant in Asia/Shanghai."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as fault:
        raise Refusal("commands.deadline.no_moment", given=text) from fault
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


def policy_deadline(
    kind: Annotated[str, typer.Argument(help="commands.argument.deadline")],
    profile: ProfileOption,
    begin: FromOption,
    extended: Annotated[bool, typer.Option("--extended", help="commands.option.extended")] = False,
    form: FormatOption = "text",
) -> None:
    """When something is due: the day, the clause, and how every day was counted."""
    from data.settings import settings
    from policy.deadlines import due
    from policy.loader import load_profile
    from policy.workdays import load_calendar

    calendar = load_calendar(settings().calendar_folder)
    found = due(kind, _moment(begin), load_profile(profile), calendar, extended=extended).as_dict(LANG.get())
    counting: dict[str, Any] = found.pop("counted")
    answer = found | {"counted": counting["counted"], "skipped": counting["skipped"], "counting": counting}
    state = t("policy_page.provisional" if found["provisional"] else "policy_page.final")
    told = t("policy_page.counted", counted=len(counting["counted"]), skipped=len(counting["skipped"]))
    lines = [f"{found['due']}  {state}", f"{found['clause'] or '—'}", told]
    reply(answer, form, *lines, *(f"  {note['sentence']}" for note in counting["skipped"]))
