"""The mark of a drill on every document: across each page, in .docx and .pdf alike."""

from __future__ import annotations

import io
from typing import Final

from docx import Document
from docx.oxml import parse_xml

from data.settings import settings
from policy.text import say

_SHAPE: Final = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office"><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" '
    'o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/>'
    '<v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/>'
    '<v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="PowerPlusWaterMarkObject{n}" o:spid="_x0000_s20{n}" type="#_x0000_t136" '
    'style="position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:110pt;rotation:315;z-index:-251658752;'
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;"
    'mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="#c00000" stroked="f"><v:fill opacity=".3"/>'
    '<v:textpath style="font-family:&quot;SimHei&quot;;font-size:1pt" string="{words}"/></v:shape></w:pict></w:r>'
)


def drill_words(lang: str = "zh") -> str:
    """What is written across the documents of a drill; empty outside of one."""
    return say("drill.watermark", lang) if settings().drill else ""


def marked(content: bytes, words: str) -> bytes:
    """A .docx with `words` across every page; as it is where there are none."""
    if not words:
        return content
    paper, target = Document(io.BytesIO(content)), io.BytesIO()
    for n, section in enumerate(paper.sections, start=1):
        edges = [section.header]
        if section.different_first_page_header_footer:
            edges.append(section.first_page_header)
        for place, edge in enumerate(edges):
            edge.is_linked_to_previous = False
            line = edge.paragraphs[0] if edge.paragraphs else edge.add_paragraph()
            shape = _SHAPE.format(n=f"{n}{place}", width=60 * len(words), words=words)
            line._p.append(parse_xml(shape))  # python-docx has no other way to a shape
    paper.save(target)
    return target.getvalue()
