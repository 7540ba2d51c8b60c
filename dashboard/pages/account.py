"""The pages of the second factor: the code after the password, recovery codes shown once, one's own account. Plain HTML, no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from starlette.responses import HTMLResponse

from dashboard.context import Visit
from dashboard.replies import cited, html_page
from data.entering import Waiting
from data.inspection_code import code_svg
from data.second_factor import RECOVERY, FactorState, address_of
from policy.errors import Refusal
from policy.zone import CHINA

FEW = 3  # recovery codes left, at which it is time for new ones


@dataclass(frozen=True, slots=True)
class OfferedKey:
    """A key as a person takes it over: by camera, by hand, or on this very phone by its address."""

    picture: Markup
    letters: str
    address: str


def offered_key(waits: Waiting) -> OfferedKey | None:
    """The key that waits to be enrolled; None where only a code is asked for."""
    if waits.secret is None:
        return None
    address = address_of(waits.secret, waits.username)
    picture = Markup(code_svg(address, scale=4))  # noqa: S704  # our own drawing
    groups = (waits.secret[at : at + 4] for at in range(0, len(waits.secret), 4))
    return OfferedKey(picture, " ".join(groups), address)


def _said(visit: Visit, refusal: Refusal | None) -> dict[str, Any]:
    return {
        "sentence": refusal.sentence(visit.lang) if refusal else "",
        "rule": cited(refusal.clause if refusal else None, visit.lang),
    }


def build_code(
    visit: Visit, waits: Waiting, target: str, *, refusal: Refusal | None = None, version: str = ""
) -> HTMLResponse:
    """What follows the password: a field for the code, and the key first where there is none yet."""
    return html_page(
        "code.html", visit, asset_version=version, key=offered_key(waits), target=target, **_said(visit, refusal)
    )


def build_recovery(visit: Visit, codes: Sequence[str], target: str, *, version: str = "") -> HTMLResponse:
    """Recovery codes, shown this once."""
    return html_page("recovery.html", visit, asset_version=version, codes=codes, target=target)


@dataclass(frozen=True, slots=True)
class AccountPage:
    """What an account has and may have, what waits to be enrolled, what there is to say."""

    state: FactorState
    waits: Waiting | None = None
    refusal: Refusal | None = None
    note: str = ""
    target: str = "/"


def _day(time: datetime | None) -> str:
    return time.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if time else ""


def build_account(visit: Visit, page: AccountPage, *, version: str = "") -> HTMLResponse:
    """One's own second factor: since when, codes left; set up, renewed, removed, each with the password again."""
    return html_page(
        "account.html",
        visit,
        asset_version=version,
        page=page,
        key=offered_key(page.waits) if page.waits else None,
        since=_day(page.state.enrolled_at),
        recovered=_day(page.state.recovered_at),
        few=page.state.left <= FEW,
        whole=RECOVERY,
        **_said(visit, page.refusal),
    )
