"""Problem details (RFC 9457) for every refusal and every wrong body, in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from policy.citing import address, linked
from policy.errors import Kind, Refusal
from policy.text import has, say

STATUS: Final[Mapping[Kind, int]] = {
    "invalid": 422,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "too_large": 413,
    "too_many": 429,
    "unavailable": 503,
}
MEDIA_TYPE: Final = "application/problem+json"


def language(request: Request) -> str:
    """Language of the answer: `?lang=`, else Accept-Language, else Chinese."""
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "zh")
    return "en" if asked.lower().startswith("en") else "zh"


def problem(status: int, code: str, detail: str, lang: str, **more: Any) -> JSONResponse:
    """A problem answer; `code` is stable and is its type (`/problems/<code>`), `detail` is the sentence."""
    title = say(f"api.status.{status}", lang) if has(f"api.status.{status}", lang) else say("api.status.other", lang)
    body = {"type": f"/problems/{code}", "title": title, "status": status, "detail": detail, "code": code}
    body.update({name: value for name, value in more.items() if value not in (None, [], ())})
    headers = {"WWW-Authenticate": "Bearer"} if status == STATUS["unauthenticated"] else None
    return JSONResponse(body, status, headers=headers, media_type=MEDIA_TYPE)


def of_refusal(refusal: Refusal, lang: str) -> JSONResponse:
    """A refusal with its clause, the page that shows it (`policy`), its reasons and the field at fault."""
    return problem(
        STATUS[refusal.kind],
        refusal.code,
        refusal.sentence(lang),
        lang,
        clause=refusal.clause,
        policy=address(refusal.clause) if refusal.clause else None,
        pointer=refusal.pointer,
        reasons=[linked(reason, lang) for reason in refusal.reasons],
    )


def _fault(error: Mapping[str, Any], lang: str) -> dict[str, Any]:
    where = [str(part) for part in error["loc"] if part not in ("body", "query", "path", "header")]
    key = f"api.fault.{error['type']}"
    known = {name: str(value) for name, value in (error.get("ctx") or {}).items()}
    field = ".".join(where) or str(error["loc"][0])
    sentence = say(key, lang, field=field, **known) if has(key, lang) else say("api.fault.other", lang, field=field)
    return {"pointer": "/" + "/".join(where), "detail": sentence, "rule": error["type"]}


async def _on_refusal(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, Refusal)  # noqa: S101  # registered for this type only
    if not request.url.path.startswith("/api/"):
        raise exc  # a page's refusal is said by a page: the gate around this application does that
    return of_refusal(exc, language(request))


async def _on_validation(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, RequestValidationError)  # noqa: S101  # registered for this type only
    lang = language(request)
    faults = [_fault(error, lang) for error in exc.errors()]
    detail = " ".join(fault["detail"] for fault in faults[:5])
    return problem(422, "api.body_faults", detail, lang, errors=faults)


async def _on_http(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, HTTPException)  # noqa: S101  # registered for this type only
    lang = language(request)
    key = f"api.http.{exc.status_code}"
    detail = say(key if has(key, lang) else "api.http.other", lang, path=request.url.path, method=request.method)
    return problem(exc.status_code, f"api.http_{exc.status_code}", detail, lang)


def install(app: FastAPI) -> None:
    """Answer refusals, wrong bodies and unknown routes of `app` with problem details."""
    app.add_exception_handler(Refusal, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
