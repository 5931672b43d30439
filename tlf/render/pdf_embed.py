"""A shipped face as the objects of a PDF font: the complete TrueType file, its widths and its map to Unicode.

The objects are those that WeasyPrint writes for the same face, value by value and in the same order, so that a book of
outputs drawn by either writer keeps one copy of each font.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from tlf.errors import RenderError
from tlf.render.fonts import Face, font_file, font_metrics

if TYPE_CHECKING:
    import pydyf

# BaseFont, FontFamily, and whether the face is italic and of fixed pitch.
NAMES: Final[Mapping[Face, tuple[str, str, bool, bool]]] = {
    "sans": ("TLF-Sans", "TLF Sans", False, False),
    "sans-bold": ("TLF-Sans-Bold", "TLF Sans", False, False),
    "sans-italic": ("TLF-Sans-Italic", "TLF Sans", True, False),
    "mono": ("TLF-Mono", "TLF Mono", False, True),
}
FIXED_PITCH, SYMBOLIC, ITALIC = 1, 4, 64  # bits of /Flags: ISO 32000-1, table 123
STEM: Final = 80  # the fonts do not say it; readers use it only for a font that is not embedded
BATCH: Final = 100  # the most entries in one block of a character map: Adobe technical note 5014


@dataclass(frozen=True)
class EmbeddedFace:
    """What a face's font objects need: its file, its glyphs by character, and its advances by glyph.

    ``hexadecimal`` gives the code of a character's glyph as four digits; ``widths`` are in thousandths of an em.
    """

    content: bytes
    hexadecimal: Mapping[str, str]
    widths: tuple[float, ...]
    ascent: int
    descent: int


@cache
def embedded_face(face: Face) -> EmbeddedFace:
    """Return what a face's font objects need, read once from its file.

    Raises:
        RenderError: the shipped file is missing or is no font.
    """
    from fontTools.ttLib import TTFont, TTLibError  # loaded only when a page is drawn

    path = font_file(face)
    try:
        content = path.read_bytes()
        with TTFont(io.BytesIO(content), lazy=True) as font:  # a path would stay open if it held no font
            unit = font["head"].unitsPerEm
            advances = font["hmtx"].metrics
            widths = tuple(advances[glyph][0] * 1000 / unit for glyph in font.getGlyphOrder())
            glyphs = {chr(code): f"{font.getGlyphID(name):04x}" for code, name in font.getBestCmap().items()}
    except (OSError, TTLibError) as error:
        raise RenderError(f"{path}: the shipped font cannot be read ({error}); reinstall tlf") from error
    metrics = font_metrics(face)
    return EmbeddedFace(content, glyphs, widths, round(metrics.ascent * 1000), -round(metrics.descent * 1000))


def add_font(pdf: pydyf.PDF, face: Face) -> bytes:
    """Add a face to a file as a Type0 font whose codes are glyph numbers, and return the reference to it.

    1. The complete TrueType file and the map from glyphs to characters are streams.
    2. A CIDFontType2 gives every glyph's advance; Identity-H and the identity map let codes be glyph numbers.

    Raises:
        RenderError: the shipped file is missing or is no font.
    """
    import pydyf  # loaded only when a page is drawn

    source = embedded_face(face)
    name, _, _, _ = NAMES[face]
    file = pydyf.Stream([source.content], {"Length1": len(source.content)})
    pdf.add_object(file)
    to_unicode = pydyf.Stream(_to_unicode(source.hexadecimal))
    pdf.add_object(to_unicode)
    descriptor = _descriptor(face, source, file.reference)
    pdf.add_object(descriptor)
    system = {"Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity"), "Supplement": 0}
    descendant = pydyf.Dictionary(
        {
            "Type": "/Font",
            "Subtype": "/CIDFontType2",
            "BaseFont": f"/{name}",
            "CIDSystemInfo": pydyf.Dictionary(system),
            "CIDToGIDMap": "/Identity",
            "W": pydyf.Array([0, pydyf.Array(source.widths)]),
            "FontDescriptor": descriptor.reference,
        }
    )
    pdf.add_object(descendant)
    font = pydyf.Dictionary(
        {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": f"/{name}",
            "ToUnicode": to_unicode.reference,
            "Encoding": "/Identity-H",
            "DescendantFonts": pydyf.Array([descendant.reference]),
        }
    )
    pdf.add_object(font)
    reference: bytes = font.reference
    return reference


def _descriptor(face: Face, source: EmbeddedFace, file: bytes) -> pydyf.Dictionary:
    import pydyf  # as above

    name, family, italic, fixed = NAMES[face]
    return pydyf.Dictionary(
        {
            "Type": "/FontDescriptor",
            "FontName": f"/{name}",
            "FontFamily": pydyf.String(family),
            "Flags": SYMBOLIC + ITALIC * italic + FIXED_PITCH * fixed,
            "FontBBox": pydyf.Array([0, source.descent, max(source.widths), source.ascent]),
            "ItalicAngle": 0,
            "Ascent": source.ascent,
            "Descent": source.descent,
            "CapHeight": source.ascent,
            "StemV": STEM,
            "StemH": STEM,
            "FontFile2": file,
        }
    )


def _to_unicode(hexadecimal: Mapping[str, str]) -> list[bytes]:
    """Return the lines of the map from glyphs to characters; the first character of a glyph stands for it."""
    characters: dict[str, str] = {}
    for character, glyph in hexadecimal.items():
        characters.setdefault(glyph, character)
    entries = [f"<{glyph}> <{text.encode('utf-16-be').hex()}>" for glyph, text in characters.items()]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo",
        "<< /Registry (Adobe)",
        "/Ordering (UCS)",
        "/Supplement 0",
        ">> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <ffff>",
        "endcodespacerange",
    ]
    for start in range(0, len(entries), BATCH):
        batch = entries[start : start + BATCH]
        lines += [f"{len(batch)} beginbfchar", *batch, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return [line.encode() for line in lines]
