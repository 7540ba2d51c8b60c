"""Files of evidence: taken in by their content, kept by their SHA-256 outside the database, never altered (security.md)."""

from data.evidence.kinds import ACCEPTED, Accepted, Limits
from data.evidence.looking import Look, look
from data.evidence.sheets import PDF, Sheets, sheet_of, sheets_of
from data.evidence.store import StoredFile, path_of, shown_of, store, thumbnail_of, verify_file

__all__ = [
    "ACCEPTED",
    "PDF",
    "Accepted",
    "Limits",
    "Look",
    "Sheets",
    "StoredFile",
    "look",
    "path_of",
    "sheet_of",
    "sheets_of",
    "shown_of",
    "store",
    "thumbnail_of",
    "verify_file",
]
