"""The values of a profile as a spreadsheet: what the table shows, and the values of the entry that is open."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl

from dashboard.components.policy_list import build_list
from dashboard.components.policy_view import today, view_of
from dashboard.components.table_export import Export
from dashboard.components.table_sheet import sheets_of
from dashboard.context import county, lang, t
from data.sheets import Book
from policy.loader import load_profile


def book(search: Any) -> Book:
    """The table the address names."""
    view = view_of(dict(parse_qsl(str(search or "").lstrip("?"))), county().profile.code, today())
    title = load_profile(view.profile).name(lang())
    said = [view.on.isoformat(), load_profile(view.versus).name(lang()) if view.versus else "", view.words]
    return Book(f"{t('common.policy')} {title}", sheets_of(build_list(view), title), narrowed=" · ".join(one for one in said if one))  # fmt: skip


POLICY: Final = Export("policy", book)
