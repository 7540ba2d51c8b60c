"""The work on a .pdf that runs apart: `sheets_work.py count FILE MOST | draw FILE PAGE TARGET`."""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Literal
from uuid import uuid4

SECONDS: Final = 25  # of the processor
MEMORY: Final = 2 * 1024**3
RESOLUTION: Final = 120  # pixels to an inch
PAGE: Final = '#set page(width: 21cm, height: auto, margin: 0pt)\n#image("given.pdf", page: {page}, width: 100%)\n'
"""One page as wide as a sheet of A4; its height is its own."""


def _bounded() -> None:
    """Take no more than a page needs, where the system can hold a process to it."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def count(source: Path, most: int) -> dict[str, Any]:
    """How many pages; why none can be drawn: locked by a password, broken, or more than `most`."""
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(source)
        if reader.is_encrypted and not reader.decrypt(""):
            return {"pages": 0, "fault": "locked"}
        pages = len(reader.pages)
    except FileNotDecryptedError:
        return {"pages": 0, "fault": "locked"}
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, OSError, RecursionError, ImportError):
        return {"pages": 0, "fault": "broken"}
    if pages > most:
        return {"pages": pages, "fault": "long"}
    whole = pages > 0 and typeset(source, range(1, pages + 1), "pdf") is not None
    return {"pages": pages, "fault": None if whole else "broken"}


def draw(source: Path, page: int, target: Path) -> dict[str, Any]:
    """One page as a picture at `target`; raises OSError when it cannot be drawn."""
    made = typeset(source, [page], "png")
    if made is None:
        raise OSError(source)
    aside = target.with_name(f"{uuid4().hex}.part")
    aside.write_bytes(made)
    aside.replace(target)
    return {"page": page}


def typeset(source: Path, pages: Iterable[int], form: Literal["pdf", "png"]) -> bytes | None:
    """Pages of the document as the typesetter takes them; None where it cannot."""
    import typst

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copyfile(source, home / "given.pdf")
        (home / "sheet.typ").write_text("".join(PAGE.format(page=page) for page in pages))
        try:
            made = typst.compile(
                str(home / "sheet.typ"), root=folder, format=form, ppi=RESOLUTION, ignore_system_fonts=True
            )
        except BaseException:  # noqa: BLE001  # a panic of the typesetter is no Exception
            return None
    return made


if __name__ == "__main__":
    _bounded()
    what, given, *more = sys.argv[1:]
    found = count(Path(given), int(more[0])) if what == "count" else draw(Path(given), int(more[0]), Path(more[1]))
    print(json.dumps(found))
