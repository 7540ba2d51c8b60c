"""Grids, staff, rosters, leave, items, leads and legal experts from files: everything or nothing, every fault with its row, rule and remedy."""

from data.importers.experts import import_experts
from data.importers.faults import Fault, Imported, ImportRefused
from data.importers.grid import import_grid
from data.importers.items import import_items
from data.importers.leads import import_leads
from data.importers.roster import import_leaves, import_shifts
from data.importers.staff import import_staff
from data.importers.staffing import import_register
from data.importers.templates import write_template

__all__ = [
    "Fault",
    "ImportRefused",
    "Imported",
    "import_experts",
    "import_grid",
    "import_items",
    "import_leads",
    "import_leaves",
    "import_register",
    "import_shifts",
    "import_staff",
    "write_template",
]
