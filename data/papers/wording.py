"""Days, amounts, articles and periods in the words of a document; every number comes from the record or the profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import cn2an

from data.county import County
from policy.case_rules import rules_of
from policy.citing import clause_words
from policy.deadline_terms import Spec, spec_of, value_for
from policy.errors import Refusal
from policy.library import library
from policy.text import say
from policy.vocabulary_case import Procedure
from policy.zone import CHINA

ON_THE_SPOT: Final = "on_the_spot"
"""The code of a penalty decided on the spot in `remedies.reconsideration_first` (RL 23)."""


def plain(text: str | None) -> str | None:
    """What somebody wrote, without its final stop: the template sets that."""
    return text.strip().rstrip("。．.；;，,") if text else None


def day(at: datetime | date | None) -> str | None:
    """`2026年11月21日`, in Asia/Shanghai."""
    if at is None:
        return None
    on = at.astimezone(CHINA).date() if isinstance(at, datetime) else at
    return f"{on.year}年{on.month}月{on.day}日"


def moment(at: datetime | None) -> str | None:
    """`2026年11月21日9时30分`, in Asia/Shanghai."""
    if at is None:
        return None
    here = at.astimezone(CHINA)
    return f"{day(at)}{here.hour}时{here.minute}分"


def yuan(amount: Decimal | None) -> str | None:
    """An amount in figures, without the cents it does not have."""
    if amount is None:
        return None
    return f"{amount:.2f}".removesuffix(".00")


def yuan_words(amount: Decimal | None) -> str | None:
    """An amount in the numerals of a receipt: 叁仟元整."""
    return None if amount is None else str(cn2an.an2cn(f"{amount:.2f}", "rmb"))


def share(part: Any) -> str:
    """A share as a percentage: 3%."""
    return f"{Decimal(str(part)) * 100:f}".rstrip("0").rstrip(".") + "%"


def basis(article: Any) -> str | None:
    """An article as a decision cites it: 《…条例》第十六条第三款; a citation that was written by hand stays as it is."""
    if not isinstance(article, Mapping) or not article.get("law"):
        return str(article) if article else None
    law = str(article["law"])
    known = library().documents.get(law)
    clause = clause_words(str(article.get("clause", "")), "zh")
    paragraph = article.get("paragraph")
    if paragraph:
        clause += say("papers.paragraph", paragraph=_numeral(int(paragraph)))
    return say("papers.basis", title=known.title_zh if known else law, article=clause)


def listed(items: Sequence[str]) -> str:
    """Things in one line, numbered as a letter numbers what goes with it: 一、…；二、…."""
    return "；".join(f"{_numeral(place)}、{item}" for place, item in enumerate(items, start=1))


def _numeral(value: int) -> str:
    return str(cn2an.an2cn(str(value)))


def terms(county: County, kind: str, on: date) -> Spec | None:
    """The terms of a deadline as the county's profile has them; None where it is silent: nothing is borrowed."""
    try:
        return spec_of(kind, value_for(kind, county.profile, on, on))
    except Refusal as silent:
        if silent.code == "errors_policy.silent":
            return None
        raise


def period(county: County, kind: str, on: date) -> str | None:
    """The length of a deadline in words: 5个工作日."""
    found = terms(county, kind, on)
    return None if found is None else length(found.amount, found.unit)


def length(amount: int, unit: str) -> str:
    """So many of a unit of time: 6个月."""
    return say(f"policy.amount.{unit}", n=amount)


def named(county: County, key: str, on: date) -> str | None:
    """The Chinese name an entry of the profile gives, such as the organ of reconsideration."""
    value = county.profile.get(key, on)
    return None if value is None else str(value.value["name_zh"])


def remedies(county: County, procedure: Procedure, on: date) -> dict[str, str | None]:
    """Ways and periods of remedy: a decision on the spot goes to reconsideration first where the law says so (RL 23)."""
    organ, court = (named(county, f"remedies.{one}", on) for one in ("reconsideration_organ", "court"))
    first = procedure is Procedure.SIMPLE and ON_THE_SPOT in rules_of(county.profile, on).reconsideration_first
    suit = "suit_after_reconsideration" if first else "suit"
    blank = say("papers.blank")
    told = {"organ": organ or blank, "court": court or blank}
    told["reconsideration"] = period(county, "reconsideration", on) or blank
    text = say(f"papers.remedies.{'first' if first else 'open'}", suit=period(county, suit, on) or blank, **told)
    otherwise = say("papers.remedies.otherwise", suit=period(county, "suit", on) or blank, **told)
    return {"text": text, "otherwise": otherwise, "organ": organ, "court": court}


def payment(
    county: County, fine: Decimal | None, on: date, *, cash: str | None = None, gains: Decimal | None = None
) -> str:
    """How and by when a decision is complied with (PL 59(4), 67, 72); `cash` is the ground of collecting on the spot."""
    if not fine:
        return say("papers.pay_none")
    if cash:
        return say("papers.pay_cash", ground=cash)
    found = say("papers.pay_bank", period=period(county, "payment", on) or say("papers.blank"))
    daily = county.profile.get("case.surcharge.daily", on)
    if daily is not None:
        found += say("papers.pay_surcharge", share=share(daily.value))
    return found + say("papers.pay_gains") if gains else found
