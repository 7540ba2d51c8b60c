"""The item catalogue's records: what is forbidden, what penalises it, with which kinds of penalty and which fines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

from policy.vocabulary import PenaltyKind

Party = Literal["any", "individual", "organisation", "responsible"]
Correction = Literal["first", "with", "none"]

PARTIES: Final[tuple[Party, ...]] = ("any", "individual", "organisation", "responsible")
CORRECTIONS: Final[tuple[Correction, ...]] = ("first", "with", "none")

STAGES: Final[Mapping[str, str]] = {
    "severe": "情节严重|严重情节",
    "uncorrected": "逾期|拒不",
    "harm": "严重后果|导致发生生产安全事故|重大损失|文物损坏|扩散",
    "no_gains": "没有违法所得",
    "incalculable": "无法计算|无法查证",
    "severe_incalculable": "无法计算",
}
"""Stages under which a line of a fine holds, each with the words by which an article says so."""

BASES: Final[Mapping[str, str]] = {
    "goods_value": "货值金额|物品价值|产品价值",
    "gains": "违法所得|违法收入",
    "turnover": "违法经营额",
    "project_cost": "工程造价",
    "contract_price": "工程合同价款",
    "entrust_price": "委托合同价款",
    "service_fee": "设计费|监理酬金",
    "ad_fee": "广告费用",
    "freight": "运输费用",
    "disposal_cost": "处置费用",
    "cultivation_fee": "耕地开垦费",
    "reclamation_fee": "土地复垦费",
    "restoration_cost": "所需费用",
    "timber_value": "林木价值",
    "timber_price": "林木价款",
    "sales": "销售金额",
    "sewage_fee": "污水处理费",
    "water_fee": "水资源费",
    "conservation_fee": "水土保持补偿费",
    "monitoring_fee": "监测费用",
    "annual_income": "年收入",
    "embezzled": "挪用数额",
}
"""Amounts of which a fine is a multiple or a share, each with the words of the articles."""

UNITS: Final[Mapping[str, str]] = {
    "square_metre": "每平方米",
    "cubic_metre": "每立方米",
    "minor_month": "每招用一名未成年人每月",
}
"""Units by which a fine in yuan is counted."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A line holds where the amount `of` (yuan) is below (`<`) or at least (`>=`) `limit`."""

    of: str
    op: str
    limit: Decimal

    def holds(self, amount: Decimal) -> bool:
        """Whether the line applies to `amount` yuan."""
        return amount < self.limit if self.op == "<" else amount >= self.limit


@dataclass(frozen=True, slots=True)
class Fine:
    """One line of a fine: yuan, yuan a unit, or a multiple of `base` (1 = the whole) counted as at least `floor` yuan."""

    party: Party
    stage: str = ""
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(0)
    base: str = ""
    unit: str = ""
    floor: Decimal = Decimal(0)
    condition: Condition | None = None
    percent: bool = False
    unstated: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """An article, the paragraph where it has several, and its decisive words."""

    document: str
    article: str
    quote: str
    paragraph: int | None = None

    @property
    def citation(self) -> str:
        """As screens cite it, e.g. `大气污染防治法 119`."""
        return f"{self.document} {self.article}"

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for the stored item."""
        return {"law": self.document, "clause": self.article, "paragraph": self.paragraph, "quote": self.quote}


@dataclass(frozen=True, slots=True)
class Grade:
    """A discretion grade of one line of a fine, in the line's own unit; of our own, an example."""

    code: str
    line: Fine


@dataclass(frozen=True, slots=True)
class Range:
    """What a fine may be in yuan; `most` is None and `complete` False while it depends on an amount not given or unstated."""

    party: Party
    least: Decimal | None
    most: Decimal | None
    lines: tuple[Fine, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """An enforcement item read from a statute."""

    code: str
    name: str
    name_en: str
    domain: str
    forbids: Clause
    penalises: Clause
    kinds: tuple[PenaltyKind, ...]
    correction: Correction
    severe: tuple[PenaltyKind, ...] = ()
    fines: tuple[Fine, ...] = ()
    orders: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    province: str | None = None
    except_province: tuple[str, ...] = ()
    graded: Mapping[str, tuple[Fine, ...]] = field(default_factory=dict)

    def holds_in(self, chain: tuple[str, ...]) -> bool:
        """Whether the item holds under the profiles of `chain` (nation, province, plan)."""
        return (self.province is None or self.province in chain) and not set(self.except_province) & set(chain)
