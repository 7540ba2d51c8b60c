"""Questions of law from the command line, as a lawyer would ask them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from data.terminal import LANG, DatabaseOption, FormatOption, address_of, reply, t
from policy.errors import Refusal
from policy.vocabulary import ActKind, PenaltyKind, label
from policy.zone import CHINA

if TYPE_CHECKING:
    from policy.items.model import Party

_Kind = TypeVar("_Kind", bound=StrEnum)

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
    counted = due(kind, _moment(begin), load_profile(profile), calendar, extended=extended)
    found = counted.as_dict(LANG.get())
    counting: dict[str, Any] = found.pop("counted")
    answer = found | {"counted": counting["counted"], "skipped": counting["skipped"], "counting": counting}
    state = t("policy_page.provisional" if found["provisional"] else "policy_page.final")
    lines = [f"{found['due']}  {state}", f"{found['clause'] or '—'}", *counted.told(LANG.get())]
    reply(answer, form, *lines, *(f"  {note['sentence']}" for note in counting["skipped"]))


def policy_who(
    item: Annotated[str, typer.Argument(help="commands.argument.item")],
    profile: ProfileOption,
    cell: Annotated[str, typer.Option("--cell", help="commands.option.cell")],
    act: Annotated[str, typer.Option("--act", help="commands.option.act")] = ActKind.PENALISE.value,
    penalty: Annotated[list[str] | None, typer.Option("--penalty", help="commands.option.penalty")] = None,
    party: Annotated[str, typer.Option("--party", help="commands.option.party")] = "any",
    nature: Annotated[str, typer.Option("--nature", help="commands.option.nature")] = "ordinary",
    filed: Annotated[str | None, typer.Option("--filed", help="commands.option.filed")] = None,
    on: Annotated[str | None, typer.Option("--date", help="commands.option.on")] = None,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Who acts on an item in a cell: the organ, in whose name, on what basis, why, and who else."""
    from data.who import Question, who
    from policy.competence import CaseFacts

    case = CaseFacts(_party(party), nature, _date(filed) if filed else None)
    kinds = tuple(_one(each, PenaltyKind, "commands.who.penalty") for each in penalty or ())
    day = _date(on) if on else datetime.now(UTC).astimezone(CHINA).date()
    asked = Question(profile, item, cell.strip(), day, _one(act, ActKind, "commands.who.act"), kinds, case)
    answer = who(asked, address_of(database)).as_dict(LANG.get())
    reply(answer, form, *_told(answer))


def _one(given: str, vocabulary: type[_Kind], refusal: str) -> _Kind:
    """A member by its value or by its word in either language."""
    for member in vocabulary:
        if given.strip() in (member.value, label(member, "zh"), label(member, "en")):
            return member
    raise Refusal(refusal, given=given, known=", ".join(f"{member.value} {label(member)}" for member in vocabulary))


def _party(given: str) -> Party:
    from policy.items.model import PARTIES

    found = next((party for party in PARTIES if given == party), None)
    if found is None:
        raise Refusal("commands.who.party", given=given, known=", ".join(PARTIES))
    return found


def _date(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError as fault:
        raise Refusal("commands.who.date", given=given) from fault


def _told(answer: dict[str, Any]) -> list[str]:
    """The answer in lines: organ and name, what bars the act, every reason, who else, and where the facts came from."""
    basis = t(f"commands.basis.{answer['basis']}")
    lines = [t("commands.who.done", organ=answer["organ_name"], name=answer["name"], basis=basis)]
    if answer["unit"]:
        lines.append(t("commands.who.unit", unit=answer["unit"]))
    if not answer["allowed"]:
        lines.append(t("commands.who.barred"))
    lines += [_reason_line(reason, "√" if reason["favourable"] else "×") for reason in answer["reasons"]]
    if answer["alternatives"]:
        lines.append(t("commands.who.others"))
        lines += [_reason_line(other, other["organ_name"]) for other in answer["alternatives"]]
    return [*lines, t(f"commands.who.source_{answer['source']}")]


def _reason_line(reason: dict[str, Any], mark: str) -> str:
    clause = t("commands.who.clause", clause=reason["clause"]) if reason["clause"] else ""
    return t("commands.who.line", mark=mark, sentence=reason["sentence"], clause=clause)
