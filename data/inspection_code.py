"""The QR code of a visit as SVG, printed on its notice and scanned on entry (E4)."""

from __future__ import annotations

import io

import segno


def code_svg(text: str, scale: int = 5) -> str:
    """An SVG of the QR code that says `text`, dark on white with its quiet zone."""
    target = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        target, kind="svg", scale=scale, xmldecl=False, light="#fff", dark="#000", svgclass=None, lineclass=None
    )
    return target.getvalue().decode("utf-8")
