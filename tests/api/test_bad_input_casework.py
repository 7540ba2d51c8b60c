"""What bad input gets in casework, over the interface: refused with the thing, the rule, its clause and the remedy in both
languages, and nothing of it stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from docx import Document
from sqlalchemy import func, select

from data.accounts import GrantDraft, create_account, create_token
from data.authority import SYSTEM
from data.db import Record
from data.models import (
    Account,
    Base,
    Case,
    CaseReview,
    Certificate,
    Event,
    Evidence,
    Organ,
    Paper,
    Payment,
    Person,
    Transfer,
)
from data.settings import settings
from policy.vocabulary import Role
from tests.api.casting import TO_NOTICE, TO_SERVICE, WEST, tokens
from tests.api.conftest import behind_the_gate
from tests.api.test_evidence import PDF, picture, put
from tests.api.test_leads import post
from tests.data import parties, small
from tests.data.cases import COMPANY

TABLES = (Event, Case, CaseReview, Evidence, Paper, Payment, Transfer)
FINE = {
    "penalties": ["fine"], "fine": "30000", "complex_case": False, "major": False, "suspected_crime": False,
    "large_fine": False,
}  # fmt: skip
MATERIALS = ["investigation_report", "proposal", "evidence"]
TO_INQUIRY = TO_NOTICE[:4]


@dataclass(frozen=True)
class Request:
    """What is sent and by whom."""

    who: str
    path: str
    body: Any = None
    file: tuple[bytes, str] | None = None


class House:
    """A record under one plan, everybody who has a part, and the way of a case over the interface."""

    def __init__(self, record: Record, client: Any, held: dict[str, str], clock: Any) -> None:
        self.record, self.client, self.held, self.clock, self._shade = record, client, held, clock, 40

    def call(self, who: str, method: str, path: str, **more: Any) -> Any:
        headers = {"authorization": f"Bearer {self.held[who]}"} | more.pop("headers", {})
        return self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    def send(self, one: Request, lang: str) -> Any:
        if one.file is not None:
            content, name = one.file
            lead = one.path.split("/")[2]
            return put(self._in(lang), lead, content, name, who=one.who)
        return self.call(one.who, "POST", one.path, json=one.body, headers={"accept-language": lang})

    def _in(self, lang: str) -> Callable[..., Any]:
        def call(who: str, method: str, path: str, **more: Any) -> Any:
            return self.call(who, method, path, **more, headers={"accept-language": lang} | more.pop("headers", {}))

        return call

    def lead(self) -> str:
        self._shade += 1
        number = str(post(self.call, summary="河道边倾倒渣土").json()["number"])
        assert self.call("dispatcher", "POST", f"/leads/{number}/triage", json={"domain": "city"}).status_code == 200
        assert put(self.call, number, picture(self._shade), who="dispatcher").status_code == 201
        return number

    def case(self, *steps: tuple[str, str, Any], **more: Any) -> str:
        told = {
            "item": "A1",
            "summary": "占道经营",
            "party": COMPANY,
            "officers": ["01", "02"],
            "lead": self.lead(),
        } | more
        reply = self.call("handler", "POST", "/cases", json=told)
        assert reply.status_code == 201, reply.text
        number = str(reply.json()["number"])
        for who, verb, given in steps:
            self.step(who, number, verb, given)
        return number

    def step(self, who: str, number: str, verb: str, given: Any = None) -> None:
        reply = self.call(who, "POST", f"/cases/{number}/steps/{verb}", json=given)
        assert reply.status_code == 200, (verb, reply.text)

    def review(self, case: str) -> str:
        with self.record.read() as session:
            query = select(CaseReview.number).join(Case, Case.id == CaseReview.case_id).where(Case.number == case)
            return str(session.scalars(query).one())

    def agreed(self, case: str, **more: Any) -> None:
        """The file is sent to review and agreed."""
        self.step("handler", case, "submit_review", {"materials": MATERIALS} | more)
        place = f"/reviews/{self.review(case)}"
        for verb in ("confirm_complete", "begin_review"):
            assert self.call("reviewer", "POST", f"{place}/steps/{verb}").status_code == 200
        points = [one["code"] for one in self.call("reviewer", "GET", place).json()["points"]]
        opinion = {"opinion": "agree", "answers": dict.fromkeys(points, "ok"), "grounds": "同意"}
        reply = self.call("reviewer", "POST", f"{place}/opinion", json=opinion)
        assert reply.status_code == 200, reply.text

    def rows(self) -> list[int]:
        with self.record.read() as session:
            return [session.scalar(select(func.count()).select_from(model)) or 0 for model in TABLES]


def build(profile: str, folder: Any, clock: Any) -> tuple[Record, dict[str, str]]:
    record = Record(f"sqlite:///{folder / 'bad.db'}", clock=clock)
    Base.metadata.create_all(record.write_engine)
    parties.build(record, profile)
    held = tokens(record)
    for part, (role, organ, township) in parties.CAST.items():
        held[part] = _account(record, f"b-{part}", [GrantDraft(role, organ, (township,) if township else None)])
    both = [GrantDraft(role, "WEST", WEST) for role in (Role.TOWNSHIP_HEAD, Role.FINANCE)]
    held["head_and_cashier"] = _account(record, "b-both", both)
    held["handler_as_reviewer"] = _account(record, "b-judge", [GrantDraft(Role.LEGAL_REVIEWER, "WEST", WEST)])
    record.write(SYSTEM, _people)
    return record, held


def _account(record: Record, name: str, grants: list[GrantDraft]) -> str:
    record.write(SYSTEM, create_account, username=name, display_name=name, password_hash="-", grants=grants)
    return str(record.write(SYSTEM, create_token, username=name, name="test"))


def _people(tx: Any) -> None:
    """The reviewer is qualified in law; who handles the cases has an account as a reviewer as well."""
    organ = tx.session.scalars(select(Organ).where(Organ.code == "WEST")).one()
    jurist = Person(
        jurisdiction_id=organ.jurisdiction_id, code="51", name="丙律", kind="officer", organ_id=organ.id,
        employed_from=small.FROM, law_qualified=True,
    )  # fmt: skip
    tx.session.add(jurist)
    tx.session.flush()
    for username, person in (("c-reviewer", jurist.id), ("b-judge", _person(tx, "01").id)):
        tx.session.scalars(select(Account).where(Account.username == username)).one().person_id = person


def _person(tx: Any, code: str) -> Person:
    return tx.session.scalars(select(Person).where(Person.code == code)).one()


@pytest.fixture(scope="module", autouse=True)
def own_templates(tmp_path_factory):
    """The office has a template of its own, with a field that no file has."""
    folder = tmp_path_factory.mktemp("templates")
    paper = Document()
    paper.add_paragraph("{{ case.number }} {{ case.colour }}")
    paper.save(str(folder / "interview_record.docx"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONEGRID_TEMPLATES", str(folder))
        patch.setenv("ONEGRID_VAR", str(tmp_path_factory.mktemp("var")))
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture(scope="module")
def houses(tmp_path_factory, clock):
    """A house by plan, built when it is first asked for."""
    from contextlib import ExitStack

    with ExitStack() as open_:
        found: dict[str, House] = {}

        def house(profile: str) -> House:
            if profile not in found:
                folder = tmp_path_factory.mktemp(profile)
                record, held = build(profile, folder, clock)
                open_.callback(record.close)
                found[profile] = House(record, open_.enter_context(behind_the_gate(record, folder)), held, clock)
            clock.now = small.NOW
            return found[profile]

        yield house


# -- what is tried ------------------------------------------------------------------------------------------------------


def decision_before_review(house: House) -> Request:
    """A fine of 30,000 yuan needs a review in Fuling."""
    case = house.case(*TO_INQUIRY, ("handler", "propose_penalty", FINE))
    return Request("handler", f"/cases/{case}/steps/give_notice", {"words": "拟罚款", "tells_hearing": True})


def decision_while_it_is_reviewed(house: House) -> Request:
    case = house.case(
        *TO_INQUIRY, ("handler", "propose_penalty", FINE), ("handler", "submit_review", {"materials": MATERIALS})
    )
    told = {"words": "决定罚款", "penalties": ["fine"], "fine": "30000"}
    return Request("head", f"/cases/{case}/steps/decide", told)


def review_by_the_handler(house: House) -> Request:
    case = house.case(
        *TO_INQUIRY, ("handler", "propose_penalty", FINE), ("handler", "submit_review", {"materials": MATERIALS})
    )
    return Request("handler_as_reviewer", f"/reviews/{house.review(case)}/steps/confirm_complete")


def fine_over_the_grade(house: House) -> Request:
    case = house.case(*TO_NOTICE)
    house.clock.now = small.NOW + timedelta(days=6)
    for who, verb, given in TO_SERVICE[:2]:
        house.step(who, case, verb, given)
    told = {"words": "决定罚款", "penalties": ["fine"], "fine": "5000", "grade": "ordinary"}
    return Request("head", f"/cases/{case}/steps/decide", told)


def penalty_over_the_townships_power(house: House) -> Request:
    case = house.case(*TO_INQUIRY)
    return Request(
        "handler", f"/cases/{case}/steps/propose_penalty", FINE | {"penalties": ["revoke_permit"], "fine": None}
    )


def second_transfer(house: House) -> Request:
    matter = house.lead()
    told = {"receiver": "WATER", "reason": "不属本镇职权", "subject": "河道内倾倒渣土", "matter": matter}
    number = house.call("west", "POST", "/transfers", json=told).json()["number"]
    papers = {"materials": ["transfer_letter", "other_case_material"]}
    for who, verb, given in (
        ("west", "send", papers), ("water", "receive", {"receipt": "回证1号"}), ("water", "take_on", {"document": "受理1号"}),
    ):  # fmt: skip
        assert house.call(who, "POST", f"/transfers/{number}/steps/{verb}", json=given).status_code == 200
    return Request("water", "/transfers", told | {"receiver": "EAST"})


def payment_taken_by_the_decider(house: House) -> Request:
    case = house.case(*TO_NOTICE)
    house.clock.now = small.NOW + timedelta(days=6)
    for who, verb, given in TO_SERVICE:
        house.step("head_and_cashier" if verb == "decide" else who, case, verb, given)
    return Request(
        "head_and_cashier", f"/cases/{case}/steps/record_payment", {"amount": "30", "paid": "fine", "slip": "1"}
    )


def hearing_asked_on_the_sixth_working_day(house: House) -> Request:
    """Told on Friday 20 November; the five working days end with Friday 27."""
    case = house.case(*TO_INQUIRY, ("handler", "propose_penalty", FINE | {"large_fine": True}))
    house.agreed(case)
    house.step("handler", case, "give_notice", {"words": "拟罚款三万元", "tells_hearing": True})
    house.clock.now = datetime(2026, 11, 30, 1, tzinfo=UTC)  # Monday, 09:00
    return Request("handler", f"/cases/{case}/steps/request_hearing", {"words": "要求听证"})


def filing_after_the_limitation_period(house: House) -> Request:
    case = house.case(act_on="2024-11-18")
    return Request("handler", f"/cases/{case}/steps/submit_filing", {})


def certificate_that_ended_while_the_form_was_open(house: House) -> Request:
    case = house.case()
    ends = small.NOW + timedelta(minutes=20)

    def shorten(tx: Any) -> None:
        row = tx.session.scalars(select(Certificate).where(Certificate.person_id == _person(tx, "02").id)).one()
        row.valid_to = ends

    house.record.write(SYSTEM, shorten)
    steps = house.call("handler", "GET", f"/cases/{case}/steps").json()["steps"]
    assert next(one for one in steps if one["step"] == "submit_filing")["allowed"]  # when the form was opened
    house.clock.now = ends + timedelta(minutes=1)
    return Request("handler", f"/cases/{case}/steps/submit_filing", {})


def file_that_lies_about_its_type(house: House) -> Request:
    return Request("dispatcher", f"/leads/{house.lead()}/evidence", file=(PDF, "现场.jpg"))


def template_with_an_unknown_field(house: House) -> Request:
    case = house.case(*TO_INQUIRY)
    return Request("handler", f"/cases/{case}/papers", {"paper": "interview_record"})


@dataclass(frozen=True)
class Bad:
    """A wrong input: under which plan, what is tried, what code the answer or one of its reasons has, its clause, and words
    of thing, rule and remedy that stand in it."""

    plan: str
    tried: Callable[[House], Request]
    status: int
    code: str
    clause: str | None
    zh: tuple[str, ...]
    en: tuple[str, ...]


LIST = (
    Bad("fuling", decision_before_review, 409, "reasons_case.review_missing", "FL 二(四)", ("法制审核", "请先送审"), ("legal review", "first")),
    Bad("fuling", decision_while_it_is_reviewed, 409, "reasons_case.review_running", "FL 二(四)", ("作出处罚决定", "请待其出具"), ("decide", "wait for it")),
    Bad("fuling", review_by_the_handler, 409, "reasons_review.reviewer_handled", "FL 二(四)", ("审核人办理过本案", "请换人"), ("handled", "name another")),
    Bad("jindong", fine_over_the_grade, 409, "reasons_case.fine_outside_grade", "PL 34", ("5000", "裁量档次", "请写明理由"), ("5000", "grade", "reason")),
    Bad("lanxi", penalty_over_the_townships_power, 409, "reasons_case.reserved_penalty", "LX 二(一)", ("吊销", "县级部门", "请移送"), ("county", "transfer")),
    Bad("fuling", second_transfer, 409, "second_transfer", "", ("移送", "争议"), ("transfer", "dispute")),
    Bad("jindong", payment_taken_by_the_decider, 409, "reasons_case.collector_decides", "PL 67", ("决定人", "财务"), ("decided", "finance")),
    Bad("fuling", hearing_asked_on_the_sixth_working_day, 409, "reasons_case.hearing_asked_late", "PL 64", ("2026-11-27", "陈述申辩"), ("2026-11-27", "statement")),
    Bad("jindong", filing_after_the_limitation_period, 409, "reasons_case.time_barred_ask", "PL 36", ("2026-11-18", "2026-11-20", "请写明理由"), ("2026-11-18", "2026-11-20", "ground")),
    Bad("jindong", certificate_that_ended_while_the_form_was_open, 409, "reasons_case.officers_short", "PL 42", ("2名", "1名", "请另行指派"), ("2", "1", "others")),
    Bad("jindong", file_that_lies_about_its_type, 422, "errors_evidence.content", None, ("现场.jpg", "pdf", "请核对"), ("现场.jpg", "pdf", "original")),
    Bad("jindong", template_with_an_unknown_field, 422, "errors_papers.fields", None, ("interview_record.docx", "case.colour", "请改为"), ("interview_record.docx", "case.colour", "use those")),
)  # fmt: skip


@pytest.mark.parametrize("bad", LIST, ids=[one.tried.__name__ for one in LIST])
def test_bad_input_is_refused_with_thing_rule_clause_and_remedy(houses, bad: Bad) -> None:
    house = houses(bad.plan)
    request = bad.tried(house)
    before = house.rows()
    for lang, words in (("zh", bad.zh), ("en", bad.en)):
        reply = house.send(request, lang)
        assert reply.status_code == bad.status, reply.text
        told = reply.json()
        said = [told] + [one for one in told.get("reasons", ()) if not one.get("favourable")]
        found = next((one for one in said if one["code"].endswith(bad.code)), None)
        assert found is not None, [one["code"] for one in said]
        sentence = told["detail"] + found.get("sentence", "")
        for word in words:
            assert word.lower() in sentence.lower(), sentence
        if bad.clause is not None:
            assert (found.get("clause") or told.get("clause") or "").startswith(bad.clause or "")
            assert found.get("clause") or told.get("clause")
    assert house.rows() == before
