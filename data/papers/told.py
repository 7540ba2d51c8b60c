"""What a document was told when it was made, kept inside the .docx, so that its correction begins with it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Final

from docx import Document
from docx.document import Document as Paper
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

PLACE: Final = PackURI("/customXml/told.xml")
NAMESPACE: Final = "urn:onegrid:told"
_ENTRY: Final = f"{{{NAMESPACE}}}entry"


def with_told(content: bytes, told: Mapping[str, str]) -> bytes:
    """The .docx with what it was told as a part of its own (custom XML); unchanged where it was told nothing."""
    if not told:
        return content
    root = etree.Element(f"{{{NAMESPACE}}}told", nsmap={None: NAMESPACE})
    for name, text in told.items():
        etree.SubElement(root, _ENTRY, name=name).text = text
    paper, target = Document(io.BytesIO(content)), io.BytesIO()
    part = Part(PLACE, "application/xml", etree.tostring(root, encoding="utf-8"), paper.part.package)
    paper.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)
    paper.save(target)
    return target.getvalue()


def told_in(content: bytes) -> dict[str, str]:
    """What a .docx says it was told; nothing for one that says nothing or was saved by another program."""
    part = _part(Document(io.BytesIO(content)))
    if part is None:
        return {}
    root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
    return {str(one.get("name")): one.text or "" for one in root.iter(_ENTRY)}


def _part(paper: Paper) -> Part | None:
    parts = (tie.target_part for tie in paper.part.rels.values() if not tie.is_external)
    return next((one for one in parts if one.partname == PLACE), None)
