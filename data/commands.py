"""Commands that need the record alone: parse → one verb → reply. app.py adds those that serve."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from data.terminal import (
    LANG,
    CountyOption,
    DatabaseOption,
    DateOption,
    FormatOption,
    address_of,
    progress,
    record_of,
    reply,
    reply_table,
    t,
)
from policy.zone import CHINA

FileArgument = Annotated[Path, typer.Argument(help="commands.argument.file")]
ProfileOption = Annotated[str | None, typer.Option("--profile", help="commands.option.profile")]
SinceOption = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="commands.option.since")]
UntilOption = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="commands.option.until")]
TableKind = Literal["staff", "items", "leads", "experts", "shifts", "leaves"]
FieldOption = typer.Option(help="commands.option.field")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


# -- the database -----------------------------------------------------------------------------------------------------


def migrate(database: DatabaseOption = None, form: FormatOption = "text") -> None:
    """Bring the database to the schema of this release."""
    from data.migrate import migrate as bring

    before, after = bring(address_of(database))
    key = "commands.migrate.same" if before == after else "commands.migrate.done"
    reply({"before": before, "after": after}, form, t(key, before=before or "—", after=after))


def backup(file: FileArgument, database: DatabaseOption = None, form: FormatOption = "text") -> None:
    """Write the record, its evidence and anchors into one file, also while the server writes."""
    from data.backup import take_backup
    from data.settings import settings

    with progress(t("commands.backup.title")) as step:
        made = take_backup(settings(), address_of(database), file, _now(), step)
    facts = {"file": str(made.file), "size": made.size, "entries": made.entries, "events": dict(made.events)}
    words = {"file": made.file, "mb": f"{made.size / 1e6:.1f}", "entries": made.entries}
    reply(facts, form, t("commands.backup.done", events=sum(made.events.values()), **words))


def restore(
    file: FileArgument,
    force: Annotated[bool, typer.Option("--force", help="commands.option.force")] = False,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Put a backup in place, after every entry and the event chain were checked."""
    from data.restore import restore_backup
    from data.secret import to_verify_with
    from data.settings import settings

    back = restore_backup(to_verify_with(settings()), address_of(database), file, _now(), force=force)
    facts = {"file": str(back.file), "entries": back.entries, "events": dict(back.events)}
    words = {"file": back.file, "entries": back.entries, "events": sum(back.events.values())}
    reply(facts, form, t("commands.restore.done", **words))


def _now() -> datetime:
    from datetime import UTC

    return datetime.now(UTC)


# -- files in ---------------------------------------------------------------------------------------------------------


def import_grid(
    file: FileArgument,
    profile: ProfileOption = None,
    layer: Annotated[str | None, typer.Option(help="commands.option.layer")] = None,
    datum: Annotated[Literal["wgs84", "gcj02", "bd09"], typer.Option(help="commands.option.datum")] = "wgs84",
    code_field: Annotated[str, FieldOption] = "code",
    name_field: Annotated[str, FieldOption] = "name",
    parent_field: Annotated[str, FieldOption] = "parent",
    level_field: Annotated[str, FieldOption] = "level",
    settlement_field: Annotated[str, FieldOption] = "settlement",
    name_en_field: Annotated[str, FieldOption] = "name_en",
    since: SinceOption = None,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Replace the grid of a county by a GeoPackage, GeoJSON or Shapefile."""
    from data.authority import SYSTEM
    from data.importers.grid import GridSource
    from data.importers.grid import import_grid as take
    from geo.files import Fields

    fields = Fields(code_field, name_field, parent_field, level_field, settlement_field, name_en_field)
    source = GridSource(file, profile, layer, datum, fields, _day(since))
    with record_of(database) as record:
        done = take(record, SYSTEM, source)
    reply(done, form, done.sentence(LANG.get()))


def _import_table(kind: TableKind, file: Path, county: str | None, database: str | None, form: Any) -> None:
    from data import importers
    from data.authority import SYSTEM

    take = {
        "staff": importers.import_staff,
        "items": importers.import_items,
        "leads": importers.import_leads,
        "experts": importers.import_experts,
        "shifts": importers.import_shifts,
        "leaves": importers.import_leaves,
    }[kind]
    with record_of(database) as record, progress(t("commands.import.title", file=file.name)) as step:
        done = take(record, SYSTEM, record.county(county), file, progress=step)
    reply(done, form, done.sentence(LANG.get()))


def import_staff(
    file: FileArgument, county: CountyOption = None, database: DatabaseOption = None, form: FormatOption = "text"
) -> None:
    """Take in people with certificates, postings and teams (CSV, Excel)."""
    _import_table("staff", file, county, database, form)


def import_items(
    file: FileArgument, county: CountyOption = None, database: DatabaseOption = None, form: FormatOption = "text"
) -> None:
    """Take in the item catalogue with its delegations (CSV, Excel)."""
    _import_table("items", file, county, database, form)


def import_leads(
    file: FileArgument, county: CountyOption = None, database: DatabaseOption = None, form: FormatOption = "text"
) -> None:
    """Receive leads from a table (CSV, Excel)."""
    _import_table("leads", file, county, database, form)


def import_experts(
    file: FileArgument, county: CountyOption = None, database: DatabaseOption = None, form: FormatOption = "text"
) -> None:
    """Take in the pool of legal experts (CSV, Excel)."""
    _import_table("experts", file, county, database, form)


def import_shifts(
    file: FileArgument, county: CountyOption = None, database: DatabaseOption = None, form: FormatOption = "text"
) -> None:
    """Take in a roster of shifts (CSV, Excel)."""
    _import_table("shifts", file, county, database, form)


def import_leaves(
    file: FileArgument, county: CountyOption = None, database: DatabaseOption = None, form: FormatOption = "text"
) -> None:
    """Take in leave; shifts in it leave the roster (CSV, Excel)."""
    _import_table("leaves", file, county, database, form)


# -- files out --------------------------------------------------------------------------------------------------------


def export_grid(
    file: FileArgument, county: CountyOption = None, database: DatabaseOption = None, form: FormatOption = "text"
) -> None:
    """Write the grid in force as GeoJSON or GeoPackage."""
    from data.authority import SYSTEM
    from data.exporters import export_grid as put

    with record_of(database) as record:
        rows = put(record, SYSTEM, record.county(county), file)
    reply({"file": str(file), "rows": rows}, form, t("commands.export.done", file=file, rows=rows))


def export_leads(
    file: FileArgument,
    reason: Annotated[str, typer.Option("--reason", help="commands.option.reason")] = "",
    since: SinceOption = None,
    until: UntilOption = None,
    county: CountyOption = None,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Write leads as CSV or Excel, personal data masked; the purpose is recorded."""
    from data.authority import SYSTEM
    from data.exporters import export_leads as put

    days = {"since": _day(since), "until": _day(until), "lang": LANG.get()}
    with record_of(database) as record:
        rows = put(record, SYSTEM, record.county(county), file, reason=reason, **days)  # type: ignore[arg-type]
    reply({"file": str(file), "rows": rows}, form, t("commands.export.done", file=file, rows=rows))


def export_figures(
    file: FileArgument,
    since: SinceOption = None,
    until: UntilOption = None,
    county: CountyOption = None,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """Write the daily figures as CSV or Excel."""
    from data.authority import SYSTEM
    from data.exporters import export_figures as put

    days = {"since": _day(since), "until": _day(until), "lang": LANG.get()}
    with record_of(database) as record:
        rows = put(record, SYSTEM, record.county(county), file, **days)  # type: ignore[arg-type]
    reply({"file": str(file), "rows": rows}, form, t("commands.export.done", file=file, rows=rows))


def export_template(
    kind: Annotated[TableKind, typer.Argument(help="commands.argument.template")],
    file: FileArgument,
    form: FormatOption = "text",
) -> None:
    """Write an empty table to fill in for an import (CSV, Excel)."""
    from data.importers.templates import write_template

    made = write_template(kind, file, LANG.get())
    reply({"file": str(made)}, form, t("commands.template.done", file=made))


# -- figures, policy, audit, settings ---------------------------------------------------------------------------------


def policy_show(
    profile: Annotated[str, typer.Argument(help="commands.argument.profile")],
    day: DateOption = None,
    form: FormatOption = "text",
) -> None:
    """Show every value in force of a profile with its unit and clause."""
    from policy.loader import load_profile

    found = load_profile(profile).as_dict(_day(day) or _now().astimezone(CHINA).date())
    if form == "json":
        reply(found, form)
        return
    rows = [{**value, "value": _short(value["value"]), "clause": _clauses(value)} for value in found["values"].values()]
    heads = {name: f"commands.column.{name}" for name in ("key", "value", "unit", "clause", "layer")}
    reply_table(rows, form, heads)


def _clauses(value: dict[str, Any]) -> str:
    return "; ".join(f"{c['document']} {c['clause']}" for c in value["citations"])


def _short(value: Any) -> str:
    words = str(value)
    return words if len(words) <= 60 else f"{words[:57]}…"


def audit_verify(database: DatabaseOption = None, form: FormatOption = "text") -> None:
    """Recompute every event chain and hold it against the anchors; names the first wrong event."""
    from data.backup import verify_all
    from data.secret import to_verify_with
    from data.settings import settings

    chosen = to_verify_with(settings())
    with record_of(database) as record, progress(t("commands.audit.title")) as step:
        found = verify_all(record, chosen, chosen.var, step)
    answer = {code: {"whole": one.whole, "events": one.events, "fault": one.fault} for code, one in found.items()}
    reply(answer, form, *(f"{code}  {one.sentence(LANG.get())}" for code, one in found.items()))
    if not all(one.whole for one in found.values()):
        raise typer.Exit(1)


def show_settings(form: FormatOption = "text") -> None:
    """List every setting with its value and what it means; secrets are not shown."""
    from data.settings import settings

    chosen = settings()
    rows = [
        {
            "name": f"ONEGRID_{name.upper()}",
            "value": _shown(name, getattr(chosen, name)),
            "meaning": t(f"settings.{name}"),
        }
        for name in type(chosen).model_fields
    ]
    reply_table(rows, form, {name: f"commands.column.{name}" for name in ("name", "value", "meaning")})


def _shown(name: str, value: Any) -> str:
    if name in ("secret", "data_key"):
        return "●" * 8 if value else ""
    if name == "database":
        from sqlalchemy.engine import make_url

        return str(make_url(value).render_as_string())
    return "" if value is None else str(value)
