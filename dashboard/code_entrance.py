"""The ways of the second factor: the code after the password, and one's own account. Plain forms; no script is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import FastAPI, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse

from dashboard.context import actor, now, run, t, visit
from dashboard.entrance import Entrance, check_form, read_form
from dashboard.pages.account import AccountPage, build_account, build_code, build_recovery
from dashboard.replies import SESSION_COOKIE, STEP_COOKIE, local_path, without_step
from data.entering import (
    Entered,
    Waiting,
    finish_enrolling,
    finish_login,
    go_without,
    renew_recovery,
    start_enrolling,
    stop_waiting,
    waiting,
)
from data.second_factor import factor_state
from data.sessions import OVER, sessions_change
from policy.errors import Refusal

BEGIN_ANEW = frozenset({OVER, "errors_access.factor_there"})  # there is nothing more to be typed on this page


class CodeEntrance:
    """Routes `/login/code` and `/account`."""

    def __init__(self, entrance: Entrance) -> None:
        """`entrance` knows the record and sets the cookies."""
        self.entrance, self.record, self.version = entrance, entrance.record, entrance.facts.build

    def mount(self, fastapi: FastAPI) -> None:
        """Add the routes."""
        for path, get, post in (
            ("/login/code", self.show_code, self.take_code),
            ("/account", self.show_account, self.change_account),
        ):
            fastapi.add_api_route(path, get, methods=["GET"], include_in_schema=False)
            fastapi.add_api_route(path, post, methods=["POST"], include_in_schema=False)

    # -- after the password ---------------------------------------------------------------------------------------

    async def _waits(self, request: Request) -> Waiting | None:
        token = request.cookies.get(STEP_COOKIE, "")
        return await run(waiting, self.record, token, now()) if token else None

    async def show_code(self, request: Request) -> Response:
        """The field for the code; who has not shown a password goes there first."""
        target = local_path(request.query_params.get("next"))
        if actor().account_id is not None:
            return RedirectResponse(target, status_code=303)
        waits = await self._waits(request)
        if waits is None:
            return RedirectResponse(f"/login?next={quote(target, safe='')}", status_code=303)
        return build_code(visit(), waits, target, version=self.version)

    async def take_code(self, request: Request) -> Response:
        """Look at the code and set the cookies of the new session."""
        fields = await read_form(request)
        check_form(fields, request.cookies)
        target = local_path(fields.get("next"))
        try:
            entered = await run(self._finish, request.cookies, fields)
        except Refusal as refusal:
            return await self._refused(request, refusal, target)
        return self.entrance.put_session(_onward(entered, target, self.version), entered.result)

    def _finish(self, cookies: Mapping[str, str], fields: Mapping[str, str]) -> Entered:
        token, previous = cookies.get(STEP_COOKIE, ""), cookies.get(SESSION_COOKIE)
        return finish_login(self.record, token, fields.get("code", ""), previous_token=previous, now=now())

    async def _refused(self, request: Request, refusal: Refusal, target: str) -> Response:
        waits = None if refusal.code in BEGIN_ANEW else await self._waits(request)
        if waits is None:
            return await run(self.entrance.login_page, target, refusal=refusal)
        return build_code(visit(), waits, target, refusal=refusal, version=self.version)

    # -- one's own account ----------------------------------------------------------------------------------------

    def _page(self, cookies: Mapping[str, str], **said: Any) -> HTMLResponse:
        waits = waiting(self.record, cookies.get(STEP_COOKIE, ""), now())
        with self.record.read() as session:
            state = factor_state(session, _own_account(), actor().roles)
        own = waits is not None and waits.account_id == actor().account_id and state.enrolled_at is None
        page = AccountPage(state, waits if own else None, **said)
        return build_account(visit(), page, version=self.version)

    async def show_account(self, request: Request) -> Response:
        """What the account has; after a login by recovery code, what that means."""
        target = local_path(request.query_params.get("next"))
        note = t("second_factor.recovered") if "recovered" in request.query_params else ""
        return await run(self._page, request.cookies, target=target, note=note)

    async def change_account(self, request: Request) -> Response:
        """Set up, confirm, renew, remove, or leave it."""
        _own_account()
        fields = await read_form(request)
        check_form(fields, request.cookies)
        try:
            return await run(self._change, fields, request.cookies)
        except Refusal as refusal:
            return await run(self._page, request.cookies, refusal=refusal)

    def _change(self, fields: Mapping[str, str], cookies: Mapping[str, str]) -> Response:
        wish, password, address = fields.get("wish", ""), fields.get("password", ""), visit().address
        if wish == "start":
            waits = start_enrolling(self.record, actor(), password, address=address, now=now())
            return self.entrance.put_step(RedirectResponse("/account", status_code=303), waits)
        if wish == "confirm":
            codes = finish_enrolling(
                self.record, actor(), cookies.get(STEP_COOKIE, ""), fields.get("code", ""), now=now()
            )
            return without_step(build_recovery(visit(), codes, "/account", version=self.version))
        if wish == "renew":
            made = renew_recovery(self.record, actor(), password, address=address, now=now())
            return build_recovery(visit(), made, "/account", version=self.version)
        if wish == "remove":
            with sessions_change(self.record):
                go_without(self.record, actor(), password, address=address, now=now())
            return self._page(cookies, note=t("second_factor.removed"))
        stop_waiting(self.record, cookies.get(STEP_COOKIE, ""), now())
        return without_step(RedirectResponse("/account", status_code=303))


def _own_account() -> UUID:
    """The account of a person; a wall has none to look after."""
    key = actor().account_id
    if key is None or actor().device:
        raise Refusal("errors_access.no_such_page", kind="not_found", path=visit().path)
    return key


def _onward(entered: Entered, target: str, version: str) -> Response:
    """Where a login ends: at its codes, at what a recovery code means, or at the page that was asked for."""
    if entered.codes:
        return build_recovery(visit(), entered.codes, target, version=version)
    on = f"/account?recovered&next={quote(target, safe='')}" if entered.recovered else target
    return RedirectResponse(on, status_code=303)
