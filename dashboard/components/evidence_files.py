"""Files of evidence on a page: thumbnails that open the viewer, the way to add more, and the words its script speaks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.components.case_words import moment, nothing, size
from dashboard.context import actor, county, lang, now, t
from data.authority import Subject, authorise
from data.evidence import ACCEPTED, Limits
from data.queries.case_file import EvidenceView, GoodsView
from data.queries.case_head import CaseHead
from data.queries.cases import CaseView
from data.settings import settings
from policy.text import catalogue
from policy.vocabulary_case import CaseStatus

FILES: Final = "/api/v1/evidence"
MARKS: Final = {"photograph": "▣", "video": "▶", "audio": "♪", "document": "≡"}
SPOKEN: Final = "evidence_page."


def build_files(files: Sequence[EvidenceView], number: str, township: str | None, *, still_open: bool) -> Component:
    """The files of a matter with the way to add more for those who may, while it is open."""
    kind = "case" if "-C-" in number else "lead"
    may = still_open and _may("evidence.add", number, township)
    drop = {"data-add": "1"} if may else {}
    noting = {"data-note": "1"} if still_open and _may("evidence.note", number, township) else {}
    shown = html.Div([_file(one) for one in files], className="ev-files") if files else nothing(t("case_page.no_evidence"))  # fmt: skip
    facts = {"data-matter": number, "data-kind": kind, **drop, **noting}
    return html.Div([shown, *([_adding()] if may else []), build_words()], className="ev", **facts)


def _adding() -> Component:
    add = html.Button(["＋ ", t("evidence_page.add")], type="button", className="button ev-add")
    return html.Div([add, html.Span(t("evidence_page.or_drop"), className="muted ev-hint")], className="ev-foot")


def _may(verb: str, number: str, township: str | None) -> bool:
    place = frozenset({township} if township else ())
    subject = Subject(county().jurisdiction_id, place, None, number, not place)
    return authorise(actor(), verb, subject, now()).allowed


def _file(one: EvidenceView) -> Component:
    address = f"{FILES}/{one.id}"
    mark = html.Span(MARKS.get(one.kind, "≡"), className="ev-mark", **{"aria-hidden": "true"})
    seen = html.Img(src=f"{address}/thumbnail", alt=one.name, className="ev-thumb") if one.thumbnail else mark
    facts = {"data-key": str(one.id), "data-kind": one.kind, "data-media": one.media_type, "data-name": one.name}
    link = html.A(seen, href=address, target="_blank", className="ev-open", title=t("case_page.open_file"), **facts)
    return html.Div([link, html.Div(_lines(one))], className="ev-file")


def _lines(one: EvidenceView) -> list[Component]:
    """Name, note, when and by whom, whence, hash."""
    when = t("case_page.taken_at", at=moment(one.taken_at)) if one.taken_at else ""
    claim = t("case_page.claimed", at=moment(one.claimed_at)) if one.claimed_at else ""
    at = moment(one.received_at)
    came = t("case_page.received", at=at, who=one.who) if one.who else t("case_page.received_then", at=at)
    origin = t("case_page.from_matter", number=one.from_number) if one.from_number else ""
    told = [
        html.Div(words, className="ev-line muted") for words in (one.note or "", when, claim, came, origin) if words
    ]
    digest = [size(one.size), " · SHA-256 ", html.Code(f"{one.sha256[:12]}…", title=one.sha256)]
    return [html.Strong(one.name, className="ev-name"), *told, html.Div(digest, className="ev-line muted num")]


def build_evidence(view: CaseView) -> Component:
    """The files of a case; what is archived takes no more."""
    return build_files(view.evidence, view.head.number, view.head.township_code, still_open=_open(view.head))


def _open(head: CaseHead) -> bool:
    return head.status != CaseStatus.ARCHIVED


def build_goods_move(one: GoodsView, head: CaseHead) -> list[Component]:
    """The button that hands a thing to another keeper, for who may, while the party has not got it back."""
    if one.keeper == "party" or not _open(head) or not _may("case.move_goods", head.number, head.township_code):
        return []
    facts = {"data-thing": str(one.id), "data-number": head.number, "data-name": one.name, "data-keeper": one.keeper}
    return [html.Button(t("evidence_page.goods_move"), type="button", className="button ev-goods", **facts)]


def build_words() -> Component:
    """What the script says, and the limits of a file: it holds no sentence and no figure of its own."""
    limits = Limits.of(settings())
    told: dict[str, Any] = {
        "words": {key.removeprefix(SPOKEN): text for key, text in catalogue(lang()).items() if key.startswith(SPOKEN)},
        "accept": {ending: kind.group for ending, kind in ACCEPTED.items()},
        "limits": dict(limits.bytes),
    }
    return html.Div(className="ev-words", hidden=True, **{"data-told": json.dumps(told, ensure_ascii=False)})
