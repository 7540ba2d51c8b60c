"""The table of cases as a spreadsheet: what for is asked, told in the chain and written into the file."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dash_mantine_components as dmc
from dash import html, no_update
from dash.development.base_component import Component

from dashboard.components.case_reads import beside_field
from dashboard.components.cases_table import which
from dashboard.components.opener import opener
from dashboard.context import actor, county, lang, now, record, t
from data.exporters import export_cases
from policy.errors import Refusal
from policy.text import named
from policy.zone import CHINA


def build_export() -> Component:
    """A button that asks what for, and writes the file."""
    asked = [
        dmc.TextInput(id="cases-export-reason", label=t("cases_page.export_reason"), inputProps={"maxLength": 200}),
        html.Div(id="cases-export-refusal", className="k-error", role="alert"),
        html.Button(t("cases_page.export_go"), id="cases-export-go", type="button", className="button button-main", n_clicks=0),
    ]  # fmt: skip
    target = dmc.PopoverTarget(t("cases_page.export"), boxWrapperProps=opener("button t-only-wide"))
    box = dmc.PopoverDropdown(html.Div(asked, className="k-form"))
    return dmc.Popover([target, box], id="cases-export", position="bottom-end", width=340, withinPortal=True)  # fmt: skip


def exported(view: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """The file for the browser, or the refusal beside the reason."""
    place = named(county().words, lang())
    name = f"{place}-{t('cases_page.name')}-{now().astimezone(CHINA):%Y%m%d-%H%M}.xlsx"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.xlsx"
        try:
            export_cases(record(), actor(), county(), file, which(view), reason=reason, lang=lang())
        except Refusal as refusal:
            return {"file": no_update, "refusal": beside_field(refusal), "opened": no_update}
        content = base64.b64encode(file.read_bytes()).decode()
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    data = {"content": content, "filename": name, "type": sheet, "base64": True}
    return {"file": data, "refusal": [], "opened": False}
