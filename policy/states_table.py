"""docs/states.md: the course of every matter as a table *from · step · by · only if · to*, written from the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from policy.course import Step
from policy.guards import Guard
from policy.lifecycle import TABLES, final_states, states
from policy.vocabulary import MatterKind, Role, label

_PAGE: Final = Path(__file__).parents[1] / "docs" / "states.md"
_HEAD: Final = """# States and steps

Written by `python -m policy.states_table` from the tables of the rules (`policy/lifecycle.TABLES`, `policy/courses/`); a test fails
when it is not current. A step is taken by one of its roles, and only if every guard of its row agrees; what stands in the way is said
in words with its clause (`why_not`). “—” as a source is the beginning of a matter; “stays” leaves the state as it is. Which of two
orders a case follows (finding before filing or after investigation, review before notice or after the hearing) is chosen by guards
from the profile.
"""


def page() -> str:
    """The whole page."""
    return _HEAD + "".join(_matter(matter) for matter in TABLES)


def write() -> None:
    """Bring docs/states.md up to date with the tables."""
    _PAGE.write_text(page(), "utf-8")


def words(guard: Guard) -> str:
    """A guard in words: the first line of what it says of itself."""
    return (guard.__doc__ or guard.__name__).strip().splitlines()[0].rstrip(".")


def _matter(matter: MatterKind) -> str:
    ends = ", ".join(f"`{state.value}`" for state in final_states(matter)) or "none"
    head = f"\n## {label(matter, 'en')} {label(matter)}\n\n{len(states(matter))} states; final: {ends}.\n"
    rows = ["| from | step | by | only if | to |", "|---|---|---|---|---|", *_rows(TABLES[matter])]
    return head + "\n" + "\n".join(rows) + "\n"


def _rows(steps: Iterable[Step]) -> Iterator[str]:
    """Steps that differ in their source alone share a line."""
    for (_, stays), group in groupby(steps, key=lambda step: (_same(step), step.source == step.to)):
        shared = list(group)
        step = shared[0]
        sources = ", ".join("—" if each.source is None else f"`{each.source.value}`" for each in shared)
        by = ", ".join(label(role, "en") for role in Role if role in step.roles)
        guards = "<br>".join(words(guard) for guard in step.guards) or "—"
        to = "stays" if stays else f"`{step.to.value}` {label(step.to)}"
        yield f"| {sources} | `{step.verb.value}` {label(step.verb)} | {by} | {guards} | {to} |"


def _same(step: Step) -> tuple[object, ...]:
    to = None if step.source == step.to else step.to
    return (step.verb, step.roles, step.guards, to)


if __name__ == "__main__":
    write()
