"""OneGrid's composition root: the command line, and the server put together out of its rooms. Nothing imports it."""

from __future__ import annotations

import gc
import os
import sys
import threading
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from data import (
    commands,
    commands_calendar,
    commands_check,
    commands_demo,
    commands_draw,
    commands_drill,
    commands_evidence,
    commands_figures,
    commands_papers,
    commands_people,
    commands_policy,
    commands_refresh,
    commands_roads,
    commands_sealed,
)
from data.terminal import ADDRESS, LANG, CountyOption, FormatOption, check_schema, complain, t
from policy.errors import Refusal
from policy.text import LANGUAGES

if TYPE_CHECKING:
    import socket

    from fastapi import FastAPI

    from data.db import Record
    from data.settings import Settings

VERSION: Final = "0.1.0"
FAILED, STOPPED = 1, 130


# -- the server -------------------------------------------------------------------------------------------------------


def compose(record: Record, settings: Settings) -> FastAPI:
    """Dashboard, API and jobs around one record, on one FastAPI."""
    import api.server
    from api.operations import Measured
    from dashboard.server import build_server

    @asynccontextmanager
    async def at_work(_fastapi: FastAPI) -> AsyncIterator[None]:
        with working(record, settings):
            yield

    server = build_server(record, settings, lifespan=at_work, version=VERSION)
    metrics = api.server.install(
        server.fastapi, record, lambda request: request.state.actor, server.facts.build, settings
    )
    server.fastapi.add_middleware(Measured, metrics=metrics)
    return server.fastapi


@contextmanager
def working(record: Record, settings: Settings) -> Iterator[None]:
    """The scheduled jobs while the server runs; in the demonstration the leads that keep the wall alive."""
    from jobs.runner import start

    scheduler = start(record, settings) if settings.jobs else None
    stop = threading.Event()
    if settings.demo and settings.live and commands_demo.is_demonstration(record):
        threading.Thread(target=commands_demo.keep_alive, args=(record, None, stop), name="live", daemon=True).start()
    if settings.drill:
        from data.drill.running import keep_giving

        threading.Thread(target=keep_giving, args=(record, stop), name="drill", daemon=True).start()
    try:
        yield
    finally:
        stop.set()
        if scheduler is not None:
            scheduler.shutdown(wait=False)


def _listen(settings: Settings) -> socket.socket:
    """The listening socket, bound before anything else starts; raises Refusal when the port is taken."""
    import socket

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((settings.host, settings.port))
    except OSError as why:
        bound.close()
        raise Refusal("errors_record.port_taken", kind="unavailable", port=settings.port) from why
    return bound


def _announce(settings: Settings) -> None:
    """Print the one line when the server answers that it is ready."""
    import http.client
    import time

    shown = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104  # compared, not bound

    def wait() -> None:
        while True:
            try:
                asked = http.client.HTTPConnection(shown, settings.port, timeout=5)
                asked.request("GET", "/readyz")
                if asked.getresponse().status == http.HTTPStatus.OK:
                    break
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.05)
        print(f"OneGrid is ready: http://{shown}:{settings.port}", flush=True)

    threading.Thread(target=wait, name="announce", daemon=True).start()


def _log(level: str) -> None:
    """Everything that is logged goes to standard error, one line each."""
    import logging

    import structlog

    logging.basicConfig(stream=sys.stderr, level=level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("apscheduler", "httpx", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def serve() -> None:
    """Serve pages, interface and jobs until stopped; settings come from the environment."""
    gc.disable()  # nothing that is loaded now is garbage
    import uvicorn

    from data.db import Record
    from data.drill.apart import demand_apart
    from data.key_check import demand_key
    from data.secret import with_secret
    from data.settings import settings
    from policy.loader import load_own

    chosen = with_secret(settings())
    load_own()
    check_schema(chosen.database)
    _log(chosen.log_level)
    if chosen.demo and not settings().secret:
        complain(t("commands.serve.own_secret"))
    if chosen.demo and chosen.second_factor != "required":
        complain(t("commands.serve.factor_offered"))
    bound, record = _listen(chosen), Record(chosen.database)
    demand_key(record, chosen)
    demand_apart(record, chosen)
    config = uvicorn.Config(
        compose(record, chosen),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_max_size=chosen.max_body,
        timeout_graceful_shutdown=5,
    )
    _announce(chosen)
    gc.freeze()
    gc.enable()
    try:
        uvicorn.Server(config).run(sockets=[bound])
    finally:
        record.close()


def drill_serve(drill: commands_drill.NumberOption = None) -> None:
    """Serve a drill beside the real record: its own database, folder, secret and port, and no way out."""
    from data.settings import settings

    told = commands_drill.environment(drill)
    os.environ.pop("PORT", None)
    os.environ.update(told)
    settings.cache_clear()
    serve()


def drill_start(
    scenario: commands_drill.ScenarioOption,
    county: CountyOption = None,
    cell: commands_drill.CellOption = None,
    build_only: Annotated[bool, typer.Option("--build-only", help="commands.option.build_only")] = False,
    form: FormatOption = "text",
) -> None:
    """Build a drill and serve it until stopped."""
    number = commands_drill.build(scenario, county, cell, form)
    if not build_only:
        drill_serve(number)


# -- the command line -------------------------------------------------------------------------------------------------

GROUPS: Final[dict[str, dict[str, Any]]] = {
    "": {
        "serve": serve,
        "demo": commands_demo.demo,
        "simulate": commands_demo.simulate,
        "migrate": commands.migrate,
        "backup": commands.backup,
        "restore": commands.restore,
        "settings": commands.show_settings,
    },
    "import": {
        "grid": commands.import_grid,
        "staff": commands.import_staff,
        "items": commands.import_items,
        "leads": commands.import_leads,
        "experts": commands.import_experts,
        "shifts": commands.import_shifts,
        "leaves": commands.import_leaves,
    },
    "export": {
        "grid": commands.export_grid,
        "leads": commands.export_leads,
        "figures": commands.export_figures,
        "template": commands.export_template,
    },
    "case": {"export": commands_papers.case_export, "seal": commands_sealed.case_seal},
    "figures": {
        "show": commands_figures.figures_show,
        "refresh": commands_refresh.figures_refresh,
        "recount": commands_refresh.figures_recount,
        "stop": commands_refresh.figures_stop,
        "state": commands_refresh.figures_state,
    },
    "policy": {
        "show": commands.policy_show,
        "check": commands_check.policy_check,
        "deadline": commands_policy.policy_deadline,
        "who": commands_policy.policy_who,
    },
    "calendar": {"load": commands_calendar.calendar_load, "show": commands_calendar.calendar_show},
    "roads": {"load": commands_roads.roads_load, "show": commands_roads.roads_show},
    "drill": {
        "start": drill_start,
        "serve": drill_serve,
        "list": commands_drill.drill_list,
        "injects": commands_drill.drill_injects,
        "pause": commands_drill.drill_pause,
        "resume": commands_drill.drill_resume,
        "give": commands_drill.drill_give,
        "skip": commands_drill.drill_skip,
        "stop": commands_drill.drill_stop,
    },
    "draw": {"verify": commands_draw.draw_verify},
    "audit": {"verify": commands.audit_verify, "evidence": commands_evidence.audit_evidence},
    "user": {
        "list": commands_people.user_list,
        "add": commands_people.user_add,
        "token": commands_people.user_token,
        "password": commands_people.user_password,
        "disable": commands_people.user_disable,
        "factor": commands_people.user_factor,
        "pair": commands_people.user_pair,
        "until": commands_people.user_until,
    },
}


def build() -> typer.Typer:
    """The command line, its help still as keys of the catalogue."""
    plain = {"add_completion": False, "no_args_is_help": True, "pretty_exceptions_enable": False}
    root = typer.Typer(help="commands.help.root", rich_markup_mode=None, **plain)  # type: ignore[arg-type]
    for group, members in GROUPS.items():
        home = root
        if group:
            home = typer.Typer(help=f"commands.help.{group}.group", rich_markup_mode=None, **plain)  # type: ignore[arg-type]
            root.add_typer(home, name=group)
        for name, command in members.items():
            key = f"commands.help.{group}.{name}" if group else f"commands.help.{name}"
            home.command(name, help=key)(command)
    return root


def translated(command: Any) -> Any:
    """Say every help text of a command and those below it in the language of this terminal."""
    if command.help:
        command.help = t(command.help)
    for parameter in command.params:
        words = getattr(parameter, "help", None)
        if words and words.startswith("commands."):
            parameter.help = t(words)
    for below in getattr(command, "commands", {}).values():
        translated(below)
    return command


def _language(arguments: list[str]) -> list[str]:
    """Take `--lang zh|en` out of the arguments, wherever it stands; else ONEGRID_LANGUAGE decides."""
    rest, chosen = [], os.environ.get("ONEGRID_LANGUAGE", "zh")
    words = iter(arguments)
    for word in words:
        if word == "--lang":
            chosen = next(words, chosen)
        elif word.startswith("--lang="):
            chosen = word.removeprefix("--lang=")
        else:
            rest.append(word)
    LANG.set(chosen if chosen in LANGUAGES else "zh")
    return rest


def _refusals(fault: Exception) -> list[str]:
    """What to say about a fault; the traceback of one that nobody foresaw is shown at log level debug."""
    from pydantic import ValidationError
    from sqlalchemy.exc import DatabaseError, OperationalError

    lang = LANG.get()
    if isinstance(fault, Refusal):
        faults = [f.sentence(lang) for f in getattr(fault, "faults", ())]
        return [fault.sentence(lang), *(r.sentence(lang) for r in fault.reasons), *faults]
    if isinstance(fault, ValidationError):
        wrong = [(".".join(str(part) for part in e["loc"]), e["msg"]) for e in fault.errors()]
        return [t("errors_record.settings_wrong", name=name, why=why) for name, why in wrong]
    if isinstance(fault, OperationalError) or type(fault) is DatabaseError:
        return [t("errors_record.unreachable", address=ADDRESS.get(), fault=str(fault.orig).strip().splitlines()[0])]
    trace = traceback.format_exception(fault) if os.environ.get("ONEGRID_LOG_LEVEL") == "debug" else []
    return [t("errors_record.unforeseen", fault=type(fault).__name__), *trace]


def _own_profiles() -> None:
    """Let every command know the county's own profiles, where a folder of them is set."""
    if os.environ.get("ONEGRID_PROFILES"):
        from data.settings import settings
        from policy.loader import register

        register(settings().profiles)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; gives 0, 1 for a refusal, 2 for wrong usage, 130 when interrupted."""
    rest = _language(list(sys.argv[1:] if arguments is None else arguments))
    try:
        _own_profiles()
        translated(typer.main.get_command(build())).main(rest, prog_name="app.py")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except KeyboardInterrupt:
        return STOPPED
    except Exception as fault:  # noqa: BLE001  # whatever went wrong, a person gets a sentence, not a traceback
        complain(*_refusals(fault))
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
