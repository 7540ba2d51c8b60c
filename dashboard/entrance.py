"""The ways in and out: login, logout, language and theme, pairing of walls. Plain forms; no script is needed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse

from dashboard.context import actor, county, run, t, visit
from dashboard.county_switch import choose, places
from dashboard.pages.login import CountyMap, LoginPage, build_devices, build_login, build_map, build_pair, heading
from dashboard.replies import (
    CSRF_COOKIE,
    LANG_COOKIE,
    PAIRING_COOKIE,
    SESSION_COOKIE,
    STEP_COOKIE,
    THEME_COOKIE,
    local_path,
    problem,
    put_cookie,
    wants_page,
    without_step,
)
from dashboard.web import GateFacts
from data.accounts import disable_account, set_preferences
from data.authority import Subject, demand
from data.counties import served
from data.county import County
from data.db import Record
from data.demonstration import DemonstrationAccount, load_demonstration
from data.entering import Waiting, begin_login, login, stop_waiting
from data.pairing import ask_pairing, collect_pairing, confirm_pairing, paired_walls, waiting_code
from data.sessions import LoginResult, logout, sessions_change
from data.settings import Settings
from policy.errors import Refusal
from policy.text import LANGUAGES


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a form that are text."""
    fields = await request.form()
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def check_form(fields: Mapping[str, str], cookies: Mapping[str, str]) -> None:
    """A form must carry the visitor's own value, and the browser must have it in its cookie too."""
    given, kept = fields.get("csrf", "").encode(), cookies.get(CSRF_COOKIE, "").encode()
    if not (given and secrets.compare_digest(given, visit().csrf.encode()) and secrets.compare_digest(given, kept)):
        raise Refusal("errors_access.csrf", kind="forbidden")


class Entrance:
    """Routes around `/login`, `/logout`, `/preferences`, `/pair` and `/devices`."""

    def __init__(self, record: Record, settings: Settings, facts: GateFacts) -> None:
        """`facts` gives the build for the addresses of style sheets."""
        self.record, self.settings, self.facts = record, settings, facts
        self.maps: dict[str, CountyMap | None] = {}

    def mount(self, fastapi: FastAPI) -> None:
        """Add the routes."""
        for path, get, post in (
            ("/login", self.show_login, self.log_in),
            ("/logout", None, self.log_out),
            ("/preferences", None, self.prefer),
            ("/pair", self.show_pair, None),
            ("/devices", self.show_devices, self.change_devices),
            ("/county", None, self.move),
        ):
            for method, endpoint in (("GET", get), ("POST", post)):
                if endpoint is not None:
                    fastapi.add_api_route(path, endpoint, methods=[method], include_in_schema=False)

    def _now(self) -> datetime:
        return self.record.clock()

    def _put(self, response: Response, name: str, value: str, **how: bool) -> None:
        put_cookie(response, name, value, https=self.settings.https, **how)

    # -- in and out -----------------------------------------------------------------------------------------------

    def _offered(self) -> list[DemonstrationAccount]:
        return load_demonstration(self.settings.var) if self.settings.demo else []

    def login_page(
        self, target: str, *, username: str = "", refusal: Refusal | None = None, note: str = ""
    ) -> HTMLResponse:
        """The login page, with what there is to say."""
        facts = LoginPage(
            heading([place.say(visit().lang) for place in served(self.record)], visit().lang),
            target,
            username,
            refusal,
            note,
            tuple(self._offered()),
            demo=self.settings.demo,
            map=self._map(county()),
        )
        return build_login(visit(), facts, version=self.facts.build)

    def _map(self, place: County) -> CountyMap | None:
        if place.grid_version not in self.maps:
            self.maps = {place.grid_version: build_map(place)}
        return self.maps[place.grid_version]

    async def show_login(self, request: Request) -> Response:
        """The login page; who is logged in goes on."""
        target = local_path(request.query_params.get("next"))
        if actor().account_id is not None:
            return RedirectResponse(target, status_code=303)
        note = ""
        if SESSION_COOKIE in request.cookies:
            note = t("login.ended", minutes=self.settings.idle_minutes)
        elif "out" in request.query_params:
            note = t("login.logged_out")
        return await self.drop_step(request, await run(self.login_page, target, note=note))

    async def log_in(self, request: Request) -> Response:
        """Check name and password (or a demonstration account) and set the cookies of the new session."""
        fields = await read_form(request)
        target, username = local_path(fields.get("next")), fields.get("username", "")
        try:
            check_form(fields, request.cookies)
        except Refusal:
            return await run(self.login_page, target, username=username, note=t("login.form_stale"))
        page = wants_page(request.headers.get("accept", ""), request.url.path)
        try:
            result = await run(self._enter, fields, request.cookies.get(SESSION_COOKIE), page)
        except Refusal as refusal:
            if not page:
                return problem(visit(), refusal)
            return await run(self.login_page, target, username=username, refusal=refusal)
        return self.ask_code(result, target) if isinstance(result, Waiting) else self.welcome(result, target)

    def _enter(self, fields: Mapping[str, str], previous: str | None, page: bool) -> LoginResult | Waiting:
        """The session, or who waits for a code on the next page; a program gives its code at once."""
        username, password = fields.get("username", ""), fields.get("password", "")
        chosen = fields.get("demonstration", "")
        for account in self._offered() if chosen else ():
            if account.username == chosen:
                username, password = account.username, account.password
        enter = begin_login if page else partial(login, code=fields.get("code", ""))
        return enter(self.record, username, password, address=visit().address, previous_token=previous, now=self._now())

    def ask_code(self, waits: Waiting, target: str) -> Response:
        """On to the page of the code, with what the browser shows for it."""
        return self.put_step(RedirectResponse(f"/login/code?next={quote(target, safe='')}", status_code=303), waits)

    def put_step(self, response: Response, waits: Waiting) -> Response:
        """Let the browser keep what shows that its password was right."""
        self._put(response, STEP_COOKIE, waits.token)
        return response

    async def drop_step(self, request: Request, response: Response) -> Response:
        """Give up a password of this browser that waits for its code: who sits down next does not go on from there."""
        if token := request.cookies.get(STEP_COOKIE):
            await run(stop_waiting, self.record, token, self._now())
            without_step(response)
        return response

    def welcome(self, result: LoginResult, target: str) -> Response:
        """On to the page that was asked for, with the cookies of the session."""
        return self.put_session(RedirectResponse(target, status_code=303), result)

    def put_session(self, response: Response, result: LoginResult) -> Response:
        """Set the cookies of a session that has begun."""
        without_step(response)
        self._put(response, SESSION_COOKIE, result.token, lasting=result.actor.device)
        self._put(response, CSRF_COOKIE, result.csrf, script=True, lasting=result.actor.device)
        if result.actor.theme:
            self._put(response, THEME_COOKIE, result.actor.theme, lasting=True)
        return response

    async def log_out(self, request: Request) -> Response:
        """End the session."""
        check_form(await read_form(request), request.cookies)
        await run(logout, self.record, request.cookies.get(SESSION_COOKIE, ""), self._now())
        response = RedirectResponse("/login?out", status_code=303)
        response.delete_cookie(SESSION_COOKIE, path="/")
        response.delete_cookie(CSRF_COOKIE, path="/")
        return await self.drop_step(request, response)

    # -- language and theme ---------------------------------------------------------------------------------------

    async def prefer(self, request: Request) -> Response:
        """Keep the chosen language or theme in a cookie and on the account; back to where it was chosen."""
        fields = await read_form(request)
        check_form(fields, request.cookies)
        language = fields.get("lang") if fields.get("lang") in LANGUAGES else None
        theme = fields.get("theme") if fields.get("theme") in ("light", "dark") else None
        response = RedirectResponse(_back(request, fields), status_code=303)
        if language:
            self._put(response, LANG_COOKIE, language, lasting=True)
        if theme:
            self._put(response, THEME_COOKIE, theme, lasting=True)
        if actor().account_id is not None:
            await run(self._keep, language, theme)
        return response

    def _keep(self, language: str | None, theme: str | None) -> None:
        with sessions_change(self.record):
            self.record.write(actor(), set_preferences, county=county(), language=language, theme=theme)

    async def move(self, request: Request) -> Response:
        """Work in another county from now on in this session; back to where it was chosen."""
        fields = await read_form(request)
        check_form(fields, request.cookies)
        await run(choose, fields.get("county", ""))
        return RedirectResponse(_back(request, fields), status_code=303)

    # -- walls ----------------------------------------------------------------------------------------------------

    async def show_pair(self, request: Request) -> Response:
        """The code of a wall; once it is confirmed, the way to `/wall` with a device session."""
        if actor().account_id is not None:
            return RedirectResponse("/wall", status_code=303)
        secret = request.cookies.get(PAIRING_COOKIE, "")
        result = await run(collect_pairing, self.record, secret, self._now()) if secret else None
        if result is not None:
            response = self.welcome(result, "/wall")
            response.delete_cookie(PAIRING_COOKIE, path="/")
            return response
        code = await run(waiting_code, self.record, secret, self._now()) if secret else None
        if code is not None:
            return build_pair(visit(), code, version=self.facts.build)
        asked = await run(ask_pairing, self.record, self._now())
        page = build_pair(visit(), asked.code, version=self.facts.build)
        self._put(page, PAIRING_COOKIE, asked.secret)
        self._put(page, CSRF_COOKIE, visit().csrf, script=True)
        return page

    def _devices(self, **said: Any) -> HTMLResponse:
        demand(actor(), "wall.pair", Subject(county().jurisdiction_id, label=t("login.devices.title")))
        choice = [(place.code, place.say(visit().lang), place.code == county().code) for place in places()]
        walls = paired_walls(self.record, county())
        return build_devices(visit(), walls, counties=choice, version=self.facts.build, **said)

    async def show_devices(self) -> Response:
        """Walls that may show figures, and a field for the code of a new one."""
        return await run(self._devices)

    async def change_devices(self, request: Request) -> Response:
        """Confirm the code of a wall, or remove a wall."""
        fields = await read_form(request)
        check_form(fields, request.cookies)
        try:
            note = await run(self._change, fields)
        except Refusal as refusal:
            return await run(self._devices, refusal=refusal)
        return await run(self._devices, note=note)

    def _change(self, fields: Mapping[str, str]) -> str:
        home = county()
        if username := fields.get("remove"):
            with sessions_change(self.record):
                self.record.write(actor(), disable_account, county=home, username=username)
            return t("login.devices.removed", username=username)
        username = self.record.write(actor(), confirm_pairing, county=home, code=fields.get("code", ""))
        return t("login.devices.confirmed", username=username)


def _back(request: Request, fields: Mapping[str, str]) -> str:
    """Where the form was: its own field, else the page that sent it (same origin only)."""
    if "back" in fields:
        return local_path(fields["back"])
    referer, base = request.headers.get("referer", ""), str(request.base_url)
    return local_path("/" + referer.removeprefix(base)) if referer.startswith(base) else "/"
