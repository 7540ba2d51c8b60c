"""Forms as people fill them in: plausible by chance, and now and then spoiled so that they must be refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from policy.case_forms import FORMS
from policy.vocabulary import PenaltyKind, Verb
from policy.vocabulary_between import Trigger
from policy.vocabulary_case import (
    CashGround,
    CloseGround,
    LimitationGround,
    NotPunishedGround,
    RemedyResult,
    ServiceWay,
)
from tests.data.machine_people import FIT, UNFIT

if TYPE_CHECKING:
    from tests.data.machine_life import Life

V = Verb
Form = Callable[["Life"], dict[str, Any]]
MATERIALS = ("investigation_report", "proposal", "evidence", "hearing_or_assessment")
FINES: dict[str, dict[str, tuple[str, ...]]] = {
    "A1": {"lenient": ("10", "15"), "ordinary": ("25", "30", "34"), "heavy": ("40", "50", "60")},
    "A2": {"lenient": ("120", "60000"), "ordinary": ("300", "200000"), "heavy": ("450", "400000")},
    "A3": {"lenient": ("6000", "9000"), "ordinary": ("20000", "25000"), "heavy": ("40000", "45000")},
}
"""Fines by item and grade, for people and organisations; now and then one that does not fit."""


def fine_of(life: Life) -> dict[str, str]:
    """A grade and a fine, mostly of that grade and item."""
    item = life.item if life.well() else life.rng.choice(list(FINES))
    grade = life.rng.choice(list(FINES[item]))
    fines = FINES[item][grade]
    if item == "A2":
        fines = fines[:1] if life.citizen else fines[1:]
    return {"fine": life.rng.choice(fines), "grade": grade}


def some(life: Life, **given: Any) -> dict[str, Any]:
    """What is meant, without what somebody forgot."""
    return {name: value for name, value in given.items() if value is not None}


def words(life: Life, text: str = "经查属实") -> str | None:
    return text if life.well() else None


def penalty(life: Life) -> dict[str, Any]:
    """A penalty as it is proposed."""
    if life.chance(0.1):
        return {"penalties": ["warning"]}
    told: dict[str, Any] = {"penalties": ["fine"], **fine_of(life)}
    if life.chance(0.3):
        told["grade_reason"] = "主动消除危害后果"
    if life.chance(0.1):
        kind = life.rng.choice(("confiscate_goods", "confiscate_large_gains", "order_suspension"))
        told |= {"penalties": ["fine", kind], "confiscated": "800"}
    return told


def proposal(life: Life) -> dict[str, Any]:
    told = penalty(life)
    told |= {"complex_case": life.chance(0.12), "major": life.chance(0.1), "suspected_crime": life.chance(0.03)}
    told |= {"large_fine": life.chance(0.2), "adjusted": life.chance(0.1)}
    if life.chance(0.1):
        told["hearing_by_law"] = True
    if life.chance(0.1):
        told["triggers"] = [life.rng.choice(list(Trigger)).value]
    return told


def decision(life: Life) -> dict[str, Any]:
    """Mostly what was proposed, sometimes another penalty."""
    told: dict[str, Any] = {"words": "决定如下"}
    kept = life.course.get("penalties") or frozenset({PenaltyKind.FINE})
    if life.chance(0.12):
        return told | penalty(life)
    told["penalties"] = sorted(kind.value for kind in kept)
    if life.chance(0.5) and life.course.get("fine") is not None:
        told["fine"] = str(life.course["fine"])
    return told


def on_spot(life: Life) -> dict[str, Any]:
    told = some(
        life,
        penalties=["warning"] if life.chance(0.2) else ["fine"],
        **fine_of(life),
        words=words(life, "愿意改正"),
        waived=True if life.chance(0.2) else None,
        document=f"当罚〔2026〕{life.rng.randint(1, 10**9)}号" if life.chance(0.05) else None,
        receipt=life.well(),
        facts_clear=life.well(),
        suspected_crime=not life.well(),
    )
    if life.chance(0.2):
        told["grade_reason"] = "多次违法"
    return told


ON_SPOT: Form = on_spot


def goods(life: Life) -> dict[str, Any]:
    rows = [{"name": "三轮车", "quantity": "1辆"}, {"name": "台秤", "quantity": "1台", "keeper": "西镇仓库"}]
    told = {"goods": rows[: life.rng.randint(1, 2)], "head_approved": life.well()}
    return told | ({"urgent": True} if life.chance(0.3) else {})


def preserve(life: Life) -> dict[str, Any]:
    return {"goods": [{"name": "账册", "quantity": "2本"}], "head_approved": life.well()}


def hearing(life: Life) -> dict[str, Any]:
    on = life.now + timedelta(days=life.rng.choice((5, 12, 15, 20)))
    return {"hearing_on": on.isoformat(), "presider": "13" if life.well() else life.rng.choice(life.officers)}


def payment(life: Life) -> dict[str, Any]:
    owed = life.course.get("outstanding")
    amount = str(owed) if owed and life.chance(0.7) else "10"
    return {"amount": amount, "paid": "fine" if life.well() else "surcharge", "slip": "No.1"}


def cash(life: Life) -> dict[str, Any]:
    told = {key: value for key, value in payment(life).items() if key != "paid"}
    ground = life.rng.choice(list(CashGround)).value
    return told | {"cash_ground": ground, "cash_asked": life.chance(0.5), "reason": "当事人无固定住所"}


def remedy(life: Life) -> dict[str, Any]:
    result = RemedyResult.REVOKED if life.chance(0.3) else life.rng.choice(list(RemedyResult))
    return {"result": result.value, "redo_ordered": life.chance(0.5)}


def closing(life: Life) -> dict[str, Any]:
    fitting = {"not_punished": CloseGround.NOT_PUNISHED, "referred_criminal": CloseGround.TAKEN_BY_POLICE}
    status = life.case.status if life.case else ""
    ground = fitting.get(status, life.rng.choice(list(CloseGround)))
    if life.course.get("outstanding") == 0 and status not in fitting and life.well():
        ground = CloseGround.EXECUTED
    return some(life, close_ground=ground.value, reason="无财产可供执行" if life.chance(0.2) else None)


def letting_off(life: Life) -> dict[str, Any]:
    ground = life.rng.choice(list(NotPunishedGround)).value
    return {"not_punished_ground": ground, "words": "不予处罚", "corrected": life.well(), "educated": life.well()}


def limits(life: Life) -> dict[str, Any]:
    return {"limitation_ground": life.rng.choice(list(LimitationGround)).value} if life.chance(0.2) else {}


def reason(life: Life) -> dict[str, Any]:
    return {"reason": "情况属实"}


def said(life: Life) -> dict[str, Any]:
    return {"words": "经查属实"}


FORM: dict[Verb, Form] = {
    V.RECORD_FINDING: said,
    V.SUBMIT_FILING: limits,
    V.APPROVE_FILING: lambda life: some(life, words=words(life)),
    V.REFUSE_FILING: reason,
    V.HANDLE_OTHERWISE: reason,
    V.DROP: reason,
    V.ASSIGN_OFFICERS: lambda life: {"persons": life.rng.sample(FIT, 2) if life.well() else ["01", life.rng.choice(UNFIT)]},
    V.CONCLUDE_INVESTIGATION: said,
    V.PROPOSE_PENALTY: proposal,
    V.SUBMIT_REVIEW: lambda life: {"materials": list(MATERIALS if life.well() else MATERIALS[:2]), "changes": "已补正"},
    V.GIVE_NOTICE: lambda life: some(
        life, words="拟处罚如下", tells_hearing=True if life.well() and life.chance(0.9) else None, reason="变更"
    ),
    V.RECORD_STATEMENT: lambda life: some(life, words="认为过重", weighed="复核后不采纳" if life.chance(0.7) else None),
    V.RECORD_WAIVER: lambda life: {"waived": life.rng.choice(("statement", "hearing")), "document": "弃权书"},
    V.REQUEST_HEARING: lambda life: some(life, words=words(life, "要求听证")),
    V.NOTIFY_HEARING: hearing,
    V.HOLD_HEARING: lambda life: {"words": "听证笔录", "hearing_record": life.well()},
    V.END_HEARING: reason,
    V.HEAR_STATEMENT: lambda life: some(life, weighed="复核后不采纳" if life.chance(0.8) else None),
    V.DISCUSS: lambda life: {"words": "集体讨论记录", "present": "张三、李四、王五"},
    V.DECIDE: decision,
    V.NOT_PUNISH: letting_off,
    V.SERVE: lambda life: {
        "service_way": life.rng.choice(list(ServiceWay)).value, "receipt": life.well(), "service_consent": life.chance(0.5),
    },
    V.RECORD_PAYMENT: payment,
    V.COLLECT_CASH: cash,
    V.BANK_CASH: lambda life: {"bank": "代收银行", "slip": "No.2"},
    V.PAY_REFUND: lambda life: {"amount": str(life.course.get("refund_owed", 0)), "bank": "代收银行", "slip": "No.3"},
    V.DEFER_PAYMENT: lambda life: {"deferred_until": (life.now + timedelta(days=60)).isoformat(), "reason": "困难"},
    V.RECORD_EXECUTION: said,
    V.FORCE_EXECUTION: lambda life: {"words": "强制执行", "head_approved": life.well(), "urgent": life.chance(0.2)},
    V.APPLY_COURT: said,
    V.RECORD_RULING: lambda life: {"document": "行审1号", "words": "准予执行"},
    V.CLOSE: closing,
    V.ARCHIVE: lambda life: {"archive_number": f"2026-{life.rng.randint(1, 9999)}", "file_complete": life.well()},
    V.PRESERVE: preserve,
    V.HANDLE_PRESERVED: lambda life: {"words": "退还", "released": life.chance(0.6)},
    V.SEAL: goods,
    V.REPORT_COMPULSION: reason,
    V.EXTEND_SEALING: reason,
    V.RELEASE_SEALING: lambda life: {"words": "解除", "released": life.chance(0.6)},
    V.RECUSE: lambda life: {"person": life.rng.choice(life.officers or FIT), "reason": "系当事人近亲属"},
    V.CORRECT_DOCUMENT: lambda life: {"document": "告知书", "reason": "笔误"},
    V.EXTEND_DECISION: lambda life: {"extension_clause": "PL 60", "reason": "案情复杂"},
    V.ASK_RECONSIDERATION: lambda life: {"before": "区人民政府"},
    V.DECIDE_RECONSIDERATION: remedy,
    V.BRING_SUIT: lambda life: {"before": "区人民法院"},
    V.DECIDE_SUIT: remedy,
    V.PUBLISH: lambda life: {"social_effect": life.well(), "masked_copy": life.well()},
    V.WITHDRAW_PUBLICATION: reason,
    V.FILE_MAJOR_PENALTY: lambda life: {"document": "备案报告1号", "before": "区司法局"},
    V.REFER_CRIMINAL: reason,
    V.TRANSFER: lambda life: {"receiver": "EAST", "reason": "不属本机关管辖"},
}  # fmt: skip


def spoil(life: Life, verb: Verb, given: dict[str, Any]) -> dict[str, Any]:
    """The form with one thing in it that no form accepts."""
    bad: dict[str, tuple[Any, ...]] = {
        "text": (5, "长" * 201), "words": (["x"], "长" * 20_001), "person": (7, "无此人"), "flag": ("yes", 1),
        "moment": ("明天", "2026-11-20T10:00:00"), "yuan": ("-1", "1.005", "许多", True), "choice": ("nothing", 3),
        "choices": ("fine", ["nothing"]), "codes": ("x", [3]), "persons": ("01", ["无此人"]),
        "goods": ("x", [{"name": "无数量"}], [{"colour": "红"}]), "amounts": ([1], {"piece": "-2"}),
    }  # fmt: skip
    spoiled = [{"nonsense": 1}, *({one.name: life.rng.choice(bad[one.kind])} for one in FORMS[verb])]
    return given | life.rng.choice(spoiled)
