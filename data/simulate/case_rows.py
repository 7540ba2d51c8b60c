"""What a step of an invented case leaves besides its state: entries of the file, numbers, money, things held, remedies."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from data.casework.case_decided import DECISION_WORDS
from data.casework.case_written import WORDED, _plain
from data.simulate.case_reviews_rows import open_round
from policy.case_facts import CaseFacts
from policy.vocabulary import Verb

if TYPE_CHECKING:
    from data.simulate.case_cast import By
    from data.simulate.case_file import CaseFile

Given = dict[str, Any]
Leave = Callable[["CaseFile", "By", Given, CaseFacts], Given]


def leave(case: CaseFile, verb: Verb, by: By, given: Given, facts: CaseFacts) -> Given:
    """Rows the step leaves behind; gives the facts of its event."""
    found = _plain(given) | _entry(case, verb, by, given)
    also = _ALSO.get(verb)
    return found | (also(case, by, given, facts) if also else {})


def _entry(case: CaseFile, verb: Verb, by: By, given: Given) -> Given:
    words = {name: given[name] for name in WORDED if given.get(name)}
    if not words:
        return {}
    main = words.get("words") or words.get("reason") or next(iter(words.values()))
    details = {name: text for name, text in words.items() if text is not main}
    row = case.docket.add(
        "case_entry", case_id=case.row["id"], kind=verb.value, at=case.docket.desk.now, account_id=None, author=by.name,
        text=main, details=details,
    )  # fmt: skip
    digest = hashlib.sha256("\n".join(f"{name}:{text}" for name, text in sorted(words.items())).encode()).hexdigest()
    return {"entry": str(row["id"]), "words_sha256": digest}


def _graded(case: CaseFile, _by: By, given: Given, _facts: CaseFacts) -> Given:
    case.row["grade"] = given.get("grade") or case.row["grade"]
    return {}


def _numbered(case: CaseFile, verb: Verb) -> Given:
    word = DECISION_WORDS[verb]
    year, serial = case.docket.serial(case.row["in_name_of"], word)
    case.row["decision_number"] = f"{word}〔{year}〕{serial}号"
    return {"decision": case.row["decision_number"]}


def _decided(case: CaseFile, by: By, given: Given, facts: CaseFacts) -> Given:
    _graded(case, by, given, facts)
    return _numbered(case, Verb.DECIDE)


def _spared(case: CaseFile, _by: By, given: Given, _facts: CaseFacts) -> Given:
    case.row["ground"] = str(given["not_punished_ground"])
    return _numbered(case, Verb.NOT_PUNISH)


def _on_the_spot(case: CaseFile, _by: By, given: Given, _facts: CaseFacts) -> Given:
    case.row |= {"grade": given.get("grade"), "decision_number": given["document"]}
    return {"decision": given["document"]}


def _grounded(case: CaseFile, _by: By, given: Given, _facts: CaseFacts) -> Given:
    case.row["ground"] = str(given.get("close_ground") or "") or case.row["ground"]
    return {}


def _archived(case: CaseFile, _by: By, given: Given, _facts: CaseFacts) -> Given:
    case.row["archive_number"] = given["archive_number"]
    return {}


def _paid(case: CaseFile, _by: By, given: Given, _facts: CaseFacts) -> Given:
    return _payment(case, given, str(given["paid"]), "bank")


def _collected(case: CaseFile, _by: By, given: Given, _facts: CaseFacts) -> Given:
    return _payment(case, given, "fine", "on_the_spot")


def _payment(case: CaseFile, given: Given, kind: str, channel: str) -> Given:
    row = case.docket.add(
        "payment", case_id=case.row["id"], kind=kind, amount=given["amount"], paid_at=case.docket.desk.now,
        channel=channel, receipt=given.get("slip"), account_id=None,
    )  # fmt: skip
    return {"payment": str(row["id"]), "channel": channel}


def _officers(case: CaseFile, _by: By, given: Given, _facts: CaseFacts) -> Given:
    case.row["officer_ids"] = list(given["persons"])
    return {}


# -- what is held


def _hold(kind: str) -> Leave:
    def left(case: CaseFile, by: By, given: Given, facts: CaseFacts) -> Given:
        docket = case.docket
        measure = docket.add(
            "measure", case_id=case.row["id"], kind=kind, status="running", begun_at=docket.desk.now,
            on_the_spot=facts.urgent, extended_at=None, ended_at=None, result=None, account_id=None, version=1,
        )  # fmt: skip
        case.measures.append(measure)
        for row in given["goods"]:
            _take_in(case, by, measure, row)
        return {"measure": str(measure["id"]), "goods": len(given["goods"])}

    return left


def _take_in(case: CaseFile, by: By, measure: Given, row: Mapping[str, str]) -> None:
    thing = case.docket.add(
        "goods", case_id=case.row["id"], measure_id=measure["id"], name=row["name"], quantity=row["quantity"],
        condition=row.get("condition"), keeper="", place=row.get("place"), version=1,
    )  # fmt: skip
    case.goods.setdefault(measure["id"], []).append(thing)
    _move(case, thing, "party", row.get("keeper") or by.name, measure["kind"])


def _move(case: CaseFile, thing: Given, giver: str, receiver: str, reason: str) -> None:
    thing["keeper"] = receiver
    case.docket.add(
        "goods_move", goods_id=thing["id"], at=case.docket.desk.now, giver=giver, receiver=receiver, reason=reason,
        account_id=None,
    )  # fmt: skip


def _let_go(*kinds: str) -> Leave:
    def left(case: CaseFile, _by: By, given: Given, _facts: CaseFacts) -> Given:
        measure = next((m for m in case.measures if m["kind"] in kinds and m["status"] == "running"), None)
        if measure is None:
            return {}
        released = bool(given.get("released"))
        measure |= {"status": "released" if released else "handled", "ended_at": case.docket.desk.now}
        measure["result"], measure["version"] = given.get("words"), measure["version"] + 1
        for thing in case.goods[measure["id"]]:
            _move(case, thing, thing["keeper"], "party" if released else thing["keeper"], measure["status"])
        return {"measure": str(measure["id"])}

    return left


def _prolonged(case: CaseFile, _by: By, _given: Given, _facts: CaseFacts) -> Given:
    measure = next((m for m in case.measures if m["kind"] == "sealing" and m["status"] == "running"), None)
    if measure is not None:
        measure["extended_at"] = case.docket.desk.now
        case.extend("sealing", str(measure["id"]))
    return {}


# -- remedies


def _asked(kind: str) -> Leave:
    def left(case: CaseFile, _by: By, given: Given, _facts: CaseFacts) -> Given:
        row = case.docket.add(
            "remedy", case_id=case.row["id"], kind=kind, organ=given["before"], asked_at=case.docket.desk.now,
            suspends=False, mediation=None, result=None, decided_at=None, version=1,
        )  # fmt: skip
        case.remedies.append(row)
        case.row["remedy"] = "pending"
        return {"remedy": str(row["id"])}

    return left


def _answered(kind: str) -> Leave:
    def left(case: CaseFile, _by: By, given: Given, _facts: CaseFacts) -> Given:
        case.row["remedy"] = str(given["result"])
        row = next((r for r in case.remedies if r["kind"] == kind and r["result"] is None), None)
        if row is None:
            return {}
        row |= {"result": case.row["remedy"], "decided_at": case.docket.desk.now, "mediation": given.get("mediation")}
        return {"remedy": str(row["id"])}

    return left


_ALSO: Final[Mapping[Verb, Leave]] = {
    Verb.PROPOSE_PENALTY: _graded,
    Verb.SUBMIT_REVIEW: open_round,
    Verb.ASSIGN_OFFICERS: _officers,
    Verb.DECIDE: _decided,
    Verb.NOT_PUNISH: _spared,
    Verb.DECIDE_ON_SPOT: _on_the_spot,
    Verb.CLOSE: _grounded,
    Verb.ARCHIVE: _archived,
    Verb.RECORD_PAYMENT: _paid,
    Verb.COLLECT_CASH: _collected,
    Verb.PRESERVE: _hold("preservation"),
    Verb.SEAL: _hold("sealing"),
    Verb.HANDLE_PRESERVED: _let_go("preservation"),
    Verb.RELEASE_SEALING: _let_go("sealing", "seizure"),
    Verb.EXTEND_SEALING: _prolonged,
    Verb.ASK_RECONSIDERATION: _asked("reconsideration"),
    Verb.BRING_SUIT: _asked("suit"),
    Verb.DECIDE_RECONSIDERATION: _answered("reconsideration"),
    Verb.DECIDE_SUIT: _answered("suit"),
}
