"""Documents of the newest invented cases: made by the real verb, by who handles the case, once its last step is taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from data.authority import Actor, Scope
from data.casework.papers import CARRIED, make_paper, replace_paper
from data.papers.catalogue import kinds
from data.papers.wording import moment
from data.simulate.case_file import CaseFile
from data.simulate.catalogue import pools
from data.simulate.chance import among, chance
from data.simulate.interleave import Clerk, Going, Plan
from policy.vocabulary import Role, Verb
from policy.vocabulary_case import CaseStatus, PartyKind, Procedure

if TYPE_CHECKING:
    from data.simulate.case_docket import Docket

LATELY: Final = timedelta(days=45)  # since the last step of a case whose documents are made
TYPED: Final = timedelta(hours=3)  # until its documents are made, at most
FRESH: Final = timedelta(
    days=3
)  # a document is of these last days of its case: none is dated after what it should precede
INTERVIEW: Final = (timedelta(minutes=3), timedelta(minutes=28))  # after the investigation begins
_ASIDE: Final = frozenset({CaseStatus.ARCHIVED, CaseStatus.TRANSFERRED_OUT, CaseStatus.REFERRED_CRIMINAL})


@dataclass
class File:
    """A case with the moments of its steps; `corrected` where its decision is made anew."""

    case: CaseFile
    at: dict[str, datetime] = field(default_factory=dict)
    corrected: bool = False

    @property
    def last(self) -> datetime:
        """When something was done in it last."""
        return max(self.at.values())

    @property
    def on_the_spot(self) -> bool:
        """Whether it was decided on the spot."""
        return str(self.case.row["procedure"]) == Procedure.SIMPLE.value

    def papers(self) -> list[str]:
        """Documents of its last days, in the order of its course."""
        row = self.case.finished()
        known = {
            "filing_approval": row["filed_at"], "interview_record": self.at.get(Verb.START_INVESTIGATION.value),
            "prior_notice": row["noticed_at"], _decision(row["decision_number"]): row["decided_at"],
            "service_receipt": row["served_at"],
        }  # fmt: skip
        fresh = [paper for paper, at in known.items() if at is not None and self.last - at <= FRESH]
        return [paper for paper in fresh if paper in CARRIED or not self.on_the_spot]


def _decision(number: str | None) -> str:
    return next((code for code in CARRIED if (number or "").startswith(f"{kinds()[code].word}〔")), "decision")


def paper_plans(docket: Docket, days: int) -> list[Plan]:
    """What is to be written for the newest cases of a history of so many days, a few of every state."""
    sizes: Mapping[str, Any] = pools()["papers"]
    chosen = _chosen(docket, min(sizes["cases"], days // sizes["days_a_case"]))
    first = next((file for file in chosen if "decision" in file.papers()), None)
    if first is not None:
        first.corrected = True
    return [(_begins(docket, file), partial(_written, docket, file)) for file in chosen]


def _chosen(docket: Docket, most: int) -> list[File]:
    """The newest of every state in turn, those of the first township before the others; one state are those on the spot."""
    end, states = docket.desk.end, defaultdict(list)
    for file in sorted(_files(docket), key=lambda one: one.last, reverse=True):
        if end - LATELY <= file.last <= end - TYPED and file.case.officers and file.papers():
            states[None if file.on_the_spot else file.case.status].append(file)
    turns = zip_longest(*(_first(docket, files) for files in states.values()))
    return [file for file in chain.from_iterable(turns) if file is not None][:most]


def _first(docket: Docket, files: Iterable[File]) -> list[File]:
    home = min(docket.desk.ground.townships)
    return sorted(files, key=lambda one: one.case.row["township_code"] != home)


def _files(docket: Docket) -> Iterable[File]:
    files = {case.row["id"]: File(case) for case in docket.cases if case.status not in _ASIDE}
    for event in docket.desk.events:
        if event.matter == "case" and event.subject_id in files:
            files[event.subject_id].at[event.verb] = event.at
    return files.values()


def _begins(docket: Docket, file: File) -> datetime:
    rng = chance(docket.desk.ground.seed, docket.county.code, "papers", file.case.row["number"])
    return file.last + timedelta(minutes=rng.randint(2, 6) if file.on_the_spot else rng.randint(30, 55))


def _written(docket: Docket, file: File, clerk: Clerk) -> Going:
    """One document after the other; the decision that is corrected is the decision from then on."""
    rng = chance(docket.desk.ground.seed, docket.county.code, "written", file.case.row["number"])
    actor, decision = _handler(file.case), file.case.row["decision_number"]
    for paper in file.papers():
        told = _told(file, paper, decision, rng)
        made = clerk.do(make_paper, actor=actor, number=file.case.row["number"], paper=paper, told=told)
        yield clerk.now + timedelta(minutes=rng.randint(4, 12))
        if file.corrected and paper == "decision":
            reason = among(rng, pools()["case_words"]["paper_corrected"])
            decision = clerk.do(replace_paper, actor=actor, paper=made.id, reason=reason).number
            yield clerk.now + timedelta(minutes=rng.randint(4, 12))


def _handler(case: CaseFile) -> Actor:
    """The handler of a case as an account of his would act."""
    by, place = case.handler(), case.row["township_code"]
    area = frozenset({place}) if place else None
    scope = Scope(Role.OFFICER, case.row["jurisdiction_id"], by.organ, area)
    return Actor(None, by.name, (scope,), person_id=UUID(by.id))


def _told(file: File, paper: str, decision: str | None, rng: Any) -> dict[str, str]:
    if paper == "interview_record":
        return _interview(file, rng)
    party = file.case.party or {}
    if paper == "service_receipt":
        served = f"{kinds()[_decision(decision)].name()} {decision}"
        return {"document": served, "receiver": party.get("name", ""), "place": party.get("address") or ""}
    return {}


def _interview(file: File, rng: Any) -> dict[str, str]:
    """Who was asked, when and where, and what was said."""
    party, words = file.case.party or {}, pools()["case_words"]
    begun, ended = (file.at[Verb.START_INVESTIGATION.value] + one for one in INTERVIEW)
    citizen = party.get("kind") == PartyKind.CITIZEN.value
    relation = words["interviewed"][0 if citizen else 1]
    told = {
        "begun": moment(begun), "ended": moment(ended), "relation": relation,
        "place": file.case.row["address"] or party.get("address"),
        "person": party.get("name") if citizen else party.get("representative"),
        "identity": party.get("identity_number"), "phone": party.get("phone"),
        "words": among(rng, words["interview"]).format(act=file.case.item["name"]),
    }  # fmt: skip
    return {name: text for name, text in told.items() if text}
