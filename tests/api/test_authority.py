"""Who may ask what: every operation of the description × every role × townships; one that is not in the table fails."""

from __future__ import annotations

import functools
import itertools
import re
from typing import Any

import pytest
from sqlalchemy import select

from api.docs import describe
from api.routing import PREFIX
from api.server import routes
from data.accounts import GrantDraft, create_account, create_token
from data.authority import SYSTEM, VERBS
from data.casework.cases import find_case
from data.casework.eyes import ask_eyes
from data.casework.paper_numbers import reserve_block
from data.casework.papers import make_paper
from data.casework.patrols import start_patrol
from data.casework.posting_plans import keep_plan
from data.casework.services import hand_over
from data.casework.visit_papers import make_visit_paper
from data.models import (
    CaseReview,
    Complaint,
    ConductCard,
    Escalation,
    FileDraw,
    FileScore,
    Goods,
    Handover,
    InspectionDraw,
    InspectionPlan,
    InspectionVisit,
    JointOperation,
    Measure,
    Meeting,
    Party,
    Person,
)
from policy.inspection_forms import INSPECTION_FORMS
from policy.staffing_forms import REGISTERS
from policy.vocabulary import MatterKind, Role
from tests.api import casting
from tests.api.conftest import ROLES
from tests.api.test_evidence import PDF, picture, put
from tests.api.test_leads import GOOD, post
from tests.data import small

AT_LARGE = "at large"
"""The county's business, in no township: whoever holds the role anywhere may ask."""

TABLE: dict[str, tuple[str, ...]] = {
    "POST /leads": ("lead.receive",),
    "GET /leads": ("lead.read", AT_LARGE),
    "POST /leads/batch": ("lead.receive",),
    "GET /leads/{number}": ("lead.read",),
    "GET /leads/{number}/events": ("event.read",),
    "GET /leads/{number}/recommendation": ("lead.read",),
    "POST /leads/{number}/locate": ("lead.locate",),
    "POST /leads/{number}/triage": ("lead.triage",),
    "POST /leads/{number}/duplicate": ("lead.mark_duplicate",),
    "POST /leads/{number}/reject": ("lead.reject",),
    "POST /leads/{number}/dispatch": ("lead.dispatch",),
    "POST /leads/{number}/resolve": ("lead.resolve",),
    "POST /leads/{number}/evaluate": ("lead.evaluate",),
    "POST /leads/{number}/archive": ("lead.archive",),
    "POST /batches/proposal": ("lead.dispatch", AT_LARGE),
    "POST /batches": ("lead.dispatch",),
    "GET /tasks": ("task.read", AT_LARGE),
    "GET /tasks/{number}": ("task.read",),
    **{
        f"POST /tasks/{{number}}/{v}": (f"task.{v}",)
        for v in ("accept", "decline", "depart", "arrive", "report", "recall")
    },
    "POST /cases": ("case.propose",),
    "GET /cases": ("case.read", AT_LARGE),
    "POST /cases/on-the-spot": ("case.decide_on_spot",),
    "GET /cases/{number}": ("case.read",),
    "GET /cases/{number}/events": ("event.read", "case.read"),
    "GET /cases/{number}/steps": ("case.read",),
    "POST /leads/{number}/evidence": ("evidence.add",),
    "GET /leads/{number}/evidence": ("evidence.read", "lead.read"),
    "POST /cases/{number}/evidence": ("evidence.add",),
    "GET /cases/{number}/evidence": ("evidence.read", "case.read"),
    "GET /evidence/{key}": ("evidence.read", "lead.read"),
    "GET /evidence/{key}/thumbnail": ("evidence.read", "lead.read"),
    "POST /evidence/{key}/link": ("evidence.link",),
    "GET /evidence/{key}/shown": ("evidence.read", "lead.read"),
    "GET /evidence/{key}/pages/{page}": ("evidence.read", "lead.read"),
    "GET /evidence/{key}/course": ("evidence.read", "lead.read"),
    "GET /evidence/{key}/whole": ("evidence.read", "lead.read"),
    "POST /evidence/{key}/notes": ("evidence.note",),
    "GET /retention": ("evidence.retain", AT_LARGE),
    "GET /cases/{number}/goods": ("case.read",),
    "POST /cases/{number}/goods/{thing}/moves": ("case.move_goods",),
    "GET /cases/{number}/papers": ("case.read",),
    "POST /cases/{number}/papers": ("paper.make",),
    "GET /leads/{number}/papers": ("lead.read",),
    "POST /leads/{number}/papers": ("paper.make",),
    "POST /papers/{key}/replace": ("paper.make",),
    "GET /papers/{key}/file": ("paper.read",),
    "GET /cases/{number}/volume": ("paper.read",),
    "GET /teams/{code}/blocks": ("paper.reserve",),
    "POST /teams/{code}/blocks": ("paper.reserve",),
    "POST /blocks/{key}/return": ("paper.reserve",),
    "GET /reviews": ("review.read", AT_LARGE),
    "GET /reviews/{number}": ("review.read",),
    "GET /experts": ("review.read", AT_LARGE),
    "POST /reviews/{number}/opinion": ("review.give_opinion",),
    "POST /reviews/{number}/materials": ("review.hand_in_material",),
    "GET /leads/{number}/hotline": ("lead.read",),
    "PUT /leads/{number}/hotline": ("lead.set_hotline",),
    "POST /leads/{number}/hotline/reply": ("lead.reply_hotline",),
    "POST /leads/{number}/hotline/callback": ("lead.record_callback",),
    "POST /leads/{number}/share": ("lead.share",),
    "POST /cases/{number}/share": ("case.share",),
    "POST /leads/{number}/call-outs": ("call_out.call_out",),
    "GET /leads/{number}/shared": ("lead.read", "shared.read"),
    "GET /cases/{number}/shared": ("case.read", "shared.read"),
    "POST /leads/{number}/unmask": ("lead.unmask",),
    "POST /cases/{number}/unmask": ("case.unmask",),
    "POST /parties/{code}/erase": ("party.erase",),
    "POST /leads/{number}/erase-reporter": ("lead.erase_reporter",),
    "GET /audit/events": ("event.read", AT_LARGE),
    "GET /audit/matters/{number}": ("event.read",),
    "GET /audit/verification": ("event.verify",),
    "POST /audit/verification": ("event.verify",),
    "DELETE /audit/verification": ("event.verify",),
    "GET /audit/unanswered": ("assistance.read", AT_LARGE),
    "GET /audit/unfiled": ("escalation.read", AT_LARGE),
    "GET /file-draws": ("file_draw.read",),
    "POST /file-draws": ("file_draw.commit",),
    "GET /file-draws/{number}": ("file_draw.read",),
    "POST /file-draws/{number}/draw": ("file_draw.draw",),
    "POST /file-draws/{number}/discard": ("file_draw.discard",),
    "GET /file-draws/{number}/file": ("file_draw.read",),
    "GET /file-draws/{number}/verification": ("file_draw.read",),
    "POST /file-scores": ("file_score.give",),
    "GET /file-scores/{number}": ("file_score.read",),
    "POST /file-scores/{number}/correct": ("file_score.correct",),
    "POST /file-scores/{number}/faults/{place}/mended": ("file_score.mend",),
    "GET /file-review": ("file_draw.read",),
    "GET /file-faults": ("file_score.read", AT_LARGE),
    "GET /cases/{number}/scores": ("file_score.read",),
    "GET /cases/{number}/sealed": ("paper.read",),
    "POST /places/search": ("grid.read", AT_LARGE),
    "POST /calls/likely": ("lead.take_call", AT_LARGE),
    "POST /calls": ("lead.take_call", AT_LARGE),
    "GET /alarms": ("lead.read", AT_LARGE),
    "POST /alarms/acknowledge": ("lead.acknowledge_alarm", AT_LARGE),
    "POST /alarms/snooze": ("lead.snooze_alarm", AT_LARGE),
    "GET /leads/{number}/hand-overs": ("lead.read",),
    "POST /leads/{number}/hand-overs": ("lead.hand_over",),
    "POST /hand-overs": ("lead.take_over", AT_LARGE),
    "POST /hand-overs/{key}/reply": ("lead.reply_of_service",),
    "GET /leads/{number}/eyes": ("lead.read",),
    "POST /leads/{number}/eyes": ("lead.ask_eyes",),
    "POST /eyes/{key}/recall": ("lead.recall_eyes",),
    "GET /notices": ("notice.read", AT_LARGE),
    "GET /notices/calls": ("notice.call", AT_LARGE),
    "POST /notices/{key}/acknowledge": ("notice.acknowledge", AT_LARGE),
    "POST /notices/{key}/called": ("notice.call", AT_LARGE),
    "GET /shift-desk": ("shift.read", AT_LARGE),
    "POST /shift-desk/notes": ("shift.note", AT_LARGE),
    "GET /handovers": ("shift.read", AT_LARGE),
    "GET /handovers/{number}": ("shift.read", AT_LARGE),
    "POST /handovers": ("handover.sign", AT_LARGE),
    "POST /handovers/{number}/accept": ("handover.accept", AT_LARGE),
    "GET /duty": ("duty.read", AT_LARGE),
    "POST /duty/telephones": ("duty.set", AT_LARGE),
    "POST /duty/leaders": ("duty.set", AT_LARGE),
    "POST /duty/{key}/end": ("duty.end", AT_LARGE),
    "GET /staffing/townships/{code}": ("staffing.read",),
    "GET /staffing/scenarios": ("staffing.read", AT_LARGE),
    "GET /staffing/guidance": ("staffing.read", AT_LARGE),
    **{
        f"POST /staffing/{one.value}": (kept.right, *(() if one.value != "scenarios" else (AT_LARGE,)))
        for one, kept in REGISTERS.items()
    },
    "POST /staffing/{register}/{key}/end": ("village_officer.end", AT_LARGE),
    "GET /staffing/{register}/template": ("staffing.read", AT_LARGE),
    "POST /staffing/{register}/preview": ("village_officer.name", AT_LARGE),
    "POST /staffing/{register}/table": ("village_officer.name", AT_LARGE),
    "GET /rosters": ("roster.read", AT_LARGE),
    "POST /rosters/shifts": ("roster.plan", AT_LARGE),
    "POST /rosters/shifts/{key}/end": ("roster.end", AT_LARGE),
    "POST /rosters/leaves": ("roster.leave", AT_LARGE),
    "POST /rosters/leaves/{key}/end": ("roster.end_leave", AT_LARGE),
    "GET /rosters/{kind}/template": ("roster.read", AT_LARGE),
    "POST /rosters/{kind}/preview": ("roster.import", AT_LARGE),
    "POST /rosters/{kind}/table": ("roster.import", AT_LARGE),
    "GET /teams": ("team.read", AT_LARGE),
    "PUT /teams/{code}/position": ("unit.position",),
    "POST /units/{code}/position": ("unit.position",),
    "GET /anomalies": ("lead.read", AT_LARGE),
    "GET /coverage": ("team.read", AT_LARGE),
    "GET /coverage/areas": ("team.read", AT_LARGE),
    "GET /coverage/best-places": ("team.read", AT_LARGE),
    "PUT /teams/{code}/status": ("unit.set_status",),
    "POST /posting-plans/ask": ("posting_plan.read",),
    "POST /posting-plans/measure": ("posting_plan.read",),
    "POST /posting-plans": ("posting_plan.keep",),
    "GET /posting-plans": ("posting_plan.read",),
    "GET /posting-plans/{number}": ("posting_plan.read",),
    "POST /posting-plans/{number}/decide": ("posting_plan.decide",),
    "GET /posting-plans/{number}/table": ("posting_plan.read",),
    "GET /figures": ("figure.read", AT_LARGE),
    "GET /figures/refresh": ("figure.read", AT_LARGE),
    "POST /figures/refresh": ("figures.recount", AT_LARGE),
    "DELETE /figures/refresh": ("figures.stop_recount", AT_LARGE),
    "GET /figures/{figure}": ("figure.read", AT_LARGE),
    "GET /reports": ("report.read",),
    "POST /reports": ("report.make",),
    "GET /reports/{key}": ("report.read",),
    "GET /reports/{key}/file": ("report.read",),
    "GET /reports/{key}/pages/{page}": ("report.read",),
    "GET /figures/{figure}/series": ("figure.read", AT_LARGE),
    "GET /figures/{figure}/definition": ("figure.read", AT_LARGE),
    "GET /figures/{figure}/rows": ("figure.read", AT_LARGE),
    "GET /patrols": ("patrol.read", AT_LARGE),
    "GET /patrols/coverage": ("patrol.read", AT_LARGE),
    "GET /patrols/{number}": ("patrol.read",),
    "POST /patrols": ("patrol.start",),
    "POST /patrols/plans": ("patrol_plan.plan",),
    "POST /patrols/plans/end": ("patrol_plan.end",),
    "GET /grid": ("grid.read", AT_LARGE),
    "GET /grid/locate": ("grid.read", AT_LARGE),
}
STEP = re.compile(r"POST /([\w-]+)/\{number\}/steps/(\w+)")
FIRST = {
    "transfers": ("transfer", "draft"),
    "assistance": ("assistance", "ask_help"),
    "disputes": ("dispute", "open_dispute"),
    "referrals": ("criminal_referral", "report_suspicion"),
    "escalations": ("escalation", "raise"),
    "call-outs": ("call_out", "call_out"),
}
for _place, (_matter, _verb) in FIRST.items():
    TABLE |= {
        f"POST /{_place}": (f"{_matter}.{_verb}",),
        f"GET /{_place}": (f"{_matter}.read", AT_LARGE),
        f"GET /{_place}/{{number}}": (f"{_matter}.read",),
        f"GET /{_place}/{{number}}/steps": (f"{_matter}.read",),
        f"GET /{_place}/{{number}}/events": ("event.read", f"{_matter}.read"),
    }

INSPECTING = {
    "plans": (MatterKind.INSPECTION_PLAN, "plan"),
    "draws": (MatterKind.INSPECTION_DRAW, "commit"),
    "visits": (MatterKind.INSPECTION_VISIT, "plan"),
    "operations": (MatterKind.JOINT_OPERATION, "plan"),
}
for _place, (_kind, _first) in INSPECTING.items():
    _at_large = (AT_LARGE,) if _place in ("plans", "operations") else ()
    TABLE |= {
        f"POST /inspections/{_place}": (f"{_kind.value}.{_first}", *_at_large),
        f"GET /inspections/{_place}": (f"{_kind.value}.read", AT_LARGE),
        f"GET /inspections/{_place}/{{number}}": (f"{_kind.value}.read",),
    }
    for _step in INSPECTION_FORMS[_kind]:
        if _step.value != _first:
            TABLE[f"POST /inspections/{_place}/{{number}}/steps/{_step.value}"] = (f"{_kind.value}.{_step.value}",)
TABLE |= {
    "GET /inspections/merging": ("inspection_plan.read", "inspection_visit.read", AT_LARGE),
    "GET /inspections/visits/{number}/code": ("inspection_visit.read",),
    "GET /inspections/visits/{number}/papers": ("inspection_visit.read",),
    "POST /inspections/visits/{number}/papers": ("paper.make",),
    "GET /inspections/visits/{number}/papers/{key}/file": ("paper.read",),
    "GET /inspections/draws/{number}/file": ("inspection_draw.read",),
    "GET /inspections/draws/{number}/verification": ("inspection_draw.read",),
    "GET /inspections/subjects": ("inspection_visit.read", AT_LARGE),
    "GET /inspections/subjects/{code}": ("inspection_visit.read", AT_LARGE),
    "POST /inspections/subjects": ("party.register",),
    "POST /inspections/caps": ("organ.publish_cap", AT_LARGE),
}


TABLE |= {
    "GET /cards": ("card.read", AT_LARGE),
    "POST /cards": ("card.give",),
    "GET /cards/{number}": ("card.read",),
    "GET /complaints": ("complaint.read", AT_LARGE),
    "POST /complaints": ("complaint.take",),
    "GET /complaints/{number}": ("complaint.read",),
    "POST /complaints/{number}/unmask": ("complaint.unmask",),
    "GET /meetings": ("meeting.read", AT_LARGE),
    "POST /meetings": ("meeting.call", AT_LARGE),
    "GET /meetings/{number}": ("meeting.read",),
    "GET /appraisals": ("appraisal.read", AT_LARGE),
    "POST /appraisals": ("appraisal.take", AT_LARGE),
    "GET /appraisals/items": ("figure.read", AT_LARGE),
}


@functools.cache
def description() -> dict[str, Any]:
    return describe(routes())


def operations() -> list[str]:
    found = description()["paths"]
    return [f"{method.upper()} {path.removeprefix(PREFIX)}" for path, ops in found.items() for method in ops]


def verbs_of(operation: str) -> tuple[str, ...]:
    """What an operation needs; steps of a matter say it by their address."""
    found = STEP.fullmatch(operation)
    if found is None:
        return TABLE[operation]
    matter = FIRST[found[1]][0] if found[1] in FIRST else found[1].removesuffix("s")
    return (f"{matter}.{found[2]}",)


def test_every_operation_is_in_the_table_and_every_row_is_an_operation():
    plain = {operation for operation in operations() if not STEP.fullmatch(operation)}
    assert plain == set(TABLE)
    named = {verb for operation in operations() for verb in verbs_of(operation)} - {AT_LARGE}
    assert named <= set(VERBS)


pytestmark = pytest.mark.usefixtures("secret")

# -- something in the west to ask for ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def west(served):
    """A lead, a task, a case and a file in the western town, and a token for every role that holds the eastern town only."""
    client, tokens, record = served
    tokens.update(casting.tokens(record))
    for role in ROLES:
        name, grant = f"east-{role.value}", GrantDraft(role, "EAST", (small.EAST,))
        record.write(SYSTEM, create_account, username=name, display_name=name, password_hash="-", grants=[grant])
        tokens[name] = record.write(SYSTEM, create_token, username=name, name="test")

    def call(who, method, path, **more):
        headers = {"authorization": f"Bearer {tokens[who]}"} | more.pop("headers", {})
        return client.request(method, f"{PREFIX}{path}", headers=headers, **more)

    lead, other = (post(call).json()["number"] for _ in range(2))
    key = put(call, lead, picture(200)).json()["id"]
    told = {"item": "A1", "summary": "占道", "party": {"kind": "citizen", "name": "王小明"}, "officers": ["01", "02"]}
    case = call("handler", "POST", "/cases", json=told | {"lead": lead}).json()["number"]
    sent = call("dispatcher", "POST", f"/leads/{other}/dispatch", json={"team_codes": ["W1"]}).json()["tasks"][0]
    found = {"lead": lead, "other": other, "case": case, "task": sent["number"], "key": key}
    found["posting-plans"] = record.write(SYSTEM, keep_plan, title="方案", moves=[]).number
    return found | in_record(record, found) | between(call, found) | inspected(record)


HANDED = {"service": "police_110", "taken_by": "12 号席", "words": "堵路"}


def in_record(record, west: dict[str, str]) -> dict[str, str]:
    """What takes a long way or another county's plan to come to: a round of review, a matter raised to the department."""

    def written(tx: Any) -> dict[str, str]:
        case = find_case(tx, west["case"])
        here = {"jurisdiction_id": tx.county.jurisdiction_id, "township_code": case.township_code}
        tx.session.add(
            CaseReview(**here, case_id=case.id, number="JD-V-1", round=1, status="submitted", submitted_at=tx.now)
        )
        about = {"matter_kind": "case", "matter_id": case.id, "matter_number": case.number, "subject": "重大"}
        way = {"from_organ": "WEST", "to_organ": "MARKET", "status": "raised", "raised_at": tx.now, "ground": "major"}
        tx.session.add(Escalation(**here, **about, **way, number="JD-E-1", course=[]))
        place = {"jurisdiction_id": case.jurisdiction_id, "case_id": case.id}
        measure = Measure(**place, kind="preservation", status="running", begun_at=tx.now)
        tx.session.add(measure)
        tx.session.flush()
        thing = Goods(**place, measure_id=measure.id, name="三轮车", quantity="1辆", keeper="甲")
        tx.session.add(thing)
        tx.session.flush()
        kept = {"number": "JD-G-1", "cycle": "month", "organ_code": "WEST", "reviewer_code": "x", "reviewer": "x"}
        fault = {"words": "缺页", "organ": "BUREAU", "due_on": "2026-12-31", "mended_at": None, "outcome": None}
        told = kept | {"township_code": small.WEST, "points": {}, "score": 80.0, "scored_at": tx.now, "faults": [fault]}
        tx.session.add(FileScore(**place, **told))
        paper = make_paper(tx, number=west["lead"], paper="transfer_letter")
        block = reserve_block(tx, team="W1", count=3, word="询")
        return {"review": "JD-V-1", "escalations": "JD-E-1", "thing": str(thing.id)} | {
            "papers": str(paper.id),
            "blocks": str(block.id),
            "hand-overs": str(hand_over(tx, number=west["lead"], **HANDED).id),
            "eyes": str(ask_eyes(tx, number=west["lead"]).id),
            "handovers": handed_over(tx),
            "file-scores": "JD-G-1",
            "file-draws": file_draw(tx, case.number),
            **supervised(tx),
            "patrols": start_patrol(tx, given={"walker": "team:G1", "patrol_cells": [small.VILLAGES[0]]}).number,
        }

    return record.write(SYSTEM, written)


def file_draw(tx: Any, case: str) -> str:
    """Files fixed to be drawn from."""
    told = {"status": "committed", "cycle": "month", "begins_on": tx.now.date(), "ends_on": tx.now.date()}
    kept = {"organ_code": "OFFICE", "files": [case], "wanted": 1, "algorithm": "x", "population_sha256": "x"}
    row = FileDraw(
        jurisdiction_id=tx.county.jurisdiction_id, number="JD-B-1", committed_at=tx.now, drawn=[], **told, **kept
    )
    tx.session.add(row)
    return "JD-B-1"


def handed_over(tx: Any) -> str:
    """A shift somebody signed out."""
    told = {"name": "day", "starts_at": tx.now, "ends_at": tx.now, "signed_at": tx.now, "sha256": "x"}
    kept = {"status": "signed", "words": "无", "crew": [], "matters": [], "notes": []}
    tx.session.add(Handover(jurisdiction_id=tx.county.jurisdiction_id, number="JD-H-1", **told, **kept))
    return "JD-H-1"


def supervised(tx: Any) -> dict[str, str]:
    """A card, a complaint and a joint meeting of the western town."""
    place = {"jurisdiction_id": tx.county.jurisdiction_id}
    person = tx.session.scalars(select(Person.id).where(Person.code == "01")).one()
    card = {"kind": "yellow", "ground": "未出示证件", "given_by": "BUREAU", "given_at": tx.now}
    tx.session.add(ConductCard(**place, **card, number="JD-K-1", person_id=person, township_code=small.WEST))
    kept = {"status": "received", "channel": "letter", "taken_by": "BUREAU", "received_at": tx.now}
    tx.session.add(
        Complaint(**place, **kept, number="JD-O-1", about_organ="WEST", township_code=small.WEST, words="投诉")
    )
    called = {
        "title": "联席会议",
        "organ_code": "BUREAU",
        "members": ["WEST"],
        "planned_at": tx.now,
        "called_at": tx.now,
    }
    tx.session.add(Meeting(**place, **called, number="JD-M-1", agenda=[], present=[]))
    return {"cards": "JD-K-1", "complaints": "JD-O-1", "meetings": "JD-M-1"}


def inspected(record) -> dict[str, str]:
    """One matter of each kind of inspection in the western town."""

    def written(tx: Any) -> dict[str, str]:
        here = {"jurisdiction_id": tx.county.jurisdiction_id, "organ_code": "WEST", "course": []}
        own = here | {"township_code": small.WEST}
        party = Party(jurisdiction_id=tx.county.jurisdiction_id, code="JD-P-1", kind="organisation", name="某厂",
                      township_code=small.WEST, cell_code=small.VILLAGES[0])  # fmt: skip
        tx.session.add(party)
        tx.session.flush()
        days = {"begins_on": tx.now.date(), "ends_on": tx.now.date()}
        tx.session.add(InspectionPlan(**own, **days, number="JD-I-1", status="approved", title="随机", kind="random",
                                      items=["A1"], subjects=["JD-P-1"], planned_at=tx.now))  # fmt: skip
        tx.session.add(InspectionDraw(**own, number="JD-W-1", status="committed", plan_number="JD-I-1", algorithm="x",
                                      subjects={"JD-P-1": 1}, inspectors={"01": 1}, subjects_wanted=1, inspectors_wanted=1,
                                      population_sha256="x", committed_at=tx.now))  # fmt: skip
        tx.session.add(InspectionVisit(**own, number="JD-N-1", status="planned", party_id=party.id, organs=["WEST"],
                                       items=["A1"], visit_on=tx.now.date(), planned_at=tx.now))  # fmt: skip
        tx.session.add(JointOperation(**here, number="JD-J-1", status="noticed", title="联合", participants=["WEST"],
                                      planned_at=tx.now))  # fmt: skip
        tx.session.flush()
        paper = make_visit_paper(tx, number="JD-N-1", paper="inspection_approval")
        return {
            "visit_paper": str(paper.id),
            "plans": "JD-I-1",
            "draws": "JD-W-1",
            "visits": "JD-N-1",
            "operations": "JD-J-1",
            "subject": "JD-P-1",
        }

    return record.write(SYSTEM, written)


def between(call, west: dict[str, str]) -> dict[str, str]:
    """One matter of each kind between the western town and the bureau."""
    found = {}
    for place in FIRST.keys() - {"escalations"}:
        reply = call("head", "POST", f"/{place}", json=begun(place, west))
        assert reply.status_code == 201, (place, reply.text)
        found[place] = reply.json()["number"]
    return found


def begun(place: str, west: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {"matter": west["lead"], "receiver": "MARKET", "reason": "不属本镇职权"}
    if place == "referrals":
        return told | {"persons": ["01", "02"], "document": "报告1号"}
    more = {
        "assistance": {"subject": "请求鉴定", "ground": "technical"},
        "disputes": {"subject": "管辖争议"},
        "escalations": {"ground": "重大"},
        "call-outs": {"subject": "到场处置"},
    }
    told = told | more.get(place, {})
    return {name: value for name, value in told.items() if place not in ("assistance", "call-outs") or name != "reason"}


def address(operation: str, west: dict[str, str]) -> tuple[str, str]:
    method, path = operation.split(" ", 1)
    parts = path.split("/")
    place = parts[2] if parts[1] == "inspections" else {"audit": "leads"}.get(parts[1], parts[1])
    number = west.get(place) or west.get(place.removesuffix("s"), "")
    key = west["visit_paper"] if path.startswith("/inspections/visits") else west.get(place, west["key"])
    known = {"thing": west["thing"], "page": 1, "place": 1, "code": "W1", "figure": "F01", "kind": "shifts"}
    known |= {"register": "village_officers"} | ({"code": small.WEST} if place == "staffing" else {})
    filled = path.format(number=number, key=key, **known)
    query = QUERIES.get(path, "")
    return method, filled + (query or ("?name=a.pdf" if method == "POST" and path.endswith("/evidence") else ""))


QUERIES = {
    "/grid/locate": "?lon=119.82&lat=29.22",
    "/rosters": "?on=2026-11-20",
    "/posting-plans/{number}/table": "?reason=x",
    "/rosters/{kind}/preview": "?name=roster.csv",
    "/staffing/{register}/preview": "?name=officers.csv",
    "/staffing/{register}/table": "?name=officers.csv",
    "/rosters/{kind}/table": "?name=roster.csv",
}
ROSTER = "工号,队伍,班次,开始时间,结束时间\n01,W1,日班,2026-12-01 08:00,2026-12-01 16:00\n"
OFFICERS = "村（社区）,工号,起始日\n一村,01,2026-11-01\n"
PLAIN = ("lead", "task", "case", "review")
ELSEWHERE = {
    "POST /inspections/visits": (409, "errors_matter.step_refused"),
    "POST /cards": (404, "errors_conduct.no_matter"),
}
"""What is refused by the rule of the own area, which says whom to ask for help, instead of by want of a right; what is answered
as if there were nothing there."""
_serial = itertools.count()


def body(operation: str, west: dict[str, str]) -> dict[str, Any]:
    """A body that passes the schema: written here, or of the examples of the fields that must be there."""
    case = {"item": "A1", "summary": "占道", "lead": west["lead"], "party": {"kind": "citizen", "name": "李四"}}
    written: dict[str, Any] = {
        "POST /leads": GOOD,
        "POST /leads/batch": {"leads": [GOOD]},
        "POST /leads/{number}/locate": {"cell_code": small.VILLAGES[0]},
        "POST /leads/{number}/triage": {"urgency": "normal"},
        "POST /leads/{number}/duplicate": {"original": west["other"]},
        "POST /leads/{number}/reject": {"reason": "重复"},
        "POST /leads/{number}/dispatch": {"team_codes": ["W1"]},
        "POST /batches": {"choices": [{"number": west["other"], "team_code": "W1"}]},
        "POST /leads/{number}/resolve": {},
        "POST /file-scores": {"case": west["case"], "points": {}, "cycle": "month"},
        "POST /leads/{number}/evaluate": {"score": 5},
        "POST /tasks/{number}/decline": {"reason": "另有任务"},
        "POST /tasks/{number}/recall": {"reason": "改派"},
        "POST /tasks/{number}/report": {"outcome": "nothing_found"},
        "POST /leads/{number}/share": {"information": "other", "to_organ": "MARKET"},
        "POST /cases/{number}/share": {"information": "other", "to_organ": "MARKET"},
        "POST /leads/{number}/call-outs": {"receivers": ["MARKET"], "subject": "请派人到场"},
        "POST /notices/{key}/called": {"result": "reached"},
        "POST /reports": {"kind": "daily"},
        "POST /cases": case,
        "POST /cases/on-the-spot": case | {"decision": casting.DECISION},
        "POST /evidence/{key}/link": {"number": west["other"]},
        "POST /evidence/{key}/notes": {"number": west["lead"], "note": "见左上角"},
        "POST /reviews/{number}/opinion": {"opinion": "agree", "answers": {}},
        "POST /reviews/{number}/materials": {"materials": ["evidence"]},
        "POST /papers/{key}/replace": {"reason": "笔误"},
        "PUT /teams/{code}/position": {"lon": 119.9, "lat": 29.2},
        "POST /units/{code}/position": {"lon": 119.9, "lat": 29.2},
        "PUT /teams/{code}/status": {"status": "busy", "reason": "培训"},
    }
    heard = {"heard_at": "2026-11-19T09:00:00+08:00", "statement": "属实", "conduct": "未出示证件"}
    written |= {
        "POST /cards": heard | {"card": "yellow", "person": "01", "matter": west["case"]},
        "POST /complaints": {"channel": "letter", "words": "态度生硬", "township": small.WEST},
    }
    here, since = {"township": small.WEST, "person": "01"}, {"valid_from": "2026-11-01"}
    session = {
        "training_code": "P1",
        "training_title": "培训",
        "training_organ": "WEST",
        "trained_at": "2026-11-01T09:00:00+08:00",
    }
    written |= {
        "POST /staffing/trainings": session | {"township": small.WEST},
        "POST /staffing/village_officers": {"village": small.VILLAGES[0], "person": "01"} | since,
        "POST /staffing/posts": here | since | {"post": "captain"},
        "POST /staffing/equipment": since
        | {"township": small.WEST, "equipment_code": "E1", "equipment_kind": "vehicle", "equipment_name": "1"},
        "POST /staffing/secondments": here | since | {"reason": "防汛"},
        "POST /staffing/guidance": since | {"person": "01", "mode": "covering", "townships": [small.WEST]},
    }
    written |= {f"POST /{place}": begun(place, west) for place in FIRST}
    village = {"patrol_cell": small.VILLAGES[0]}
    walked = {"patrol_cells": [small.VILLAGES[0]], "walker": "team:G1"}
    written |= {
        "POST /patrols": walked,
        "POST /patrols/plans": walked | {"times": "1", "per": "day"},
        "POST /patrols/plans/end": {"patrol_cells": [small.VILLAGES[0]], "reason": "并村"},
        "POST /patrols/{number}/steps/tick": village,
        "POST /patrols/{number}/steps/found": village | {"found": "违规堆放"},
        "POST /patrols/{number}/steps/link_lead": {"lead": west["lead"]},
    }
    days = {"begins_on": "2026-11-01", "ends_on": "2026-12-01"}
    drawn = {"inspection_plan": west["plans"], "subjects_wanted": "1", "inspectors_wanted": "2"}
    written |= {
        "POST /inspections/plans": days | {"title": "检查", "inspection_kind": "routine", "inspection_items": ["A1"]},
        "POST /inspections/draws": drawn,
        "POST /inspections/visits": {"inspected": west["subject"], "visit_on": "2026-11-20", "persons": ["01", "02"]},
        "POST /inspections/subjects": {"name": "某厂", "credit_code": "91330701MA28D54Q03", "cell": small.VILLAGES[0]},
        "POST /inspections/operations": {"title": "联合", "participants": ["MARKET"]},
        f"POST /inspections/visits/{west['visits']}/papers": {"paper": "inspection_approval"},
    }
    return written[operation] if operation in written else _of_examples(operation)


def _of_examples(operation: str) -> dict[str, Any]:
    method, path = operation.split(" ", 1)
    asked = description()["paths"][PREFIX + path][method.lower()].get("requestBody")
    if asked is None:
        return {}
    schema = asked["content"]["application/json"]["schema"]
    name = (schema.get("$ref") or schema["anyOf"][0]["$ref"]).rsplit("/", 1)[1]
    fields = description()["components"]["schemas"][name]
    return {one: fields["properties"][one]["examples"][0] for one in fields.get("required", ())}


def ask(call, who, operation, west):
    method, path = address(operation, west)
    if method == "POST" and path.endswith("?name=a.pdf"):
        return call(who, method, path, content=PDF + str(next(_serial)).encode())
    if method == "POST" and path.endswith("?name=roster.csv"):
        return call(who, method, path, content=ROSTER.encode())
    if method == "POST" and path.endswith("?name=officers.csv"):
        return call(who, method, path, content=OFFICERS.encode())
    return call(who, method, path, **({} if method == "GET" else {"json": body(operation, west)}))


def refused(reply) -> str | None:
    """The code of a refusal for want of a right, also inside a batch; None when the right was there."""
    found = reply.json() if "json" in reply.headers.get("content-type", "") else {}
    if isinstance(found, dict) and found.get("results"):
        found = found["results"][0].get("problem") or {}
    code = found.get("code") if isinstance(found, dict) else None
    return code if code in ("errors_access.forbidden", "errors_access.unauthenticated") else None


def holders(operation: str) -> frozenset[Role]:
    """The roles that have every right the operation needs."""
    return frozenset(Role).intersection(*(VERBS[verb] for verb in verbs_of(operation) if verb != AT_LARGE))


@pytest.mark.parametrize("operation", operations())
def test_an_operation_is_for_its_roles_alone(call, west, operation):
    allowed = holders(operation)
    for role in ROLES:
        reply = ask(call, role.value, operation, west)
        assert reply.status_code < 500, (role, reply.text)
        assert reply.status_code != 400, (role, reply.text)
        assert "body_faults" not in reply.text, (role, reply.text)
        assert (refused(reply) is None) == (role in allowed), (role, reply.status_code, reply.text)
    nobody = ask(call, None, operation, west)
    assert (nobody.status_code, refused(nobody)) == (401, "errors_access.unauthenticated")


IN_A_TOWNSHIP = [one for one in operations() if AT_LARGE not in verbs_of(one)]


@pytest.mark.parametrize("operation", IN_A_TOWNSHIP)
def test_who_holds_another_township_neither_reads_nor_touches(call, west, operation):
    """The roles without the right are refused everywhere already."""
    stays_out(call, west, operation, [role for role in ROLES if role in holders(operation)] or ROLES)


@pytest.mark.long
@pytest.mark.parametrize("operation", IN_A_TOWNSHIP)
def test_no_role_of_another_township_reads_or_touches(call, west, operation):
    stays_out(call, west, operation, ROLES)


def stays_out(call: Any, west: dict[str, str], operation: str, roles: list[Role]) -> None:
    """Every one of `roles`, held in the eastern town alone, is told that there is nothing, or refused."""
    for role in roles:
        reply = ask(call, f"east-{role.value}", operation, west)
        hidden = reply.status_code == 404 and reply.json()["code"].endswith("not_found")
        ruled = ELSEWHERE.get(operation) == (reply.status_code, reply.json().get("code"))
        assert hidden or ruled or refused(reply) == "errors_access.forbidden", (role, reply.status_code, reply.text)


def test_what_is_listed_at_large_holds_nothing_of_another_township(call, west):
    for role in ROLES:
        for path in (*(f"/{place}?limit=500" for place in ("leads", "tasks", "cases", "reviews", *FIRST)),):
            reply = call(f"east-{role.value}", "GET", path)
            assert reply.status_code == 403 or not any(west[kind] in reply.text for kind in (*PLAIN, *FIRST))
