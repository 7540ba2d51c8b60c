"""Answers outside of Dash: small pages from templates, problem details, cookies, and the security headers."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.responses import HTMLResponse, JSONResponse, Response

from dashboard.context import HTML_LANG, Visit
from dashboard.drill import attribute, band
from dashboard.theme import css
from data.settings import cookie_prefix
from policy.citing import address, full_title, linked, spoken
from policy.errors import Refusal
from policy.text import say

_OURS: Final = cookie_prefix()
SESSION_COOKIE: Final = f"{_OURS}_session"
CSRF_COOKIE: Final = f"{_OURS}_csrf"
CSRF_HEADER: Final = "X-CSRF"
LANG_COOKIE: Final = f"{_OURS}_lang"
THEME_COOKIE: Final = f"{_OURS}_theme"
PAIRING_COOKIE: Final = f"{_OURS}_pairing"
STEP_COOKIE: Final = f"{_OURS}_step"  # a right password that waits for its code
YEAR: Final = 365 * 24 * 3600
STATUS: Final[Mapping[str, int]] = {
    "invalid": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "too_large": 413,
    "too_many": 429,
    "unavailable": 503,
}
_LOCAL: Final = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


def local_path(path: str | None) -> str:
    """A path of this server that is safe to send a browser to; `/` for anything else."""
    return path if path and _LOCAL.fullmatch(path) else "/"


@cache
def _templates() -> Environment:
    folder = resources.files("dashboard") / "templates"
    texts = {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".html")}
    return Environment(loader=DictLoader(texts), autoescape=select_autoescape(["html"]), undefined=StrictUndefined)


def html_page(
    template: str, visit: Visit, *, status: int = 200, asset_version: str = "", bare: bool = False, **facts: Any
) -> HTMLResponse:
    """A page from a template, in the language and theme of the visit; facts are escaped."""
    text = _templates().get_template(template)
    words = {
        "t": lambda key, **params: say(key, visit.lang, **params),
        "html_lang": HTML_LANG[visit.lang],
        "tokens": css(),
        "v": asset_version,
        "bare": bare,
        "band": Markup(band(visit.lang)),  # noqa: S704  # our own words, escaped
        "drill": Markup(attribute()),  # noqa: S704
        "visit": visit,
    }
    return HTMLResponse(text.render({**words, **facts}), status_code=status)


def cited(citation: str | None, lang: str) -> Mapping[str, str] | None:
    """A clause for a template: in the reader's words, the page that shows it, its full title; None for none."""
    if not citation:
        return None
    return {"words": spoken(citation, lang), "page": address(citation), "title": full_title(citation, lang)}


def message_page(visit: Visit, refusal: Refusal, *, asset_version: str = "", reference: str = "") -> HTMLResponse:
    """A page that says one refusal: what, by which rule, what to do."""
    return html_page(
        "message.html",
        visit,
        status=STATUS[refusal.kind] if not reference else 500,
        asset_version=asset_version,
        heading=say(f"common.heading.{'fault' if reference else refusal.kind}", visit.lang),
        sentence=refusal.sentence(visit.lang),
        reasons=[(reason.sentence(visit.lang), cited(reason.clause, visit.lang)) for reason in refusal.reasons],
        rule=cited(refusal.clause, visit.lang),
    )


def problem(visit: Visit, refusal: Refusal, *, status: int | None = None) -> JSONResponse:
    """Problem details (RFC 9457) of a refusal."""
    status = status or STATUS[refusal.kind]
    body: dict[str, Any] = {
        "type": f"urn:onegrid:{refusal.code}",
        "title": say(f"common.heading.{'fault' if status == 500 else refusal.kind}", visit.lang),
        "status": status,
        "detail": refusal.sentence(visit.lang),
        "code": refusal.code,
        "instance": visit.request_id,
    }
    if refusal.clause:
        body |= {"clause": refusal.clause, "policy": address(refusal.clause)}
    if refusal.reasons:
        body["reasons"] = [linked(reason, visit.lang) for reason in refusal.reasons]
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def trace_of(fault: BaseException) -> str:
    """Where something broke, for the log: kind and places, without values, which may be personal data."""
    return type(fault).__name__ + "\n" + "".join(traceback.format_tb(fault.__traceback__)[-8:])


def wants_page(accept: str, path: str) -> bool:
    """Whether who asks is a person with a browser rather than a program."""
    return "text/html" in accept and not path.startswith(("/api/", "/_dash"))


def put_cookie(
    response: Response, name: str, value: str, *, https: bool, script: bool = False, lasting: bool = False
) -> None:
    """Set a cookie for the whole site; only those with `script` can be read by scripts; Secure only under HTTPS."""
    response.set_cookie(
        name, value, max_age=YEAR if lasting else None, secure=https, httponly=not script, samesite="lax", path="/"
    )


def without_step(response: Response) -> Response:
    """The same answer; the browser forgets its password that waited for a code."""
    response.delete_cookie(STEP_COOKIE, path="/")
    return response


def security_headers(script_hashes: tuple[str, ...], *, https: bool) -> list[tuple[bytes, bytes]]:
    """The headers of every answer; scripts only from here or with a known hash."""
    policy = "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *script_hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self'",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
    headers = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(self), payment=(), usb=()",
    }
    if https:
        headers["strict-transport-security"] = f"max-age={YEAR}"
    return [(name.encode(), value.encode()) for name, value in headers.items()]
