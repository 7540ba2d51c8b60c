"""From blocks to .pdf: by Typst, or by LibreOffice where it is installed and asked for; fonts embedded."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from data.papers.blocks import beyond, blocks_of
from data.papers.mark import drill_words
from policy.errors import Refusal

SOFFICE: Final = ("soffice", "libreoffice")
PATIENCE: Final = 120  # seconds for LibreOffice
FONTS: Final = ("cvttf_NotoSansCJK_Regular",)


@cache
def layout() -> bytes:
    """How a document is set; read once: a file exchanged under a running server does not mix with the code that feeds it."""
    return (resources.files(__package__) / "volume.typ").read_bytes()


def office() -> str | None:
    """Path of LibreOffice, None where it is not installed."""
    return next((path for name in SOFFICE if (path := shutil.which(name))), None)


def pdf_of(content: bytes, title: str, author: str = "") -> bytes:
    """A filled .docx as .pdf, set from its blocks: the same on every machine."""
    return typeset([{"title": title, "parts": blocks_of(content)}], title, author=author, numbered=False)


def pdf_as_it_is(content: bytes, title: str, author: str = "") -> bytes:
    """A filled .docx as .pdf with nothing left out: by LibreOffice where it holds what our typesetting cannot say."""
    return pdf_by_office(content, title) if beyond(content) else pdf_of(content, title, author)


def pdf_by_office(content: bytes, title: str) -> bytes:
    """A filled .docx as Word would print it, by LibreOffice; Refusal where it is not installed or does not answer."""
    program = office()
    if program is None:
        raise Refusal("errors_papers.no_office", kind="unavailable")
    made = _by_office(program, content)
    if made is None:
        raise Refusal("errors_papers.office_failed", kind="unavailable", title=title)
    return made


def _by_office(program: str, content: bytes) -> bytes | None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "paper.docx"
        source.write_bytes(content)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        order = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(source)]
        try:
            subprocess.run(order, check=True, capture_output=True, timeout=PATIENCE)  # noqa: S603  # the program is found by name
        except (subprocess.SubprocessError, OSError):
            return None
        made = source.with_suffix(".pdf")
        return made.read_bytes() if made.exists() else None


def typeset(
    sections: Sequence[Mapping[str, Any]],
    title: str,
    *,
    author: str = "",
    footer: str = "",
    numbered: bool = True,
    pictures: Mapping[str, Path] | None = None,
) -> bytes:
    """Set sections of blocks as one .pdf with contents and page numbers; `pictures` maps names in blocks to files."""
    import typst

    given = {"title": title, "author": author, "footer": footer, "numbered": numbered, "sections": list(sections)}
    given |= {"mark": drill_words()}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "volume.typ").write_bytes(layout())
        for name, path in (pictures or {}).items():
            shutil.copyfile(path, home / name)
        try:
            made = typst.compile(
                str(home / "volume.typ"),
                root=folder,
                font_paths=font_folders(),
                sys_inputs={"given": json.dumps(given, ensure_ascii=False)},
            )
        except RuntimeError as fault:
            raise Refusal(
                "errors_papers.typesetting", kind="unavailable", title=title, fault=str(fault)[:300]
            ) from fault
    return bytes(made)


def font_folders() -> list[str]:
    """Folders with a CJK face that come with the app, for machines that have none."""
    return [str(resources.files(package)) for package in FONTS]
