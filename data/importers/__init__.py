"""Grids, staff, items and leads from files: everything or nothing, every fault with its row, rule and remedy."""

from data.importers.faults import Fault, Imported, ImportRefused
from data.importers.grid import import_grid
from data.importers.items import import_items
from data.importers.leads import import_leads
from data.importers.staff import import_staff
from data.importers.templates import write_template

__all__ = [
    "Fault",
    "ImportRefused",
    "Imported",
    "import_grid",
    "import_items",
    "import_leads",
    "import_staff",
    "write_template",
]
